"""What the portal and a payment provider say to each other, whoever the provider is."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from applications.models import Exercise, Payment
from applications.policy.errors import Refusal
from applications.policy.household import FeeMethod


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

    :ivar event_id: the same whenever the same thing is said, by itself or when asked.
    :ivar kind: ``PAID``, or ``FAILED`` when no money comes of it any more.
    :ivar happened_at: ISO 8601 with offset.
    :ivar reference: under which the provider keeps the money; needed to give it back.
    """

    event_id: str
    payment_id: str
    kind: str
    amount_hkd: int
    happened_at: str
    reference: str = ""


class PaymentProvider(Protocol):
    """What the module named by ``PAYMENT_PROVIDER`` offers."""

    METHODS: tuple[FeeMethod, ...]
    """Ways of paying that it takes; no other is offered."""

    IS_SANDBOX: bool
    """Whether no money moves."""

    SIGNATURE_HEADER: str
    """The header that signs the body of its messages."""

    def get_hosted_page_url(self, payment: Payment) -> str:
        """
        Return where the applicant pays; however often, it is the same payment.

        :raises PaymentProviderUnreachable: when the provider does not answer.
        """

    def read_message(self, body: str, signature: str) -> PaymentMessage | None:
        """
        Return a message whose signature holds; ``None`` when it says nothing that matters here.

        :raises PaymentMessageForged: for any other.
        """

    def find_outcome(self, payment: Payment, *, asked_at: datetime) -> PaymentMessage | None:
        """
        Ask what became of a payment; ``None`` while it can still be made.

        The answer is the message that the portal did not get, under the same ``event_id``.

        :raises PaymentProviderUnreachable: when the provider does not answer.
        """

    def close_payment(self, payment: Payment, *, asked_at: datetime) -> PaymentMessage | None:
        """
        Take no money for a payment any more, and tell what became of it.

        ``PAID`` when somebody was quicker; ``None`` when it cannot be said yet.

        :raises PaymentProviderUnreachable: when the provider does not answer.
        """


def is_money_missing_from(exercise: Exercise) -> bool:
    """Tell whether a real exercise is held with a provider that takes no money."""
    return get_provider().IS_SANDBOX and not exercise.demonstration


def get_provider() -> PaymentProvider:
    """Return the configured provider."""
    return cast(PaymentProvider, import_module(settings.PAYMENT_PROVIDER))
