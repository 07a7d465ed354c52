"""The demonstration takes the ways that people take, goes on after a stop, and is told apart."""

from datetime import datetime, timedelta
from itertools import islice

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command

from applications.models import Application, Draft, Exercise, Officer, Payment
from applications.policy.terms import load_terms
from applications.policy.timetable import HONG_KONG
from applications.selectors.clock import read_clock
from applications.services import demonstration
from applications.services.demonstration import (
    DemonstrationBesideRealApplications,
    list_missing_submissions,
    open_demonstration,
    submit_households,
)
from applications.services.exercises import load_exercise
from tests.factories import screen_everything, store_paper

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 6, 12, tzinfo=HONG_KONG)


def submit(exercise, count):
    now = read_clock()
    submissions = list(islice(list_missing_submissions(exercise, until=now), count))
    clerk = Officer.objects.get(reference="clerk-1")
    submit_households(exercise=exercise, submissions=submissions, clerk=clerk, recorded_at=now)
    return submissions


class TestOpenDemonstration:
    def test_opens_at_eight_today_in_hong_kong(self):
        exercise = open_demonstration(opened_at=NOON)
        assert exercise.code == "DEMO2024"
        assert exercise.opens_at == NOON.replace(hour=8)
        assert exercise.demonstration

    def test_before_eight_it_opened_yesterday(self):
        exercise = open_demonstration(opened_at=NOON.replace(hour=7, minute=59))
        assert exercise.opens_at == NOON.replace(day=5, hour=8)

    def test_the_next_day_it_is_still_the_same(self):
        first = open_demonstration(opened_at=NOON)
        again = open_demonstration(opened_at=NOON + timedelta(days=1))
        assert again.opens_at == first.opens_at
        assert Exercise.objects.count() == 1

    def test_its_officers_can_log_in_with_the_password_that_is_printed(self):
        open_demonstration(opened_at=NOON)
        roles = Officer.objects.order_by("reference").values_list("reference", "role")
        assert list(roles) == [
            ("clerk-1", "CLERK"),
            ("officer-1", "OFFICER"),
            ("officer-2", "OFFICER"),
            ("officer-3", "OFFICER"),
        ]
        for officer in Officer.objects.all():
            assert officer.check_password(demonstration.PASSWORD)
        validate_password(demonstration.PASSWORD)

    def test_known_passwords_are_not_made_beside_real_applications(self):
        _, mapping = load_terms("wsm_2024")
        exercise, _ = load_exercise(mapping=mapping, loaded_at=NOON)
        store_paper(exercise, 1)
        with pytest.raises(DemonstrationBesideRealApplications):
            open_demonstration(opened_at=NOON)
        assert not Officer.objects.filter(reference="officer-1").exists()


class TestSubmissions:
    def test_online_goes_through_draft_and_payment_and_paper_through_keying(self):
        exercise = open_demonstration(opened_at=read_clock())
        submit(exercise, 40)
        online = Application.objects.filter(channel="ONLINE")
        paper = Application.objects.filter(channel="PAPER")
        assert online.count() + paper.count() == 40
        assert Draft.objects.exclude(application=None).count() == online.count()
        paid = Payment.objects.filter(state="PAID", draft__isnull=False)
        assert paid.count() == online.count()
        assert set(paper.values_list("recorded_by__reference", flat=True)) == {"clerk-1"}

    def test_everything_arrived_since_the_opening_and_nothing_in_the_future(self):
        now = read_clock()
        exercise = open_demonstration(opened_at=now)
        submissions = list(list_missing_submissions(exercise, until=now))
        assert len(submissions) == 2_600
        assert submissions[0].received_at == exercise.opens_at
        assert submissions[-1].received_at < min(now, exercise.opens_at + timedelta(hours=9))

    def test_a_load_that_was_stopped_goes_on_where_it_stopped(self):
        exercise = open_demonstration(opened_at=read_clock())
        first = submit(exercise, 5)
        second = submit(exercise, 5)
        assert not {one.key for one in first} & {one.key for one in second}
        numbers = exercise.applications.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(10_000_001, 10_000_011))


def test_the_whole_day_is_loaded_and_a_second_load_adds_nothing(monkeypatch, capsys):
    small = demonstration.Mixture(
        family_count=30,
        one_person_count=30,
        youth_share=demonstration.MIXTURE.youth_share,
        paper_share=demonstration.MIXTURE.paper_share,
        duplicate_count=2,
        ineligible_count=3,
    )
    monkeypatch.setattr(demonstration, "MIXTURE", small)
    for _ in range(2):
        call_command("load_demo")
        assert Application.objects.count() == 60
    printed = capsys.readouterr().out
    assert "DEMO2024 holds 60 applications." in printed
    assert demonstration.PASSWORD in printed

    screen_everything()
    excluded = Application.objects.filter(state="EXCLUDED")
    assert excluded.filter(channel="PAPER").exclude(reasons=["DUPLICATE_PERSON"]).count() >= 3
    assert excluded.filter(reasons__contains=["DUPLICATE_PERSON"]).count() == 4
    call_command("load_demo", "--wait-for-screening")
