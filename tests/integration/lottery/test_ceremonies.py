"""Two officers key the balls without seeing each other's entry, and must agree."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from applications.models import JournalEntry, Officer
from applications.selectors.clock import read_clock
from lottery.ballot.ceremony import Ceremony as CeremonyRecord
from lottery.ballot.ceremony import parse_ceremony, render_ceremony
from lottery.ballot.errors import BallotRefusal
from lottery.models import BallKeying, Ceremony
from lottery.selectors.keyings import get_keying_state
from lottery.selectors.progress import BallotOutOfOrder, get_progress
from lottery.services.ceremonies import (
    CeremonyBeforePublication,
    CeremonySettled,
    OfficersDisagree,
    SecondOfficerMissing,
    record_ceremony,
    settle_ceremony,
)
from tests.factories import make_officer
from tests.integration.lottery import stages

pytestmark = pytest.mark.django_db

SWAPPED = stages.BALLS["balls:50:20"].split("-")
SWAPPED[0:2] = reversed(SWAPPED[0:2])
SWAPPED = "-".join(SWAPPED)


@pytest.fixture
def publication():
    exercise = stages.make_ballot("ticket")
    stages.fill(exercise)
    return stages.publish(exercise)


@pytest.fixture
def officers():
    return stages.make_officers()


def settle(publication):
    return settle_ceremony(publication=publication, settled_at=read_clock())


def make_record(publication, **changes):
    fields = {
        "draw": publication.register.exercise.code,
        "attempt": 1,
        "commitment": publication.register.commitment_sha256,
        "balls": stages.get_balls(publication),
        "drawn_at": read_clock().replace(microsecond=0),
        "keyed_by": ("officer-1", "officer-2"),
        "beacon": "none",
        "signature": "none",
    }
    return render_ceremony(CeremonyRecord(**{**fields, **changes}))


def test_two_officers_who_agree_settle_the_ceremony(publication, officers):
    for officer in officers:
        stages.key(publication, officer)
    record = parse_ceremony(settle(publication).ceremony_text)
    assert record.keyed_by == ("officer-1", "officer-2")
    assert record.balls == stages.get_balls(publication)
    assert record.commitment == publication.register.commitment_sha256


def test_settling_again_gives_the_stored_ceremony(publication, officers):
    first = stages.settle(publication)
    assert settle(publication).recorded_at == first.recorded_at
    assert Ceremony.objects.count() == 1


def test_one_officer_is_not_enough(publication, officers):
    stages.key(publication, officers[0])
    with pytest.raises(SecondOfficerMissing):
        settle(publication)


def test_the_same_officer_twice_does_not_count_as_two(publication, officers):
    stages.key(publication, officers[0])
    stages.key(publication, officers[0], SWAPPED)
    stages.key(publication, officers[0])
    with pytest.raises(SecondOfficerMissing):
        settle(publication)


def test_a_double_click_stores_one_keying(publication, officers):
    assert stages.key(publication, officers[0]) == stages.key(publication, officers[0])
    assert BallKeying.objects.count() == 1


def test_officers_who_disagree_settle_nothing(publication, officers):
    stages.key(publication, officers[0])
    stages.key(publication, officers[1], SWAPPED)
    with pytest.raises(OfficersDisagree) as refusal:
        settle(publication)
    assert refusal.value.details == {"positions": [1, 2]}
    assert not Ceremony.objects.exists()


def test_an_officer_who_looks_again_can_agree(publication, officers):
    stages.key(publication, officers[0])
    stages.key(publication, officers[1], SWAPPED)
    stages.key(publication, officers[1])
    assert settle(publication)


def test_a_third_officer_can_settle_what_two_disagree_on(publication, officers):
    third = make_officer("officer-3", Officer.Role.OFFICER)
    stages.key(publication, officers[0])
    stages.key(publication, officers[1], SWAPPED)
    stages.key(publication, third, SWAPPED)
    record = parse_ceremony(settle(publication).ceremony_text)
    assert record.keyed_by == ("officer-2", "officer-3")
    assert record.balls == SWAPPED


def test_disagreements_are_known_only_after_both_have_keyed(publication, officers):
    stages.key(publication, officers[0])
    assert get_keying_state(publication).disagreements == []
    stages.key(publication, officers[1], SWAPPED)
    first, second = stages.get_balls(publication).split("-")[:2]
    assert get_keying_state(publication).disagreements == [(1, first, second), (2, second, first)]


def test_a_settled_ceremony_is_not_keyed_again(publication, officers):
    stages.settle(publication)
    with pytest.raises(CeremonySettled):
        stages.key(publication, officers[0], SWAPPED)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda balls: balls[:-1], "BALL_COUNT_WRONG", id="19 balls"),
        pytest.param(lambda balls: [*balls, "01"], "BALL_COUNT_WRONG", id="21 balls"),
        pytest.param(lambda balls: [*balls[:-1], balls[0]], "BALL_REPEATED", id="a ball twice"),
        pytest.param(lambda balls: [*balls[:-1], "100"], "BALL_OUT_OF_RANGE", id="number 100"),
        pytest.param(lambda balls: [*balls[:-1], "50"], "BALL_OUT_OF_RANGE", id="number 50 of 50"),
        pytest.param(lambda balls: [*balls[:-1], "7"], "BALL_NOT_TWO_DIGITS", id="one digit"),
    ],
)
def test_balls_that_this_draw_cannot_give_are_refused(publication, officers, change, code):
    balls = change(stages.get_balls(publication).split("-"))
    with pytest.raises(BallotRefusal) as refusal:
        stages.key(publication, officers[0], "-".join(balls))
    assert refusal.value.code == code
    assert not BallKeying.objects.exists()


def test_what_was_keyed_is_neither_changed_nor_deleted(publication, officers):
    stages.key(publication, officers[0])
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        BallKeying.objects.update(balls=SWAPPED)
    stages.key(publication, officers[1])
    settle(publication)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Ceremony.objects.all().delete()


def test_the_journal_says_who_keyed_and_not_what(publication, officers):
    stages.key(publication, officers[0])
    entry = JournalEntry.objects.get(deed="BALLS_KEYED")
    assert entry.actor == "officer-1"
    assert entry.details == {"attempt": 1, "sequence": 1}


def test_there_is_no_ceremony_before_the_commitment_is_published():
    exercise = stages.make_ballot()
    stages.fill(exercise)
    progress = get_progress(stages.close(exercise))
    with pytest.raises(BallotOutOfOrder):
        progress.get_publication()


def test_balls_drawn_before_the_commitment_was_published_are_refused(publication):
    drawn_at = publication.published_at.replace(microsecond=0) - timedelta(seconds=1)
    with pytest.raises(CeremonyBeforePublication):
        record_ceremony(
            publication=publication,
            ceremony_text=make_record(publication, drawn_at=drawn_at),
            recorded_at=read_clock(),
        )
    assert not Ceremony.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"keyed_by": ("officer-1", "officer-1")}, "OFFICERS_NOT_DIFFERENT"),
        ({"commitment": "0" * 64}, "COMMITMENT_MISMATCH"),
        ({"draw": "OTHER2024"}, "CEREMONY_OF_OTHER_DRAW"),
        ({"balls": "01-02"}, "BALL_COUNT_WRONG"),
    ],
)
def test_a_ceremony_from_elsewhere_must_keep_the_rules(publication, changes, code):
    with pytest.raises(BallotRefusal) as refusal:
        record_ceremony(
            publication=publication,
            ceremony_text=make_record(publication, **changes),
            recorded_at=read_clock(),
        )
    assert refusal.value.code == code


def test_a_second_ceremony_is_refused_and_the_same_one_again_is_not(publication):
    text = make_record(publication)
    stored = record_ceremony(publication=publication, ceremony_text=text, recorded_at=read_clock())
    again = record_ceremony(publication=publication, ceremony_text=text, recorded_at=read_clock())
    assert again.recorded_at == stored.recorded_at
    with pytest.raises(CeremonySettled):
        record_ceremony(
            publication=publication,
            ceremony_text=make_record(publication, balls=SWAPPED),
            recorded_at=read_clock(),
        )
