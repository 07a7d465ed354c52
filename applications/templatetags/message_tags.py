"""Small words of the pages that show e-mails."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext_lazy as _

from applications.models import Message
from applications.policy.masking import mask_mailbox

register = template.Library()

NAMES = {
    Message.Kind.DRAFT_LINK.value: _("Link to a saved application"),
    Message.Kind.PAYMENT_REMINDER.value: _("Reminder: not paid yet"),
    Message.Kind.RECEIPT.value: _("Receipt with the number"),
    Message.Kind.CONTACT_CHANGED.value: _("Contact details changed"),
    Message.Kind.WITHDRAWN.value: _("Application withdrawn"),
}


@register.filter
def message_name(kind: str) -> str:
    """Say what an e-mail is."""
    return str(NAMES[kind])


@register.filter
def message_state(message: Message) -> str:
    """Give the state of an e-mail, for its tag."""
    if message.sent_at:
        return "SENT"
    return "NOT_SENT" if message.given_up_at else "WAITING_TO_GO"


@register.filter
def masked_address(message: Message) -> str:
    """Write an address with most of it hidden."""
    return mask_mailbox(message.address)


@register.filter
def count_of(counts: Mapping[int, int], key: int) -> int:
    """Give the count of one thing, 0 when it has none."""
    return counts.get(key, 0)
