"""The subjects in their order, and what is said while they run."""

import sys
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from applications.selectors.clock import read_clock
from benchmarks import (
    ballot,
    ballot_sql,
    counts,
    imports,
    pages,
    receipt,
    screening,
    submission,
)
from benchmarks.measuring import Comparison
from benchmarks.population import Bench, open_bench
from benchmarks.report import describe_machine, render_table, summarise, write_results

# Submission before screening, which takes in what was submitted; the ballot closes the exercise.
MEASURES: dict[str, Callable[[Bench], Iterator[Comparison]]] = {
    module.SUBJECT: module.measure
    for module in (submission, pages, screening, counts, imports, ballot, ballot_sql, receipt)
}


def run_suite(
    *, applications: int, rounds: int, subjects: Collection[str], results: Path, database: str
) -> None:
    """Fill the exercises, measure the subjects, print the table and write the results."""
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"[{time.monotonic() - began:5.0f} s] {line}", file=sys.stderr, flush=True)

    run_at = read_clock()
    say(f"Filling the database {database} with {applications:,} synthetic applications")
    screened = screening.SUBJECT not in subjects
    bench = open_bench(applications=applications, rounds=rounds, screened=screened)
    comparisons: list[Comparison] = []
    for subject in (name for name in MEASURES if name in subjects):
        for comparison in MEASURES[subject](bench):
            say(summarise(comparison))
            comparisons.append(comparison)
    about = {
        "run_at": run_at.isoformat(timespec="seconds"),
        "database": database,
        "applications": applications,
        "rounds": rounds,
        "machine": describe_machine(),
    }
    write_results(results, comparisons, about)
    print(render_table(comparisons))
    say(f"Everything measured is in {results}")
