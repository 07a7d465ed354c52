"""
Stripe as the payment provider: its hosted page takes cards, whose numbers never reach the portal.

``HOS_PAYMENT_PROVIDER=stripe`` chooses it; its keys come from the environment. A payment is one
Checkout Session. The session is made under an idempotency key that follows from the payment, so
that however often it is asked for, and even if an answer was lost, there is one. Stripe knows the
payment by a number without meaning and is told nothing of the applicant.
"""

from datetime import UTC, datetime
from functools import cache
from uuid import UUID

import stripe
import structlog
from django.conf import settings
from django.urls import reverse
from stripe.checkout import Session
from stripe.params.checkout import SessionCreateParams, SessionRetrieveParams

from applications.models import Payment
from applications.policy.household import FeeMethod
from applications.services.payment_providers import (
    PaymentMessage,
    PaymentMessageForged,
    PaymentProviderUnreachable,
)

METHODS = (FeeMethod.CARD,)
IS_SANDBOX = False
SIGNATURE_HEADER = "Stripe-Signature"
CURRENCY = "hkd"
CENTS = 100
LOCALES = {"zh-hant": "zh-HK", "en": "en"}
WITH_CHARGE: SessionRetrieveParams = {"expand": ["payment_intent.latest_charge"]}
TIMEOUT_SECONDS = 8
TRIES_AGAIN = 2
TELLING = {
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
}

log = structlog.get_logger("applications.services.stripe_payments")


def get_hosted_page_url(payment: Payment) -> str:
    """Return the address of Stripe's page, or where to wait when the payment has ended there."""
    return _get_session(payment).url or _build_return_url()


def read_message(body: str, signature: str) -> PaymentMessage | None:
    """
    Return what an event says of a payment; ``None`` when it says nothing final of one of ours.

    :raises PaymentMessageForged: signed under another secret, altered, or more than 5 minutes old.
    """
    try:
        event = stripe.Webhook.construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET)
    except (ValueError, stripe.SignatureVerificationError) as error:
        raise PaymentMessageForged from error
    if event.type not in TELLING:
        return None
    session = Session.construct_from(event.data.object, None)
    if not _is_ours(session):
        return None
    has_failed = event.type == "checkout.session.async_payment_failed"
    return _read(session, datetime.fromtimestamp(event.created, UTC), has_failed=has_failed)


def find_outcome(payment: Payment, *, asked_at: datetime) -> PaymentMessage | None:
    """Ask Stripe; a payment whose page was never handed out cannot have been made."""
    if not payment.provider_key:
        return None
    session = _get_session(payment)
    return _read(session, _find_moment(session, asked_at))


def close_payment(payment: Payment, *, asked_at: datetime) -> PaymentMessage | None:
    """Let the session expire, unless it has been paid meanwhile."""
    session = _get_session(payment)
    if session.status == "open":
        session = _expire(session)
    return _read(session, _find_moment(session, asked_at))


def _get_session(payment: Payment) -> Session:
    """
    Return the session of a payment as it stands, and make it the first time.

    :raises PaymentProviderUnreachable: when Stripe does not answer, or not as it should.
    :raises PaymentMessageForged: when it knows nothing of the session, as after a change of keys.
    """
    sessions = _get_client().v1.checkout.sessions
    try:
        if payment.provider_key:
            return sessions.retrieve(payment.provider_key, WITH_CHARGE)
        session = sessions.create(
            _describe(payment), {"idempotency_key": f"hos-payment-{payment.pk}"}
        )
    except stripe.InvalidRequestError as error:
        raise PaymentMessageForged from error
    except stripe.StripeError as error:
        raise _say_unreachable(error) from error
    payment.provider_key = session.id
    payment.save(update_fields=["provider_key"])
    return session


def _expire(session: Session) -> Session:
    sessions = _get_client().v1.checkout.sessions
    try:
        return sessions.expire(session.id)
    except stripe.InvalidRequestError:
        # Somebody has just paid, or is paying: Stripe says which.
        return sessions.retrieve(session.id, WITH_CHARGE)
    except stripe.StripeError as error:
        raise _say_unreachable(error) from error


def _describe(payment: Payment) -> SessionCreateParams:
    """Say what is paid, the same each time: an idempotency key holds for one description."""
    key = str(payment.pk)
    return {
        "mode": "payment",
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": key,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": CURRENCY,
                    "unit_amount": payment.amount_hkd * CENTS,
                    "product_data": {"name": f"Application fee {payment.bill_number}"},
                },
            }
        ],
        "payment_intent_data": {"metadata": {"payment": key}},
        "locale": LOCALES[payment.draft.language] if payment.draft else "auto",
        "success_url": _build_return_url(),
        "cancel_url": _build_return_url(),
    }


def _build_return_url() -> str:
    return settings.PUBLIC_URL.rstrip("/") + reverse("payments:return")


def _read(
    session: Session, happened_at: datetime, *, has_failed: bool = False
) -> PaymentMessage | None:
    """Say what a session of ours means; ``None`` while money may still come of it."""
    if not session.client_reference_id:
        return None
    if session.payment_status == "paid":
        kind = Payment.State.PAID
    elif session.status == "expired" or has_failed:
        kind = Payment.State.FAILED
    else:
        return None
    amount_hkd, cents = divmod(session.amount_total or 0, CENTS)
    if session.currency != CURRENCY or cents:
        raise PaymentMessageForged
    return PaymentMessage(
        event_id=f"stripe-{session.client_reference_id}-{kind.value}",
        payment_id=session.client_reference_id,
        kind=kind.value,
        amount_hkd=amount_hkd,
        happened_at=happened_at.isoformat(),
        reference=_find_reference(session),
    )


def _is_ours(session: Session) -> bool:
    """
    Tell whether a session was made for one of our payments.

    Others may sell through the same account, and whoever pays by a link of theirs writes any
    reference into it. The number is missing where the answer was lost that would have told it.
    """
    try:
        key = UUID(session.client_reference_id or "")
    except ValueError:
        return False
    return Payment.objects.filter(pk=key, provider_key__in=("", session.id)).exists()


def _find_reference(session: Session) -> str:
    """Find the number of the money at Stripe, by which it is given back."""
    intent = session.payment_intent
    return intent if isinstance(intent, str) else intent.id if intent else ""


def _find_moment(session: Session, asked_at: datetime) -> datetime:
    """Find when the card was charged; when nothing was, it is when Stripe was asked."""
    intent = session.payment_intent
    charge = intent.latest_charge if isinstance(intent, stripe.PaymentIntent) else None
    is_known = isinstance(charge, stripe.Charge)
    return datetime.fromtimestamp(charge.created, UTC) if is_known else asked_at  # type: ignore[union-attr]


def _say_unreachable(error: stripe.StripeError) -> PaymentProviderUnreachable:
    log.warning("stripe_refused", kind=type(error).__name__, status=error.http_status)
    return PaymentProviderUnreachable()


def _get_client() -> stripe.StripeClient:
    return _make_client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL)


@cache
def _make_client(secret_key: str, api_url: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        secret_key,
        base_addresses={"api": api_url},
        max_network_retries=TRIES_AGAIN,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )
