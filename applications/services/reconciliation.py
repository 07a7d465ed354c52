"""Reconcile payments: ask the provider what became of them, and record what officers did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from applications.models import Exercise, Officer, Payment, Reconciliation
from applications.policy.errors import Refusal
from applications.policy.submission import is_paying_over
from applications.selectors.payments import find_unanswered_since
from applications.services.journal import record_deed
from applications.services.payment_providers import (
    PaymentMessageForged,
    get_provider,
)
from applications.services.payments import PaymentReconciled, record_message

CHUNK = 200


class NothingToReconcile(Refusal):
    """The payment has its application, or no money came."""

    code = "NOTHING_TO_RECONCILE"


@dataclass(frozen=True, slots=True)
class AskedPayments:
    """How many payments the provider was asked about, and how many it had an answer for."""

    asked_count: int
    answered_count: int


def settle_pending_payments(
    *, opened_before: datetime, asked_at: datetime, exercise: Exercise | None = None
) -> AskedPayments:
    """
    Ask the provider about payments it has not told of, and record each answer as it comes.

    A payment that nobody has made in `PAYING_TIME` is closed. Money that came in time submits its
    draft. Money that came too late, for a draft that has changed or a second time stays without an
    application until an officer reconciles it. Not one transaction:
    no lock is held while the provider is asked, and what was answered before it failed stays. A
    message that comes meanwhile is the same message, and the same message twice changes nothing.

    :param opened_before: younger payments are left alone: their applicants may be paying.
    :param exercise: by default all of them.
    :raises PaymentProviderUnreachable: when the provider does not answer.
    """
    payments = _take(opened_before, asked_at, exercise)
    answered = sum(settle_payment(payment=payment, asked_at=asked_at) for payment in payments)
    return AskedPayments(len(payments), answered)


def settle_payment(*, payment: Payment, asked_at: datetime) -> bool:
    """
    Tell whether the provider had an answer, and record it; close what took too long.

    An answer that does not fit the payment is none: it goes on waiting and blocks no other.

    :raises PaymentProviderUnreachable: when the provider does not answer.
    """
    is_over = is_paying_over(pressed_at=payment.opened_at, at=asked_at)
    ask = get_provider().close_payment if is_over else get_provider().find_outcome
    try:
        message = ask(payment, asked_at=asked_at)
        if message:
            record_message(message=message, recorded_at=asked_at)
    except PaymentMessageForged:
        return False
    return message is not None


@transaction.atomic
def record_reconciliation(
    *,
    payment_id: UUID,
    outcome: Reconciliation.Outcome,
    reference: str,
    reason: str,
    officer: Officer,
    recorded_at: datetime,
) -> Reconciliation:
    """
    Put on record what was done with money that made no application. Again with the same: nothing.

    :raises NothingToReconcile: when it is no such money.
    :raises PaymentReconciled: when something else is on record.
    """
    payment = Payment.objects.select_for_update(of=["self"]).select_related("draft__exercise")
    row = payment.get(pk=payment_id)
    told = {"outcome": outcome.value, "reference": reference, "reason": reason}
    stored = Reconciliation.objects.filter(payment=row).first()
    if stored:
        if any(getattr(stored, name) != value for name, value in told.items()):
            raise PaymentReconciled
        return stored
    if row.state != Payment.State.PAID or row.application_id or row.draft is None:
        raise NothingToReconcile
    reconciliation = Reconciliation.objects.create(
        payment=row, recorded_by=officer, recorded_at=recorded_at, **told
    )
    record_deed(
        deed="PAYMENT_RECONCILED",
        subject=f"payment:{row.pk}",
        recorded_at=recorded_at,
        exercise=row.draft.exercise,
        actor=officer,
        details={"outcome": outcome.value, "amount_hkd": row.amount_hkd},
    )
    return reconciliation


@transaction.atomic
def _take(
    opened_before: datetime, asked_at: datetime, exercise: Exercise | None
) -> Sequence[Payment]:
    """Take what has waited longest, and note the asking, so that one bad payment blocks nobody."""
    due = find_unanswered_since(opened_before, exercise).order_by(
        F("asked_at").asc(nulls_first=True), "opened_at", "pk"
    )
    payments = list(due.select_for_update(of=["self"], skip_locked=True)[:CHUNK])
    Payment.objects.filter(pk__in=[payment.pk for payment in payments]).update(asked_at=asked_at)
    return payments
