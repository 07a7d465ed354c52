"""The books of the sandbox payment provider; the portal reads them through the provider only."""

from django.db import models
from django.db.models import Q

from applications.models.guards import keep_rows
from applications.models.payment import Payment


class SandboxAnswer(models.Model):
    """
    What the sandbox provider knows of a payment: somebody paid, declined, or came no more.

    A real provider has such books of its own, which stay when an applicant's browser does not
    come back. A payment ends once, paid or closed; ``FAILED`` stands in older books only.
    """

    class Kind(models.TextChoices):
        PAID = "PAID"
        FAILED = "FAILED"
        CLOSED = "CLOSED"

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="sandbox_answers")
    kind = models.CharField(max_length=8, choices=Kind)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["PAID", "FAILED", "CLOSED"]),
                name="sandbox_answer_kind_is_known",
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(kind__in=["PAID", "CLOSED"]),
                name="a_sandbox_payment_ends_once",
            ),
        ]
        triggers = keep_rows("sandbox_answer_stays")

    def __str__(self) -> str:
        return f"{self.payment_id} {self.kind}"
