"""The steps of the ballot as the portal and the public take them; each runs in a child process."""

import os
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

from benchmarks.measuring import Sample, stopwatch

Step = Callable[[int, int, Path], Sample]


def freeze(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Freeze the register of one attempt."""
    from applications.models import Exercise
    from applications.selectors.clock import read_clock
    from lottery.services.registers import freeze_register

    exercise, now = Exercise.objects.get(pk=exercise_pk), read_clock()
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


def export(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Write the transcript of a draw."""
    from lottery.models import Draw
    from lottery.services.transcripts import export_transcript

    stored = Draw.objects.get(
        ceremony__publication__register__exercise=exercise_pk,
        ceremony__publication__register__attempt=attempt,
    )
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
