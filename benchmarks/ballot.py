"""
The ballot: freeze, draw, recomputation, transcript, verifier and public pages, each in a process of
its own.

Every round is another attempt of the same exercise, from its freeze to its pages, so each one
freezes and draws everything anew; the attempt before is given up, as two officers would.
"""

import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from applications.selectors.clock import read_clock
from applications.services.exercises import close_exercise
from applications.services.settlements import settle_all_duplicates
from benchmarks import ballot_floors, ballot_pages, ballot_steps
from benchmarks.ceremonies import get_officers
from benchmarks.children import run_in_child
from benchmarks.measuring import Comparison, Floor, Sample, Work, compare, compare_chain
from benchmarks.population import Bench, screen_everything

SUBJECT = "ballot"


def measure(bench: Bench) -> Iterator[Comparison]:
    """Close the large exercise, and take it from the freeze to the pages that the public sees."""
    screen_everything()
    close_exercise(exercise=bench.large, closed_at=read_clock())
    settle_all_duplicates(exercise=bench.large, officer=get_officers()[0], settled_at=read_clock())
    directory = Path(tempfile.mkdtemp(prefix="hos-benchmark-"))
    try:
        yield from _measure_intake_log(bench, directory)
        works = _list_works(bench, directory)
        yield from compare_chain(subject=SUBJECT, works=works, rounds=bench.long_rounds)
    finally:
        shutil.rmtree(directory)


def _measure_intake_log(bench: Bench, directory: Path) -> Iterator[Comparison]:
    """Take the one head that a day brings, here of all applications at once."""
    yield from compare(
        subject=SUBJECT,
        work="head of the intake log, all leaves new",
        count=bench.large.applications.count(),
        run=partial(_alone, bench, directory, work=ballot_steps.take_head),
        floors=[
            Floor(
                "hash the same leaves, in memory",
                partial(_alone, bench, directory, work=ballot_floors.hash_leaves_in_memory),
            )
        ],
        rounds=1,
    )


def _list_works(bench: Bench, directory: Path) -> list[Work]:
    alone = partial(_alone, bench, directory)
    count = bench.large.applications.count()
    return [
        Work(
            "freeze the register",
            count,
            partial(alone, work=ballot_steps.freeze),
            [
                Floor(
                    "commit to the same lines, in memory",
                    partial(alone, work=ballot_floors.commit_in_memory),
                    "1,000,000 in under 30 s and 500 MB",
                )
            ],
        ),
        Work(
            "draw, stored",
            count,
            partial(alone, work=ballot_steps.draw),
            [
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
        ),
        Work(
            "recompute in SQL and compare",
            count,
            partial(alone, work=ballot_steps.recheck_in_sql),
            [
                Floor(
                    "commit, rank and allocate, in memory",
                    partial(alone, work=ballot_floors.recompute_in_memory),
                )
            ],
        ),
        Work(
            "report on fairness, worked out",
            count,
            partial(alone, work=ballot_steps.report_fairness),
            [
                Floor(
                    "count the lines by category and track",
                    partial(alone, work=ballot_floors.count_by_category),
                )
            ],
        ),
        Work(
            "export the transcript",
            count,
            partial(alone, work=ballot_steps.export),
            [
                Floor(
                    "write and hash the same bytes",
                    partial(alone, work=ballot_floors.write_and_hash),
                )
            ],
        ),
        Work(
            "plain verifier",
            count,
            partial(alone, work=ballot_steps.verify),
            [
                Floor(
                    "commit, rank and allocate, in memory",
                    partial(alone, work=ballot_floors.recompute_in_memory),
                    "1,000,000 in under 40 s and 1.5 GB",
                )
            ],
        ),
        *(
            Work(
                page.name,
                ballot_pages.VISITS,
                partial(alone, work=page.visit),
                [
                    Floor(
                        "one row by its key",
                        partial(alone, work=ballot_pages.read_one_row),
                        "p95 under 300 ms",
                    )
                ],
            )
            for page in ballot_pages.PAGES
        ),
    ]


def _alone(bench: Bench, directory: Path, number: int, *, work: ballot_steps.Step) -> Sample:
    return run_in_child(work, bench.large.pk, number + 1, directory)
