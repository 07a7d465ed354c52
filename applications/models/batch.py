"""Paper forms that are registered together, with the count that keying must come to."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from applications.models.exercise import Exercise
from applications.models.guards import keep_existing, refuse_row_where
from applications.models.officer import Officer


class Batch(models.Model):
    """
    A bundle of paper forms, counted by hand before the first of them is keyed.

    ``declared_count`` is what was counted. A batch is open until it is closed, which it is with as
    many forms keyed as declared, or with an officer's written reason for the difference.
    """

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="batches")
    code = models.CharField(max_length=32)
    declared_count = models.PositiveIntegerField()
    registered_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    closed_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    keyed_count = models.PositiveIntegerField(null=True, help_text="Counted when it was closed.")
    difference = models.CharField(
        max_length=500, blank=True, help_text="Why fewer or more forms were keyed than declared."
    )

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(fields=["exercise", "code"], name="one_batch_for_each_code"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z0-9][A-Z0-9-]{0,31}$"),
                name="batch_code_is_plain",
            ),
            models.CheckConstraint(
                condition=Q(declared_count__gte=1), name="a_batch_has_a_form_at_least"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, keyed_count=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, keyed_count__isnull=False),
                name="a_closed_batch_says_who_when_and_how_many",
            ),
            models.CheckConstraint(
                condition=Q(keyed_count=None, difference="")
                | Q(keyed_count=F("declared_count"), difference="")
                | (
                    Q(keyed_count__isnull=False)
                    & ~Q(keyed_count=F("declared_count"))
                    & ~Q(difference="")
                ),
                name="a_batch_that_differs_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["exercise"], condition=Q(closed_at=None), name="open_batches")
        ]
        triggers = [
            *keep_existing("batch_stays"),
            refuse_row_where(
                "no_batch_after_closing",
                "(SELECT closed_at FROM applications_exercise WHERE id = NEW.exercise_id)"
                " IS NOT NULL",
                "an exercise that was closed takes no batch",
            ),
            pgtrigger.ReadOnly(
                name="declaration_is_final",
                fields=["exercise", "code", "declared_count", "registered_by", "registered_at"],
            ),
            pgtrigger.Protect(
                name="closed_batch_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code
