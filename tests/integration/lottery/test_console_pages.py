"""What the officer's console promises: rights, order, one deed at a time, nobody peeks."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from applications.models import JournalEntry, Officer
from applications.selectors.clock import read_clock
from lottery.forms.balls import read_typed_balls
from lottery.models import (
    BallKeying,
    Ceremony,
    CommitmentNotice,
    Draw,
    DrawCheck,
    Publication,
    Register,
    TimestampRequest,
)
from lottery.selectors.deeds import list_ballot_deeds
from lottery.services.rechecks import recheck_draws
from lottery.templatetags.ballot_tags import moment
from tests.factories import make_officer, screen_everything
from tests.integration.lottery import stages

pytestmark = pytest.mark.django_db

HEADING = "Where the officers differ"
PAGES = (
    "console",
    "balls",
    "second_balls",
    "hall",
    "propose_reballot",
    "propose_reinstatement",
    "close",
    "freeze",
    "publish",
    "settle",
    "draw",
)
SWAPPED = stages.BALLS["balls:50:20"].split("-")
SWAPPED = "-".join([SWAPPED[1], SWAPPED[0], *SWAPPED[2:]])
DEEDS = ("close", "freeze", "publish", "settle", "draw")


def address(name, *args, language="en"):
    with override(language):
        return reverse(f"ballot:{name}", args=args)


@pytest.fixture
def exercise():
    exercise = stages.make_ballot("ticket")
    stages.fill(exercise, family=3, one_person=2)
    return exercise


@pytest.fixture
def officers():
    return stages.make_officers()


@pytest.fixture
def client(officers):
    return stages.sign_in(officers[0])


def confirm(client, exercise, deed):
    return client.post(address(deed, exercise.code), {"confirmed": "on"})


def show(client, exercise):
    response = client.get(address("console", exercise.code))
    assert response.status_code == 200
    return response.content.decode()


def key(client, exercise, balls):
    return client.post(address("balls", exercise.code), {"balls": balls})


@pytest.mark.parametrize("name", PAGES)
def test_a_clerk_cannot_open_the_console(exercise, name):
    clerk = stages.sign_in(make_officer("clerk-1"))
    assert clerk.get(address(name, exercise.code)).status_code == 403
    assert clerk.post(address(name, exercise.code), {"confirmed": "on"}).status_code in (403, 405)
    assert stages.stage_of(exercise) == "OPEN"


@pytest.mark.parametrize("name", PAGES)
def test_whoever_is_not_signed_in_is_sent_to_the_log_in(exercise, name):
    response = Client().get(address(name, exercise.code))
    assert response.status_code == 302
    assert "/staff/login/" in response.url


def test_the_whole_ballot_runs_from_the_console(client, officers, exercise):
    other = stages.sign_in(officers[1])
    stages_seen = [stages.stage_of(exercise)]
    confirm(client, exercise, "close")
    stages_seen.append(stages.stage_of(exercise))
    screen_everything()
    for deed in ("freeze", "publish"):
        confirm(client, exercise, deed)
        stages_seen.append(stages.stage_of(exercise))
    balls = stages.BALLS["balls:50:20"]
    key(client, exercise, balls)
    key(other, exercise, balls.replace("-", " "))
    for deed in ("settle", "draw"):
        confirm(other, exercise, deed)
        stages_seen.append(stages.stage_of(exercise))
    assert stages_seen == ["OPEN", "CLOSED", "FROZEN", "PUBLISHED", "CEREMONY_SETTLED", "DRAWN"]
    assert [(entry.deed, entry.actor) for entry in list_ballot_deeds(exercise)] == [
        ("EXERCISE_CLOSED", "officer-1"),
        ("INTAKE_HEAD_TAKEN", "SYSTEM"),
        ("REGISTER_FROZEN", "officer-1"),
        ("COMMITMENT_PUBLISHED", "officer-1"),
        ("NOTICE_ISSUED", "officer-1"),
        ("BALLS_KEYED", "officer-1"),
        ("BALLS_KEYED", "officer-2"),
        ("CEREMONY_RECORDED", "officer-2"),
        ("DRAW_RUN", "officer-2"),
    ]
    page = show(client, exercise)
    assert "Download the transcript" in page
    assert "python BALLOT2024-1/verify_ballot.py BALLOT2024-1" in page


def test_every_deed_twice_is_the_deed_once(client, officers, exercise):
    for _ in range(2):
        assert confirm(client, exercise, "close").status_code == 302
    screen_everything()
    for deed in ("freeze", "freeze", "publish", "publish"):
        assert confirm(client, exercise, deed).status_code == 302
    for officer in officers:
        for _ in range(2):
            key(stages.sign_in(officer), exercise, stages.BALLS["balls:50:20"])
    for deed in ("settle", "settle", "draw", "draw"):
        assert confirm(client, exercise, deed).status_code == 302
    counts = [model.objects.count() for model in (Register, Publication, Ceremony, Draw)]
    assert counts == [1, 1, 1, 1]
    assert BallKeying.objects.count() == 2
    assert JournalEntry.objects.filter(deed="DRAW_RUN").count() == 1


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_without_the_tick_is_not_done(client, officers, exercise, deed):
    bring_to(exercise, deed)
    before = stages.stage_of(exercise)
    response = client.post(address(deed, exercise.code))
    assert response.status_code == 422
    assert "Please tick the box" in response.content.decode()
    assert stages.stage_of(exercise) == before


@pytest.mark.parametrize("deed", DEEDS[1:])
def test_a_deed_before_its_turn_is_refused(client, exercise, deed):
    response = confirm(client, exercise, deed)
    assert response.status_code == 409
    assert "Nothing has been changed" in response.content.decode()
    assert stages.stage_of(exercise) == "OPEN"
    assert client.get(address(deed, exercise.code)).url == address("console", exercise.code)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_is_done_by_post_only(client, officers, exercise, deed):
    bring_to(exercise, deed)
    before = stages.stage_of(exercise)
    assert client.get(address(deed, exercise.code)).status_code == 200
    assert stages.stage_of(exercise) == before


def bring_to(exercise, deed):
    """Bring an open exercise to the point where a deed is due."""
    if deed == "freeze":
        screen_everything()
        stages.close(exercise)
    elif deed == "publish":
        screen_everything()
        stages.freeze(stages.close(exercise))
    elif deed == "settle":
        publication = stages.publish(exercise)
        for officer in Officer.objects.filter(role="OFFICER"):
            stages.key(publication, officer)
    elif deed == "draw":
        stages.settle(stages.publish(exercise))


def test_a_demonstration_closes_early_and_says_so(client, exercise):
    page = client.get(address("close", exercise.code)).content.decode()
    assert "closing a demonstration before its time" in page


def test_a_real_exercise_offers_no_early_closing(client):
    exercise = stages.make_ballot(code="REAL2024", demonstration=False)
    assert "Close applications for good" not in show(client, exercise)
    assert confirm(client, exercise, "close").status_code == 409
    assert stages.stage_of(exercise) == "OPEN"


def test_the_check_list_counts_what_is_open_and_nothing_is_frozen(client, exercise):
    confirm(client, exercise, "close")
    page = show(client, exercise)
    assert "5 open" in page
    assert "?state=RECEIVED" in page
    response = confirm(client, exercise, "freeze")
    assert response.status_code == 409
    assert "FREEZE_CHECKLIST_OPEN" in response.content.decode()
    screen_everything()
    assert "5 open" not in show(client, exercise)


def test_the_commitment_is_shown_in_groups_before_and_after_publication(client, exercise):
    bring_to(exercise, "publish")
    commitment = Register.objects.get().commitment_sha256
    for _ in range(2):
        page = show(client, exercise)
        assert all(commitment[n : n + 8] in page for n in range(0, 64, 8))
        confirm(client, exercise, "publish")


class TestKeyingTheBalls:
    @pytest.fixture(autouse=True)
    def _published(self, exercise):
        stages.publish(exercise)

    def test_an_officer_does_not_see_what_the_other_keyed_before_keying(
        self, client, officers, exercise
    ):
        balls = stages.BALLS["balls:50:20"]
        key(client, exercise, balls)
        other = stages.sign_in(officers[1])
        for page in (
            show(other, exercise),
            other.get(address("balls", exercise.code)).content.decode(),
        ):
            assert balls not in page
            assert balls.replace("-", " ") not in page
            assert "hos-balls__ball" not in page
        assert "officer-1 has keyed them" in show(other, exercise)

    def test_a_disagreement_is_shown_ball_by_ball_once_both_have_keyed(
        self, client, officers, exercise
    ):
        balls = stages.BALLS["balls:50:20"].split("-")
        key(client, exercise, "-".join(balls))
        assert HEADING not in show(client, exercise)
        other = stages.sign_in(officers[1])
        key(other, exercise, SWAPPED)
        for reader in (client, other):
            page = show(reader, exercise)
            assert HEADING in page
            assert page.count('<td class="govuk-table__cell hos-code">') == 4
        assert confirm(client, exercise, "settle").status_code == 409

    def test_nothing_proceeds_until_a_third_officer_has_looked_and_seen_neither_entry(
        self, client, officers, exercise
    ):
        balls = stages.BALLS["balls:50:20"]
        key(client, exercise, balls)
        key(stages.sign_in(officers[1]), exercise, SWAPPED)
        assert "a third officer has to look" in show(client, exercise)
        assert client.get(address("balls", exercise.code)).status_code == 302
        response = key(client, exercise, SWAPPED)
        assert response.status_code == 409
        assert "A third officer has to key them" in response.content.decode()

        third = stages.sign_in(make_officer("officer-3", Officer.Role.OFFICER))
        pages = (
            show(third, exercise),
            third.get(address("balls", exercise.code)).content.decode(),
            third.get(address("hall", exercise.code)).content.decode(),
        )
        assert "A third look is needed: yours" in pages[0]
        for page in pages:
            assert HEADING not in page
            assert '<td class="govuk-table__cell hos-code">' not in page
            assert "hos-balls__ball" not in page
        key(third, exercise, SWAPPED)
        page = show(third, exercise)
        assert "officer-2 and officer-3 keyed the same balls" in page
        assert page.count('<td class="govuk-table__cell hos-code">') == 6
        assert confirm(third, exercise, "settle").status_code == 302
        assert stages.stage_of(exercise) == "CEREMONY_SETTLED"

    def test_when_three_differ_all_are_told_to_look_again(self, client, officers, exercise):
        third = stages.sign_in(make_officer("officer-3", Officer.Role.OFFICER))
        reverse = "-".join(reversed(SWAPPED.split("-")))
        readers = (client, stages.sign_in(officers[1]), third)
        for reader, balls in zip(
            readers, (stages.BALLS["balls:50:20"], SWAPPED, reverse), strict=True
        ):
            key(reader, exercise, balls)
        for reader in readers:
            assert "No two officers saw the same" in show(reader, exercise)
            assert reader.get(address("balls", exercise.code)).status_code == 200

    def test_the_same_officer_twice_is_not_two(self, client, exercise):
        for _ in range(2):
            key(client, exercise, stages.BALLS["balls:50:20"])
        assert "A second officer has yet to key them" in show(client, exercise)
        response = confirm(client, exercise, "settle")
        assert response.status_code == 409
        assert "second, different officer" in response.content.decode()

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            pytest.param(lambda b: b[:-1], "You keyed 19 balls. This draw has 20.", id="19"),
            pytest.param(lambda b: [*b, "05"], "You keyed 21 balls. This draw has 20.", id="21"),
            pytest.param(
                lambda b: [*b[:-1], b[0]], "At position 20 you keyed 49", id="a ball twice"
            ),
            pytest.param(
                lambda b: [*b[:6], "100", *b[7:]], "At position 7 you keyed 100", id="100"
            ),
            pytest.param(lambda b: [*b[:-1], "7"], "At position 20 you keyed 7", id="one digit"),
            pytest.param(lambda b: [*b[:-1], "x9"], "At position 20 you keyed x9", id="letter"),
            pytest.param(lambda b: [], "Please key the balls.", id="nothing"),
            pytest.param(lambda b: ["-", ","], "Please key the balls.", id="separators only"),
            pytest.param(lambda b: ["12 "] * 5000, "far more than the balls", id="too long"),
        ],
    )
    def test_what_this_draw_cannot_give_is_said_beside_the_field(
        self, client, exercise, change, message
    ):
        typed = " ".join(change(stages.BALLS["balls:50:20"].split("-")))
        response = key(client, exercise, typed)
        page = response.content.decode()
        assert response.status_code == 422
        assert message in page
        assert typed.strip() in page
        assert not BallKeying.objects.exists()

    def test_what_was_typed_cannot_become_markup(self, client, exercise):
        page = key(client, exercise, "<script>alert(1)</script>").content.decode()
        assert "<script>alert" not in page


def test_balls_cannot_be_keyed_before_publication(client, exercise):
    assert key(client, exercise, "01").status_code == 409
    assert not BallKeying.objects.exists()


class TestTheWaitingPeriod:
    @pytest.fixture(autouse=True)
    def _published(self, exercise, settings):
        settings.BALLOT_WAITING = timedelta(hours=24)
        bring_to(exercise, "publish")

    def test_the_console_says_from_when_balls_may_be_keyed_and_what_is_left(self, client, exercise):
        assert confirm(client, exercise, "publish").status_code == 302
        page = show(client, exercise)
        assert moment(Publication.objects.get().ceremony_from) in page
        left = re.search(r"\d\d:\d\d:\d\d</dd>", page)
        assert left
        assert left[0] > "23:58:00"
        assert "ballot/BALLOT2024/balls/" not in page

    def test_it_cannot_be_skipped(self, client, exercise):
        confirm(client, exercise, "publish")
        assert client.get(address("balls", exercise.code)).status_code == 302
        response = key(client, exercise, stages.BALLS["balls:50:20"])
        assert response.status_code == 409
        assert "It cannot be cut short" in " ".join(response.content.decode().split())
        assert not BallKeying.objects.exists()

    def test_with_the_commitment_a_signed_notice_and_a_request_for_a_timestamp_are_made(
        self, client, exercise
    ):
        confirm(client, exercise, "publish")
        assert CommitmentNotice.objects.count() == TimestampRequest.objects.count() == 1
        page = show(client, exercise)
        assert "Notice of the commitment signed · officer-1" in page
        assert "Asked for, not there yet" in page

    def test_without_a_key_to_sign_the_notice_nothing_is_published(
        self, client, exercise, settings
    ):
        settings.SIGNING_KEY_FILE = settings.SIGNING_CERTIFICATE_FILE = None
        assert confirm(client, exercise, "publish").status_code == 409
        assert not Publication.objects.exists()


def test_the_checks_of_a_draw_are_shown_with_their_results(client, exercise):
    bring_to(exercise, "draw")
    confirm(client, exercise, "draw")
    assert "2 checks are still to come" in show(client, exercise)
    recheck_draws(checked_at=read_clock())
    page = show(client, exercise)
    assert "still to come" not in page
    assert page.count("What it printed on") == 2
    assert "The public verifier · agrees" in page
    assert page.count("hos-steps__step--done") == 7


def test_a_failed_check_is_open_and_leaves_its_step_undone(client, exercise):
    bring_to(exercise, "draw")
    confirm(client, exercise, "draw")
    recheck_draws(checked_at=read_clock())
    DrawCheck.objects.create(
        draw=Draw.objects.get(),
        kind="SQL",
        passed=False,
        output="FAIL  ranking.txt line 3",
        checked_at=read_clock(),
    )
    page = show(client, exercise)
    assert "FAIL  ranking.txt line 3" in page
    assert "SQL in the database · does not agree" in page
    assert page.count("hos-steps__step--done") == 6


def test_balls_cannot_be_keyed_after_the_ceremony(client, exercise):
    bring_to(exercise, "draw")
    assert key(client, exercise, stages.BALLS["balls:50:20"]).status_code == 409
    assert client.get(address("balls", exercise.code)).status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        "49 35 07",
        "49,35,07",
        "49-35-07",
        "493507",
        " 49\n35\t07 ",
        "４９　３５、０７",  # noqa: RUF100 - full-width digits and blanks
        "49 – 35 / 07.",
    ],
)
def test_the_balls_may_be_typed_in_any_usual_way(typed):
    assert read_typed_balls(typed) == ["49", "35", "07"]


def test_an_odd_digit_is_left_over_and_not_lost():
    assert read_typed_balls("4935078") == ["49", "35", "07", "8"]


def test_an_unknown_exercise_is_not_found(client):
    assert client.get(address("console", "NOTHING")).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_list_of_ballots_leads_to_each_console(client, exercise, language):
    page = client.get(address("home", language=language)).content.decode()
    assert address("console", exercise.code, language=language) in page
