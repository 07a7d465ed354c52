"""What the API says of a submission: the fee that it waits for, and the number that came of it."""

from enum import StrEnum
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils import translation

from applications.models import Draft, Payment
from applications.policy.household import FeeMethod
from applications.services.payment_providers import get_provider
from applications.views.fps_code import build_fps_payload


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
NO_PAYMENT = {"method": None, "amount_hkd": None, "payment_url": None, "fps_payload": None}


def describe_submission(draft: Draft) -> dict[str, Any]:
    """Gather what `SubmissionSerializer` writes of a draft as it stands."""
    if draft.application is not None:
        return {**NO_PAYMENT, "state": SubmissionState.SUBMITTED, "application": draft.application}
    payments = {payment.state: payment for payment in draft.payments.order_by("opened_at", "pk")}
    telling = next((payments[state] for state in STATES if state in payments), None)
    if telling is None:
        return {**NO_PAYMENT, "state": SubmissionState.DRAFT, "application": None}
    return describe_payment(telling, draft)


def describe_payment(payment: Payment, draft: Draft) -> dict[str, Any]:
    """Say how the fee is paid and what became of it; only while it is awaited, where."""
    if draft.application is not None:
        return describe_submission(draft)
    is_awaited = payment.state == Payment.State.PENDING
    is_by_fps = payment.method == FeeMethod.FPS
    return {
        "state": STATES[payment.state],
        "method": payment.method,
        "amount_hkd": payment.amount_hkd,
        "payment_url": find_payment_url(payment, draft) if is_awaited else None,
        "fps_payload": build_fps_payload(payment) if is_awaited and is_by_fps else None,
        "application": None,
    }


def find_payment_url(payment: Payment, draft: Draft) -> str:
    """Return the whole address of the provider's page, in the language of the draft."""
    with translation.override(draft.language):
        return urljoin(settings.PUBLIC_URL, get_provider().get_hosted_page_url(payment))
