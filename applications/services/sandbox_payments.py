"""
A payment provider for demonstrations and tests: a hosted page and signed messages, no money.

A provider is a module with these functions; ``PAYMENT_PROVIDER`` names it. A message is JSON,
signed with HMAC-SHA-256 under ``PAYMENT_SECRET``, and comes to the portal through the applicant's
browser, through the provider's own call-back, or both, in any order.
"""

import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from applications.models import Payment
from applications.services.payment_providers import PaymentMessage, PaymentMessageForged


def get_hosted_page_url(payment: Payment) -> str:
    """Return where the applicant pays."""
    return reverse("applications:sandbox-bank", args=[payment.pk])


def write_message(payment: Payment, *, kind: str, happened_at: datetime) -> tuple[str, str]:
    """Return the provider's message on a payment and its signature in hexadecimal."""
    message = PaymentMessage(
        event_id=f"sandbox-{payment.pk}-{kind}",
        payment_id=str(payment.pk),
        kind=kind,
        amount_hkd=payment.amount_hkd,
        happened_at=happened_at.isoformat(),
    )
    body = json.dumps(asdict(message), separators=(",", ":"))
    return body, _sign(body)


def read_message(body: str, signature: str) -> PaymentMessage:
    """
    Return a message whose signature holds.

    :raises PaymentMessageForged: for any other.
    """
    if not hmac.compare_digest(_sign(body).encode(), signature.encode()):
        raise PaymentMessageForged
    return PaymentMessage(**json.loads(body))


def _sign(body: str) -> str:
    return hmac.new(settings.PAYMENT_SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
