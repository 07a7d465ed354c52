"""Remind people, shortly before closing, that their form is not paid for and so not sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from applications.models import Draft, Message
from applications.models.encrypted import hash_for_lookup
from applications.policy.hkid import is_valid_hkic, normalise_hkic
from applications.selectors.drafts import find_unpaid_drafts
from applications.selectors.households import find_numbers_of_people
from applications.services.messages import owe_message

CHUNK = 200
# Whoever saved a page this recently is at it and needs no reminder.
QUIET = timedelta(hours=1)
FIRST = UUID(int=0)


@transaction.atomic
def remind_unpaid_drafts(
    *, reminded_at: datetime, before_closing: timedelta, after: UUID = FIRST
) -> tuple[int, UUID | None]:
    """
    Owe a reminder for each unpaid draft of a chunk that names an e-mail address.

    Nobody is reminded twice, and nobody whose person is on an application already: a second form
    would void both. Two workers at once take different drafts, and one that dies has done nothing.

    :param before_closing: how long before closing reminding begins.
    :param after: the last draft of the chunk before.
    :return: how many were reminded, and the last draft looked at; ``None`` when there was none.
    """
    drafts = list(
        find_unpaid_drafts(closing_from=reminded_at, closing_to=reminded_at + before_closing)
        .filter(pk__gt=after, updated_at__lte=reminded_at - QUIET)
        .select_related("exercise")
        .select_for_update(of=["self"], skip_locked=True)
        .order_by("pk")[:CHUNK]
    )
    due = [(draft, address) for draft in drafts if (address := _find_address(draft))]
    entered = _find_entered([draft for draft, _address in due])
    reminded = [(draft, address) for draft, address in due if draft.pk not in entered]
    for draft, address in reminded:
        owe_message(
            kind=Message.Kind.PAYMENT_REMINDER,
            address=address,
            language=draft.language,
            owed_at=reminded_at,
            draft=draft,
        )
    Draft.objects.filter(pk__in=[draft.pk for draft, _address in reminded]).update(
        reminded_at=reminded_at
    )
    return len(reminded), drafts[-1].pk if drafts else None


def _find_address(draft: Draft) -> str | None:
    return draft.email or (draft.answers.get("contact") or {}).get("email")


def _find_entered(drafts: Sequence[Draft]) -> set[UUID]:
    """Find the drafts whose applicant is on an application of the exercise already."""
    entered: set[UUID] = set()
    for exercise in {draft.exercise for draft in drafts}:
        keys = {
            draft.pk: hash_for_lookup("hkic", normalise_hkic(hkic))
            for draft in drafts
            if draft.exercise_id == exercise.pk
            and is_valid_hkic(hkic := (draft.answers.get("applicant") or {}).get("hkic") or "")
        }
        found = find_numbers_of_people(exercise, list(keys.values()))
        entered |= {pk for pk, key in keys.items() if key in found}
    return entered
