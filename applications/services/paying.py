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
from applications.services.drafts import PaymentUnderWay
from applications.services.payment_providers import PaymentProviderUnreachable, get_provider
from applications.services.payments import open_payment, record_message

ASKED_AGAIN_AFTER = timedelta(seconds=3)


def begin_payment(*, draft_id: UUID, method: FeeMethod, pressed_at: datetime) -> Payment:
    """
    Begin to pay for a draft in some way, after closing what is under way in another.

    Pressing again goes on with the same payment, or with a new one when it has taken too long.
    Two payments are never open together, because somebody might pay both.

    :param pressed_at: by the database's clock; what counts as the moment of submission.
    :return: a payment that can be made now, or the earlier one, which turned out to be ``PAID``.
    :raises PaymentUnderWay: when the provider cannot close the earlier one yet.
    :raises PaymentProviderUnreachable: when it does not answer.
    :raises Refusal: as `open_payment`.
    """
    pending = Payment.objects.filter(draft=draft_id, state=Payment.State.PENDING).first()
    if pending and _is_given_up(pending, method, pressed_at):
        closed = close_payment(payment=pending, asked_at=pressed_at)
        if closed.state == Payment.State.PAID:
            return closed
    return open_payment(draft_id=draft_id, method=method, opened_at=pressed_at)


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

    However many pages wait, it is asked every few seconds at most. When it does not answer, the
    payment goes on waiting: a task asks too.
    """
    waiting = Payment.objects.filter(pk=payment.pk, state=Payment.State.PENDING)
    due = Q(asked_at=None) | Q(asked_at__lte=asked_at - ASKED_AGAIN_AFTER)
    if not waiting.filter(due).update(asked_at=asked_at):
        return payment
    try:
        message = get_provider().find_outcome(payment, asked_at=asked_at)
    except PaymentProviderUnreachable:
        return payment
    return record_message(message=message, recorded_at=asked_at).payment if message else payment


def _is_given_up(payment: Payment, method: FeeMethod, at: datetime) -> bool:
    """Tell whether a payment under way is not the one to go on with."""
    return payment.method != method.value or is_paying_over(pressed_at=payment.opened_at, at=at)
