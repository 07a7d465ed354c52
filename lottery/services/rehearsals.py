"""Rehearse an exercise with households that do not exist, through the services of a real one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from applications.models import Exercise, Officer
from applications.policy.document import parse_document
from applications.policy.errors import Refusal
from applications.policy.fees import FeeState
from applications.policy.household import ApplicationDocument
from applications.policy.terms import ExerciseTerms, parse_terms, shift_period
from applications.policy.timetable import hong_kong_date
from applications.selectors.clock import read_clock
from applications.services.application_rows import Arrival
from applications.services.bulk_intake import store_applications
from applications.services.exercises import close_exercise, load_exercise
from applications.services.settlements import settle_all_duplicates
from applications.synthetic.chooser import Chooser
from applications.synthetic.documents import Mixture, generate_documents
from lottery.ballot.parameters import parse_parameters
from lottery.models import Ceremony, Draw, Register
from lottery.services.ceremonies import key_balls, settle_ceremony
from lottery.services.draws import run_draw
from lottery.services.registers import freeze_register, publish_commitment

CHUNK = 2_000
OFFICERS = ("rehearsal-1", "rehearsal-2")


class RehearsalExists(Refusal):
    """A rehearsal of this name was held; its exercise stays as it was."""

    code = "REHEARSAL_EXISTS"


@dataclass(frozen=True, slots=True)
class BallCut:
    """
    What one ball decided for one category.

    :ivar position: of the ball in the drawn sequence, from 1.
    :ivar application_count: ranked applications whose last two digits are the ball's.
    :ivar place_count: how many of them take a place.
    """

    category: str
    position: int
    ball: str
    application_count: int
    place_count: int


def open_rehearsal(*, mapping: dict[str, Any], name: str) -> tuple[Exercise, ExerciseTerms]:
    """
    Store an exercise of these terms under its own name, open since an hour ago.

    :param name: ``REHEARSAL-…``; it takes the place of the exercise's code.
    :raises RehearsalExists: a rehearsal has one draw, as every exercise does.
    """
    if Exercise.objects.filter(code=name).exists():
        raise RehearsalExists(name=name)
    now = read_clock()
    shifted = shift_period(mapping, now - timedelta(hours=1), name)
    exercise, _ = load_exercise(mapping=shifted, loaded_at=now)
    return exercise, parse_terms(shifted)


def submit_synthetic_households(
    *, exercise: Exercise, terms: ExerciseTerms, mixture: Mixture, seed: int
) -> Iterator[int]:
    """Take in the households in chunks, as imports do; yield how many each chunk held."""
    now = read_clock()
    documents = generate_documents(
        seed=seed, terms=terms, mixture=mixture, first_at=terms.opens_at, last_at=now
    )
    while chunk := list(islice(documents, CHUNK)):
        arrivals = [_describe_arrival(exercise, at, mapping, now) for at, mapping in chunk]
        with transaction.atomic():
            store_applications(exercise=exercise, terms=terms, arrivals=arrivals)
        yield len(arrivals)


def hold_ballot(*, exercise: Exercise, balls: Sequence[str]) -> Draw:
    """Hold the whole ballot, from closing to the draw; two officers key the balls."""
    officers = [_get_rehearsal_officer(reference) for reference in OFFICERS]
    closed = close_exercise(exercise=exercise, closed_at=read_clock(), officer=officers[0])
    settle_all_duplicates(exercise=closed, officer=officers[0], settled_at=read_clock())
    register = freeze_register(
        exercise=closed, attempt=1, frozen_at=read_clock(), officer=officers[0]
    )
    publication = publish_commitment(
        register=register,
        published_at=read_clock(),
        waiting=timedelta(0),
        officer=officers[0],
    )
    for officer in officers:
        key_balls(
            publication=publication,
            officer=officer,
            balls="-".join(balls),
            keyed_at=read_clock(),
        )
    ceremony: Ceremony = settle_ceremony(publication=publication, settled_at=read_clock())
    return run_draw(ceremony=ceremony, run_at=read_clock(), officer=officers[0])


def choose_balls(*, physical: str, seed: int) -> list[str]:
    """Choose a sequence of balls for a rehearsal; at a real ceremony they are drawn in public."""
    ball_count, drawn_count = (int(part) for part in physical.split(":")[1:])
    chooser = Chooser(seed, "balls")
    machine = [f"{number:02d}" for number in range(ball_count)]
    return [machine.pop(chooser.below(len(machine))) for _ in range(drawn_count)]


def list_ball_cuts(draw: Draw) -> list[BallCut]:
    """List, in drawn order, what each ball decided, as far as places reach."""
    ranked: Counter[tuple[str, int, str]] = Counter()
    placed: Counter[tuple[str, int, str]] = Counter()
    holders = set(draw.places.values_list("entry_id", flat=True))
    rows = draw.ranking.values_list("category", "group", "ballot", "entry_id")
    for category, group, ballot, entry_id in rows.iterator():
        key = (category, group, ballot[-2:])
        ranked[key] += 1
        placed[key] += entry_id in holders
    return [
        BallCut(category, group + 1, ball, ranked[key], placed[key])
        for key in sorted(ranked)
        for category, group, ball in [key]
        if placed[key]
    ]


def uses_balls(register: Register) -> bool:
    """Tell whether the balls themselves order the groups, so that a cut by ball means something."""
    return parse_parameters(register.params_text).order == "last2:balls"


def _describe_arrival(
    exercise: Exercise, at: datetime, mapping: dict[str, Any], now: datetime
) -> tuple[ApplicationDocument, Arrival]:
    document = parse_document(mapping, today=hong_kong_date(now))
    serial = mapping["fee"]["reference"] if mapping["fee"] else mapping["paper"]["form_serial"]
    return document, Arrival(
        submission_key=uuid5(NAMESPACE_URL, f"{exercise.code}/{serial}"),
        received_at=at,
        recorded_at=now,
        fee_state=FeeState.PAID if document.fee else FeeState.UNPAID,
    )


def _get_rehearsal_officer(reference: str) -> Officer:
    """Nobody can log in as one: the account has no usable password."""
    stored = Officer.objects.filter(reference=reference).first()
    return stored or Officer.objects.create_user(
        username=reference, reference=reference, role=Officer.Role.OFFICER
    )
