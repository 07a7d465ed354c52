"""
What the screenshots show: an exercise with synthetic households, and later its ballot.

``python -m tests.browser.screenshot_scenario fill|draw`` does either in the database that the
environment names, through the services, and prints what the pictures need to know as JSON.
"""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import django

django.setup()

from applications.models import Exercise, Officer  # noqa: E402  (Django first)
from applications.selectors.clock import read_clock  # noqa: E402
from applications.services import demonstration  # noqa: E402
from applications.synthetic.documents import Mixture, generate_documents  # noqa: E402
from lottery.services.rehearsals import choose_balls, hold_ballot  # noqa: E402
from tests.factories import screen_everything  # noqa: E402
from tests.integration.lottery.stages import make_ballot  # noqa: E402

SEED = 2024
QUOTA = 40  # in every step, so that some applications take a place and others do not
FIRST_PERSON_NUMBER = 1_000  # the household in the browser has the people below
MIXTURE = Mixture(
    family_count=176,
    one_person_count=144,
    youth_share=Fraction(4, 5),
    paper_share=Fraction(1, 4),
    duplicate_count=4,
    ineligible_count=6,
)


def fill() -> dict[str, Any]:
    """Open an exercise, store and screen its applications; give its code and a log-in."""
    exercise = make_ballot(code=demonstration.CODE, quota=QUOTA)
    now = read_clock()
    demonstration.open_demonstration(opened_at=now)  # makes the officers
    documents = generate_documents(
        seed=SEED,
        terms=exercise.parsed_terms,
        mixture=MIXTURE,
        first_at=exercise.opens_at,
        last_at=now - timedelta(minutes=1),
        first_serial=FIRST_PERSON_NUMBER,
    )
    demonstration.submit_households(
        exercise=exercise,
        submissions=[demonstration.Submission(uuid4(), *arrival) for arrival in documents],
        clerk=Officer.objects.get(reference="clerk-1"),
        recorded_at=now,
    )
    screen_everything()
    return {"exercise": exercise.code, "password": demonstration.PASSWORD}


def draw() -> dict[str, Any]:
    """Hold the ballot; give a number that took a place."""
    screen_everything()
    exercise = Exercise.objects.get(code=demonstration.CODE)
    balls = choose_balls(physical=exercise.parsed_terms.ballot.physical, seed=SEED)
    drawn = hold_ballot(exercise=exercise, balls=balls)
    place = drawn.places.select_related("entry").order_by("pk")[QUOTA // 2]
    return {"number": place.entry.number}


COMMANDS: dict[str, Callable[[], dict[str, Any]]] = {"fill": fill, "draw": draw}

if __name__ == "__main__":
    print(json.dumps(COMMANDS[sys.argv[1]]()))
