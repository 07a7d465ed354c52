"""What an officer decided about applications that are void because they share somebody."""

from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.models.exercise import Exercise
from applications.models.guards import keep_rows
from applications.models.officer import Officer


class Settlement(models.Model):
    """
    One group of duplicates that an officer has looked at.

    ``CONFIRMED``: all of the group stay void, as screening has judged. The group is the rows of
    ``SettledApplication``: an application that joins it later has none, and so the grown group
    waits for an officer again.
    """

    class Outcome(models.TextChoices):
        CONFIRMED = "CONFIRMED"

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="settlements")
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.CONFIRMED)
    settled_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["CONFIRMED"]), name="settlement_outcome_is_known"
            )
        ]
        triggers = keep_rows("settlement_stays")

    def __str__(self) -> str:
        return str(self.pk)


class SettledApplication(models.Model):
    """An application of a settled group, as the group was when the officer looked at it."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="settled")
    # The constraint below is the index that finds an application's settlements.
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="settled", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "settlement"],
                name="an_application_is_in_a_settlement_once",
            )
        ]
        triggers = keep_rows("settled_application_stays")

    def __str__(self) -> str:
        return f"{self.settlement_id}/{self.application_id}"
