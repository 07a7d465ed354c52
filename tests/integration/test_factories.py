"""The factories make what they say, through the services."""

from datetime import timedelta

import pytest

from applications.services.exercises import close_exercise
from applications.services.intake import ExerciseClosed
from tests.factories import (
    make_exercise,
    make_member,
    make_officer,
    screen_everything,
    store_online,
    store_paper,
)

pytestmark = pytest.mark.django_db


def test_applications_of_both_channels_are_admitted():
    exercise = make_exercise()
    online = store_online(exercise, 1, members=[make_member(2)])
    paper = store_paper(exercise, 3)

    assert screen_everything() == 2
    for application in (online, paper):
        application.refresh_from_db()
        assert (application.state, application.reasons) == ("ADMITTED", [])
    assert (online.category, paper.category) == ("FAMILY", "ONE_PERSON")


def test_an_exercise_can_be_one_that_has_passed():
    exercise = make_exercise(opened_ago=timedelta(days=22))
    with pytest.raises(ExerciseClosed):
        store_online(exercise)
    close_exercise(exercise=exercise, closed_at=exercise.closes_at)


def test_a_clerk_does_not_run_the_ballot():
    assert not make_officer().may_run_ballot
    assert make_officer("officer-1", "OFFICER").may_run_ballot
