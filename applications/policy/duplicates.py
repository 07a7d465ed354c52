"""
Duplicates: who is on two forms, and which forms are void for it.

All the forms concerned are void, on paper and online alike. Different people of one family on
different forms, none of them spouses, are lawful.

Source: 1823.gov.hk, frequently asked questions on duplicate applications (April 2026).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from applications.policy.household import Household, Relationship
from applications.policy.reasons import ReasonCode

NEVER = datetime.max.replace(tzinfo=UTC)


class FormRole(StrEnum):
    """What somebody is on a form, as far as duplicates go."""

    APPLICANT = "APPLICANT"
    SPOUSE = "SPOUSE"
    MEMBER = "MEMBER"


OTHER_HALF = {FormRole.APPLICANT: FormRole.SPOUSE, FormRole.SPOUSE: FormRole.APPLICANT}


@dataclass(frozen=True, slots=True)
class DuplicateEntry:
    """
    An application as far as duplicates go.

    :param number: whatever names the application.
    :param received_at: when it arrived, timezone-aware; ``withdrawn_at`` likewise, if ever.
    :param people: the keyed identity and the role of everybody on the form, each once.
    """

    number: int | str
    received_at: datetime
    withdrawn_at: datetime | None
    people: tuple[tuple[Hashable, FormRole], ...]

    @property
    def stands_until(self) -> datetime:
        """The end of the time in which another form that arrives collides with this one."""
        return NEVER if self.withdrawn_at is None else self.withdrawn_at


Appearance = tuple[DuplicateEntry, FormRole]


def list_roles(household: Household) -> list[FormRole]:
    """List the role of everybody on a form, in the order of ``household.people``."""
    return [
        FormRole.APPLICANT,
        *(
            FormRole.SPOUSE if member.relationship is Relationship.SPOUSE else FormRole.MEMBER
            for member in household.members
        ),
    ]


def find_duplicates(entries: Iterable[DuplicateEntry]) -> dict[int | str, frozenset[ReasonCode]]:
    """
    Find the applications that are void because somebody is on another form too.

    Two forms that share a person collide unless one was withdrawn before the other arrived [A]:
    withdrawing afterwards rescues neither. When the shared person is the applicant of one form
    and the spouse on the other, spouses have applied separately and both forms get
    ``DUPLICATE_SPOUSE``; otherwise both get ``DUPLICATE_PERSON``. A form may get both.

    Which form came first does not matter, nor does the order of ``entries``. Time is proportional
    to the number of people; for a single person on k forms, to k log k.

    :returns: the void applications only, each with its reasons.
    """
    found: dict[int | str, set[ReasonCode]] = {}
    for appearances in _group_shared_people(entries):
        for entry, reason in _judge_shared_person(appearances):
            found.setdefault(entry.number, set()).add(reason)
    return {number: frozenset(reasons) for number, reasons in found.items()}


def _group_shared_people(entries: Iterable[DuplicateEntry]) -> Iterable[list[Appearance]]:
    """Give, for each person who is on more than one form, all of that person's appearances."""
    first: dict[Hashable, Appearance] = {}
    shared: dict[Hashable, list[Appearance]] = {}
    for entry in entries:
        for identity, role in entry.people:
            appearance = (entry, role)
            earlier = first.setdefault(identity, appearance)
            if earlier is not appearance:
                shared.setdefault(identity, [earlier]).append(appearance)
    return shared.values()


def _judge_shared_person(
    appearances: Sequence[Appearance],
) -> Iterator[tuple[DuplicateEntry, ReasonCode]]:
    """Give each form on which one person appears with each reason that makes it void."""
    forms = {
        role: _StandingForms([entry for entry, entry_role in appearances if entry_role is role])
        for role in FormRole
    }
    for entry, role in appearances:
        colliding = {other: forms[other].count_colliding(entry) for other in FormRole}
        colliding[role] -= 1  # the form itself
        spouse_forms = colliding.pop(OTHER_HALF[role]) if role in OTHER_HALF else 0
        if spouse_forms:
            yield entry, ReasonCode.DUPLICATE_SPOUSE
        if any(colliding.values()):
            yield entry, ReasonCode.DUPLICATE_PERSON


class _StandingForms:
    """The times in which some forms stand, sorted so that collisions are counted, not listed."""

    def __init__(self, entries: Sequence[DuplicateEntry]) -> None:
        self._starts = sorted(entry.received_at for entry in entries)
        self._ends = sorted(entry.stands_until for entry in entries)

    def count_colliding(self, entry: DuplicateEntry) -> int:
        """Count the forms that arrived while ``entry`` stood or stood when it arrived."""
        arrived = bisect_right(self._starts, entry.stands_until)
        gone_before = bisect_left(self._ends, entry.received_at)
        return arrived - gone_before
