"""Screening what arrived, as the workers do, beside the rules alone."""

from collections.abc import Iterator
from functools import partial

from django.db.models import QuerySet

from applications.models import OwedWork
from applications.selectors.clock import read_clock
from applications.services.owed import CHUNK, claim_owed_work
from applications.services.screening import screen_owed_work
from benchmarks.measuring import Comparison, Floor, Sample, compare, stopwatch
from benchmarks.population import Bench, screen_everything
from benchmarks.screening_floors import judge_in_memory, judge_with_copy

SUBJECT = "screening"


def measure(bench: Bench) -> Iterator[Comparison]:
    """Screen the large exercise, an equal part of it in each round; the rest is not timed."""
    _screen_small(bench)
    waiting = list(_list_waiting().values_list("application_id", flat=True))
    size = len(waiting) // bench.rounds
    parts = [waiting[size * number : size * (number + 1)] for number in range(bench.rounds)]
    yield from compare(
        subject=SUBJECT,
        work=f"owed work in chunks of {CHUNK}",
        count=size,
        run=partial(_screen_part, size),
        floors=[
            Floor(
                "bare: COPY out, the rules, COPY in, index",
                lambda number: judge_with_copy(bench.large, parts[number]),
                "≤ 2 at 1,000,000",
            ),
            Floor(
                "the rules alone, in memory",
                lambda number: judge_in_memory(bench.large, parts[number]),
            ),
        ],
        rounds=bench.rounds,
    )
    screen_everything()


def _list_waiting() -> QuerySet[OwedWork]:
    """List what is owed, in the order in which it is claimed."""
    owed = OwedWork.objects.filter(kind=OwedWork.Kind.SCREENING, done_at=None)
    return owed.order_by("attempts", "due_at", "id")


def _screen_small(bench: Bench) -> None:
    rows = list(_list_waiting().filter(application__exercise=bench.small))
    screen_owed_work(rows=rows, screened_at=read_clock())


def _screen_part(size: int, number: int) -> Sample:
    with stopwatch() as watch:
        for start in range(0, size, CHUNK):
            rows = claim_owed_work(
                kind=OwedWork.Kind.SCREENING,
                claimed_at=read_clock(),
                limit=min(CHUNK, size - start),
            )
            screen_owed_work(rows=rows, screened_at=read_clock())
    return watch.sample
