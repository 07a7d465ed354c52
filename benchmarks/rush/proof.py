"""What must hold when the rush is over: a sentence for each promise, and what breaks it."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command
from django.db.models import Count

from applications.models import Exercise, OwedWork, Payment, Person
from applications.selectors.clock import read_clock
from applications.selectors.invariants import find_number_gaps
from applications.services.reconciliation import settle_pending_payments
from benchmarks.rush.plan import Journey

SETTLING_SECONDS = 120
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What the proof reads.

    :ivar experiences: what every household was told, as the load process wrote it.
    :ivar closes_at: in seconds of the clock that the households' moments are told by.
    """

    exercise: Exercise
    experiences: Sequence[dict[str, Any]]
    errors: Sequence[dict[str, Any]]
    unfinished: int
    is_settled: bool
    closes_at: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A promise and what breaks it; nothing when it is kept."""

    sentence: str
    breaches: tuple[str, ...]


def settle_rush(exercise: Exercise) -> bool:
    """Let the portal settle what is under way, as its tasks do; tell whether it has."""
    now = read_clock()
    settle_pending_payments(opened_before=now, asked_at=now, exercise=exercise)
    owed = OwedWork.objects.filter(application__exercise=exercise, done_at=None)
    deadline = time.monotonic() + SETTLING_SECONDS
    while owed.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    return not owed.exists()


def prove(evidence: Evidence) -> list[Claim]:
    """Check every promise."""
    return [Claim(sentence, tuple(find(evidence))) for sentence, find in CLAIMS.items()]


def find_lost_numbers(evidence: Evidence) -> Iterator[str]:
    rows = evidence.exercise.applications.values_list("number", "submission_key")
    stored = {number: str(key) for number, key in rows}
    for experience in evidence.experiences:
        for number in experience["told"]:
            if number not in stored:
                yield f"{number} was told and is not stored"
            elif experience["draft"] not in (None, stored[number]):
                yield f"{number} was told to another household"


def find_double_numbers(evidence: Evidence) -> Iterator[str]:
    told: Counter[int] = Counter()
    for experience in evidence.experiences:
        told.update(experience["told"])
        if len(experience["told"]) > 1:
            yield f"household {experience['position']} was told {experience['told']}"
    yield from (f"{number} was told to {count}" for number, count in told.items() if count > 1)


def find_double_applications(evidence: Evidence) -> Iterator[str]:
    people = Person.objects.filter(exercise=evidence.exercise).values("identity_key")
    doubled = people.annotate(times=Count("application")).filter(times__gt=1)
    yield from (f"somebody is on {row['times']} applications" for row in doubled)


def find_gaps(evidence: Evidence) -> Iterator[str]:
    yield from (breach.details for breach in find_number_gaps(evidence.exercise))


def find_late_applications(evidence: Evidence) -> Iterator[str]:
    closes_at = evidence.exercise.closes_at
    late = evidence.exercise.applications.filter(received_at__gte=closes_at)
    yield from (f"{application.number} at {application.received_at}" for application in late)


def find_forgotten_presses(evidence: Evidence) -> Iterator[str]:
    """Whoever pressed "pay" before closing, by the database's clock, and paid, is in."""
    paid = Payment.objects.filter(draft__exercise=evidence.exercise, state=Payment.State.PAID)
    forgotten = paid.filter(opened_at__lt=evidence.exercise.closes_at, application=None)
    yield from (f"payment {pk} has no application" for pk in forgotten.values_list("pk", flat=True))
    keys = evidence.exercise.applications.values_list("submission_key", flat=True)
    known, closes_at = {str(key) for key in keys}, evidence.exercise.closes_at
    for experience in evidence.experiences:
        taken_at, draft = experience["taken_at"], experience["draft"]
        in_time = taken_at and datetime.fromisoformat(taken_at) < closes_at
        if in_time and draft and draft not in known:
            yield f"household {experience['position']} paid at {taken_at} and is not in"


def find_early_refusals(evidence: Evidence) -> Iterator[str]:
    for experience in evidence.experiences:
        is_early = experience["ended_at"] < evidence.closes_at
        if is_early and experience["refusal"] and not experience["told"]:
            yield f"household {experience['position']}: {experience['refusal']} while it was open"


def find_unclear_refusals(evidence: Evidence) -> Iterator[str]:
    for experience in evidence.experiences:
        is_late = experience["journey"] == Journey.LATE
        if is_late and (experience["told"] or not experience["refusal"]):
            yield f"household {experience['position']}, late: {experience['told'] or 'no reason'}"


def find_abandoned(evidence: Evidence) -> Iterator[str]:
    if evidence.unfinished:
        yield f"{evidence.unfinished} households still wait"
    for experience in evidence.experiences:
        if experience["ended_without"] and not experience["told"]:
            yield f"household {experience['position']}: {experience['ended_without']}"


def find_faults(evidence: Evidence) -> Iterator[str]:
    for error in evidence.errors:
        if error["error"].startswith("500"):
            yield f"{error['page']}: {error['error']}, {error['count']} times"


def find_unsettled(evidence: Evidence) -> Iterator[str]:
    if not evidence.is_settled:
        yield f"after {SETTLING_SECONDS} seconds some applications are not screened"


def find_breaches(evidence: Evidence) -> Iterator[str]:
    found = StringIO()
    try:
        call_command("check_invariants", stdout=found)
    except CommandError as error:
        yield from [*found.getvalue().splitlines(), str(error)]


CLAIMS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "every number that was told is stored, for whom it was told": find_lost_numbers,
    "nobody was told two numbers, no number was told to two": find_double_numbers,
    "each household has one application": find_double_applications,
    "the numbers have no gaps": find_gaps,
    "no application counts as received after closing": find_late_applications,
    "whoever pressed before closing and paid is in": find_forgotten_presses,
    "nobody was turned away before closing": find_early_refusals,
    "whoever came late was told so": find_unclear_refusals,
    "everybody ended with a number or a reason": find_abandoned,
    "no page answered with a bug": find_faults,
    "everything that was taken in is screened": find_unsettled,
    "check_invariants finds nothing": find_breaches,
}
