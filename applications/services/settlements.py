"""Settle groups of duplicates: an officer has looked, and all the forms concerned stay void."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from applications.models import Application, Exercise, Officer, SettledApplication, Settlement
from applications.policy.errors import Refusal
from applications.selectors.duplicates import DuplicateGroup, find_groups, find_unsettled
from applications.services.copying import copy_rows
from applications.services.journal import record_deed

CHUNK = 5_000


class DuplicateGroupChanged(Refusal):
    """A group is not as the officer saw it: another form has joined it meanwhile."""

    code = "DUPLICATE_GROUP_CHANGED"


@transaction.atomic
def settle_duplicates(
    *,
    exercise: Exercise,
    groups: Sequence[frozenset[int]],
    officer: Officer,
    settled_at: datetime,
) -> int:
    """
    Confirm that the forms of these groups are duplicates; return how many groups that settled.

    All of them or none. A group that is settled already is left as it is, so a double click is
    harmless. An application that joins later makes its group wait for an officer again.

    :param groups: the application numbers of each group, as the officer saw it.
    :raises DuplicateGroupChanged: when one of them is not that group, or no group at all.
    """
    _lock(exercise)
    numbers = frozenset().union(*groups)
    asked = Application.objects.filter(exercise=exercise, number__in=numbers)
    found = find_groups(exercise, list(asked.values_list("pk", flat=True)))
    if {frozenset(group.numbers) for group in found} != set(groups):
        raise DuplicateGroupChanged
    return _store(exercise, found, officer, settled_at)


@transaction.atomic
def settle_all_duplicates(*, exercise: Exercise, officer: Officer, settled_at: datetime) -> int:
    """
    Confirm every group of an exercise at once; return how many that settled.

    For rehearsals and demonstrations, whose duplicates were made on purpose: nobody looks.
    Calling again changes nothing. Goes from one unsettled application to the next, so its time is
    that of the duplicates, however many other applications there are.
    """
    _lock(exercise)
    settled, after = 0, 0
    unsettled = find_unsettled(exercise).order_by("number").values_list("number", "pk")
    while chunk := list(unsettled.filter(number__gt=after)[:CHUNK]):
        groups = find_groups(exercise, [pk for _number, pk in chunk])
        settled += _store(exercise, groups, officer, settled_at)
        after = chunk[-1][0]
    return settled


def _lock(exercise: Exercise) -> None:
    """Let officers settle one after the other, and nobody who applies wait for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"settlement|{exercise.pk}"]
        )


def _store(
    exercise: Exercise, groups: Iterable[DuplicateGroup], officer: Officer, settled_at: datetime
) -> int:
    unsettled = [group for group in groups if group.unsettled_numbers]
    if not unsettled:
        return 0
    settlements = Settlement.objects.bulk_create(
        (
            Settlement(exercise=exercise, settled_by=officer, settled_at=settled_at)
            for _group in unsettled
        ),
        batch_size=CHUNK,
    )
    copy_rows(
        SettledApplication,
        (
            SettledApplication(settlement=settlement, application_id=application.pk)
            for settlement, group in zip(settlements, unsettled, strict=True)
            for application in group.applications
        ),
    )
    record_deed(
        deed="DUPLICATES_SETTLED",
        subject=f"exercise:{exercise.code}",
        recorded_at=settled_at,
        exercise=exercise,
        actor=officer,
        details={
            "groups": len(settlements),
            "first_settlement": settlements[0].pk,
            "last_settlement": settlements[-1].pk,
        },
    )
    return len(settlements)
