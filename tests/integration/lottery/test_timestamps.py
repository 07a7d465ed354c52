"""Timestamps of commitments: asked of a real authority, judged, stored once, verified."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from asn1crypto import tsp
from django.db import connections, transaction
from django.db.utils import DatabaseError

from applications.models import JournalEntry, Officer
from applications.selectors.clock import read_clock
from lottery.models import TimestampRequest, TimestampToken
from lottery.services import timestamp_authority
from lottery.services.timestamp_answers import (
    TimestampForSomethingElse,
    TimestampMalformed,
    TimestampNotGranted,
    TimestampNotTrusted,
    judge_answer,
)
from lottery.services.timestamps import (
    claim_owed_request,
    note_fault,
    request_timestamp,
    store_timestamp,
)
from lottery.tasks import send_owed_timestamps
from tests.factories import make_officer
from tests.integration.lottery import stages
from tests.integration.lottery.authority import Authority, serving

pytestmark = pytest.mark.django_db

NOBODY_LISTENS = "http://127.0.0.1:9/"  # the discard port


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority") / "own")


@pytest.fixture(scope="module")
def other_authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority") / "other", "Somebody Else")


@pytest.fixture
def publication():
    exercise = stages.make_ballot()
    stages.fill(exercise, family=2, one_person=1)
    return stages.publish(exercise)


@pytest.fixture
def owed(publication):
    return request_timestamp(publication=publication, made_at=read_clock())


@pytest.fixture
def trust(settings, authority):
    settings.TIMESTAMP_CA_FILE = authority.root


def make_due(owed):
    TimestampRequest.objects.filter(pk=owed.pk).update(due_at=read_clock())


def backdate(answer):
    """Write another year into the content of an answer, its signature kept."""
    response = tsp.TimeStampResp.load(answer)
    content = response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    moment = content["gen_time"].contents
    assert answer.count(moment) == 1
    return answer.replace(moment, b"2020" + moment[4:])


class TestTheRequest:
    def test_asks_for_a_stamp_of_the_commitment_itself(self, publication, owed):
        asked = tsp.TimeStampReq.load(bytes(owed.request), strict=True).native
        text = publication.register.commitment_text.encode()
        assert asked["message_imprint"]["hashed_message"] == hashlib.sha256(text).digest()
        assert asked["message_imprint"]["hash_algorithm"]["algorithm"] == "sha256"
        assert asked["cert_req"] is True
        assert asked["nonce"] > 0

    def test_stays_the_same_when_it_is_asked_for_again(self, publication, owed):
        again = request_timestamp(publication=publication, made_at=read_clock())
        assert bytes(again.request) == bytes(owed.request)
        assert TimestampRequest.objects.count() == 1

    def test_has_a_nonce_of_its_own(self):
        nonces = set()
        for code in ("BALLOT2024", "BALLOT2025"):
            exercise = stages.make_ballot(code=code)
            stages.fill(exercise, family=1, one_person=0)
            owed = request_timestamp(publication=stages.publish(exercise), made_at=read_clock())
            nonces.add(tsp.TimeStampReq.load(bytes(owed.request))["nonce"].native)
        assert len(nonces) == 2


@pytest.mark.usefixtures("trust")
class TestSending:
    def test_stores_an_answer_that_openssl_accepts(self, settings, authority, publication, owed):
        with serving(authority.answer) as (address, requests):
            settings.TIMESTAMP_URL = address
            assert send_owed_timestamps() == 1
        token = TimestampToken.objects.get(request=owed)
        text = publication.register.commitment_text
        verified = authority.verify(text=text, answer=bytes(token.response))
        assert "Verification: OK" in verified
        altered = authority.verify(text=text + " ", answer=bytes(token.response))
        assert "Verification: FAILED" in altered
        ((headers, body),) = requests
        assert body == bytes(owed.request)
        assert headers["Content-Type"] == "application/timestamp-query"

    def test_keeps_who_stamped_and_when(self, settings, authority, owed):
        before = read_clock() - timedelta(seconds=2)
        with serving(authority.answer) as (address, _):
            settings.TIMESTAMP_URL = address
            send_owed_timestamps()
        token = TimestampToken.objects.get(request=owed)
        assert token.authority == "O=Authority for tests,CN=Test Timestamping"
        assert before <= token.stamped_at <= read_clock() + timedelta(seconds=2)
        entry = JournalEntry.objects.get(deed="TIMESTAMP_STORED")
        assert entry.details["sha256"] == hashlib.sha256(bytes(token.response)).hexdigest()
        assert entry.actor == "SYSTEM"

    def test_sends_nothing_twice(self, settings, authority, owed):
        with serving(authority.answer) as (address, requests):
            settings.TIMESTAMP_URL = address
            send_owed_timestamps()
            make_due(owed)
            assert send_owed_timestamps() == 0
        assert len(requests) == 1

    def test_sends_nothing_without_an_authority(self, settings, owed):
        settings.TIMESTAMP_URL = ""
        assert send_owed_timestamps() == 0
        owed.refresh_from_db()
        assert owed.attempts == 0

    def test_logs_in_where_the_address_says_so(self, settings, authority, owed):
        with serving(authority.answer) as (address, requests):
            settings.TIMESTAMP_URL = address.replace("//", "//portal:p%40ss@")
            assert send_owed_timestamps() == 1
        assert requests[0][0]["Authorization"] == "Basic cG9ydGFsOnBAc3M="

    @pytest.mark.parametrize(
        ("answer", "options", "fault"),
        [
            pytest.param(b"no", {"status": 500}, "HTTP_500", id="an error"),
            pytest.param(
                b"", {"status": 302, "headers": [("Location", "/")]}, "HTTP_302", id="a redirect"
            ),
            pytest.param(b"garbage", {}, "TIMESTAMP_MALFORMED", id="garbage"),
            pytest.param(b"", {}, "TIMESTAMP_MALFORMED", id="nothing"),
            pytest.param(b"x" * 200_000, {}, "AUTHORITY_ANSWER_TOO_LONG", id="too much"),
        ],
    )
    def test_keeps_the_fault_and_tries_again(
        self, settings, authority, owed, answer, options, fault
    ):
        with serving(answer, **options) as (address, requests):
            settings.TIMESTAMP_URL = address
            assert send_owed_timestamps() == 0
            assert send_owed_timestamps() == 0  # not due yet
        assert len(requests) == 1
        owed.refresh_from_db()
        assert (owed.attempts, owed.last_fault) == (1, fault)
        make_due(owed)
        with serving(authority.answer) as (address, _):
            settings.TIMESTAMP_URL = address
            assert send_owed_timestamps() == 1
        owed.refresh_from_db()
        assert owed.last_fault == ""

    def test_waits_for_no_slow_authority(self, settings, authority, owed, monkeypatch):
        ask = timestamp_authority.ask_authority
        monkeypatch.setattr(
            "lottery.tasks.ask_authority",
            lambda **options: ask(**options, timeout_seconds=0.3),
        )
        with serving(authority.answer, delay_seconds=1.2) as (address, _):
            settings.TIMESTAMP_URL = address
            assert send_owed_timestamps() == 0
        owed.refresh_from_db()
        assert owed.last_fault == "AUTHORITY_TIMED_OUT"

    def test_an_authority_that_is_away_is_a_fault_without_its_address(self, settings, owed):
        settings.TIMESTAMP_URL = NOBODY_LISTENS.replace("//", "//portal:secret@")
        assert send_owed_timestamps() == 0
        owed.refresh_from_db()
        assert owed.last_fault == "AUTHORITY_UNREACHABLE"

    def test_the_waits_grow_to_six_hours_and_no_further(self, owed):
        waits = []
        for _ in range(12):
            make_due(owed)
            now = read_clock()
            waits.append(claim_owed_request(claimed_at=now).due_at - now)
        assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
        assert waits[-1] == timedelta(hours=6)


class TestJudging:
    @pytest.fixture
    def judge(self, owed):
        return lambda answer: judge_answer(
            answer=answer, request=bytes(owed.request), judged_at=read_clock()
        )

    @pytest.fixture
    def answer(self, authority, owed):
        return authority.answer(bytes(owed.request))

    def test_accepts_a_genuine_answer(self, trust, judge, answer):
        assert judge(answer).authority == "O=Authority for tests,CN=Test Timestamping"

    def test_accepts_two_certificates_in_the_answer(self, trust, judge, answer):
        token = tsp.TimeStampResp.load(answer)["time_stamp_token"]["content"]
        assert len(token["certificates"]) == 2
        judge(answer)

    def test_accepts_any_authority_where_no_roots_are_named(
        self, settings, judge, owed, other_authority
    ):
        settings.TIMESTAMP_CA_FILE = None
        assert "Somebody Else" in judge(other_authority.answer(bytes(owed.request))).authority

    def test_refuses_another_authority(self, trust, judge, owed, other_authority):
        with pytest.raises(TimestampNotTrusted):
            judge(other_authority.answer(bytes(owed.request)))

    def test_refuses_everything_when_the_roots_cannot_be_read(
        self, settings, judge, answer, tmp_path
    ):
        settings.TIMESTAMP_CA_FILE = tmp_path / "none.pem"
        with pytest.raises(TimestampNotTrusted):
            judge(answer)

    @pytest.mark.parametrize("field", ["nonce", "imprint"])
    def test_refuses_the_answer_to_another_request(self, trust, judge, owed, authority, field):
        asked = tsp.TimeStampReq.load(bytes(owed.request))
        if field == "nonce":
            asked["nonce"] = 12345
        else:
            asked["message_imprint"]["hashed_message"] = b"\1" * 32
        with pytest.raises(TimestampForSomethingElse):
            judge(authority.answer(asked.dump(force=True)))

    def test_refuses_an_authority_that_declines(self, trust, judge, owed, authority):
        asked = tsp.TimeStampReq.load(bytes(owed.request))
        asked["message_imprint"]["hash_algorithm"]["algorithm"] = "sha512"
        asked["message_imprint"]["hashed_message"] = b"\1" * 64
        with pytest.raises(TimestampNotGranted):
            judge(authority.answer(asked.dump(force=True)))

    @pytest.mark.parametrize("roots", ["named", "none named"])
    def test_refuses_a_moment_that_was_not_signed(self, settings, authority, judge, answer, roots):
        settings.TIMESTAMP_CA_FILE = authority.root if roots == "named" else None

        with pytest.raises(TimestampNotTrusted):
            judge(backdate(answer))

    def test_refuses_an_answer_that_goes_on(self, trust, judge, answer):
        with pytest.raises(TimestampMalformed):
            judge(answer + b"\0")

    def test_finds_every_flipped_byte_or_reads_the_same(self, trust, judge, answer):
        """A byte outside of what is signed may differ; then the answer still says the same."""
        genuine = judge(answer)
        refused = 0
        for position in range(0, len(answer), 3):
            altered = bytearray(answer)
            altered[position] ^= 0x41
            try:
                stamp = judge(bytes(altered))
            except (
                TimestampForSomethingElse,
                TimestampMalformed,
                TimestampNotGranted,
                TimestampNotTrusted,
            ):
                refused += 1
            else:
                assert stamp == genuine
        assert refused > len(answer) / 3 * 0.6

    @pytest.mark.parametrize("length", [1, 20, 200, -1])
    def test_refuses_an_answer_that_was_cut_off(self, trust, judge, answer, length):
        with pytest.raises((TimestampMalformed, TimestampNotTrusted)):
            judge(answer[:length])


@pytest.mark.usefixtures("trust")
class TestStoring:
    def test_by_hand_names_the_officer(self, authority, owed):
        officer = make_officer("carrier", Officer.Role.OFFICER)
        answer = authority.answer(bytes(owed.request))
        store_timestamp(request=owed, answer=answer, stored_at=read_clock(), officer=officer)
        assert JournalEntry.objects.get(deed="TIMESTAMP_STORED").actor == "carrier"

    def test_the_first_answer_stays(self, authority, owed):
        first, second = (authority.answer(bytes(owed.request)) for _ in range(2))
        assert first != second
        for answer in (first, second):
            store_timestamp(request=owed, answer=answer, stored_at=read_clock())
        assert bytes(TimestampToken.objects.get().response) == first

    def test_a_late_fault_does_not_spoil_an_answer(self, authority, owed):
        answer = authority.answer(bytes(owed.request))
        store_timestamp(request=owed, answer=answer, stored_at=read_clock())
        note_fault(request=owed, fault="AUTHORITY_TIMED_OUT")
        owed.refresh_from_db()
        assert owed.last_fault == ""

    def test_nothing_is_stored_of_an_answer_that_is_refused(self, owed):
        with pytest.raises(TimestampMalformed):
            store_timestamp(request=owed, answer=b"garbage", stored_at=read_clock())
        assert not TimestampToken.objects.exists()

    def test_the_database_keeps_it(self, authority, owed):
        answer = authority.answer(bytes(owed.request))
        store_timestamp(request=owed, answer=answer, stored_at=read_clock())
        with pytest.raises(DatabaseError), transaction.atomic():
            TimestampToken.objects.update(response=b"another")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("trust")
def test_two_tasks_at_once_store_one_token(settings, authority, publication, owed):
    lock = threading.Lock()

    def answer(request):
        with lock:  # the authority writes to one folder
            return authority.answer(request)

    barrier = threading.Barrier(2)

    def send():
        try:
            barrier.wait(30)
            return send_owed_timestamps()
        finally:
            connections.close_all()

    with serving(answer) as (address, requests):
        settings.TIMESTAMP_URL = address
        with ThreadPoolExecutor(2) as pool:
            stored = [future.result(60) for future in [pool.submit(send) for _ in range(2)]]
    assert sorted(stored) == [0, 1]
    assert len(requests) == 1
    assert TimestampToken.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("trust")
def test_two_answers_at_once_leave_one_token(authority, publication, owed):
    """A slow answer may come after the request was due again, so two may be stored together."""
    answers = [authority.answer(bytes(owed.request)) for _ in range(2)]
    barrier = threading.Barrier(2)

    def store(answer):
        try:
            barrier.wait(30)
            return store_timestamp(request=owed, answer=answer, stored_at=read_clock())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        tokens = list(pool.map(store, answers))
    assert {bytes(token.response) for token in tokens} == {
        bytes(TimestampToken.objects.get().response)
    }
    assert JournalEntry.objects.filter(deed="TIMESTAMP_STORED").count() == 1
