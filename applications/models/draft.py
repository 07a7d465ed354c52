"""What an applicant has typed and not yet submitted."""

import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.models.encrypted import EncryptedTextField
from applications.models.exercise import Exercise


class Draft(models.Model):
    """
    A draft holds a partial application document, encrypted whole.

    Its ``id`` is the submission key: the application that comes of it carries the same value, so a
    draft is submitted once however often somebody presses the button. ``version`` counts the saves,
    by which a second tab notices that it is looking at older answers.

    ``resume_code`` continues the draft on another device and is found by its keyed hash. The
    ``worksheet`` holds what somebody typed to work an answer out, and is no part of the document.
    Some time after closing everything typed is erased: the row goes, or, where a payment names it,
    stays empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="drafts")
    language = models.CharField(max_length=8)
    answers_json = EncryptedTextField()
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    application = models.OneToOneField(Application, models.PROTECT, null=True, related_name="draft")
    resume_code = EncryptedTextField(null=True)
    resume_key = models.BinaryField(max_length=32, null=True, unique=True)
    email = EncryptedTextField(null=True, help_text="Where its link and its reminder go.")
    worksheet_json = EncryptedTextField(null=True)
    reminded_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resume_code__isnull=True, resume_key__isnull=True)
                | Q(resume_code__isnull=False, resume_key__isnull=False),
                name="a_resume_code_can_be_found",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(resume_key__isnull=True, email__isnull=True, worksheet_json__isnull=True),
                name="an_erased_draft_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def answers(self) -> dict[str, Any]:
        """The partial document: keys as in an application document, each section when saved."""
        answers: dict[str, Any] = json.loads(self.answers_json)
        return answers

    @answers.setter
    def answers(self, answers: dict[str, Any]) -> None:
        self.answers_json = json.dumps(answers, ensure_ascii=False)

    @property
    def worksheet(self) -> dict[str, Any]:
        """What was typed to work answers out, by the name of the page that it is for."""
        worksheet: dict[str, Any] = json.loads(self.worksheet_json or "{}")
        return worksheet

    @worksheet.setter
    def worksheet(self, worksheet: dict[str, Any]) -> None:
        self.worksheet_json = json.dumps(worksheet, ensure_ascii=False)
