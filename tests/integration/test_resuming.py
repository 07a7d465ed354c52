"""Stopping and going on: by code, by link, after a session has ended, without losing a word."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from applications.models import Application, Draft, Message
from applications.selectors.clock import read_clock
from applications.services.draft_links import TooManyLinks, send_draft_link
from applications.services.drafts import DraftAlreadySubmitted, start_draft
from applications.services.exercises import close_exercise
from applications.views import resume_codes
from tests.factories import make_draft, make_exercise, pay_draft
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db

CONTACT = {"phone": "2000 1234", "email": "", "address": "1 Example Street", "district": "NORTH"}
TYPED = CONTACT | {"address": "〈測試街〉 & <b>2</b>"}


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


def draft_of(client):
    return Draft.objects.get(pk=client.session["draft_id"])


def read(answer):
    return answer.content.decode()


def press_again(client, answer, **typed):
    """Send the page's own hidden boxes back to where it came from, as its button does."""
    boxes = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', read(answer)))
    return client.post(answer.request["PATH_INFO"], boxes | typed)


class TestTheCode:
    def test_is_made_when_the_draft_begins_and_stored_unreadable(self, begun):
        draft = draft_of(begun)
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", draft.resume_code)
        with connection.cursor() as cursor:
            cursor.execute("SELECT resume_code, resume_key, answers_json FROM applications_draft")
            stored = b"".join(bytes(value) for value in cursor.fetchone())
        assert draft.resume_code.encode() not in stored
        assert draft.resume_code.replace("-", "").encode() not in stored

    def test_stands_on_the_task_list_and_on_a_page_of_its_own(self, begun):
        code = draft_of(begun).resume_code
        assert code in read(begun.get("/en/apply/"))
        assert code in read(begun.get("/en/apply/later/"))

    def test_of_a_draft_from_before_there_were_codes_is_made_when_it_is_opened(self, begun):
        Draft.objects.update(resume_code=None, resume_key=None)
        first = read(begun.get("/en/apply/"))
        assert draft_of(begun).resume_code in first
        assert draft_of(begun).resume_code in read(begun.get("/en/apply/later/"))

    @pytest.mark.parametrize("spell", [str, str.lower, lambda code: code.replace("-", "  ")])
    def test_continues_the_draft_on_another_device(self, begun, spell):
        begun.post("/en/apply/contact/", CONTACT | {"version": 0})
        other = Client()
        answer = other.post("/en/resume/", {"resume_code": spell(draft_of(begun).resume_code)})
        assert answer.url == "/en/apply/"
        assert "1 Example Street" in read(other.get("/en/apply/contact/"))

    def test_of_a_submitted_draft_leads_to_its_receipt(self, exercise):
        draft = make_draft(exercise)
        number = pay_draft(draft).number
        client = Client()
        answer = client.post("/en/resume/", {"resume_code": draft.resume_code}, follow=True)
        assert str(number) in read(answer)

    def test_that_is_wrong_and_one_that_was_erased_get_the_same_answer(self, exercise, client):
        erased = make_draft(exercise).resume_code
        Draft.objects.update(resume_code=None, resume_key=None)
        pages = [
            re.sub(r'value="[^"]*"', "", read(client.post("/en/resume/", {"resume_code": code})))
            for code in (erased, "0000-0000-0000")
        ]
        assert pages[0] == pages[1]
        assert "We have no application with this code" in pages[0]
        assert "draft_id" not in client.session

    def test_cannot_be_guessed_for_long(self, client, exercise, monkeypatch):
        monkeypatch.setattr(resume_codes, "TRIES", 5)
        code = make_draft(exercise).resume_code
        for _ in range(5):
            client.post("/en/resume/", {"resume_code": "0000-0000-0000"})
        assert "too many tries" in read(client.post("/en/resume/", {"resume_code": code}))
        assert "too many tries" in read(client.get(f"/en/resume/{code}/"))

    def test_gives_the_browser_a_new_session(self, client, exercise):
        client.get("/en/resume/")
        session = client.session
        session["planted"] = "1"
        session.save()
        client.post("/en/resume/", {"resume_code": make_draft(exercise).resume_code})
        assert client.session.session_key != session.session_key

    def test_of_the_earlier_application_is_told_when_somebody_begins_again(self, begun, exercise):
        begun.post("/en/apply/contact/", CONTACT | {"version": 0})
        earlier = draft_of(begun).resume_code
        answer = begun.post("/en/apply/begin/", {"exercise": exercise.code}, follow=True)
        assert earlier in read(answer)
        assert draft_of(begun).resume_code != earlier


class TestTheLink:
    def test_is_owed_to_the_address_that_was_typed_in_the_language_of_the_page(self, begun):
        begun.post("/zh-hant/apply/later/", {"email": "someone@example.org"})
        message = Message.objects.get()
        assert (message.kind, message.address) == ("DRAFT_LINK", "someone@example.org")
        assert (message.language, message.draft) == ("zh-hant", draft_of(begun))
        assert draft_of(begun).email == "someone@example.org"

    def test_suggests_the_address_of_the_form(self, begun):
        typed = CONTACT | {"email": "me@example.org", "version": 0}
        begun.post("/en/apply/contact/", typed)
        assert 'value="me@example.org"' in read(begun.get("/en/apply/later/"))
        assert not Message.objects.exists()

    def test_shows_one_button_and_nothing_of_the_draft_until_it_is_pressed(self, exercise):
        draft = make_draft(exercise)
        scanner = Client()
        for _ in range(3):
            page = read(scanner.get(f"/en/resume/{draft.resume_code}/"))
        assert "draft_id" not in scanner.session
        assert draft.answers["applicant"]["surname_en"] not in page
        reader = Client()
        assert reader.post(f"/en/resume/{draft.resume_code}/").url == "/en/apply/"
        assert reader.session["draft_id"] == str(draft.pk)

    def test_that_leads_nowhere_asks_for_the_code(self, client, exercise):
        page = read(client.get("/en/resume/0000-0000-0000/"))
        assert "We have no application with this code" in page

    def test_is_sent_five_times_an_hour_at_most(self, exercise):
        draft, now = make_draft(exercise), read_clock()
        link = {"draft_id": draft.pk, "address": "a@example.org", "language": "en"}
        for _ in range(5):
            send_draft_link(**link, asked_at=now)
        with pytest.raises(TooManyLinks):
            send_draft_link(**link, asked_at=now)
        assert Message.objects.count() == 5

    def test_is_not_sent_for_a_submitted_draft(self, exercise):
        draft = make_draft(exercise)
        pay_draft(draft)
        with pytest.raises(DraftAlreadySubmitted):
            send_draft_link(
                draft_id=draft.pk, address="a@example.org", language="en", asked_at=read_clock()
            )


@pytest.mark.django_db(transaction=True)
def test_of_eight_links_asked_for_at_once_five_are_sent():
    draft = make_draft(make_exercise())
    now = read_clock()

    def ask():
        return send_draft_link(
            draft_id=draft.pk, address="a@example.org", language="en", asked_at=now
        )

    answers = run_at_once(*[ask] * 8)
    assert sum(isinstance(answer, TooManyLinks) for answer in answers) == 3
    assert Message.objects.count() == 5


class TestAPageWhoseSessionHasEnded:
    def test_keeps_what_was_typed_and_shows_it_again_after_the_code(self, begun):
        draft = draft_of(begun)
        later = Client()
        asked = later.post("/en/apply/contact/", TYPED | {"version": draft.version})
        assert asked.status_code == 403
        assert "&lt;b&gt;2&lt;/b&gt;" in read(asked)
        shown = press_again(later, asked, **TYPED, resume_code=draft.resume_code)
        assert "2&lt;/b&gt;</textarea>" in read(shown)
        assert "has not been saved yet" in read(shown)
        assert "contact" not in draft_of(begun).answers
        saved = later.post("/en/apply/contact/", TYPED | {"version": shown.context["version"]})
        assert saved.status_code == 302
        assert draft_of(begun).answers["contact"]["address"] == TYPED["address"]

    def test_keeps_it_through_wrong_codes_and_the_other_language(self, begun):
        later = Client()
        answers = [
            later.post("/en/apply/contact/", TYPED | {"resume_code": ""}),
            later.post("/en/apply/contact/", TYPED | {"resume_code": "0000-0000-0000"}),
            later.post("/zh-hant/apply/contact/", TYPED | {"switch_language": "1"}),
        ]
        for answer in answers:
            assert 'name="address" value="〈測試街〉' in read(answer)

    def test_can_begin_anew_with_what_was_typed(self, exercise):
        client = Client()
        shown = client.post("/en/apply/contact/", TYPED | {"begin_again": exercise.code})
        assert "2&lt;/b&gt;</textarea>" in read(shown)
        version = shown.context["version"]
        client.post("/en/apply/contact/", TYPED | {"version": version})
        assert draft_of(client).answers["contact"]["address"] == TYPED["address"]

    def test_of_another_draft_is_not_saved_in_this_one_unseen(self, begun, exercise):
        page = begun.get("/en/apply/contact/")
        begun.post("/en/apply/begin/", {"exercise": exercise.code})
        answer = press_again(begun, page, **CONTACT)
        assert answer.status_code == 409
        assert "contact" not in draft_of(begun).answers

    def test_with_a_stale_token_is_shown_again_and_saved_with_a_fresh_one(self, exercise):
        client = Client(enforce_csrf_checks=True)
        session = client.session
        session["draft_id"] = str(make_draft(exercise, contact=None).pk)
        session.save()
        version = draft_of(client).version
        shown = client.post("/en/apply/contact/", TYPED | {"version": version})
        assert shown.status_code == 403
        assert "2&lt;/b&gt;</textarea>" in read(shown)
        assert "contact" not in draft_of(client).answers
        token = client.cookies["csrftoken"].value
        typed = TYPED | {"version": version, "csrfmiddlewaretoken": token}
        assert client.post("/en/apply/contact/", typed).status_code == 302

    def test_from_another_site_neither_tries_a_code_nor_begins_nor_removes(self, exercise):
        code = make_draft(exercise).resume_code
        victim = Client(enforce_csrf_checks=True)
        for planted in ({"resume_code": code}, {"begin_again": exercise.code}):
            answer = victim.post("/en/apply/contact/", TYPED | planted)
            assert answer.status_code == 403
            assert "draft_id" not in victim.session
            assert code not in read(answer)
        assert victim.post("/en/apply/members/1/remove/").status_code == 403
        assert Draft.objects.count() == 1

    def test_that_asks_nothing_is_opened_anew_after_the_code(self, exercise):
        draft = make_draft(exercise)
        answer = Client().post("/en/apply/payment/", {"resume_code": draft.resume_code})
        assert answer.url == "/en/apply/payment/"
        assert not draft.payments.exists()


class TestAHalfTypedPage:
    def test_is_kept_when_its_reader_leaves_and_shown_again(self, begun):
        half = CONTACT | {"phone": "2000", "version": 0, "later": "1"}
        assert begun.post("/en/apply/contact/", half).url == "/en/apply/later/"
        assert "contact" not in draft_of(begun).answers
        other = Client()
        other.post("/en/resume/", {"resume_code": draft_of(begun).resume_code})
        page = read(other.get("/en/apply/contact/"))
        assert 'value="2000"' in page
        assert "You had not finished this page" in page

    @pytest.mark.parametrize(
        "pressed",
        [
            pytest.param({}, id="saved with a mistake"),
            pytest.param({"switch_language": "1"}, id="shown in the other language"),
        ],
    )
    def test_is_there_after_a_reload_or_the_way_back(self, begun, pressed):
        begun.post("/en/apply/contact/", {"phone": "2000", "version": 0, **pressed})
        assert "contact" not in draft_of(begun).answers
        assert 'value="2000"' in read(begun.get("/en/apply/contact/"))

    def test_is_nothing_when_nothing_was_typed(self, begun):
        begun.post("/en/apply/contact/", {"phone": " ", "version": 0})
        assert "You had not finished" not in read(begun.get("/en/apply/contact/"))

    def test_is_forgotten_once_the_page_is_saved(self, begun):
        begun.post("/en/apply/contact/", {"phone": "2000", "version": 0, "later": "1"})
        begun.post("/en/apply/contact/", CONTACT | {"version": 0})
        assert "You had not finished" not in read(begun.get("/en/apply/contact/"))

    def test_that_is_right_is_saved(self, begun):
        answer = begun.post("/en/apply/contact/", CONTACT | {"version": 0, "later": "1"})
        assert answer.url == "/en/apply/later/"
        assert draft_of(begun).answers["contact"]["phone"] == "20001234"


class TestAfterClosing:
    def test_what_was_typed_is_shown_and_nothing_can_be_changed(self, client, exercise):
        draft = make_draft(exercise)
        client.post("/en/resume/", {"resume_code": draft.resume_code})
        close_exercise(exercise=exercise, closed_at=read_clock())
        page = read(client.get("/en/apply/"))
        assert "Applications have closed" in page
        assert "Synthetic House" in page
        assert 'href="/en/apply/"' in read(client.get("/en/"))
        answer = client.post("/en/apply/contact/", CONTACT | {"version": draft.version})
        assert answer.url == "/en/apply/"
        assert Draft.objects.get().answers == draft.answers


def test_a_code_of_twelve_characters_is_not_told_to_the_logs(exercise, capfd):
    draft = start_draft(exercise=exercise, language="en", started_at=read_clock())
    Client().get(f"/en/resume/{draft.resume_code}/")
    Client().post("/en/resume/", {"resume_code": draft.resume_code})
    logged = capfd.readouterr()
    assert "resume/<str:code>/" in logged.err
    assert draft.resume_code not in logged.err + logged.out
    assert not Application.objects.exists()
