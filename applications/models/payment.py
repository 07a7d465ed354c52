"""Fees: what is asked, what a provider or a cheque answered."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.models.draft import Draft
from applications.policy.household import FeeMethod


class Payment(models.Model):
    """
    One attempt to pay the fee of a draft (online) or of an application (paper).

    ``reference`` is the provider's or the cheque's own; card numbers never reach us.
    """

    class State(models.TextChoices):
        PENDING = "PENDING"
        PAID = "PAID"
        FAILED = "FAILED"
        DISHONOURED = "DISHONOURED"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, models.PROTECT, null=True, related_name="payments")
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="payments")
    method = models.CharField(max_length=16)
    amount_hkd = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    reference = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False) | Q(application__isnull=False),
                name="a_payment_is_for_a_draft_or_an_application",
            ),
            models.CheckConstraint(
                condition=Q(method__in=[method.value for method in FeeMethod]),
                name="payment_method_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="PENDING", settled_at__isnull=True)
                | (~Q(state="PENDING") & Q(settled_at__isnull=False)),
                name="a_payment_is_settled_at_a_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="payment_stays", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="payment_state_follows_the_rules",
                field="state",
                transitions=[
                    ("PENDING", "PAID"),
                    ("PENDING", "FAILED"),
                    ("FAILED", "PAID"),
                    ("PAID", "DISHONOURED"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class PaymentEvent(models.Model):
    """A provider's message as it came; the same message twice is one row."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="events")
    event_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=12)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="payment_event_stays", operation=pgtrigger.Delete | pgtrigger.Update
            )
        ]

    def __str__(self) -> str:
        return self.event_id
