"""
What an applicant does at the provider: begin to pay, ask what became of it, give it up.

None of it is one transaction: the provider is asked without holding a lock, and its answers are
recorded one by one as they come.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from applications.models import Payment
from applications.policy.household import FeeMethod
from applications.policy.submission import is_paying_over
from applications.policy.timetable import has_closed
from applications.services.drafts import PaymentUnderWay
from applications.services.payment_providers import (
    PaymentMessageForged,
    PaymentProviderUnreachable,
    get_provider,
)
from applications.services.payments import can_go_on, open_payment, record_message

ASKED_AGAIN_AFTER = timedelta(seconds=3)


def begin_payment(
    *, draft_id: UUID, method: FeeMethod, pressed_at: datetime, seen_version: int | None = None
) -> Payment:
    """
    Begin to pay for a draft in some way, after closing what is under way in another.

    Pressing again goes on with the same payment, or with a new one when it has taken too long.
    Two payments are never open together, because somebody might pay both. After closing the earlier
    one is kept: its press counts, and a new one would not.

    :param pressed_at: by the database's clock; what counts as the moment of submission.
    :param seen_version: as for `open_payment`.
    :return: a payment that can be made now, or the earlier one, which turned out to be ``PAID``.
    :raises PaymentUnderWay: when the provider cannot close the earlier one yet, or it is kept.
    :raises PaymentProviderUnreachable: when it does not answer.
    :raises Refusal: as `open_payment`.
    """
    payments = Payment.objects.select_related("draft__exercise")
    pending = payments.filter(draft=draft_id, state=Payment.State.PENDING).first()
    if pending and not can_go_on(pending, method=method, at=pressed_at):
        _keep_press_before_closing(pending, pressed_at)
        closed = close_payment(payment=pending, asked_at=pressed_at)
        if closed.state == Payment.State.PAID:
            return closed
    return open_payment(
        draft_id=draft_id, method=method, opened_at=pressed_at, seen_version=seen_version
    )


def close_payment(*, payment: Payment, asked_at: datetime) -> Payment:
    """
    Have the provider take no money for a payment any more, so that the draft can change.

    :return: the payment as it ended: ``FAILED``, or ``PAID`` when somebody was quicker. One that
        had ended before is returned as it is.
    :raises PaymentUnderWay: when the provider cannot say yet.
    :raises PaymentProviderUnreachable: when it does not answer.
    """
    if payment.state != Payment.State.PENDING:
        return payment
    message = get_provider().close_payment(payment, asked_at=asked_at)
    if message is None:
        raise PaymentUnderWay
    return record_message(message=message, recorded_at=asked_at).payment


def ask_about_payment(*, payment: Payment, asked_at: datetime) -> Payment:
    """
    Ask the provider for a message that has not come, while its applicant waits for it.

    However many pages wait, it is asked every few seconds at most, and less and less often. When it
    does not answer, or not of this payment, it goes on waiting: a task asks too.
    """
    pause = max(ASKED_AGAIN_AFTER, (asked_at - payment.opened_at) / 10)
    waiting = Payment.objects.filter(pk=payment.pk, state=Payment.State.PENDING)
    due = Q(asked_at=None) | Q(asked_at__lte=asked_at - pause)
    if not waiting.filter(due).update(asked_at=asked_at):
        return payment
    try:
        message = get_provider().find_outcome(payment, asked_at=asked_at)
        if message:
            return record_message(message=message, recorded_at=asked_at).payment
    except (PaymentProviderUnreachable, PaymentMessageForged):
        pass
    return payment


def _keep_press_before_closing(payment: Payment, at: datetime) -> None:
    """Refuse to give up a payment that can still be made when no other can be begun."""
    terms = payment.draft.exercise.parsed_terms if payment.draft else None
    is_over = is_paying_over(pressed_at=payment.opened_at, at=at)
    if terms and has_closed(at, terms) and not is_over:
        raise PaymentUnderWay
