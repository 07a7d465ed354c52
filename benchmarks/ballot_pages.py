"""
What the public asks of a drawn ballot, visited as a browser would, without a server around it.

The first visit in each process, which fills what is kept for the others, is not among those timed.
"""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.measuring import Sample, stopwatch

VISITS = 100
STRIDE = 7_919  # a prime: the numbers looked up come from everywhere


@dataclass(frozen=True, slots=True)
class BallotPage:
    """A page, and how its address follows from the exercise's code and an application number."""

    name: str
    address: str

    def visit(self, exercise_pk: int, attempt: int, directory: Path) -> Sample:
        """Visit the page, each time for another number."""
        from django.test import Client

        code, numbers = _choose_numbers(exercise_pk)
        warnings.filterwarnings("ignore", "No directory at")  # of gathered static files
        client = Client(SERVER_NAME="127.0.0.1")

        def get(number: int) -> None:
            answer = client.get(self.address.format(code=code, number=number))
            if answer.status_code != 200:
                raise RuntimeError(f"{self.name}: {answer.status_code}")

        get(numbers[0])
        return _time_each(get, numbers)


PAGES = (
    BallotPage(
        "page: a number, its proof and why its rank",
        "/en/verify/look-up/?exercise={code}&number={number}",
    ),
    BallotPage("page: a ballot", "/en/verify/{code}/"),
    BallotPage("page: the report on fairness", "/en/verify/{code}/fairness/"),
    BallotPage("API: the commitment", "/api/v1/exercises/{code}/commitment/"),
)


def read_one_row(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Read one application for each visit, by its key."""
    from applications.models import Application

    _, numbers = _choose_numbers(exercise_pk)
    rows = Application.objects.filter(exercise=exercise_pk).only("number")
    return _time_each(lambda number: rows.get(number=number), numbers)


def _choose_numbers(exercise_pk: int) -> tuple[str, list[int]]:
    from applications.models import Exercise

    exercise = Exercise.objects.select_related("number_counter").get(pk=exercise_pk)
    first = exercise.parsed_terms.first_application_number
    count = exercise.number_counter.last_number - first + 1
    return exercise.code, [first + visit * STRIDE % count for visit in range(VISITS)]


def _time_each(work: Callable[[int], object], numbers: list[int]) -> Sample:
    latencies = []
    with stopwatch() as watch:
        for number in numbers:
            began = time.perf_counter()
            work(number)
            latencies.append(time.perf_counter() - began)
    return replace(watch.sample, latencies=tuple(latencies))
