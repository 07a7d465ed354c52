"""The display for the hall: what everybody may see, in both languages, and nothing else."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from applications.models import Officer
from applications.selectors.clock import read_clock
from lottery.ballot.ceremony import parse_ceremony
from lottery.models import Ceremony, Reballot, Register
from lottery.services.draws import run_draw
from lottery.services.reballots import approve_reballot, propose_reballot
from tests.factories import make_officer, screen_everything
from tests.integration.lottery import stages

pytestmark = pytest.mark.django_db

SWAPPED = stages.BALLS["balls:50:20"].split("-")
SWAPPED = "-".join([SWAPPED[1], SWAPPED[0], *SWAPPED[2:]])
BALL = 'hos-hall__ball"'


@pytest.fixture
def exercise():
    exercise = stages.make_ballot("ticket", quota=2)
    stages.fill(exercise, family=3, one_person=2)
    return exercise


@pytest.fixture
def officers():
    return stages.make_officers()


@pytest.fixture
def client(officers):
    client = Client()
    client.force_login(officers[0])
    return client


def address(language="en"):
    with override(language):
        return reverse("ballot:hall", args=["BALLOT2024"])


def show(client, **headers):
    response = client.get(address(), headers=headers)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_before_the_publication_it_does_not_show_the_commitment(client, exercise):
    screen_everything()
    assert "Applications are open" in show(client)
    stages.freeze(stages.close(exercise))
    page = show(client)
    assert "its commitment comes next" in page
    assert Register.objects.get().commitment_sha256[:8] not in page


def test_in_the_waiting_period_it_shows_commitment_moment_and_countdown(client, exercise):
    publication = stages.publish(exercise, waiting=timedelta(hours=30))
    page = show(client)
    commitment = publication.register.commitment_sha256
    assert all(f"<span>{commitment[at : at + 8]}</span>" in page for at in range(0, 64, 8))
    assert re.search(r'hos-hall__countdown">(30:00:00|29:59:\d\d)<', page)
    assert "lines of the register" in page


def test_one_officers_entry_is_never_shown(client, exercise, officers):
    publication = stages.publish(exercise)
    stages.key(publication, officers[0])
    page = show(client)
    assert "One officer has keyed the balls" in page
    assert BALL not in page


def test_a_disagreement_is_said_without_any_value(client, exercise, officers):
    publication = stages.publish(exercise)
    stages.key(publication, officers[0])
    stages.key(publication, officers[1], SWAPPED)
    page = show(client)
    assert "a third look is under way" in page
    assert BALL not in page
    third = make_officer("officer-3", Officer.Role.OFFICER)
    stages.key(publication, third, "-".join(reversed(SWAPPED.split("-"))))
    page = show(client)
    assert "all of them look again" in page
    assert BALL not in page


def test_the_balls_are_shown_once_two_officers_agree(client, exercise, officers):
    publication = stages.publish(exercise)
    for officer in officers:
        stages.key(publication, officer)
    page = show(client)
    assert "Two officers have keyed the same balls" in page
    assert page.count(BALL) == 20
    assert "seed" not in page


def test_after_the_ceremony_it_shows_the_seed_and_after_the_draw_how_far_it_reached(
    client, exercise, officers
):
    ceremony = stages.settle(stages.publish(exercise))
    seed = parse_ceremony(ceremony.ceremony_text).seed
    page = show(client)
    assert f"<span>{seed[:8]}</span>" in page
    assert "last rank" not in page
    run_draw(ceremony=Ceremony.objects.get(), run_at=read_clock())
    page = show(client)
    assert "last rank" in page
    assert page.count("<tr>") == 1 + len(exercise.parsed_terms.ballot.steps)


def test_it_shows_the_attempt_under_way(client, exercise, officers):
    publication = stages.publish(exercise)
    reballot = propose_reballot(
        register=publication.register,
        ground=Reballot.Ground.CEREMONY_VOID,
        statement="The machine broke.",
        officer=officers[0],
        proposed_at=read_clock(),
    )
    approve_reballot(reballot=reballot, officer=officers[1], approved_at=read_clock())
    page = show(client)
    assert "attempt 2" in page
    assert publication.register.commitment_sha256[:8] not in page


def test_it_has_both_languages_whatever_the_address_says(client, exercise):
    stages.publish(exercise)
    for language in ("en", "zh-hant"):
        page = client.get(address(language)).content.decode()
        assert exercise.title_en in page
        assert exercise.title_zh_hant in page
        assert "separately" in page
        assert "承諾值" in page


def test_it_has_no_navigation_and_reads_itself_anew_without_a_script(client, exercise):
    page = show(client)
    assert "govuk-service-navigation" not in page
    assert 'hx-trigger="every 2s"' in page
    assert f'href="{address()}"' in page


def test_htmx_gets_the_part_and_nobody_else_does(client, exercise):
    part = show(client, **{"HX-Request": "true"})
    assert part.startswith('<div class="hos-hall')
    assert "<html" not in part
    assert Client().get(address(), headers={"HX-Request": "true"}).status_code == 401


def test_it_is_never_kept_by_a_cache(client, exercise):
    assert "no-store" in client.get(address()).headers["Cache-Control"]
