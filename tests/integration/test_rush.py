"""The rush runs against a portal that is really served; and what it proves, it would miss."""

import subprocess
import sys
from pathlib import Path

import pytest

from applications.models import Exercise
from benchmarks.rush.proof import Evidence, prove
from tests.factories import make_exercise, store_online

PROJECT = Path(__file__).resolve().parent.parent.parent


def test_a_small_rush_keeps_every_promise():
    command = [sys.executable, "-m", "benchmarks.rush", "--rate", "4", "--minutes", "0.05"]
    process = subprocess.run(
        [*command, "--burst", "2", "--late", "1"], cwd=PROJECT, capture_output=True, text=True
    )
    assert process.returncode == 0, process.stdout + process.stderr
    assert process.stdout.count("- holds: ") == 12
    assert "| POST payment" in process.stdout


@pytest.fixture
def exercise():
    return make_exercise()


@pytest.fixture
def number(exercise):
    return store_online(exercise).number


def find_broken(exercise, **experience):
    whole = {
        "position": 1,
        "journey": "FINISHED",
        "draft": None,
        "told": [],
        "refusal": None,
        "taken_at": None,
        "ended_without": None,
        "ended_at": 200.0,
    }
    stored = Exercise.objects.get(pk=exercise.pk)
    evidence = Evidence(stored, [whole | experience], [], 0, is_settled=True, closes_at=100.0)
    return [claim.sentence for claim in prove(evidence) if claim.breaches]


@pytest.mark.django_db
class TestProof:
    def test_finds_nothing_when_all_is_well(self, exercise, number):
        assert find_broken(exercise, told=[number]) == []

    def test_finds_a_number_that_is_not_stored(self, exercise, number):
        broken = find_broken(exercise, told=[number + 1])
        assert broken == ["every number that was told is stored, for whom it was told"]

    def test_finds_a_household_with_two_numbers(self, exercise, number):
        second = store_online(exercise, 2).number
        broken = find_broken(exercise, told=[number, second])
        assert broken == ["nobody was told two numbers, no number was told to two"]

    def test_finds_who_paid_in_time_and_is_not_in(self, exercise):
        paid = {"draft": "not-stored", "taken_at": exercise.opens_at.isoformat()}
        broken = find_broken(exercise, refusal="EXERCISE_CLOSED", **paid)
        assert broken == ["whoever pressed before closing and paid is in"]

    def test_finds_who_was_turned_away_before_closing(self, exercise):
        broken = find_broken(exercise, refusal="CLOSED_PAGE", ended_at=99.0)
        assert broken == ["nobody was turned away before closing"]

    def test_finds_who_came_late_and_was_told_nothing(self, exercise):
        broken = find_broken(exercise, journey="LATE", ended_without="status 0")
        assert broken == [
            "whoever came late was told so",
            "everybody ended with a number or a reason",
        ]
