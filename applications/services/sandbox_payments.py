"""
A payment provider for demonstrations and tests: a hosted page and signed messages, no money.

A provider is a module with these functions; ``PAYMENT_PROVIDER`` names it. A message is JSON,
signed with HMAC-SHA-256 under ``PAYMENT_SECRET``, and comes to the portal through the applicant's
browser, through the provider's own call-back, or both, in any order. What applicants answered is in
the provider's books, so that it can also be asked.
"""

import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from applications.models import Payment, SandboxAnswer
from applications.policy.household import FeeMethod
from applications.services.payment_providers import PaymentMessage, PaymentMessageForged

METHODS = (FeeMethod.CARD, FeeMethod.FPS)
IS_SANDBOX = True
SIGNATURE_HEADER = "X-Signature"
PAGE_LIFE = timedelta(minutes=15)
ENDS = (SandboxAnswer.Kind.PAID, SandboxAnswer.Kind.CLOSED)


def get_hosted_page_url(payment: Payment) -> str:
    """Return where the applicant pays."""
    return reverse("applications:sandbox-bank", args=[payment.pk])


def take_answer(payment: Payment, *, kind: str, happened_at: datetime) -> tuple[str, str]:
    """
    Enter in the provider's books that somebody paid or declined; return message and signature.

    Either ends the payment, and the first end holds. A page that has been open for longer than
    `PAGE_LIFE` takes no money any more.
    """
    is_paid = kind == Payment.State.PAID and happened_at <= payment.opened_at + PAGE_LIFE
    end = SandboxAnswer.Kind.PAID if is_paid else SandboxAnswer.Kind.CLOSED
    answer = _end(payment, end, happened_at)
    return write_message(payment, kind=_tell(answer), happened_at=answer.happened_at)


def find_outcome(payment: Payment, *, asked_at: datetime) -> PaymentMessage | None:
    """Look a payment up in the books."""
    answer = SandboxAnswer.objects.filter(payment=payment, kind__in=ENDS).first()
    if answer is None:
        return None
    return _build_message(payment, kind=_tell(answer), happened_at=answer.happened_at)


def close_payment(payment: Payment, *, asked_at: datetime) -> PaymentMessage:
    """Close a payment in the books, unless somebody has paid."""
    answer = _end(payment, SandboxAnswer.Kind.CLOSED, asked_at)
    return _build_message(payment, kind=_tell(answer), happened_at=answer.happened_at)


def write_message(payment: Payment, *, kind: str, happened_at: datetime) -> tuple[str, str]:
    """Return the provider's message on a payment and its signature in hexadecimal."""
    message = _build_message(payment, kind=kind, happened_at=happened_at)
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


def _end(payment: Payment, kind: SandboxAnswer.Kind, at: datetime) -> SandboxAnswer:
    """End a payment; the database keeps it from ending twice, and the first end holds."""
    ended, _is_new = SandboxAnswer.objects.get_or_create(
        payment=payment, kind__in=ENDS, defaults={"kind": kind, "happened_at": at}
    )
    return ended


def _tell(answer: SandboxAnswer) -> str:
    """Say what an entry in the books means to the portal."""
    is_paid = answer.kind == SandboxAnswer.Kind.PAID
    return (Payment.State.PAID if is_paid else Payment.State.FAILED).value


def _build_message(payment: Payment, *, kind: str, happened_at: datetime) -> PaymentMessage:
    return PaymentMessage(
        event_id=f"sandbox-{payment.pk}-{kind}",
        payment_id=str(payment.pk),
        kind=kind,
        amount_hkd=payment.amount_hkd,
        happened_at=happened_at.isoformat(),
    )


def _sign(body: str) -> str:
    return hmac.new(settings.PAYMENT_SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
