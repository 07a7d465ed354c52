"""What the portal and a payment provider say to each other, whoever the provider is."""

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from applications.models import Payment
from applications.policy.errors import Refusal


class PaymentMessageForged(Refusal):
    """A message about a payment whose signature, form or content is not the provider's."""

    code = "PAYMENT_MESSAGE_FORGED"


@dataclass(frozen=True, slots=True)
class PaymentMessage:
    """
    What a provider says of a payment.

    :ivar kind: ``PAID`` or ``FAILED``.
    :ivar happened_at: ISO 8601 with offset.
    """

    event_id: str
    payment_id: str
    kind: str
    amount_hkd: int
    happened_at: str


class PaymentProvider(Protocol):
    """What the module named by ``PAYMENT_PROVIDER`` offers."""

    def get_hosted_page_url(self, payment: Payment) -> str:
        """Return where the applicant pays."""

    def read_message(self, body: str, signature: str) -> PaymentMessage:
        """Return a message whose signature holds; :raises PaymentMessageForged: for any other."""


def get_provider() -> PaymentProvider:
    """Return the configured provider."""
    return cast(PaymentProvider, import_module(settings.PAYMENT_PROVIDER))
