"""The eligibility check: the rules of screening, and no trace of anybody."""

import logging
import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from applications.models import Draft
from applications.policy.timetable import add_months, opening_date
from applications.selectors.clock import read_clock
from applications.services.exercises import close_exercise
from tests.factories import make_exercise
from tests.integration.applicants import boxes

pytestmark = pytest.mark.django_db

ANSWERS = {
    "household": "ALONE",
    "spouse": "NOT_MARRIED",
    "birth_date-day": "17",
    "birth_date-month": "5",
    "birth_date-year": "1990",
    "has_lived_here": "yes",
    "income": "ONE_PERSON",
    "assets": "ONE_PERSON",
    "has_owned": "no",
    "has_been_subsidised": "no",
}
CHOSEN = re.compile(r"<input[^>]* checked")


@pytest.fixture
def exercise():
    return make_exercise()


def check(client, language="en", **changes):
    return client.post(f"/{language}/eligibility/", ANSWERS | changes)


class TestWhatItSays:
    def test_somebody_who_can_apply_is_led_on(self, client, exercise):
        page = check(client).content.decode()
        assert "you can apply" in page
        assert "Youth Scheme: yes" in page
        assert f'name="exercise" value="{exercise.code}"' in page
        assert "Start an application" in page

    def test_each_reason_comes_with_its_rule_and_source(self, client, exercise):
        page = check(client, income="ABOVE", has_owned="yes", spouse="ELSEWHERE").content.decode()
        assert page.count("Rule:") == 3
        assert page.count("Source:") == 3
        assert "HK$30,000" in page
        assert "Housing Authority, terms of WSM 2024" in page
        assert "Start an application" not in page
        assert "Youth Scheme: yes" not in page

    @pytest.mark.parametrize(("days", "answer"), [(0, "no"), (-1, "yes")])
    def test_forty_is_counted_on_the_opening_date(self, client, exercise, days, answer):
        opening = opening_date(exercise.parsed_terms)
        birth_date = add_months(opening - timedelta(days=days), -12 * 40)
        page = check(client, **boxes("birth_date", birth_date)).content.decode()
        assert f"Youth Scheme: {answer}" in page

    def test_without_youth_scheme_it_says_nothing_of_it(self, client):
        make_exercise("TEST2018", terms_file="wsm_2018")
        assert "Youth Scheme" not in check(client).content.decode()

    def test_alone_and_with_the_spouse_is_asked_again(self, client, exercise):
        answer = check(client, spouse="ON_FORM")
        assert list(answer.context["form"].errors) == ["household"]

    def test_what_is_missing_is_named_and_nothing_chosen_is_lost(self, client, exercise):
        answer = check(client, income="", **{"birth_date-month": "13"})
        assert list(answer.context["form"].errors) == ["birth_date", "income"]
        page = answer.content.decode()
        assert 'value="13"' in page
        assert len(CHOSEN.findall(page)) == 6

    def test_asks_about_the_exercise_that_is_named(self, client, exercise):
        make_exercise("TEST2018", terms_file="wsm_2018")
        page = client.get("/en/eligibility/?exercise=TEST2018").content.decode()
        assert "HK$28,500" in page

    def test_is_not_there_while_nothing_is_open(self, client, exercise):
        close_exercise(exercise=exercise, closed_at=read_clock())
        assert client.get("/en/eligibility/").url == "/en/"


class TestWhatItKeeps:
    def test_is_nothing(self, client, exercise, caplog):
        caplog.set_level(logging.DEBUG)
        answer = check(client, **{"birth_date-year": "1987"})
        assert not Draft.objects.exists()
        assert not Session.objects.exists()
        assert not client.session.keys()
        assert "no-store" in answer["Cache-Control"]
        assert "1987" not in caplog.text

    def test_asks_for_no_name_and_no_number(self, client, exercise):
        page = client.get("/en/eligibility/").content.decode()
        names = set(re.findall(r'<input[^>]* name="([^"]+)"', page))
        assert names == {*ANSWERS, "csrfmiddlewaretoken", "exercise"}

    def test_sends_its_answers_in_no_address(self, client, exercise):
        assert (
            '<form method="post" id="check-form"' in client.get("/en/eligibility/").content.decode()
        )

    def test_keeps_the_answers_while_the_language_changes(self, client, exercise):
        answer = check(client, "zh-hant", switch_language="1", income="", household="FAMILY")
        page = answer.content.decode()
        assert not answer.context["form"].is_bound
        assert len(CHOSEN.findall(page)) == 6
        assert 'value="1990"' in page
