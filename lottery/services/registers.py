"""Freeze the register of a closed exercise, and publish its commitment."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

from applications.models import Application, Exercise, Officer
from applications.policy.household import Category, Track
from applications.policy.status import ApplicationState, register_status
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
from lottery.ballot.register import ACTIVE, RegisterLine, render_register_line
from lottery.models import Publication, Register, RegisterBlock, RegisterEntry
from lottery.selectors.freeze_checklist import check_freeze_checklist
from lottery.selectors.progress import check_under_way
from lottery.selectors.published import list_reinstated
from lottery.selectors.register_blocks import BlockRoots
from lottery.services.attempt_locks import lock_attempt
from lottery.services.ballot_journal import record_ballot_deed
from lottery.services.intake_log import take_intake_head
from lottery.services.reballots import get_decision_before

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
    job is harmless. After this nothing in it can change: the database refuses. The intake log gets
    its last head, which holds every application of the register.

    :param frozen_at: timezone-aware; no service reads the clock.
    :raises ExerciseStillOpen: before the exercise was closed.
    :raises FreezeChecklistOpen: while something on the check list is unfinished.
    :raises ReballotNotApproved: for a further attempt that two officers have not decided on.
    """
    stored = Exercise.objects.select_for_update().get(pk=exercise.pk)
    register = Register.objects.filter(exercise=stored, attempt=attempt).first()
    if register:
        return register
    if stored.closed_at is None:
        raise ExerciseStillOpen
    follows = get_decision_before(stored, attempt)
    check_freeze_checklist(stored)
    take_intake_head(exercise=stored, taken_at=frozen_at)
    register = Register(
        id=_reserve_register_id(),
        exercise=stored,
        attempt=attempt,
        follows=follows,
        params_text=render_parameters(build_parameters(stored, attempt)),
        frozen_at=frozen_at,
        frozen_by=officer,
    )
    # Entries are written before their register, whose row needs their hash; the foreign key is
    # checked at commit.
    blocks = BlockRoots()
    commitment = commit(register.params_text, blocks.watch(_store_entries(register)))
    register.commitment_text = render_commitment(commitment)
    register.commitment_sha256 = hash_commitment(register.commitment_text)
    copy_values(
        RegisterBlock._meta.db_table,
        ("register_id", "index", "root"),
        ((register.pk, index, root.hex()) for index, root in enumerate(blocks.roots)),
    )
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
    *,
    register: Register,
    published_at: datetime,
    waiting: timedelta,
    officer: Officer | None = None,
) -> Publication:
    """
    Make the commitment public; from here on it cannot be taken back. Again: nothing.

    :param waiting: how long the public has before the first ball may be drawn; the database
        refuses balls and ceremonies before that.
    :raises AttemptGivenUp: once two officers have decided on another attempt.
    """
    lock_attempt(register.pk)
    publication = Publication.objects.filter(register=register).first()
    if publication:
        return publication
    check_under_way(register)
    publication = Publication.objects.create(
        register=register,
        published_at=published_at,
        published_by=officer,
        ceremony_from=published_at + waiting,
    )
    record_ballot_deed(
        deed="COMMITMENT_PUBLISHED",
        register=register,
        recorded_at=published_at,
        officer=officer,
        commitment=register.commitment_sha256,
        ceremony_from=publication.ceremony_from.isoformat(),
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


def _store_entries(register: Register) -> Iterator[str]:
    """Write the entries chunk by chunk, and pass on each line to be hashed."""
    reinstated = list_reinstated(register.exercise)
    for applications in _read_chunks(register.exercise):
        lines = [
            _build_line(application, is_reinstated=application.number in reinstated)
            for application in applications
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
    intake_leaf__identity_commitment: str


def _read_chunks(exercise: Exercise) -> Iterator[list[_Application]]:
    last = 0
    rows = Application.objects.filter(exercise=exercise).order_by("number")
    while chunk := [
        _Application(*row)
        for row in rows.filter(number__gt=last).values_list(*_Application._fields)[:CHUNK]
    ]:
        yield chunk
        last = chunk[-1].number


def _build_line(application: _Application, *, is_reinstated: bool) -> RegisterLine:
    """Build a line; whom an earlier attempt had excluded by mistake is in the draw now."""
    number = f"{application.number:08d}"
    state = ApplicationState(application.state)
    return RegisterLine(
        number=number,
        status=ACTIVE if is_reinstated else register_status(state, application.reasons).value,
        category=CATEGORY_LETTERS[application.category],
        track=TRACK_LETTERS[application.track],
        ballots=(number,),
        identity_commitment=application.intake_leaf__identity_commitment,
    )


def _reserve_register_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Register._meta.db_table]
        )
        return int(cursor.fetchone()[0])
