"""The announced beacon round: which is due, what is accepted for it, and what replaces it."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pgtrigger
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from applications.models import Officer
from applications.policy.timetable import HONG_KONG
from applications.selectors.clock import read_clock
from lottery.ballot.beacon import CHAIN_HASH, GENESIS_SECONDS, PERIOD_SECONDS
from lottery.ballot.ceremony import parse_ceremony
from lottery.forms.beacon import LARGEST_FILE_BYTES, read_beacon_file
from lottery.models import Ceremony
from lottery.selectors.keyings import get_keying_state
from lottery.services.ceremonies import key_balls
from lottery.services.registers import publish_commitment
from tests.factories import make_officer, screen_everything
from tests.integration.lottery import stages

VECTOR = Path(__file__).parents[2] / "vectors" / "ticket" / "ceremony.txt"
# A real round of quicknet, of 15 September 2023, and what it published.
REAL = parse_ceremony(VECTOR.read_text("ascii"))
ROUND = int(REAL.beacon.split(":")[2])
RANDOMNESS = REAL.beacon.split(":")[3]
SIGNATURE = REAL.signature
BALLS = stages.BALLS["balls:50:20"]
SECOND = "-".join(reversed(BALLS.split("-")))
PUBLISHED_AT = datetime(2023, 9, 15, 12, tzinfo=HONG_KONG)
DRAWN_AT = datetime(2023, 9, 15, 19, tzinfo=HONG_KONG)


def address(name):
    with override("en"):
        return reverse(f"ballot:{name}", args=["BALLOT2024"])


def make_published(rounds, published_at=PUBLISHED_AT):
    """Publish a commitment whose terms announce these rounds."""
    beacon = f"drand:{CHAIN_HASH}:{','.join(map(str, rounds))}"
    exercise = stages.make_ballot("ticket", beacon=beacon)
    stages.fill(exercise, family=2, one_person=1)
    screen_everything()
    register = stages.freeze(stages.close(exercise))
    with pgtrigger.ignore("lottery.Publication:publication_is_now"):
        return publish_commitment(
            register=register, published_at=published_at, waiting=timedelta(0)
        )


def agree(publication, officers, balls=BALLS, keyed_at=DRAWN_AT):
    """Key the balls at a moment of the past, which the database lets nobody do."""
    with pgtrigger.ignore("lottery.BallKeying:balls_are_keyed_now"):
        for officer in officers:
            key_balls(publication=publication, officer=officer, balls=balls, keyed_at=keyed_at)


@pytest.fixture
def officers(db):
    return stages.make_officers()


@pytest.fixture
def client(officers):
    return stages.sign_in(officers[0])


def settle(client, **answers):
    return client.post(address("settle"), {"confirmed": "on", "attempt": "1", **answers})


def make_answer(**changes):
    answer = {"round": ROUND, "randomness": RANDOMNESS, "signature": SIGNATURE, **changes}
    return json.dumps(answer).encode()


def upload(client, content, **answers):
    file = SimpleUploadedFile("beacon.json", content, "application/json")
    return settle(client, file=file, **answers)


def read(response):
    return " ".join(response.content.decode().split())


class TestARoundThatIsOut:
    @pytest.fixture(autouse=True)
    def _agreed(self, officers):
        # The first announced round is before the last ball, so the second one counts.
        agree(make_published([ROUND - 2_000, ROUND, ROUND + 1_000]), officers)

    def test_the_console_and_the_page_say_which_round_is_due_and_when_it_fell(self, client):
        for name in ("console", "settle"):
            page = read(client.get(address(name)))
            assert str(ROUND) in page
            assert "15 September 2023, 19:00:03" in page
            assert "15 September 2023, 19:00:00" in page

    @pytest.mark.parametrize(
        "typed",
        [SIGNATURE, f" {SIGNATURE[:48].upper()}\n{SIGNATURE[48:]} "],
        ids=["as it is", "in two lines and capitals"],
    )
    def test_a_typed_signature_is_verified_and_goes_on_record(self, client, typed):
        assert settle(client, round=str(ROUND), signature=typed).status_code == 302
        record = parse_ceremony(Ceremony.objects.get().ceremony_text)
        assert record.beacon == REAL.beacon
        assert record.signature == SIGNATURE
        assert "Verified with the beacon’s public key (BLS)" in read(client.get(address("console")))

    def test_the_beacons_own_answer_may_be_uploaded(self, client):
        assert upload(client, make_answer()).status_code == 302
        assert parse_ceremony(Ceremony.objects.get().ceremony_text).beacon == REAL.beacon

    def test_the_seed_can_be_recomputed_from_what_is_on_record(self, client):
        upload(client, make_answer())
        record = parse_ceremony(Ceremony.objects.get().ceremony_text)
        assert record.drawn_at == DRAWN_AT
        assert record.balls == BALLS

    @pytest.mark.parametrize(
        ("answers", "message"),
        [
            pytest.param({"round": str(ROUND)}, "Please type the signature", id="nothing"),
            pytest.param(
                {"round": str(ROUND - 2_000), "signature": SIGNATURE},
                f"The first announced round after the last ball is round {ROUND}",
                id="a round before the last ball",
            ),
            pytest.param(
                {"round": str(ROUND + 1_000), "signature": SIGNATURE},
                f"This is round {ROUND + 1_000}",
                id="a later round",
            ),
            pytest.param(
                {"round": str(ROUND), "signature": SIGNATURE[:-1]},
                "not in the published format",
                id="too short",
            ),
            pytest.param(
                {"round": "many", "signature": SIGNATURE},
                "not in the published format",
                id="no number",
            ),
            pytest.param(
                {"round": str(ROUND), "signature": SIGNATURE[:-1] + "c"},
                "signature is not genuine",
                id="one digit changed",
            ),
            pytest.param(
                {"round": str(ROUND), "signature": SIGNATURE, "confirmed": ""},
                "Please tick the box",
                id="no tick",
            ),
        ],
    )
    def test_what_is_wrong_with_what_was_typed_is_explained(self, client, answers, message):
        response = settle(client, **answers)
        assert response.status_code == 422
        assert message in read(response)
        assert not Ceremony.objects.exists()

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            pytest.param(
                make_answer(round=ROUND + 1), f"This is round {ROUND + 1}", id="other round"
            ),
            pytest.param(
                make_answer(randomness="0" * 64), "does not follow from its signature", id="hash"
            ),
            pytest.param(
                make_answer(signature="0" * 96), "does not follow from its signature", id="both"
            ),
            pytest.param(
                make_answer(signature=SIGNATURE.upper()), "published format", id="capitals"
            ),
            pytest.param(make_answer(round=str(ROUND)), "published format", id="round as text"),
            pytest.param(make_answer(round=True), "published format", id="round as truth"),
            pytest.param(make_answer(randomness=7), "published format", id="a number for a hash"),
            pytest.param(make_answer(extra=1), "and nothing else", id="a further field"),
            pytest.param(b'{"round": 1}', "and nothing else", id="a field missing"),
            pytest.param(b"[]", "and nothing else", id="a list"),
            pytest.param(b"{", "not well-formed JSON", id="cut off"),
            pytest.param(b'{"round": NaN}', "not well-formed JSON", id="NaN"),
            pytest.param(
                b'{"round": 1, "round": 2, "signature": ""}', "not well-formed JSON", id="twice"
            ),
            pytest.param(b"\xff\xfe", "not well-formed JSON", id="not UTF-8"),
            pytest.param(b"[" * LARGEST_FILE_BYTES, "not well-formed JSON", id="nested"),
            pytest.param(b" " * (LARGEST_FILE_BYTES + 1), "too large", id="too large"),
            pytest.param(b"", "This file is empty", id="empty"),
        ],
    )
    def test_what_is_wrong_with_a_file_is_explained(self, client, content, message):
        response = upload(client, content)
        assert response.status_code == 422
        assert message in read(response)
        assert not Ceremony.objects.exists()

    def test_a_file_and_a_typed_signature_at_once_are_refused(self, client):
        response = upload(client, make_answer(), round=str(ROUND), signature=SIGNATURE)
        assert response.status_code == 422
        assert "not both" in read(response)

    def test_without_the_package_the_page_says_that_only_the_hash_was_checked(
        self, client, monkeypatch
    ):
        monkeypatch.setitem(__import__("sys").modules, "py_arkworks_bls12381", None)
        upload(client, make_answer())
        assert "cannot be verified here" in read(client.get(address("console")))

    def test_settling_twice_is_settling_once(self, client):
        upload(client, make_answer())
        assert settle(client).status_code == 302
        assert Ceremony.objects.count() == 1


def test_an_answer_without_randomness_is_read_too():
    content = json.dumps({"round": ROUND, "signature": SIGNATURE}).encode()
    assert read_beacon_file(content).round == (ROUND, SIGNATURE)


def test_a_round_that_is_not_out_yet_is_awaited(client, officers):
    now = read_clock()
    due = (int(now.timestamp()) + 3_600 - GENESIS_SECONDS) // PERIOD_SECONDS
    agree(make_published([due], published_at=now), officers, keyed_at=read_clock())
    page = read(client.get(address("settle")))
    assert str(due) in page
    assert "(not yet)" in page
    assert 'name="signature"' not in page
    response = settle(client, round=str(due), signature=SIGNATURE)
    assert response.status_code == 422
    assert not Ceremony.objects.exists()


def test_balls_keyed_when_the_round_was_out_leave_the_second_draw_only(client, officers):
    publication = make_published([ROUND])
    agree(publication, officers)
    third = make_officer("officer-3", Officer.Role.OFFICER)
    agree(publication, [third], keyed_at=DRAWN_AT + timedelta(seconds=3))
    page = read(client.get(address("settle")))
    assert "so it can no longer be used" in page
    assert 'name="signature"' not in page
    assert address("second_balls") in page
    assert settle(client, round=str(ROUND), signature=SIGNATURE).status_code == 409
    assert not Ceremony.objects.exists()


class TestTheFallback:
    @pytest.fixture
    def publication(self, officers):
        publication = make_published([ROUND - 2_000])
        agree(publication, officers)
        return publication

    def test_when_all_rounds_came_out_before_the_last_ball_the_page_leads_to_a_second_draw(
        self, client, publication
    ):
        page = read(client.get(address("settle")))
        assert "so none of them counts" in page
        assert address("second_balls") in page
        assert settle(client, round=str(ROUND), signature=SIGNATURE).status_code == 422

    def test_two_officers_key_it_after_the_first(self, client, officers, publication):
        other = stages.sign_in(officers[1])
        page = read(client.get(address("second_balls")))
        assert "Key the second draw" in page
        client.post(address("second_balls"), {"balls": SECOND, "attempt": "1"})
        assert "A second officer has yet to key them" in read(client.get(address("console")))
        assert SECOND[:5] not in read(other.get(address("console")))
        assert "Now it is your turn" in read(other.get(address("console")))
        other.post(address("second_balls"), {"balls": SECOND, "attempt": "1"})
        assert get_keying_state(publication).agreeing
        assert settle(client).status_code == 302
        record = parse_ceremony(Ceremony.objects.get().ceremony_text)
        assert record.balls == f"{BALLS}/{SECOND}"
        assert record.beacon == "none"
        assert record.drawn_at == DRAWN_AT

    def test_a_disagreement_on_it_needs_a_third_look_too(self, client, officers, publication):
        client.post(address("second_balls"), {"balls": SECOND, "attempt": "1"})
        other = stages.sign_in(officers[1])
        other.post(address("second_balls"), {"balls": BALLS, "attempt": "1"})
        assert "a third officer has to look" in read(other.get(address("console")))
        assert client.get(address("second_balls")).status_code == 302


def test_without_a_beacon_there_is_no_second_draw(client, officers):
    exercise = stages.make_ballot("ticket")
    stages.fill(exercise, family=1, one_person=1)
    agree(stages.publish(exercise), officers, keyed_at=read_clock())
    assert client.get(address("second_balls")).status_code == 302
    response = client.post(address("second_balls"), {"balls": SECOND, "attempt": "1"})
    assert response.status_code == 409
    assert "second draw" not in read(client.get(address("console")))
