"""The submission counts, of a small exercise and of a large one."""

from collections.abc import Iterator
from functools import partial

from applications.models import Exercise
from applications.selectors.clock import read_clock
from applications.selectors.counts import get_counts
from benchmarks.measuring import Comparison, Floor, Sample, compare, stopwatch
from benchmarks.population import Bench

SUBJECT = "counts"
CALLS = 20


def measure(bench: Bench) -> Iterator[Comparison]:
    """Count the small exercise beside one row, and the large one beside the small one."""
    yield from compare(
        subject=SUBJECT,
        work=f"of {bench.small.applications.count():,} applications",
        count=CALLS,
        run=partial(_count, bench.small),
        floors=[Floor("one row by its key", partial(_read_one, bench.small), "each under 1 ms")],
        rounds=bench.rounds,
    )
    yield from compare(
        subject=SUBJECT,
        work=f"of {bench.large.applications.count():,} applications",
        count=CALLS,
        run=partial(_count, bench.large),
        floors=[
            Floor(
                f"of {bench.small.applications.count():,} applications",
                partial(_count, bench.small),
                "1; each under 1 ms",
            )
        ],
        rounds=bench.rounds,
    )


def _count(exercise: Exercise, number: int) -> Sample:
    now = read_clock()
    with stopwatch() as watch:
        for _ in range(CALLS):
            get_counts(exercise=exercise, as_at=now)
    return watch.sample


def _read_one(exercise: Exercise, number: int) -> Sample:
    with stopwatch() as watch:
        for _ in range(CALLS):
            Exercise.objects.values_list("code").get(pk=exercise.pk)
    return watch.sample
