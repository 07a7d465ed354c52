"""An exercise of its own that closes in a moment, and the drafts that its households come with."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session

from applications.models import Draft, Exercise
from applications.policy.terms import load_terms, parse_terms, shift_period
from applications.selectors.clock import read_clock
from applications.services.drafts import save_draft, start_draft
from applications.services.exercises import load_exercise
from applications.synthetic.documents import Mixture, generate_documents
from benchmarks.population import SEED, TERMS_FILE, YOUTH_SHARE
from benchmarks.rush.plan import Journey, Plan, PlannedHousehold, make_address, plan_arrivals
from benchmarks.submission import NOT_OF_THE_APPLICANT

SESSION_KEY = "draft_id"
SESSION_LIFE = timedelta(days=1)
FAMILIES_OF_TEN = 5
START_SECONDS = 3.0  # from the prepared plan to the first household: the load process starts


def prepare_rush(
    *, url: str, rate: float, seconds: float, burst: int, late: int
) -> tuple[Exercise, Plan]:
    """
    Store an exercise with finished drafts, then let it be open and close after ``seconds``.

    Its terms may only change before it opens, so it is announced first, for tomorrow.
    """
    code = f"RUSH-{token_hex(4).upper()}"
    announced = load_exercise_opening_at(code, read_clock() + timedelta(days=1))
    arrivals = list(plan_arrivals(rate=rate, seconds=seconds, burst=burst, late=late))
    households = list(_plan_households(announced, arrivals))
    _store_drafts(announced, [one for one in households if one.journey != Journey.FORM])
    closes_in = timedelta(seconds=START_SECONDS + seconds)
    now = read_clock()
    exercise = load_exercise_opening_at(code, now + closes_in - _length_of_period())
    begins_at = time.time() + START_SECONDS
    return exercise, Plan(url, code, begins_at, begins_at + seconds, households)


def load_exercise_opening_at(code: str, opens_at: datetime) -> Exercise:
    """Store the exercise with the terms of a published one, from this moment on."""
    _, mapping = load_terms(TERMS_FILE)
    shifted = shift_period(mapping, opens_at, code)
    return load_exercise(mapping=shifted, loaded_at=read_clock())[0]


def _length_of_period() -> timedelta:
    terms = parse_terms(load_terms(TERMS_FILE)[1])
    return terms.closes_at - terms.opens_at


def _plan_households(
    exercise: Exercise, arrivals: list[tuple[Journey, float]]
) -> Iterator[PlannedHousehold]:
    """Give each arrival a household; who fills in the form applies alone, which is shorter."""
    forms = sum(journey is Journey.FORM for journey, _ in arrivals)
    alone = _generate(exercise, families=0, alone=forms, first_serial=1)
    count = len(arrivals) - forms
    families = count * FAMILIES_OF_TEN // 10
    others = _generate(exercise, families=families, alone=count - families, first_serial=forms + 1)
    for position, (journey, after_seconds) in enumerate(arrivals):
        document = next(alone if journey is Journey.FORM else others)
        address = make_address(position)
        yield PlannedHousehold(position, journey.value, after_seconds, address, document)


def _generate(
    exercise: Exercise, *, families: int, alone: int, first_serial: int
) -> Iterator[dict[str, Any]]:
    now = read_clock()
    mixture = Mixture(family_count=families, one_person_count=alone, youth_share=YOUTH_SHARE)
    documents = generate_documents(
        seed=SEED,
        terms=exercise.parsed_terms,
        mixture=mixture,
        first_at=now,
        last_at=now,
        first_serial=first_serial,
    )
    return (document for _, document in documents)


def _store_drafts(exercise: Exercise, households: list[PlannedHousehold]) -> None:
    """Store finished drafts as the pages do, and the browsers' sessions that know them."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    sessions = []
    for household in households:
        draft = _store_draft(exercise, household.document)
        household.draft, household.session = str(draft.pk), token_hex(16)
        sessions.append(
            Session(
                session_key=household.session,
                session_data=store.encode({SESSION_KEY: household.draft}),
                expire_date=read_clock() + SESSION_LIFE,
            )
        )
    Session.objects.bulk_create(sessions, batch_size=1000)


def _store_draft(exercise: Exercise, document: dict[str, Any]) -> Draft:
    now = read_clock()
    draft = start_draft(exercise=exercise, language=document["language"], started_at=now)
    answers = {name: document[name] for name in document if name not in NOT_OF_THE_APPLICANT}
    return save_draft(draft_id=draft.pk, changes=answers, seen_version=draft.version, saved_at=now)
