"""Fees: what is asked, what a provider or a cheque answered, what became of money too many."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.models.draft import Draft
from applications.models.guards import keep_existing, keep_rows, refuse_row_where
from applications.models.officer import Officer
from applications.policy.household import FeeMethod


class Payment(models.Model):
    """
    One attempt to pay the fee of a draft (online) or of an application (paper).

    ``reference`` is the provider's or the cheque's own; card numbers never reach us. While a
    payment is ``PENDING`` it may still bring money: a draft has one such payment at most, and does
    not change. One payment makes an application; money that came beside it waits for an officer.

    :ivar opened_at: when the applicant pressed "pay and send", by the database's clock.
    :ivar draft_version: of the answers that the fee was asked for.
    :ivar bill_number: what a payer quotes and a bank's statement shows.
    :ivar provider_key: under which the provider keeps it.
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
    draft_version = models.PositiveIntegerField(null=True)
    bill_number = models.CharField(max_length=25, null=True, unique=True)
    provider_key = models.CharField(max_length=255, blank=True)
    asked_at = models.DateTimeField(
        null=True, help_text="When the provider was last asked what became of it."
    )

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
            models.UniqueConstraint(
                fields=["draft"],
                condition=Q(state="PENDING"),
                name="one_pending_payment_for_each_draft",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state="PAID"),
                name="one_paid_payment_for_each_application",
            ),
        ]
        indexes = [
            models.Index(
                fields=["opened_at"], condition=Q(state="PENDING"), name="payments_pending"
            ),
            models.Index(
                fields=["settled_at"],
                condition=Q(state="PAID", application=None),
                name="payments_without_application",
            ),
        ]
        triggers = [
            *keep_existing("payment_stays"),
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
        triggers = keep_rows("payment_event_stays")

    def __str__(self) -> str:
        return self.event_id


class Reconciliation(models.Model):
    """
    What was done with money that came and made no application.

    Fees are not refunded, but money taken without an application is no fee: it is ``REFUNDED``
    under a reference of the bank's, or ``KEPT`` for a written reason.
    """

    class Outcome(models.TextChoices):
        REFUNDED = "REFUNDED"
        KEPT = "KEPT"

    payment = models.OneToOneField(
        Payment, models.PROTECT, primary_key=True, related_name="reconciliation"
    )
    outcome = models.CharField(max_length=12, choices=Outcome)
    reference = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(outcome="REFUNDED") & ~Q(reference=""))
                | (Q(outcome="KEPT") & ~Q(reason="")),
                name="a_refund_has_a_reference_and_kept_money_a_reason",
            ),
        ]
        triggers = [
            *keep_rows("reconciliation_stays"),
            refuse_row_where(
                "only_money_without_application_is_reconciled",
                "NOT EXISTS (SELECT 1 FROM applications_payment WHERE id = NEW.payment_id"
                " AND state = 'PAID' AND application_id IS NULL)",
                "only money that made no application is reconciled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.outcome}"


class MissingPayment(models.Model):
    """
    That an officer found no such payment on the statement of a provider that never answered.

    It ends the waiting and no more: should the money come after all, the payment is ``PAID`` as any
    other, and this stays beside it.
    """

    outcome = "NOT_ON_STATEMENT"

    payment = models.OneToOneField(
        Payment, models.PROTECT, primary_key=True, related_name="found_missing"
    )
    reason = models.CharField(max_length=500)
    recorded_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_missing_payment_has_a_reason"),
        ]
        triggers = [
            *keep_rows("missing_payment_stays"),
            refuse_row_where(
                "only_an_unanswered_payment_is_missing",
                "NOT EXISTS (SELECT 1 FROM applications_payment WHERE id = NEW.payment_id"
                " AND state = 'FAILED' AND draft_id IS NOT NULL AND asked_at IS NOT NULL"
                " AND opened_at <= NEW.recorded_at - interval '1 hour')"
                " OR EXISTS (SELECT 1 FROM applications_paymentevent"
                " WHERE payment_id = NEW.payment_id)",
                "only a payment that its provider does not answer for is found missing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.payment_id)
