"""Put on record that a payment which its provider never answers for was not made."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

from applications.models import MissingPayment, Officer, Payment
from applications.policy.errors import Refusal
from applications.policy.submission import is_answer_overdue
from applications.services.journal import record_deed
from applications.services.payment_providers import PaymentProviderUnreachable
from applications.services.reconciliation import settle_payment


class AnswerNotOverdue(Refusal):
    """The provider may still answer: it was asked too little, or the payment is too young."""

    code = "ANSWER_NOT_OVERDUE"


class PaymentAnswered(Refusal):
    """What became of this payment is known already, so no statement speaks for it."""

    code = "PAYMENT_ANSWERED"


def record_missing_payment(
    *, payment_id: UUID, reason: str, officer: Officer, recorded_at: datetime
) -> MissingPayment:
    """
    Put on record that the provider's statement shows no payment, so that nothing waits for it.

    The provider is asked a last time, while no lock is held: what it says is worth more than a
    statement. Money that comes all the same is recorded as any other. Again with the same reason:
    nothing.

    :raises AnswerNotOverdue: before `is_answer_overdue`.
    :raises PaymentAnswered: when the provider answers, or another officer was quicker.
    """
    payment = Payment.objects.select_related("draft__exercise").get(pk=payment_id)
    if payment.state == Payment.State.PENDING:
        _check_age(payment, recorded_at)
        _ask_once_more(payment, recorded_at)
    return _record(payment_id, reason, officer, recorded_at)


def _check_age(payment: Payment, at: datetime) -> None:
    asked_at = payment.asked_at
    if not is_answer_overdue(pressed_at=payment.opened_at, asked_at=asked_at, at=at):
        raise AnswerNotOverdue


def _ask_once_more(payment: Payment, asked_at: datetime) -> None:
    Payment.objects.filter(pk=payment.pk).update(asked_at=asked_at)
    with suppress(PaymentProviderUnreachable):
        settle_payment(payment=payment, asked_at=asked_at)


@transaction.atomic
def _record(
    payment_id: UUID, reason: str, officer: Officer, recorded_at: datetime
) -> MissingPayment:
    locked = Payment.objects.select_for_update(of=["self"]).select_related("draft__exercise")
    payment = locked.get(pk=payment_id)
    stored = MissingPayment.objects.filter(payment=payment).first()
    if stored and stored.reason == reason:
        return stored
    if stored or payment.state != Payment.State.PENDING or payment.draft is None:
        raise PaymentAnswered
    payment.state = Payment.State.FAILED
    payment.settled_at = recorded_at
    payment.save(update_fields=["state", "settled_at"])
    record_deed(
        deed="PAYMENT_NOT_ON_STATEMENT",
        subject=f"payment:{payment.pk}",
        recorded_at=recorded_at,
        exercise=payment.draft.exercise,
        actor=officer,
        details={"method": payment.method, "amount_hkd": payment.amount_hkd},
    )
    return MissingPayment.objects.create(
        payment=payment, reason=reason, recorded_by=officer, recorded_at=recorded_at
    )
