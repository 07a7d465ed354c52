"""What an applicant has typed and not yet submitted."""

import json
import uuid
from typing import Any

from django.db import models

from applications.models.application import Application
from applications.models.encrypted import EncryptedTextField
from applications.models.exercise import Exercise


class Draft(models.Model):
    """
    A draft holds a partial application document, encrypted whole.

    Its ``id`` is the submission key: the application that comes of it carries the same value, so a
    draft is submitted once however often somebody presses the button. ``version`` counts the saves,
    by which a second tab notices that it is looking at older answers.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="drafts")
    language = models.CharField(max_length=8)
    answers_json = EncryptedTextField()
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    application = models.OneToOneField(Application, models.PROTECT, null=True, related_name="draft")

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
