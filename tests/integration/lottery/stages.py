"""Bring an exercise to a stage of its ballot, through the services that the console calls."""

import subprocess
import sys
from datetime import timedelta

from django.test import Client

from applications.models import Officer
from applications.policy.terms import load_terms, shift_period
from applications.selectors.clock import read_clock
from applications.services.exercises import close_exercise, load_exercise
from applications.services.settlements import settle_all_duplicates
from lottery.selectors.progress import get_progress
from lottery.services.ceremonies import key_balls, settle_ceremony
from lottery.services.draws import run_draw
from lottery.services.registers import freeze_register, publish_commitment
from lottery.services.transcripts import export_transcript
from tests.factories import (
    make_member,
    make_officer,
    screen_everything,
    store_online,
)

ORDERS = {
    "last2:balls": "balls:100:100",
    "last2:seed": "balls:50:20",
    "ticket": "balls:50:20",
}
# 37 has no factor in common with 100 or 50, so every ball comes once.
BALLS = {
    "balls:100:100": "-".join(f"{(number * 37 + 49) % 100:02d}" for number in range(100)),
    "balls:50:20": "-".join(f"{(number * 37 + 49) % 50:02d}" for number in range(20)),
}


def make_ballot(
    order="last2:balls", *, code="BALLOT2024", demonstration=True, quota=None, beacon="none"
):
    """Store an open exercise whose ballot has this order and, in every step, this quota."""
    _, mapping = load_terms("wsm_2024")
    now = read_clock()
    opens_at = (now - timedelta(days=1)).replace(microsecond=0)
    shifted = shift_period(mapping, opens_at, code)
    steps = [
        step if quota is None else {**step, "quota": quota, "letters": quota}
        for step in shifted["ballot"]["steps"]
    ]
    shifted["ballot"] = {
        **shifted["ballot"],
        "order": order,
        "physical": ORDERS[order],
        "beacon": beacon,
        "steps": steps,
    }
    shifted["exercise"] = {**shifted["exercise"], "demonstration": demonstration}
    exercise, _ = load_exercise(mapping=shifted, loaded_at=now)
    return exercise


def fill(exercise, *, family=6, one_person=4):
    """Store applications of both categories, every second on the Youth Scheme's track."""
    for index in range(family + one_person):
        members = [make_member(1000 + index)] if index < family else []
        store_online(exercise, index + 1, members=members, youth_scheme=bool(index % 2))


def make_officers():
    """Give the two officers of these tests, made by the first who needs them."""
    stored = list(Officer.objects.filter(role="OFFICER").order_by("reference")[:2])
    return stored or [make_officer(f"officer-{n}", Officer.Role.OFFICER) for n in (1, 2)]


def sign_in(officer):
    """Give a browser in which an officer is signed in."""
    client = Client()
    client.force_login(officer)
    return client


def close(exercise):
    closed = close_exercise(exercise=exercise, closed_at=read_clock())
    settle_duplicates(closed)
    return closed


def settle_duplicates(exercise):
    officer = Officer.objects.filter(role="OFFICER").first() or make_officers()[0]
    settle_all_duplicates(exercise=exercise, officer=officer, settled_at=read_clock())


def freeze(exercise):
    return freeze_register(exercise=exercise, attempt=1, frozen_at=read_clock())


def publish(exercise, *, waiting=timedelta(0)):
    """Bring a filled exercise from open to the published commitment."""
    screen_everything()
    register = freeze(close(exercise))
    return publish_commitment(register=register, published_at=read_clock(), waiting=waiting)


def key(publication, officer, balls=None):
    if balls is None:
        balls = get_balls(publication)
    return key_balls(publication=publication, officer=officer, balls=balls, keyed_at=read_clock())


def get_balls(publication):
    """Give the balls of the tests for this ballot."""
    physical = publication.register.exercise.parsed_terms.ballot.physical
    return BALLS[physical]


def settle(publication):
    for officer in Officer.objects.filter(role="OFFICER") or make_officers():
        key(publication, officer)
    return settle_ceremony(publication=publication, settled_at=read_clock())


def draw(exercise):
    """Bring a filled exercise from open to its draw."""
    ceremony = settle(publish(exercise))
    return run_draw(ceremony=ceremony, run_at=read_clock())


def export(drawn, folder):
    """Write the transcript below an existing folder; give its directory."""
    directory = folder / "transcript"
    export_transcript(draw=drawn, directory=directory)
    return directory


def verify(directory, *arguments):
    """Run the transcript's own verifier as anybody would; give its status and what it printed."""
    verifier = directory / "verify_ballot.py"
    done = subprocess.run(
        [sys.executable, "-I", verifier, directory, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def stage_of(exercise):
    exercise.refresh_from_db()
    return get_progress(exercise).stage.value
