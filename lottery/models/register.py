"""The frozen register of an exercise, and the publication of its commitment."""

import pgtrigger
from django.db import models
from django.db.models import Q

from applications.models import Application, Exercise, Officer

FROZEN = pgtrigger.Update | pgtrigger.Delete


class Register(models.Model):
    """
    The list admitted to one attempt of the ballot, with its commitment; never changed.

    The texts are stored as they are hashed and published. ``commitment_sha256`` is C.
    """

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="registers")
    attempt = models.PositiveSmallIntegerField()
    params_text = models.TextField()
    commitment_text = models.TextField()
    commitment_sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "attempt"], name="one_register_for_each_attempt"
            ),
            models.CheckConstraint(
                condition=Q(commitment_sha256__regex=r"^[0-9a-f]{64}$"),
                name="a_commitment_is_a_hash",
            ),
        ]
        triggers = [pgtrigger.Protect(name="register_is_frozen", operation=FROZEN)]

    def __str__(self) -> str:
        return f"{self.exercise_id}/{self.attempt}"


class RegisterEntry(models.Model):
    """One line of a register, as it is hashed, beside the columns that queries need."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="entries")
    application = models.ForeignKey(Application, models.PROTECT, related_name="register_entries")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=2)
    category = models.CharField(max_length=1)
    track = models.CharField(max_length=1)
    line = models.CharField(max_length=160)

    class Meta:
        verbose_name_plural = "register entries"
        constraints = [
            models.UniqueConstraint(
                fields=["register", "number"], name="one_register_line_for_each_number"
            ),
            models.UniqueConstraint(
                fields=["register", "application"], name="one_register_line_for_each_application"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["A", "XD", "XI", "XN", "XV", "XW"]),
                name="register_status_is_known",
            ),
        ]
        triggers = [pgtrigger.Protect(name="register_line_is_frozen", operation=FROZEN)]

    def __str__(self) -> str:
        return self.line


class Publication(models.Model):
    """That the commitment was made public, before any ball was drawn."""

    register = models.OneToOneField(
        Register, models.PROTECT, primary_key=True, related_name="publication"
    )
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers = [pgtrigger.Protect(name="publication_stays", operation=FROZEN)]

    def __str__(self) -> str:
        return str(self.register_id)
