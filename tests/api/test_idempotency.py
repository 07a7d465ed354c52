"""A request that comes again with its key is done once, and answered as before."""

import json

import pytest

from applications.models import Draft, IdempotencyKey, Payment
from tests.api.requests import Program, make_key, make_parts
from tests.factories import make_document, make_exercise
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


class TestIdempotencyKeys:
    def test_the_same_request_again_gets_the_same_answer(self, program):
        exercise, key = make_exercise(), make_key()
        first, again = program.start(exercise, key=key), program.start(exercise, key=key)
        assert first.json() == again.json()
        assert (first.status_code, again.status_code) == (201, 201)
        assert "Idempotent-Replayed" not in first.headers
        assert again.headers["Idempotent-Replayed"] == "true"
        assert first.headers["ETag"] == again.headers["ETag"]
        assert Draft.objects.count() == 1

    def test_another_request_under_the_same_key_is_refused(self, program):
        exercise, key = make_exercise(), make_key()
        program.start(exercise, key=key)
        answer = program.start(exercise, key=key, net_assets_hkd=1)
        assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")

    @pytest.mark.parametrize("key", [None, "", "short", "x" * 129, "x" * 30 + " ", "é" * 30])
    def test_is_needed_and_cannot_be_guessed(self, program, key):
        headers = {} if key is None else {"Idempotency_Key": key}
        body = {"exercise": make_exercise().code}
        answer = program.send("POST", "drafts/", body, **headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "IDEMPOTENCY_KEY_NEEDED")

    def test_of_one_draft_says_nothing_of_another(self, client):
        exercise, key = make_exercise(), make_key()
        payments = set()
        for index in (1, 2):
            program = Program(client)
            program.start(exercise, **make_parts(make_document(exercise, index)))
            payments.add(program.submit(key=key).json()["payment_url"])
        assert len(payments) == 2

    def test_answers_are_kept_unreadable(self, program):
        key = make_key()
        program.start(make_exercise(), key=key)
        kept = IdempotencyKey.objects.extra(select={"raw": "body_json"}).get()
        assert program.code.encode() not in bytes(kept.raw)
        assert key.encode() not in bytes(kept.key_hash)

    @pytest.mark.django_db(transaction=True)
    def test_of_thirty_two_equal_requests_at_once_one_is_done(self, client):
        exercise, keys = make_exercise(), [make_key(), make_key()]
        parts = make_parts(make_document(exercise, 1))

        def start():
            return Program(type(client)()).start(exercise, key=keys[0], **parts)

        started = run_at_once(*[start] * 32)
        assert {answer.status_code for answer in started} == {201}
        assert len({json.dumps(answer.json()) for answer in started}) == 1
        assert sum("Idempotent-Replayed" in answer.headers for answer in started) == 31
        assert Draft.objects.count() == 1

        def submit():
            program = Program(type(client)())
            program.code = started[0].json()["draft_code"]
            return program.submit(key=keys[1])

        submitted = run_at_once(*[submit] * 32)
        assert {answer.status_code for answer in submitted} == {202}
        assert len({json.dumps(answer.json()) for answer in submitted}) == 1
        assert Payment.objects.count() == 1
