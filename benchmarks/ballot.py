"""
The ballot: freeze, draw, transcript and verifier, each round in a process of its own.

Every round is another attempt of the same exercise, so each one freezes and draws everything anew.
"""

import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from applications.selectors.clock import read_clock
from applications.services.exercises import close_exercise
from benchmarks import ballot_floors, ballot_steps
from benchmarks.children import run_in_child
from benchmarks.measuring import Comparison, Floor, Sample, compare
from benchmarks.population import Bench, screen_everything

SUBJECT = "ballot"


def measure(bench: Bench) -> Iterator[Comparison]:
    """Close the large exercise, and take it from the freeze to the verified transcript."""
    screen_everything()
    close_exercise(exercise=bench.large, closed_at=read_clock())
    directory = Path(tempfile.mkdtemp(prefix="hos-benchmark-"))
    try:
        yield from _measure_steps(bench, directory)
    finally:
        shutil.rmtree(directory)


def _measure_steps(bench: Bench, directory: Path) -> Iterator[Comparison]:
    exercise = bench.large.pk
    comparing = partial(
        compare, subject=SUBJECT, count=bench.large.applications.count(), rounds=bench.long_rounds
    )

    def alone(number: int, *, work: ballot_steps.Step) -> Sample:
        return run_in_child(work, exercise, number + 1, directory)

    yield from comparing(
        work="freeze the register",
        run=partial(alone, work=ballot_steps.freeze),
        floors=[
            Floor(
                "commit to the same lines, in memory",
                partial(alone, work=ballot_floors.commit_in_memory),
                "1,000,000 in under 30 s and 500 MB",
            )
        ],
    )
    yield from comparing(
        work="draw, stored",
        run=partial(alone, work=ballot_steps.draw),
        floors=[
            Floor(
                "bare: COPY out, rank, allocate, COPY in, index",
                partial(alone, work=ballot_floors.rank_with_copy),
                "≤ 1.5 at 1,000,000",
            ),
            Floor(
                "rank and allocate, in memory",
                partial(alone, work=ballot_floors.rank_in_memory),
            ),
        ],
    )
    yield from comparing(
        work="export the transcript",
        run=partial(alone, work=ballot_steps.export),
        floors=[
            Floor(
                "write and hash the same bytes", partial(alone, work=ballot_floors.write_and_hash)
            )
        ],
    )
    yield from comparing(
        work="plain verifier",
        run=partial(alone, work=ballot_steps.verify),
        floors=[
            Floor(
                "commit, rank and allocate, in memory",
                partial(alone, work=ballot_floors.recompute_in_memory),
                "1,000,000 in under 40 s and 1.5 GB",
            )
        ],
    )
