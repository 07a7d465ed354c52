"""Freeze the register of a closed exercise, and publish its commitment."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from applications.models import Application, Exercise, Officer, Person
from applications.policy.household import Category, Track
from applications.policy.status import ApplicationState, ScreeningUnfinished, register_status
from applications.services.copying import copy_values
from applications.services.exercises import ExerciseStillOpen
from lottery.ballot.commitment import commit, hash_commitment, render_commitment
from lottery.ballot.parameters import (
    BallotParameters,
    Step,
    parse_announced_beacon,
    parse_physical,
    render_parameters,
)
from lottery.ballot.register import RegisterLine, compute_identity_commitment, render_register_line
from lottery.models import Publication, Register, RegisterEntry
from lottery.selectors.progress import get_freeze_checklist
from lottery.services.ballot_journal import record_ballot_deed

CHUNK = 5_000
CATEGORY_LETTERS = {Category.FAMILY.value: "F", Category.ONE_PERSON.value: "P"}
ENTRY_COLUMNS = (
    "register_id",
    "application_id",
    "number",
    "status",
    "category",
    "track",
    "line",
)
TRACK_LETTERS = {Track.YOUTH.value: "Y", Track.GENERAL.value: "G"}


@transaction.atomic
def freeze_register(
    *, exercise: Exercise, attempt: int, frozen_at: datetime, officer: Officer | None = None
) -> Register:
    """
    Freeze the register of a closed exercise and store its commitment.

    All of it or nothing. Calling again returns the stored register, so a double click or a retried
    job is harmless. After this nothing in it can change: the database refuses.

    :param frozen_at: timezone-aware; no service reads the clock.
    :raises ExerciseStillOpen: before the exercise was closed.
    :raises ScreeningUnfinished: while an application waits for screening.
    """
    stored = Exercise.objects.select_for_update().get(pk=exercise.pk)
    register = Register.objects.filter(exercise=stored, attempt=attempt).first()
    if register:
        return register
    if stored.closed_at is None:
        raise ExerciseStillOpen
    _check_screening(stored)
    register = Register(
        id=_reserve_register_id(),
        exercise=stored,
        attempt=attempt,
        params_text=render_parameters(build_parameters(stored, attempt)),
        frozen_at=frozen_at,
        frozen_by=officer,
    )
    # Entries are written before their register, whose row needs their hash; the foreign key is
    # checked at commit.
    commitment = commit(register.params_text, _store_entries(register))
    register.commitment_text = render_commitment(commitment)
    register.commitment_sha256 = hash_commitment(register.commitment_text)
    register.save(force_insert=True)
    record_ballot_deed(
        deed="REGISTER_FROZEN",
        register=register,
        recorded_at=frozen_at,
        officer=officer,
        commitment=register.commitment_sha256,
    )
    return register


@transaction.atomic
def publish_commitment(
    *, register: Register, published_at: datetime, officer: Officer | None = None
) -> Publication:
    """Make the commitment public; from here on it cannot be taken back. Again: nothing."""
    Register.objects.select_for_update().get(pk=register.pk)
    publication, is_new = Publication.objects.get_or_create(
        register=register, defaults={"published_at": published_at, "published_by": officer}
    )
    if is_new:
        record_ballot_deed(
            deed="COMMITMENT_PUBLISHED",
            register=register,
            recorded_at=published_at,
            officer=officer,
            commitment=register.commitment_sha256,
        )
    return publication


def build_parameters(exercise: Exercise, attempt: int) -> BallotParameters:
    """Build params.txt's content from the published terms of an exercise."""
    terms = exercise.parsed_terms.ballot
    return BallotParameters(
        draw=exercise.code,
        attempt=attempt,
        order=terms.order,
        physical=parse_physical(terms.physical),
        beacon=parse_announced_beacon(terms.beacon),
        fallback=terms.fallback,
        steps=tuple(Step(**asdict(step)) for step in terms.steps),
    )


def _check_screening(exercise: Exercise) -> None:
    checklist = get_freeze_checklist(exercise)
    if not checklist.is_clear:
        raise ScreeningUnfinished(count=max(checklist.unscreened_count, checklist.owed_count))


def _store_entries(register: Register) -> Iterator[str]:
    """Write the entries chunk by chunk, and pass on each line to be hashed."""
    for applications in _read_chunks(register.exercise):
        identities = _read_identities([application.pk for application in applications])
        lines = [
            _build_line(application, identities[application.pk]) for application in applications
        ]
        rendered = [render_register_line(line) for line in lines]
        copy_values(
            RegisterEntry._meta.db_table,
            ENTRY_COLUMNS,
            (
                (register.pk, row.pk, row.number, line.status, line.category, line.track, text)
                for row, line, text in zip(applications, lines, rendered, strict=True)
            ),
        )
        yield from rendered


class _Application(NamedTuple):
    """What the register needs of an application; plain values, for there may be a million."""

    pk: int
    number: int
    state: str
    reasons: list[str]
    category: str
    track: str
    salt: str


def _read_chunks(exercise: Exercise) -> Iterator[list[_Application]]:
    last = 0
    rows = Application.objects.filter(exercise=exercise).order_by("number")
    while chunk := [
        _Application(*row)
        for row in rows.filter(number__gt=last).values_list(*_Application._fields)[:CHUNK]
    ]:
        yield chunk
        last = chunk[-1].number


def _read_identities(application_ids: Sequence[int]) -> dict[int, list[str]]:
    identities: dict[int, list[str]] = defaultdict(list)
    people = Person.objects.filter(application_id__in=application_ids)
    for application_id, number in people.values_list("application_id", "identity_number"):
        identities[application_id].append(str(number))
    return identities


def _build_line(application: _Application, identity_numbers: list[str]) -> RegisterLine:
    number = f"{application.number:08d}"
    state = ApplicationState(application.state)
    return RegisterLine(
        number=number,
        status=register_status(state, application.reasons).value,
        category=CATEGORY_LETTERS[application.category],
        track=TRACK_LETTERS[application.track],
        ballots=(number,),
        identity_commitment=compute_identity_commitment(application.salt, identity_numbers),
    )


def _reserve_register_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Register._meta.db_table]
        )
        return int(cursor.fetchone()[0])
