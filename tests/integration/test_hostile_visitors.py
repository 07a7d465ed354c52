"""What somebody finds out, fills up or breaks who does not use the pages as they are meant."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from applications.models import Draft, Message
from applications.services.draft_links import MOST_LINKS
from applications.views import resume
from applications.views.rate_limits import find_subscriber
from tests.factories import make_draft, make_exercise, make_person, store_online
from tests.integration.applicants import CONTACT, draft_of, own, save

pytestmark = pytest.mark.django_db

BIRTH_DATE = {"birth_date-day": "17", "birth_date-month": "5"}


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def exercise():
    return make_exercise()


@pytest.fixture
def begun(client, exercise):
    client.post("/en/apply/begin/", {"exercise": exercise.code})
    return client


class TestWhatCannotBeRead:
    @pytest.mark.parametrize("code", ["\0", "TEST2024\0", "X" * 10_000, "' OR 1=1 --"])
    def test_as_the_code_of_an_exercise_begins_nothing(self, client, exercise, code):
        assert client.post("/en/apply/begin/", {"exercise": code}).url == "/en/"
        again = client.post("/en/apply/applicant/", {"begin_again": code})
        assert again.status_code == 403
        assert client.post("/en/eligibility/", {"exercise": code}).status_code == 200
        assert not Draft.objects.exists()

    def test_as_the_code_of_an_exercise_is_none_for_a_program(self, client, exercise):
        assert client.get("/api/v1/exercises/%00/").status_code == 404
        assert client.get("/api/v1/exercises/%00/counts/").status_code == 404

    @pytest.mark.parametrize("charset", ["utf-7", "zip", "big5"])
    @pytest.mark.parametrize("page", ["status", "apply/applicant"])
    def test_as_a_form_in_another_encoding_is_a_bad_request(self, page, charset):
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        browser.get("/en/resume/")
        content_type = f"application/x-www-form-urlencoded; charset={charset}"
        answer = browser.generic("POST", f"/en/{page}/", b"a=b", content_type=content_type)
        assert answer.status_code == 400

    def test_as_the_place_of_a_person_is_nobody(self, client, exercise):
        own(client, make_draft(exercise))
        before = draft_of(client).answers
        for answer in (
            client.get("/en/apply/members/0/residence/"),
            save(client, "members/0/residence", {"owned": "no"}),
        ):
            assert answer.url == "/en/apply/members/"
        assert draft_of(client).answers == before


class TestVeryMuch:
    def test_of_what_is_wrong_is_not_all_said(self, client, exercise):
        unknown = {f"k{n}": 1 for n in range(4_000)}
        answer = client.post(
            "/api/v1/drafts/",
            {"exercise": exercise.code, **unknown},
            content_type="application/json",
            headers={"Idempotency-Key": "k" * 22},
        )
        assert answer.status_code == 422
        assert len(answer.json()["faults"]) == 200

    @pytest.mark.parametrize(
        ("page", "name"),
        [("resume", "resume_code"), ("apply/contact", "address"), ("apply/later", "email")],
    )
    def test_in_one_box_is_refused(self, begun, page, name):
        answer = begun.post(f"/en/{page}/", {name: "\ufdfa" * 100_000, "version": "0"})
        assert answer.status_code == 200
        assert answer.context["form"].has_error(name)


class TestASharedComputer:
    def test_whoever_noted_its_session_does_not_see_the_next_draft(self, client, exercise):
        client.post("/en/apply/begin/", {"exercise": exercise.code})
        noted = Client()
        noted.cookies = client.cookies.copy()
        client.post("/en/apply/begin/", {"exercise": exercise.code})
        assert noted.get("/en/apply/").url == "/en/resume/"
        assert client.get("/en/apply/").status_code == 200

    def test_the_draft_before_is_not_lost_by_going_on_with_another(self, begun, exercise):
        save(begun, "assets", {"net_assets_hkd": "100"})
        earlier, other = draft_of(begun).resume_code, make_draft(exercise).resume_code
        answer = begun.post(f"/en/resume/{other}/", follow=True)
        assert earlier in answer.content.decode()
        assert other not in begun.post(f"/en/resume/{other}/").content.decode()


class TestAnotherSite:
    @pytest.mark.parametrize("button", ["resume_code", "begin_again"])
    def test_saves_nothing_through_the_page_of_an_ended_session(self, exercise, button):
        draft = make_draft(exercise)
        victim = own(Client(), draft)
        planted = {**CONTACT, "address": "1 Strange Street", "version": str(draft.version)}
        from_elsewhere = Client(enforce_csrf_checks=True).post("/en/apply/contact/", planted)
        assert from_elsewhere.status_code == 403
        hidden = dict(from_elsewhere.context["typed"])
        typed = {"resume_code": "", "begin_again": exercise.code}[button]
        answer = victim.post("/en/apply/contact/", {**hidden, button: typed})
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "1 Strange Street" in page
        assert "has not been saved yet" in page
        assert Draft.objects.get().answers == draft.answers
        assert not Draft.objects.get().worksheet

    def test_saves_nothing_with_the_readers_own_cookies_and_no_token(self, exercise):
        draft = make_draft(exercise)
        victim = own(Client(enforce_csrf_checks=True), draft)
        planted = {**CONTACT, "address": "1 Strange Street", "version": str(draft.version)}
        for more in ({}, {"switch_language": "1"}, {"later": "1"}):
            answer = victim.post("/en/apply/contact/", planted | more)
            assert answer.status_code == 403
            assert Draft.objects.get().answers == draft.answers
            assert not Draft.objects.get().worksheet


class TestALetterBox:
    def ask(self, exercise, address, **browser):
        client = own(Client(**browser), make_draft(exercise))
        return client.post("/en/apply/later/", {"email": address}).status_code

    def test_is_not_filled_by_many_drafts_and_many_addresses(self, exercise):
        answers = [
            self.ask(exercise, f"Someone+{n}@example.org", REMOTE_ADDR=f"192.0.2.{n}")
            for n in range(MOST_LINKS + 1)
        ]
        assert answers == [302] * MOST_LINKS + [429]
        assert Message.objects.count() == MOST_LINKS
        assert self.ask(exercise, "another@example.org") == 302

    def test_one_address_does_not_fill_many(self, exercise, monkeypatch):
        monkeypatch.setattr(resume, "MOST_LINKS_FROM_HERE", 2)
        answers = [self.ask(exercise, f"{name}@example.org") for name in "abc"]
        assert answers == [302, 302, 429]


class TestADraft:
    def test_keeps_nothing_that_its_pages_do_not_ask(self, begun):
        typed = {"phone": "1" * 100_000, "junk": "x", "version": "0", "birth_date-day": "3"}
        begun.post("/en/apply/contact/", typed | {"later": "1"})
        worksheet = draft_of(begun).worksheet
        assert worksheet["unfinished"]["contact"].keys() == {"phone"}
        assert len(json.dumps(worksheet)) < 3_000

    def test_keeps_all_boxes_of_a_date(self, begun):
        typed = {"birth_date-day": "30", "birth_date-month": "2", "birth_date-year": "1990"}
        begun.post("/en/apply/applicant/", typed | {"later": "1", "version": "0"})
        page = begun.get("/en/apply/applicant/").content.decode()
        assert all(f'value="{text}"' in page for text in typed.values())


class TestGuessing:
    def test_a_network_of_the_sixth_version_counts_as_one_client(self, exercise):
        answers = [
            Client(REMOTE_ADDR=f"2001:db8:1:2::{n:x}").post(
                "/en/status/", {"number": "99999999", "hkic": make_person(n + 1)["hkic"]}
            )
            for n in range(11)
        ]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429]

    @pytest.mark.parametrize(
        ("address", "subscriber"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("unknown", "unknown"),
        ],
    )
    def test_tells_clients_apart_by_their_connection(self, address, subscriber):
        assert find_subscriber(address) == subscriber

    def test_the_number_of_somebody_whose_identity_card_is_known(self, exercise):
        application = store_online(exercise, 1)
        hkic = make_person(1)["hkic"]

        def ask(address, number):
            typed = {"number": str(number), "hkic": hkic}
            return Client(REMOTE_ADDR=address).post("/en/status/", typed).status_code

        answers = [ask(f"192.0.2.{n}", 20_000_000 + n) for n in range(20)]
        assert answers == [200] * 20
        assert ask("198.51.100.1", application.number) == 429

    def test_a_date_of_birth_from_many_addresses(self, exercise):
        application = store_online(exercise, 1)
        typed = {"number": str(application.number), "hkic": make_person(1)["hkic"]}
        own_pass = Client().post("/en/status/", typed).context["pass"]

        def guess(address, year):
            guessed = {"pass": own_pass, "asked": "1", **BIRTH_DATE, "birth_date-year": str(year)}
            return Client(REMOTE_ADDR=address).post("/en/status/withdraw/", guessed)

        for n in range(10):
            assert guess(f"192.0.2.{n}", 1950 + n).status_code == 200
        refused = guess("198.51.100.1", 1990)
        assert refused.status_code == 429
        assert "try again tomorrow" in refused.content.decode()
