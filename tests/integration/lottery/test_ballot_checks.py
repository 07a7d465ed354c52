"""Whatever somebody changed of a stored ballot is found, and where."""

import pgtrigger
import pytest
from django.db import connection

from applications.models import Officer
from applications.selectors.clock import read_clock
from lottery.models import RegisterEntry
from lottery.services.ballot_checks import find_breaches_of_ballot
from lottery.services.reinstatements import approve_reinstatement, propose_reinstatement
from tests.factories import store_paper
from tests.integration.lottery import stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn():
    """A draw with an excluded application that was reinstated; nothing is wrong."""
    exercise = stages.make_ballot()
    stages.fill(exercise)
    store_paper(exercise, 90, signed_on=None)
    draw = stages.draw(exercise)
    first, second = Officer.objects.filter(role="OFFICER").order_by("pk")[:2]
    excluded = RegisterEntry.objects.exclude(status="A").get()
    proposed = propose_reinstatement(
        draw=draw,
        number=excluded.number,
        statement="The signature was on the back of the form.",
        officer=first,
        proposed_at=read_clock(),
    )
    approve_reinstatement(reinstatement=proposed, officer=second, approved_at=read_clock())
    return draw


def tamper(statement):
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(statement)


def find(draw):
    exercise = draw.ceremony.publication.register.exercise
    return {breach.rule for breach in find_breaches_of_ballot(exercise)}


def test_nothing_is_found_where_nothing_is_wrong(drawn):
    assert find(drawn) == set()


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (
            "UPDATE lottery_intakeleaf SET identity_commitment = repeat('0', 64)"
            " WHERE number = 10000003",
            "intake_leaf_is_of_its_people",
        ),
        (
            "UPDATE lottery_intakehead SET root = repeat('0', 64)",
            "register_is_what_was_received",
        ),
        (
            "UPDATE lottery_registerentry SET line = overlay(line placing 'Y' from 14)"
            " WHERE position('|G|' IN line) > 0",
            "register_is_what_was_committed",
        ),
        (
            "UPDATE lottery_registerblock SET root = repeat('0', 64)",
            "register_blocks_are_of_its_lines",
        ),
        (
            "UPDATE lottery_rankingentry SET ticket = repeat('0', 64) WHERE rank = 2",
            "ranking_follows_from_the_seed",
        ),
        (
            "UPDATE lottery_place SET sequence = sequence + 100",
            "places_follow_from_the_ranking",
        ),
        (
            "UPDATE lottery_reinstatement SET rank_after = rank_after + 1",
            "reinstatement_follows_from_the_seed",
        ),
    ],
)
def test_what_was_changed_is_found(drawn, statement, rule):
    tamper(statement)
    assert rule in find(drawn)


def test_a_deed_that_the_journal_does_not_know_is_found(drawn):
    tamper("DELETE FROM applications_journalentry WHERE deed = 'COMMITMENT_PUBLISHED'")
    assert "ballot_deeds_are_in_the_journal" in find(drawn)


def test_a_reinstatement_of_somebody_in_the_draw_is_a_breach_and_stops_nothing(drawn):
    tamper(
        "UPDATE lottery_reinstatement SET entry_id ="
        " (SELECT min(id) FROM lottery_registerentry WHERE status = 'A')"
    )
    tamper("UPDATE lottery_place SET sequence = sequence + 100")
    found = find(drawn)
    assert "reinstatement_follows_from_the_seed" in found
    assert "places_follow_from_the_ranking" in found
