"""The applicant's way through the form: what is saved, in which window, and what is left out."""

import re
from datetime import date

import pytest
from django.test import Client

from applications.models import Application
from applications.policy.document import parse_document
from applications.selectors.clock import read_clock
from applications.services.drafts import save_draft
from tests.factories import make_draft, make_exercise
from tests.integration.applicants import (
    CONTACT,
    draft_of,
    fill_everything,
    own,
    pay,
    save,
    type_identity,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


class TestTheWayThrough:
    def test_the_root_leads_to_the_readers_language(self, client, exercise):
        assert client.get("/", headers={"accept-language": "en"}).url == "/en/"
        assert client.get("/", headers={"accept-language": "fr"}).url == "/zh-hant/"

    def test_the_first_page_says_when_applications_close_and_what_they_cost(self, client, exercise):
        page = client.get("/en/").content.decode()
        assert "HK$250" in page
        assert "Open until" in page
        assert "Start an application" in page

    def test_the_pages_write_the_document_that_the_policy_reads(self, begun):
        fill_everything(begun)
        answers = draft_of(begun).answers
        document = parse_document({**answers, "signed_on": None}, today=date(2100, 1, 1))
        assert document.household.applicant.resident_since == date(1990, 5, 17)
        assert document.net_assets_hkd == 100_000
        assert document.contact.phone == "20001234"
        assert answers["applicant"]["birth_date"] == "1990-05-17"
        assert re.fullmatch(r"[A-Z]{2}\d{6}[\dA]", answers["applicant"]["hkic"])

    def test_a_paid_form_becomes_an_application_with_a_receipt(self, begun):
        fill_everything(begun)
        returned = pay(begun)
        assert returned.url == "/en/apply/receipt/"
        application = Application.objects.get()
        assert str(application.number) in begun.get(returned.url).content.decode()
        pdf = begun.get("/en/apply/receipt.pdf")
        assert pdf["Content-Type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF")

    def test_the_task_list_counts_the_pages_that_are_done(self, begun):
        assert "0 of 8 pages are done" in begun.get("/en/apply/").content.decode()
        save(begun, "contact", CONTACT)
        assert "1 of 8 pages are done" in begun.get("/en/apply/").content.decode()

    def test_the_language_of_the_last_page_is_the_language_of_the_application(self, begun):
        fill_everything(begun)
        begun.post("/zh-hant/apply/payment/", {"method": "FPS"})
        assert draft_of(begun).language == "zh-hant"

    def test_changing_the_language_keeps_what_is_typed_and_judges_nothing(self, begun):
        typed = {**type_identity(1, surname_en="CHAN"), "hkic": "not yet", "switch_language": "1"}
        page = save(begun, "applicant", typed, language="zh-hant").content.decode()
        assert 'value="not yet"' in page
        assert "govuk-error-summary" not in page
        assert draft_of(begun).version == 0

    def test_a_change_from_the_review_leads_back_to_it(self, begun):
        fill_everything(begun)
        answer = save(begun, "contact", CONTACT, query="?return=review")
        assert answer.url == "/en/apply/review/"

    def test_an_exercise_without_youth_scheme_does_not_ask_for_it(self, client):
        exercise = make_exercise("TEST2018", terms_file="wsm_2018")
        client.post("/en/apply/begin/", {"exercise": exercise.code})
        assert "Youth Scheme" not in client.get("/en/apply/").content.decode()
        assert draft_of(client).answers["youth_scheme"] is False

    def test_no_personal_data_is_in_an_address_or_in_the_session(self, begun):
        fill_everything(begun)
        bank = begun.post("/en/apply/payment/", {"method": "CARD"}).url
        returned = begun.post(bank, {"pay": "1"}).url
        hkic = draft_of(begun).answers["applicant"]["hkic"]
        assert hkic not in bank + returned
        assert set(begun.session.keys()) == {"draft_id"}

    def test_pages_with_answers_are_never_stored_by_a_browser(self, begun):
        assert "no-store" in begun.get("/en/apply/review/")["Cache-Control"]


class TestWindowsAndSessions:
    def test_a_second_window_does_not_overwrite_the_first(self, begun):
        save(begun, "contact", CONTACT, version=0)
        answer = save(begun, "contact", CONTACT | {"phone": "2999 9999"}, version=0)
        assert answer.status_code == 409
        assert "2999 9999" in answer.content.decode()
        assert draft_of(begun).answers["contact"]["phone"] == "20001234"

    def test_what_the_second_window_kept_is_saved_when_its_reader_says_so(self, begun):
        save(begun, "contact", CONTACT, version=0)
        shown = save(begun, "contact", CONTACT | {"phone": "2999 9999"}, version=0)
        again = CONTACT | {"phone": "2999 9999"}
        save(begun, "contact", again, version=shown.context["version"])
        assert draft_of(begun).answers["contact"]["phone"] == "29999999"

    def test_a_list_changed_elsewhere_is_shown_anew(self, begun):
        save(begun, "members/1", type_identity(2, relationship="SIBLING"))
        answer = save(begun, "members/1/remove", {}, version=0)
        assert answer.url == "/en/apply/members/"
        assert "changed in another window" in begun.get(answer.url).content.decode()
        assert len(draft_of(begun).answers["members"]) == 1

    def test_the_back_button_after_submission_leads_to_the_receipt(self, begun):
        fill_everything(begun)
        pay(begun)
        for place in ("", "contact/", "review/", "payment/", "members/1/", "members/1/remove/"):
            assert begun.get(f"/en/apply/{place}").url == "/en/apply/receipt/"
        for place in ("contact/", "payment/", "members/1/", "members/1/remove/"):
            assert begun.post(f"/en/apply/{place}").url == "/en/apply/receipt/"

    @pytest.mark.parametrize("place", ["", "contact/", "review/", "payment/", "members/1/"])
    def test_a_browser_without_a_draft_is_asked_for_its_code(self, client, exercise, place):
        make_draft(exercise)
        answer = client.get(f"/en/apply/{place}", follow=True)
        assert answer.redirect_chain[-1][0] == "/en/resume/"
        assert "Nothing that was saved is lost" in answer.content.decode()

    def test_a_form_whose_token_is_stale_changes_nothing_and_says_how_to_go_on(self, exercise):
        client = own(Client(enforce_csrf_checks=True), make_draft(exercise))
        before = draft_of(client).answers
        answer = client.post("/en/apply/contact/", CONTACT | {"version": 1})
        assert answer.status_code == 403
        assert "Nothing you typed is lost" in answer.content.decode()
        assert draft_of(client).answers == before

    @pytest.mark.parametrize("version", ["", "x", "-1", "٣", "9" * 400])
    def test_a_strange_version_is_taken_for_a_stale_page(self, begun, version):
        assert save(begun, "contact", CONTACT, version=version).status_code == 409


class TestStatements:
    @pytest.mark.parametrize("name", ["accessibility", "privacy"])
    @pytest.mark.parametrize("language", ["en", "zh-hant"])
    def test_are_there_in_both_languages(self, client, language, name):
        assert client.get(f"/{language}/{name}/").status_code == 200


def test_an_answer_saved_elsewhere_counts_for_this_browser_too(client, exercise):
    draft = make_draft(exercise)
    own(client, draft)
    save_draft(
        draft_id=draft.pk,
        changes={"monthly_income_hkd": 12_345},
        seen_version=draft.version,
        saved_at=read_clock(),
    )
    assert "HK$12,345" in client.get("/en/apply/review/").content.decode()
