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
from lottery.selectors.keyings import get_keying_state, tell_drawn_at
from lottery.selectors.progress import BallotOutOfOrder, get_progress
from lottery.services.ceremonies import (
    CeremonyBeforePublication,
    CeremonySettled,
    OfficersDisagree,
    SecondOfficerMissing,
    ThirdLookNeeded,
    WaitingPeriodNotOver,
    key_balls,
    record_ceremony,
    settle_ceremony,
)
from tests.factories import make_officer
from tests.integration.lottery import stages

pytestmark = pytest.mark.django_db

SWAPPED = stages.BALLS["balls:50:20"].split("-")
SWAPPED[0:2] = reversed(SWAPPED[0:2])
SWAPPED = "-".join(SWAPPED)
REVERSED = "-".join(reversed(SWAPPED.split("-")))


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


class TestTheThirdLook:
    """While two officers disagree, both know what the other saw: only a third one may key."""

    @pytest.fixture
    def third(self):
        return make_officer("officer-3", Officer.Role.OFFICER)

    @pytest.fixture(autouse=True)
    def _two_disagree(self, publication, officers):
        stages.key(publication, officers[0])
        stages.key(publication, officers[1], SWAPPED)

    def test_neither_of_the_two_may_come_round(self, publication, officers):
        for officer, balls in ((officers[0], SWAPPED), (officers[1], None)):
            with pytest.raises(ThirdLookNeeded) as refusal:
                stages.key(publication, officer, balls)
            assert refusal.value.details == {"positions": [1, 2]}
        with pytest.raises(OfficersDisagree):
            settle(publication)

    def test_the_same_entry_again_is_still_the_same_row(self, publication, officers):
        stages.key(publication, officers[1], SWAPPED)
        assert BallKeying.objects.count() == 2

    def test_the_third_settles_it(self, publication, third):
        stages.key(publication, third, SWAPPED)
        record = parse_ceremony(settle(publication).ceremony_text)
        assert record.keyed_by == ("officer-2", "officer-3")
        assert record.balls == SWAPPED

    def test_the_third_has_seen_neither_entry_and_afterwards_everybody_sees_all(
        self, publication, officers, third
    ):
        fourth = make_officer("officer-4", Officer.Role.OFFICER)
        state = get_keying_state(publication)
        assert [state.may_see_differences(row) for row in officers] == [True, True]
        assert [state.may_see_differences(row) for row in (third, fourth)] == [False, False]
        stages.key(publication, third, SWAPPED)
        state = get_keying_state(publication)
        assert state.may_see_differences(fourth)
        one, other = stages.get_balls(publication).split("-")[:2]
        assert state.differences == [(1, (one, other, other)), (2, (other, one, one))]

    def test_when_all_three_differ_all_may_look_again(self, publication, officers, third):
        stages.key(publication, third, REVERSED)
        with pytest.raises(OfficersDisagree):
            settle(publication)
        stages.key(publication, officers[0], SWAPPED)
        assert parse_ceremony(settle(publication).ceremony_text).balls == SWAPPED


def test_differences_are_known_only_after_both_have_keyed(publication, officers):
    stages.key(publication, officers[0])
    assert get_keying_state(publication).differences == []
    stages.key(publication, officers[1], SWAPPED)
    first, second = stages.get_balls(publication).split("-")[:2]
    assert get_keying_state(publication).differences == [
        (1, (first, second)),
        (2, (second, first)),
    ]


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


def test_keying_something_else_in_between_does_not_move_the_moment_of_the_last_ball(
    publication, officers
):
    """Otherwise officers could wait for a beacon round that suits them better."""
    third = make_officer("officer-3", Officer.Role.OFFICER)
    began_at = read_clock()
    for seconds, officer, balls in (
        (1, officers[0], None),
        (2, officers[1], None),
        (15, officers[0], SWAPPED),
        (16, third, REVERSED),
        (30, officers[0], None),
        (31, officers[1], SWAPPED),
        (45, officers[1], None),
    ):
        key_balls(
            publication=publication,
            officer=officer,
            balls=balls or stages.get_balls(publication),
            keyed_at=began_at + timedelta(seconds=seconds),
        )
    drawn_at = tell_drawn_at(*get_keying_state(publication).agreeing)
    assert drawn_at == (began_at + timedelta(seconds=1)).replace(microsecond=0)


class TestTheSecondDraw:
    """The fallback of a beacon is keyed after the first draw, by both officers again."""

    @pytest.fixture
    def both(self, publication):
        return f"{stages.get_balls(publication)}/{SWAPPED}"

    @pytest.fixture(autouse=True)
    def _first_draw_agreed(self, publication, officers):
        for officer in officers:
            stages.key(publication, officer)

    def test_the_first_who_keys_it_disagrees_with_nobody(self, publication, officers, both):
        stages.key(publication, officers[0], both)
        state = get_keying_state(publication)
        assert not state.is_disputed
        assert state.differences == []
        with pytest.raises(SecondOfficerMissing):
            settle(publication)
        stages.key(publication, officers[1], both)
        assert "/".join("-".join(part) for part in split_in_two(publication)) == both

    def test_two_who_disagree_on_it_wait_for_a_third_who_keyed_the_first_draw_only(
        self, publication, officers, both
    ):
        third = make_officer("officer-3", Officer.Role.OFFICER)
        stages.key(publication, third)
        other = f"{stages.get_balls(publication)}/{REVERSED}"
        stages.key(publication, officers[0], both)
        stages.key(publication, officers[1], other)
        assert not get_keying_state(publication).may_see_differences(third)
        with pytest.raises(ThirdLookNeeded):
            stages.key(publication, officers[1], both)
        stages.key(publication, third, both)
        assert get_keying_state(publication).agreeing[0].balls == both

    def test_a_ballot_without_a_beacon_has_none(self, publication, officers, both):
        for officer in officers:
            stages.key(publication, officer, both)
        with pytest.raises(BallotRefusal, match="SECOND_DRAW_UNEXPECTED"):
            settle(publication)


def split_in_two(publication):
    balls = get_keying_state(publication).agreed_balls
    return balls[: len(balls) // 2], balls[len(balls) // 2 :]


def test_nobody_keys_before_the_waiting_period_is_over(officers):
    exercise = stages.make_ballot("ticket", code="WAITING2024")
    stages.fill(exercise, family=1, one_person=1)
    publication = stages.publish(exercise, waiting=timedelta(hours=24))
    with pytest.raises(WaitingPeriodNotOver) as refusal:
        stages.key(publication, officers[0])
    assert refusal.value.details == {"ceremony_from": publication.ceremony_from}
    assert not BallKeying.objects.exists()
