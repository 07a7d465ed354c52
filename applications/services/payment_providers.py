"""What the portal and a payment provider say to each other, whoever the provider is."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from applications.models import Payment
from applications.policy.errors import Refusal


class PaymentMessageForged(Refusal):
    """A message about a payment whose signature, form or content is not the provider's."""

    code = "PAYMENT_MESSAGE_FORGED"


class PaymentProviderUnreachable(Refusal):
    """The provider did not answer when it was asked; a task asks again by itself."""

    code = "PAYMENT_PROVIDER_UNREACHABLE"


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

    def find_outcome(self, payment: Payment, *, asked_at: datetime) -> PaymentMessage | None:
        """
        Ask what became of a payment; ``None`` while it can still be made.

        A payment that nobody has made for a while is closed and then has ``FAILED``: no money
        comes of it any more. The answer is the message that the portal did not get, under the
        same ``event_id``.

        :raises PaymentProviderUnreachable: when the provider does not answer.
        """


def get_provider() -> PaymentProvider:
    """Return the configured provider."""
    return cast(PaymentProvider, import_module(settings.PAYMENT_PROVIDER))
