"""The groups of duplicates that no officer has settled yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from applications.models import Application, Exercise, Person, SettledApplication
from applications.models.application import DUPLICATE_REASONS
from applications.policy.duplicate_groups import group_duplicates
from applications.policy.duplicates import DuplicateEntry
from applications.selectors.households import find_sharing_applications, read_role

PAGE_SIZE = 25


class _Row(NamedTuple):
    """Somebody on an application; plain values, for there may be very many."""

    application_id: int
    application__number: int
    application__channel: str
    application__state: str
    application__received_at: datetime
    application__withdrawn_at: datetime | None
    identity_key: bytes
    position: int
    relationship: str


@dataclass(frozen=True, slots=True)
class SharedPerson:
    """
    Somebody who is on several forms of a group, and where on this one; nobody's name.

    :ivar letter: the same person has the same letter on every form of the group.
    :ivar position: 0 is the applicant.
    """

    letter: str
    position: int
    relationship: str


@dataclass(frozen=True, slots=True)
class GroupedApplication:
    """An application of a group."""

    pk: int
    number: int
    channel: str
    state: str
    received_at: datetime
    is_settled: bool
    shared: tuple[SharedPerson, ...]


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Applications that share people or spouses, by number."""

    applications: tuple[GroupedApplication, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(application.number for application in self.applications)

    @property
    def unsettled_numbers(self) -> tuple[int, ...]:
        return tuple(one.number for one in self.applications if not one.is_settled)


@dataclass(frozen=True, slots=True)
class ListedGroups:
    """
    A page of groups.

    :ivar after: where the next page begins, or ``None`` on the last.
    """

    groups: Sequence[DuplicateGroup]
    after: int | None


def find_unsettled(exercise: Exercise) -> QuerySet[Application]:
    """Find the applications that are void as duplicates and that no officer has settled."""
    settled = SettledApplication.objects.filter(application=OuterRef("pk"))
    return Application.objects.filter(
        ~Exists(settled), exercise=exercise, reasons__overlap=DUPLICATE_REASONS
    )


def list_unsettled_groups(exercise: Exercise, *, after: int = 0) -> ListedGroups:
    """
    List a page of groups with something unsettled, by the lowest unsettled number of each.

    Pages go by number, not by offset: what was settled meanwhile moves nothing past the reader.
    """
    unsettled = find_unsettled(exercise).filter(number__gt=after).order_by("number")
    seeds = dict(unsettled.values_list("number", "pk")[: PAGE_SIZE + 1])
    page = sorted(seeds)[:PAGE_SIZE]
    groups = [
        group
        for group in find_groups(exercise, [seeds[number] for number in page])
        if after < min(group.unsettled_numbers, default=0) <= page[-1]
    ]
    return ListedGroups(groups, page[-1] if len(seeds) > PAGE_SIZE else None)


def find_groups(exercise: Exercise, application_ids: Sequence[int]) -> list[DuplicateGroup]:
    """Find the groups of these applications, however far the chains of shared people reach."""
    known = set(application_ids)
    while (wider := find_sharing_applications(exercise, sorted(known))) != known:
        known = wider
    groups = _read_groups(Person.objects.filter(application_id__in=known))
    asked = set(application_ids)
    return [group for group in groups if asked & {one.pk for one in group.applications}]


def _read_groups(people: QuerySet[Person]) -> list[DuplicateGroup]:
    rows: dict[int, list[_Row]] = {}
    for row in people.order_by("application_id", "position").values_list(*_Row._fields).iterator():
        rows.setdefault(row[0], []).append(_Row(*row))
    groups = group_duplicates(_build_entry(appearances) for appearances in rows.values())
    grouped = [int(pk) for group in groups for pk in group]
    settled = _find_settled(grouped)
    built = [_build_group([rows[int(pk)] for pk in group], settled) for group in groups]
    return sorted(built, key=lambda group: group.numbers)


def _find_settled(application_ids: Sequence[int]) -> set[int]:
    found = SettledApplication.objects.filter(application_id__in=application_ids)
    return set(found.values_list("application_id", flat=True))


def _build_entry(rows: Sequence[_Row]) -> DuplicateEntry:
    first = rows[0]
    return DuplicateEntry(
        number=first.application_id,
        received_at=first.application__received_at,
        withdrawn_at=first.application__withdrawn_at,
        people=tuple((bytes(row.identity_key), read_role(row.relationship)) for row in rows),
    )


def _build_group(forms: Sequence[Sequence[_Row]], settled: set[int]) -> DuplicateGroup:
    forms = sorted(forms, key=lambda rows: rows[0].application__number)
    letters = _letter_shared(row for rows in forms for row in rows)
    return DuplicateGroup(tuple(_build_application(rows, letters, settled) for rows in forms))


def _letter_shared(rows: Iterable[_Row]) -> dict[bytes, str]:
    """Give everybody who is on several forms a letter, in the order of the forms."""
    counts: dict[bytes, int] = {}
    for row in rows:
        key = bytes(row.identity_key)
        counts[key] = counts.get(key, 0) + 1
    shared = [key for key, count in counts.items() if count > 1]
    return {key: _name_letter(index) for index, key in enumerate(shared)}


def _name_letter(index: int) -> str:
    """A to Z, then AA, AB and so on."""
    prefix = _name_letter(index // 26 - 1) if index >= 26 else ""
    return prefix + chr(ord("A") + index % 26)


def _build_application(
    rows: Sequence[_Row], letters: dict[bytes, str], settled: set[int]
) -> GroupedApplication:
    first = rows[0]
    return GroupedApplication(
        pk=first.application_id,
        number=first.application__number,
        channel=first.application__channel,
        state=first.application__state,
        received_at=first.application__received_at,
        is_settled=first.application_id in settled,
        shared=tuple(
            SharedPerson(letters[key], row.position, row.relationship)
            for row in rows
            if (key := bytes(row.identity_key)) in letters
        ),
    )
