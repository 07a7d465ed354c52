"""Paying step by step, for tests that look between the steps."""

from django.urls import reverse

from applications.models import Draft
from applications.policy.household import FeeMethod
from applications.selectors.clock import read_clock
from applications.services.payments import open_payment, record_payment
from applications.services.sandbox_payments import read_message, write_message


def open_fee(draft, *, method=FeeMethod.CARD, at=None):
    """Ask for the fee of a draft."""
    return open_payment(draft_id=draft.pk, method=method, opened_at=at or read_clock())


def say(payment, kind="PAID", *, at=None):
    """Let the provider say something of a payment; give the message as the portal reads it."""
    return read_message(*write_message(payment, kind=kind, happened_at=at or read_clock()))


def record(message):
    """Tell the portal; give the payment and the application that came of it, if any."""
    return record_payment(message=message, recorded_at=read_clock())


def leave_unanswered(draft, *, in_exercise):
    """
    Leave a payment without an answer in an exercise that is closed, and give it.

    Closing refuses while there is one, so it is begun in another exercise; a store from before that
    rule may hold one.
    """
    payment = open_fee(draft)
    Draft.objects.filter(pk=draft.pk).update(exercise=in_exercise)
    return payment


def call_back(client, payment, kind="PAID"):
    """Let the provider tell the portal, as it does: signed, from server to server."""
    body, signature = write_message(payment, kind=kind, happened_at=read_clock())
    return client.post(
        reverse("payments:callback"),
        body,
        content_type="application/json",
        headers={"X-Signature": signature},
    )
