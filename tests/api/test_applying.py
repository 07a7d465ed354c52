"""A household applies through the API: the same journey as on the pages, and the same rules."""

from datetime import timedelta

import pytest

from applications.models import Application, Draft, Payment
from applications.policy.household import FeeMethod
from applications.selectors.clock import read_clock
from applications.services.draft_erasure import empty_submitted_drafts
from applications.services.sandbox_payments import take_answer
from tests.api.requests import Program, codes, make_key, make_parts
from tests.factories import (
    make_document,
    make_draft,
    make_exercise,
    make_member,
    pay_draft,
    screen_everything,
    store_online,
)
from tests.payments import call_back

pytestmark = pytest.mark.django_db


class TestTheWholeJourney:
    def test_from_nothing_to_a_number(self, program, client):
        exercise = make_exercise()
        started = program.start(exercise)
        assert started.status_code == 201
        assert {"applicant", "contact"} <= {fault["field"] for fault in started.json()["missing"]}

        parts = make_parts(make_document(exercise, 1, members=[make_member(2)]))
        wrong = {**parts, "applicant": parts["applicant"] | {"hkic": "A123456(4)"}}
        refused = program.put(wrong)
        assert (refused.status_code, codes(refused)) == (
            422,
            [("applicant.hkic", "INVALID_HKIC")],
        )
        assert program.put({**parts, "contact": None}).status_code == 200
        assert codes(program.validate()) == [("contact", "MISSING_FIELD")]
        assert program.put(parts).json()["missing"] == []

        judged = program.validate().json()
        assert judged["complete"] is True
        assert judged["result"]["category"] == "FAMILY"
        assert judged["fee"] == {"amount_hkd": 250, "methods": ["CARD", "FPS"]}

        awaited = program.submit()
        assert awaited.status_code == 202
        assert awaited.json()["state"] == "AWAITING_PAYMENT"
        page = awaited.json()["payment_url"]
        assert client.get(page.removeprefix("http://127.0.0.1:8000")).status_code == 200
        assert program.send("GET", "draft/submission/").json() == awaited.json()

        assert call_back(client, Payment.objects.get()).status_code == 200
        submitted = program.send("GET", "draft/submission/").json()
        assert submitted["state"] == "SUBMITTED"
        number = submitted["application"]["number"]
        assert number == Application.objects.get().number

        screen_everything()
        status = Program(client).send(
            "POST", "status/", {"number": str(number), "hkic": parts["applicant"]["hkic"]}
        )
        assert status.json()["state"] == "ADMITTED"
        assert status.json()["reasons"] == []

    def test_begun_here_and_gone_on_with_on_the_pages(self, program, client):
        exercise = make_exercise()
        parts = make_parts(make_document(exercise, 1, members=[make_member(2)]))
        parts["monthly_income_hkd"] = "HK$42,000"
        program.start(exercise, **parts)
        session = client.session
        session["draft_id"] = str(Draft.objects.get().pk)
        session.save()
        for page in ("tasks", "review", "applicant", "members", "income", "contact"):
            address = f"/en/apply/{'' if page == 'tasks' else page + '/'}"
            assert client.get(address).status_code == 200, page

    def test_begun_on_the_pages_and_gone_on_with_here(self, program):
        draft = make_draft(make_exercise(), 1)
        program.code = draft.resume_code.lower().replace("-", " ")
        answer = program.send("GET", "draft/")
        assert answer.json()["missing"] == []
        assert answer.json()["document"]["applicant"]["surname_en"]
        assert (
            program.put(answer.json()["document"], etag=answer.headers["ETag"]).status_code == 200
        )


class TestStarting:
    def test_takes_any_parts_of_the_document(self, program):
        exercise = make_exercise()
        answer = program.start(exercise, net_assets_hkd=5, declarations=None).json()
        assert answer["document"] == {
            "exercise": exercise.code,
            "channel": "ONLINE",
            "language": "en",
            "net_assets_hkd": 5,
        }
        assert answer["version"] == 1

    def test_nobody_is_asked_for_a_youth_scheme_where_there_is_none(self, program):
        answer = program.start(make_exercise(terms_file="wsm_2018")).json()
        assert answer["document"]["youth_scheme"] is False

    @pytest.mark.parametrize(
        ("opened_ago", "code"),
        [
            (-timedelta(days=1), "EXERCISE_NOT_OPEN_YET"),
            (timedelta(days=21), "EXERCISE_CLOSED"),
        ],
    )
    def test_only_while_the_exercise_is_open(self, program, opened_ago, code):
        answer = program.start(make_exercise(opened_ago=opened_ago))
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert not Draft.objects.exists()

    @pytest.mark.parametrize(
        ("body", "fault"),
        [
            ({}, ("exercise", "MISSING_FIELD")),
            ({"exercise": "WSM1999"}, ("exercise", "INVALID_EXERCISE")),
            ({"exercise": ["WSM2024"]}, ("exercise", "INVALID_EXERCISE")),
            ({"exercise": "\ud800\0"}, ("exercise", "INVALID_EXERCISE")),
        ],
    )
    def test_in_an_exercise_that_there_is(self, program, body, fault):
        answer = program.send("POST", "drafts/", body, Idempotency_Key=make_key())
        assert (answer.status_code, codes(answer)) == (422, [fault])

    def test_what_is_wrong_is_not_stored(self, program):
        answer = program.start(make_exercise(), net_assets_hkd=-1, paper={})
        assert codes(answer) == [
            ("net_assets_hkd", "INVALID_AMOUNT"),
            ("paper", "UNKNOWN_FIELD"),
        ]
        assert not Draft.objects.exists()


class TestTheCode:
    @pytest.mark.parametrize(
        "credentials",
        [None, "", "Draft", "Draft 7KQ2-M9XD-4TBH", "Bearer 7KQ2-M9XD-4TBH", "Draft \xff"],
    )
    def test_without_a_right_one_every_answer_is_the_same(self, program, credentials):
        headers = {} if credentials is None else {"Authorization": credentials}
        answer = program.send("GET", "draft/", **headers)
        assert answer.status_code == 401
        assert answer.json()["code"] == "DRAFT_CODE_NEEDED"
        assert answer.headers["WWW-Authenticate"] == "Draft"

    def test_is_not_guessed(self, program, monkeypatch):
        rate = "applications.api.throttles.WrongCodeThrottle.rate"
        monkeypatch.setattr(rate, "2/minute", raising=False)
        program.start(make_exercise())
        right, program.code = program.code, None
        assert [program.send("GET", "draft/").status_code for _ in range(3)] == [401, 401, 429]
        program.code = right
        answer = program.send("GET", "draft/")
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0

    def test_that_is_right_is_not_counted(self, program, monkeypatch):
        rate = "applications.api.throttles.WrongCodeThrottle.rate"
        monkeypatch.setattr(rate, "1/minute", raising=False)
        program.start(make_exercise())
        assert [program.send("GET", "draft/").status_code for _ in range(3)] == [200] * 3

    def test_and_what_it_opens_are_kept_by_nobody_on_the_way(self, program):
        answers = [program.start(make_exercise()), program.send("GET", "draft/")]
        assert all("no-store" in answer.headers["Cache-Control"] for answer in answers)


class TestReplacing:
    def test_takes_out_what_is_not_there_any_more(self, program):
        program.start(make_exercise(), net_assets_hkd=5, youth_scheme=True)
        document = program.put({"youth_scheme": False}).json()["document"]
        assert document["youth_scheme"] is False
        assert "net_assets_hkd" not in document

    def test_never_overwrites_what_somebody_has_changed_since(self, program):
        program.start(make_exercise())
        seen = program.etag
        assert program.put({"net_assets_hkd": 1}, etag=seen).status_code == 200
        answer = program.put({"net_assets_hkd": 2}, etag=seen)
        assert (answer.status_code, answer.json()["code"]) == (412, "DRAFT_CHANGED_ELSEWHERE")
        assert Draft.objects.get().answers["net_assets_hkd"] == 1

    def test_the_same_again_after_a_lost_answer_is_no_trouble(self, program):
        program.start(make_exercise())
        seen = program.etag
        answers = [program.put({"net_assets_hkd": 1}, etag=seen) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()

    @pytest.mark.parametrize("etag", ["*", '"x"', "7", '"99999999999"', '""'])
    def test_a_strange_version_fits_none(self, program, etag):
        program.start(make_exercise())
        assert program.put({"net_assets_hkd": 1}, etag=etag).status_code == 412

    def test_needs_to_say_which_version_was_seen(self, program):
        program.start(make_exercise())
        answer = program.send("PUT", "draft/", {})
        assert (answer.status_code, answer.json()["code"]) == (428, "DRAFT_VERSION_NEEDED")

    def test_stays_in_its_exercise(self, program):
        program.start(make_exercise())
        assert codes(program.put({"exercise": "WSM1999"})) == [("exercise", "OTHER_EXERCISE")]

    def test_changes_the_language_of_what_is_written_to_the_applicant(self, program):
        program.start(make_exercise())
        program.put({"language": "zh-hant"})
        assert Draft.objects.get().language == "zh-hant"

    def test_not_once_it_is_submitted(self, program):
        program.start(make_exercise())
        program.put(make_parts(make_document(make_exercise("OTHER"), 1)))
        pay_draft(Draft.objects.get())
        empty_submitted_drafts(submitted_before=read_clock() + timedelta(days=1))
        for answer in (program.put({}), program.validate(), program.submit()):
            assert (answer.status_code, answer.json()["code"]) == (409, "DRAFT_ALREADY_SUBMITTED")
        kept = program.send("GET", "draft/").json()
        assert (kept["submitted"], kept["missing"]) == (True, [])


class TestValidation:
    def test_gives_each_reason_with_its_rule_in_both_languages(self, program):
        exercise = make_exercise()
        parts = make_parts(make_document(exercise, 1, monthly_income_hkd=99_999))
        program.start(exercise, **parts)
        (reason,) = program.validate().json()["result"]["reasons"]
        assert (reason["code"], reason["person"]) == ("INCOME_OVER_LIMIT", None)
        assert "HK$30,000" in reason["message_en"]
        assert "30,000" in reason["message_zh_hant"]
        assert reason["message_en"] != reason["message_zh_hant"]
        assert reason["rule"]["text_en"]
        assert reason["rule"]["source_zh_hant"]

    def test_says_whom_a_reason_is_about(self, program):
        exercise = make_exercise()
        members = [make_member(2, previous_subsidy=True)]
        program.start(exercise, **make_parts(make_document(exercise, 1, members=members)))
        (reason,) = program.validate().json()["result"]["reasons"]
        assert (reason["code"], reason["person"]) == ("PREVIOUS_SUBSIDY", 1)

    def test_says_that_somebody_has_applied_but_not_where(self, program):
        exercise = make_exercise()
        number = store_online(exercise, 1).number
        program.start(exercise, **make_parts(make_document(exercise, 1)))
        answer = program.validate()
        assert [r["code"] for r in answer.json()["result"]["reasons"]] == ["DUPLICATE_PERSON"]
        assert str(number) not in answer.content.decode()

    def test_the_message_is_in_the_language_of_the_reader(self, program):
        program.start(make_exercise())
        headers = {"Accept-Language": "zh-Hant"}
        fault = program.send("POST", "draft/validation/", **headers).json()["faults"][0]
        assert fault["message"] == fault["message_zh_hant"]


class TestSubmitting:
    @pytest.fixture
    def whole(self, program):
        exercise = make_exercise()
        program.start(exercise, **make_parts(make_document(exercise, 1)))
        return program

    def test_not_while_something_is_missing(self, program):
        program.start(make_exercise())
        answer = program.submit()
        assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED_DOCUMENT")
        assert ("contact", "MISSING_FIELD") in codes(answer)

    def test_no_fee_from_who_cannot_apply(self, program):
        exercise = make_exercise()
        parts = make_parts(make_document(exercise, 1, monthly_income_hkd=99_999))
        program.start(exercise, **parts)
        answer = program.submit()
        assert (answer.status_code, answer.json()["code"]) == (409, "HOUSEHOLD_NOT_ELIGIBLE")
        assert not Payment.objects.exists()

    def test_what_was_refused_may_be_mended_and_sent_with_the_same_key(self, program):
        exercise, key = make_exercise(), make_key()
        program.start(exercise)
        assert program.submit(key=key).status_code == 422
        program.put(make_parts(make_document(exercise, 1)))
        assert program.submit(key=key).status_code == 202

    @pytest.mark.parametrize("method", ["CASH", "", None, 7, ["CARD"]])
    def test_by_a_method_that_there_is(self, whole, method):
        answer = whole.submit(method=method)
        assert answer.status_code == 422
        assert codes(answer)[0][0] == "method"

    def test_by_no_method_of_the_counter(self, whole):
        assert whole.submit(method="CHEQUE").status_code == 409

    def test_a_payment_that_was_declined_may_be_tried_again(self, whole, client):
        first = whole.submit().json()
        call_back(client, Payment.objects.get(), "FAILED")
        assert whole.send("GET", "draft/submission/").json()["state"] == "PAYMENT_FAILED"
        again = whole.submit().json()
        assert again["state"] == "AWAITING_PAYMENT"
        assert again["payment_url"] != first["payment_url"]

    def test_a_payment_may_be_given_up_to_change_the_answers(self, whole):
        whole.submit()
        answer = whole.put({})
        assert (answer.status_code, answer.json()["code"]) == (409, "PAYMENT_UNDER_WAY")
        assert whole.submit(method="FPS").json()["code"] == "PAYMENT_UNDER_WAY"
        for _ in range(2):
            given_up = whole.send("DELETE", "draft/submission/")
            assert (given_up.status_code, given_up.json()["state"]) == (200, "PAYMENT_FAILED")
        assert whole.put({}).status_code == 200

    def test_a_payment_that_took_too_long_makes_room_for_another(self, whole):
        first = whole.submit().json()
        long_ago = read_clock() - timedelta(hours=1)
        Payment.objects.update(opened_at=long_ago)
        assert whole.submit().json()["payment_url"] != first["payment_url"]

    def test_by_fps_comes_with_what_its_code_holds(self, whole):
        awaited = whole.submit(method="FPS").json()
        assert "hk.com.hkicl" in awaited["fps_payload"]
        assert Payment.objects.get().bill_number in awaited["fps_payload"]

    def test_a_message_that_was_lost_holds_nobody_up(self, whole):
        whole.submit()
        take_answer(Payment.objects.get(), kind="PAID", happened_at=read_clock())
        assert whole.send("GET", "draft/submission/").json()["state"] == "SUBMITTED"

    def test_with_the_same_key_it_is_the_same_payment_as_it_stands(self, whole, client):
        key = make_key()
        whole.submit(key=key)
        call_back(client, Payment.objects.get())
        again = whole.submit(key=key)
        assert (again.status_code, again.json()["state"]) == (202, "SUBMITTED")

    def test_before_it_the_state_says_so(self, whole):
        answer = whole.send("GET", "draft/submission/").json()
        assert (answer["state"], answer["payment_url"]) == ("DRAFT", None)

    def test_a_submitted_draft_is_not_submitted_again(self, whole):
        pay_draft(Draft.objects.get(), method=FeeMethod.FPS)
        answer = whole.submit()
        assert (answer.status_code, answer.json()["code"]) == (409, "DRAFT_ALREADY_SUBMITTED")

    def test_the_page_of_the_provider_is_in_the_language_of_the_draft(self, whole):
        whole.put({**make_parts(make_document(make_exercise("OTHER"), 1)), "language": "zh-hant"})
        assert "/zh-hant/" in whole.submit().json()["payment_url"]
