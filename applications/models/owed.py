"""What the portal owes and a task will do."""

from django.db import models
from django.db.models import Q

from applications.models.application import Application


class OwedWork(models.Model):
    """
    Work owed to an application, written in the transaction that causes it.

    A task takes what is due (``select_for_update(skip_locked=True)``), so a broker that is down
    delays the work and never loses it. ``due_at`` moves ahead when a worker takes the row: a worker
    that dies gives it back by doing nothing.
    """

    class Kind(models.TextChoices):
        SCREENING = "SCREENING"

    kind = models.CharField(max_length=16, choices=Kind)
    application = models.ForeignKey(Application, models.PROTECT, related_name="owed_work")
    owed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "application"],
                condition=Q(done_at__isnull=True),
                name="work_is_owed_once_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "attempts", "due_at", "id"],
                condition=Q(done_at__isnull=True),
                name="work_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.application_id}"
