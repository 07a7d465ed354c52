"""What goes through the API is in no log, whether it is taken, refused or met by a bug."""

import pytest

from tests.api.requests import make_key, make_parts
from tests.factories import make_document, make_exercise

pytestmark = pytest.mark.django_db


@pytest.fixture
def household():
    exercise = make_exercise()
    parts = make_parts(make_document(exercise, 4711))
    parts["contact"] |= {"address": "Flat 4711", "email": "synthetic.4711@example.org"}
    return exercise, parts


def list_secrets(program, parts):
    person = parts["applicant"]
    card = person["hkic"].replace("(", "").replace(")", "")
    names = [person[name] for name in ("hkic", "name_zh", "given_name_en")]
    return [program.code, card, card[:-1], *names, "Flat 4711", "synthetic.4711"]


def find_secrets(caplog, program, parts):
    assert "api/v1/" in caplog.text
    return [secret for secret in list_secrets(program, parts) if secret in caplog.text]


def test_of_a_household_that_applies_and_looks_itself_up(program, household, caplog):
    exercise, parts = household
    program.start(exercise)
    program.put(parts)
    program.validate()
    program.submit()
    program.send("POST", "status/", {"number": 10_000_001, "hkic": parts["applicant"]["hkic"]})
    assert find_secrets(caplog, program, parts) == []


def test_of_answers_that_are_refused(program, household, caplog):
    exercise, parts = household
    program.start(exercise)
    wrong = parts["applicant"] | {"hkic": parts["applicant"]["hkic"] + "9"}
    assert program.put({**parts, "applicant": wrong, "陳大文": 1}).status_code == 422
    assert find_secrets(caplog, program, parts) == []


def test_of_a_request_that_meets_a_bug(program, household, caplog, client, monkeypatch):
    def fail(**arguments):
        raise ValueError("a bug")

    exercise, parts = household
    program.start(exercise)
    monkeypatch.setattr("applications.api.drafts.replace_draft", fail)
    client.raise_request_exception = False
    assert program.put(parts).status_code == 500
    assert find_secrets(caplog, program, parts) == []


def test_no_answer_repeats_what_was_wrong(program, household):
    exercise, parts = household
    typed = parts["applicant"] | {"hkic": "A123456(4)"}
    body = {"exercise": exercise.code, "applicant": typed}
    answer = program.send("POST", "drafts/", body, Idempotency_Key=make_key())
    assert "A123456(4)" not in answer.content.decode()
