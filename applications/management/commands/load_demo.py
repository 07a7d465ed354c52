"""``manage.py load_demo [--wait-for-screening]``"""

import sys
import time
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from applications.management.operator_command import OperatorCommand
from applications.management.progress import open_progress
from applications.models import Exercise, Officer, OwedWork
from applications.policy.timetable import HONG_KONG
from applications.selectors.clock import read_clock
from applications.services import demonstration

BATCH = 20
SCREENING_SECONDS = 120
LOOK_SECONDS = 0.5


class Command(OperatorCommand):
    help = (
        "Fill the exercise DEMO2024 (the terms of WSM 2024, opened at 08:00 today, or yesterday "
        "while it is not yet 08:00 in Hong Kong) with the first day of WSM 2024: 2,600 invented "
        "applications, paper and online, through the services that people's applications take. "
        "Interrupted, it goes on where it stopped; a second run does nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--wait-for-screening",
            action="store_true",
            help=f"wait until a worker has screened them all, at most {SCREENING_SECONDS} seconds",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        exercise = demonstration.open_demonstration(opened_at=read_clock())
        if exercise.closed_at is None:
            self._submit(exercise)
        if options["wait_for_screening"]:
            self._wait_for_screening(exercise)
        self._introduce(exercise)

    def _submit(self, exercise: Exercise) -> None:
        missing = demonstration.list_missing_submissions(exercise, until=read_clock())
        first = list(islice(missing, BATCH))
        if not first:
            return
        stored = exercise.applications.count()
        total = max(demonstration.MIXTURE.total - stored, len(first))
        clerk = Officer.objects.get(reference="clerk-1")
        label = f"Submitting {total:,} applications"
        with open_progress(total=total, label=label, stream=sys.stderr) as progress:
            batch = first
            while batch:
                demonstration.submit_households(
                    exercise=exercise, submissions=batch, clerk=clerk, recorded_at=read_clock()
                )
                progress.update(len(batch))
                batch = list(islice(missing, BATCH))

    def _wait_for_screening(self, exercise: Exercise) -> None:
        waiting = total = count_unscreened(exercise)
        deadline = time.monotonic() + SCREENING_SECONDS
        label = f"Screening {total:,} applications"
        with open_progress(total=total, label=label, stream=sys.stderr) as progress:
            while waiting:
                if time.monotonic() > deadline:
                    raise CommandError(
                        f"{waiting:,} applications still wait for screening after "
                        f"{SCREENING_SECONDS} seconds. Do a worker and beat run? Nothing is lost: "
                        "they are screened as soon as both do."
                    )
                time.sleep(LOOK_SECONDS)
                before, waiting = waiting, count_unscreened(exercise)
                progress.update(max(before - waiting, 0))

    def _introduce(self, exercise: Exercise) -> None:
        count = exercise.applications.count()
        closes_at = exercise.closes_at.astimezone(HONG_KONG)
        self.stdout.write(f"{exercise.code} holds {count:,} applications.")
        if read_clock() >= exercise.closes_at:
            self.stdout.write("Its period is over; with an empty HOS_DATA_DIR a new one begins.")
        else:
            self.stdout.write(f"People can apply until {closes_at:%d %B %Y, %H:%M}.")
        for label, path in (
            ("Apply", "/"),
            ("Staff", "/en/staff/"),
            ("Verify a draw", "/en/verify/"),
            ("API", "/api/v1/exercises/"),
        ):
            self.stdout.write(f"  {label + ':':<15}{settings.PUBLIC_URL}{path}")
        names = ", ".join(username for username, _, _ in demonstration.OFFICERS)
        self.stdout.write(f"  {'Log-ins:':<15}{names}; password {demonstration.PASSWORD}")


def count_unscreened(exercise: Exercise) -> int:
    """Count the applications for which screening is owed."""
    owed = OwedWork.objects.filter(kind=OwedWork.Kind.SCREENING, done_at=None)
    return owed.filter(application__exercise=exercise).count()
