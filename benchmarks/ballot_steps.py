"""The steps of the ballot as the portal and the public take them; each runs in a child process."""

import os
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

from benchmarks.measuring import Sample, stopwatch

Step = Callable[[int, int, Path], Sample]


def take_head(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Take the first head of the intake log."""
    from applications.models import Exercise
    from applications.selectors.clock import read_clock
    from lottery.services.intake_log import take_intake_head

    exercise, now = Exercise.objects.get(pk=exercise_pk), read_clock()
    with stopwatch() as watch:
        take_intake_head(exercise=exercise, taken_at=now)
    return watch.sample


def freeze(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Give up the attempt before, if any, and freeze the register; only this is timed."""
    from applications.models import Exercise
    from applications.selectors.clock import read_clock
    from benchmarks.ceremonies import give_up
    from lottery.services.registers import freeze_register

    exercise, now = Exercise.objects.get(pk=exercise_pk), read_clock()
    if attempt > 1:
        give_up(exercise_pk, attempt - 1)
    with stopwatch() as watch:
        freeze_register(exercise=exercise, attempt=attempt, frozen_at=now)
    return watch.sample


def draw(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Publish and hold a ceremony, and run the draw; only the draw is timed."""
    from applications.selectors.clock import read_clock
    from benchmarks.ceremonies import hold_ceremony
    from lottery.services.draws import run_draw

    ceremony = hold_ceremony(exercise_pk, attempt)
    with stopwatch() as watch:
        run_draw(ceremony=ceremony, run_at=read_clock())
    return watch.sample


def recheck_in_sql(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Recompute everything inside PostgreSQL, and compare what is stored."""
    from applications.selectors.clock import read_clock
    from benchmarks.ceremonies import get_draw
    from lottery.services.rechecks import recheck_draw_in_sql

    stored = get_draw(exercise_pk, attempt)
    with stopwatch() as watch:
        check = recheck_draw_in_sql(draw=stored, checked_at=read_clock())
    if not check.passed:
        raise RuntimeError("the recomputation in SQL differs")
    return watch.sample


def report_fairness(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Work out the report on fairness, as is done once after a draw."""
    from benchmarks.ceremonies import get_draw
    from lottery.selectors.fairness import get_fairness_report

    stored = get_draw(exercise_pk, attempt)
    with stopwatch() as watch:
        get_fairness_report(stored)
    return watch.sample


def export(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Write the transcript of a draw."""
    from benchmarks.ceremonies import get_draw
    from lottery.services.transcripts import export_transcript

    stored = get_draw(exercise_pk, attempt)
    with stopwatch() as watch:
        export_transcript(draw=stored, directory=directory / str(attempt))
    return watch.sample


def verify(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Verify a transcript with the plain verifier, without its output."""
    from lottery.ballot import verify_ballot

    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), stopwatch() as watch:
        status = verify_ballot.main([str(directory / str(attempt))])
    if status:
        raise RuntimeError("the verifier refused a transcript")
    return watch.sample
