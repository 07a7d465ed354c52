"""What the API says of a submission: the fee that it waits for, and the number that came of it."""

from enum import StrEnum
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils import translation

from applications.models import Application, Draft, Payment
from applications.services.payment_providers import get_provider


class SubmissionState(StrEnum):
    """
    Where a draft stands on its way.

    ``PAYMENT_FAILED``: nothing was charged, and another payment may be opened.
    ``PAID_NOT_SUBMITTED``: the fee came, but closing or another payment was quicker; an officer
    settles it.
    """

    DRAFT = "DRAFT"
    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    PAID_NOT_SUBMITTED = "PAID_NOT_SUBMITTED"
    SUBMITTED = "SUBMITTED"


STATES = {
    Payment.State.PAID.value: SubmissionState.PAID_NOT_SUBMITTED,
    Payment.State.PENDING.value: SubmissionState.AWAITING_PAYMENT,
    Payment.State.FAILED.value: SubmissionState.PAYMENT_FAILED,
}


def describe_submission(draft: Draft) -> dict[str, Any]:
    """Gather what `SubmissionSerializer` writes of a draft as it stands."""
    if draft.application is not None:
        return _build(SubmissionState.SUBMITTED, application=draft.application)
    payments = {payment.state: payment for payment in draft.payments.order_by("opened_at", "pk")}
    for payment_state, state in STATES.items():
        if payment := payments.get(payment_state):
            return describe_payment(payment, draft, state)
    return _build(SubmissionState.DRAFT)


def describe_payment(
    payment: Payment, draft: Draft, state: SubmissionState = SubmissionState.AWAITING_PAYMENT
) -> dict[str, Any]:
    """Say how the fee is paid; only while it is awaited, where."""
    is_awaited = state is SubmissionState.AWAITING_PAYMENT
    return _build(
        state,
        method=payment.method,
        amount_hkd=payment.amount_hkd,
        payment_url=find_payment_url(payment, draft) if is_awaited else None,
    )


def find_payment_url(payment: Payment, draft: Draft) -> str:
    """Return the whole address of the provider's page, in the language of the draft."""
    with translation.override(draft.language):
        return urljoin(settings.PUBLIC_URL, get_provider().get_hosted_page_url(payment))


def _build(
    state: SubmissionState, *, application: Application | None = None, **payment: Any
) -> dict[str, Any]:
    nothing = {"method": None, "amount_hkd": None, "payment_url": None}
    return {"state": state.value, **nothing, **payment, "application": application}
