"""The words and colours of states, so that one state looks the same on every page."""

from typing import TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class StateTag(TypedDict):
    """What the tag component shows."""

    text: str | Promise
    colour: str


STATE_TAGS: dict[str, tuple[Promise, str]] = {
    # Of a draft and an application
    "DRAFT": (_("Draft"), "grey"),
    "RECEIVED": (_("Received, being checked"), "teal"),
    "ADMITTED": (_("In the ballot"), "green"),
    "EXCLUDED": (_("Not in the ballot"), "red"),
    "WITHDRAWN": (_("Withdrawn"), "grey"),
    # Of a fee
    "NOT_YET_DUE": (_("Not yet due"), "grey"),
    "UNPAID": (_("Unpaid"), "yellow"),
    "PENDING": (_("Payment pending"), "yellow"),
    "PAID": (_("Paid"), "green"),
    "FAILED": (_("Payment failed"), "red"),
    "DISHONOURED": (_("Cheque dishonoured"), "red"),
    "PAID_TWICE": (_("Paid twice"), "red"),
    "ANSWERS_CHANGED": (_("Answers changed"), "yellow"),
    "TOO_LATE": (_("Too late"), "grey"),
    "REFUNDED": (_("Given back"), "grey"),
    "KEPT": (_("Kept"), "grey"),
    "NOT_ON_STATEMENT": (_("Not on the statement"), "grey"),
    # Of an e-mail
    "SENT": (_("Sent"), "green"),
    "WAITING_TO_GO": (_("On its way"), "yellow"),
    "NOT_SENT": (_("Not sent"), "red"),
    # On the register
    "A": (_("In the ballot"), "green"),
    "XD": (_("Duplicate"), "red"),
    "XI": (_("Not eligible as declared"), "red"),
    "XN": (_("Fee not paid"), "red"),
    "XV": (_("Void"), "red"),
    "XW": (_("Withdrawn"), "grey"),
    # Of an exercise and its ballot
    "ANNOUNCED": (_("Opens soon"), "grey"),
    "OPEN": (_("Open"), "green"),
    "CLOSED": (_("Closed"), "grey"),
    "FROZEN": (_("Register frozen"), "teal"),
    "COMMITTED": (_("Commitment published"), "teal"),
    "DRAWN": (_("Drawn"), "green"),
    # What decides the quota, and how it came in
    "YOUTH": (_("Youth Scheme"), "purple"),
    "GENERAL": (_("Ordinary quota"), "teal"),
    "FAMILY": (_("Family"), "teal"),
    "ONE_PERSON": (_("One person"), "teal"),
    "ONLINE": (_("Online"), "grey"),
    "PAPER": (_("Paper"), "grey"),
}


def get_state_tag(state: str) -> StateTag:
    """Return the words and the colour of a state; an unknown one is shown as it stands."""
    text, colour = STATE_TAGS.get(state, (state, "grey"))
    return {"text": text, "colour": colour}
