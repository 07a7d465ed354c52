"""The applicant's pages: what they save, refuse, explain and keep to themselves."""

import json
import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from applications.models import Application, Draft, Payment
from applications.policy.document import parse_document
from applications.policy.timetable import add_months, opening_date
from applications.selectors.clock import read_clock
from applications.services import sandbox_payments
from applications.services.drafts import save_draft
from applications.services.exercises import close_exercise
from tests.factories import (
    make_draft,
    make_exercise,
    make_member,
    make_person,
    store_online,
)
from tests.payments import record, say

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def exercise():
    return make_exercise()


@pytest.fixture
def begun(client, exercise):
    """A browser in which an application has just been begun, in English."""
    client.post("/en/apply/begin/", {"exercise": exercise.code})
    return client


def own(client, draft):
    """Let a browser go on with a draft."""
    session = client.session
    session["draft_id"] = str(draft.pk)
    session.save()
    return client


def draft_of(client):
    return Draft.objects.get(pk=client.session["draft_id"])


def boxes(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def type_identity(index, **changes):
    person = make_person(index)
    return {
        "surname_en": person["surname_en"],
        "given_name_en": person["given_name_en"] or "",
        "name_zh": person["name_zh"] or "",
        "hkic": person["hkic"],
        "sex": person["sex"],
        "marital_status": "UNMARRIED",
        **boxes("birth_date", date(1990, 5, 17)),
        **changes,
    }


RESIDENCE = {"residence": "BIRTH", "owned": "no", "previous_subsidy": "no"}
CONTACT = {
    "phone": "+852 2000 1234",
    "email": "",
    "address": "1 Example Street",
    "district": "NORTH",
}


def save(client, page, answers, *, version=None, language="en", query=""):
    version = draft_of(client).version if version is None else version
    return client.post(f"/{language}/apply/{page}/{query}", {**answers, "version": version})


def fill_everything(client, index=1):
    for page, answers in (
        ("applicant", type_identity(index)),
        ("residence", RESIDENCE),
        ("members", {}),
        ("income", {"monthly_income_hkd": "20,000"}),
        ("assets", {"net_assets_hkd": "１００，０００"}),
        ("youth", {"youth_scheme": "yes"}),
        ("contact", CONTACT),
        ("declarations", {"accurate": "on", "privacy": "on"}),
    ):
        assert save(client, page, answers).status_code == 302, page


def pay(client, method="CARD", button="pay"):
    bank = client.post("/en/apply/payment/", {"method": method}).url
    if method == "FPS":
        bank = client.get(bank).context["sandbox_url"]
    return client.get(client.post(bank, {button: "1"}).url)


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


class TestPeople:
    def test_a_double_click_adds_a_member_once(self, begun):
        save(begun, "applicant", type_identity(1))
        version = draft_of(begun).version
        for _ in range(2):
            answers = type_identity(2, relationship="SIBLING")
            answer = save(begun, "members/1", answers, version=version)
            assert answer.status_code == 302
        assert len(draft_of(begun).answers["members"]) == 1

    def test_the_same_person_twice_is_named_on_the_page_at_once(self, begun):
        save(begun, "applicant", type_identity(1))
        answer = save(begun, "members/1", type_identity(1, relationship="SIBLING"))
        assert [error.code for error in answer.context["form"].errors.as_data()["hkic"]] == [
            "SAME_PERSON_TWICE"
        ]

    def test_two_spouses_are_named_at_the_relationship(self, begun):
        save(begun, "members/1", type_identity(2, relationship="SPOUSE"))
        answer = save(begun, "members/2", type_identity(3, relationship="SPOUSE"))
        assert list(answer.context["form"].errors) == ["relationship"]

    @pytest.mark.parametrize(("age", "is_accepted"), [(10, True), (12, False)])
    def test_a_birth_certificate_is_for_a_child_under_eleven(self, begun, age, is_accepted):
        birth_date = add_months(read_clock().date(), -12 * age)
        child = {
            **type_identity(2, relationship="CHILD", hkic=""),
            "birth_certificate": "SYN00000002",
            **boxes("birth_date", birth_date),
        }
        assert (save(begun, "members/1", child).status_code == 302) is is_accepted

    def test_a_member_needs_one_number_or_the_other(self, begun):
        answer = save(begun, "members/1", type_identity(2, relationship="CHILD", hkic=""))
        assert list(answer.context["form"].errors) == ["hkic"]

    def test_a_married_applicant_is_asked_for_the_spouse(self, begun):
        save(begun, "applicant", type_identity(1, marital_status="MARRIED"))
        assert save(begun, "members", {}).status_code == 200
        assert save(begun, "members", {"spouse_absence": "on"}).status_code == 302
        assert draft_of(begun).answers["applicant"]["spouse_absence"] == "NO_RIGHT_TO_LAND"

    def test_a_member_is_removed_by_post_only(self, begun):
        save(begun, "members/1", type_identity(2, relationship="SIBLING"))
        begun.get("/en/apply/members/1/remove/")
        assert len(draft_of(begun).answers["members"]) == 1
        save(begun, "members/1/remove", {})
        assert draft_of(begun).answers["members"] == []

    def test_there_is_no_page_for_a_member_beyond_the_next(self, begun):
        assert begun.get("/en/apply/members/5/").url == "/en/apply/members/"

    def test_a_form_of_nine_people_is_full(self, client, exercise):
        members = [make_member(n) for n in range(2, 10)]
        own(client, make_draft(exercise, members=members))
        assert client.get("/en/apply/members/9/").url == "/en/apply/members/"

    def test_residence_since_birth_follows_a_corrected_birth_date(self, begun):
        save(begun, "applicant", type_identity(1))
        save(begun, "residence", RESIDENCE)
        save(begun, "applicant", type_identity(1, **boxes("birth_date", date(1991, 2, 3))))
        assert draft_of(begun).answers["applicant"]["resident_since"] == "1991-02-03"

    def test_a_date_that_contradicts_its_question_is_not_passed_over(self, begun):
        save(begun, "applicant", type_identity(1))
        answer = save(begun, "residence", RESIDENCE | boxes("resident_since", date(2000, 1, 1)))
        assert list(answer.context["form"].errors) == ["resident_since"]

    def test_what_was_typed_stays_in_the_box_when_it_is_wrong(self, begun):
        answer = save(begun, "income", {"monthly_income_hkd": "四萬"})
        assert 'value="四萬"' in answer.content.decode()


class TestTheYouthScheme:
    @pytest.mark.parametrize(
        ("days_after_birthday", "counts"),
        [
            pytest.param(0, False, id="turns 40 on the opening day"),
            pytest.param(-1, True, id="turns 40 on the day after"),
        ],
    )
    def test_the_page_says_at_once_whether_the_applicant_counts(
        self, begun, exercise, days_after_birthday, counts
    ):
        opening = opening_date(exercise.parsed_terms)
        birth_date = add_months(opening - timedelta(days=days_after_birthday), -12 * 40)
        save(begun, "applicant", type_identity(1, **boxes("birth_date", birth_date)))
        page = begun.get("/en/apply/youth/").content.decode()
        assert ("If you join, your application counts for the Youth Scheme" in page) is counts
        assert f"is {39 if counts else 40}, and on the closing date" in page

    def test_without_a_birth_date_the_page_says_where_to_give_it(self, begun):
        assert "/en/apply/applicant/" in begun.get("/en/apply/youth/").content.decode()


class TestWhoCannotApply:
    def test_each_reason_is_explained_and_says_whose_it_is(self, client, exercise):
        owner = make_member(2, last_owned_property_on=read_clock().date().isoformat())
        draft = make_draft(exercise, members=[owner], monthly_income_hkd=70_000)
        page = own(client, draft).get("/en/apply/review/").content.decode()
        assert "HK$60,000" in page
        assert f"<strong>{owner['name_zh']}</strong>" in page
        assert "/en/apply/members/1/residence/?return=review" in page
        assert "/en/apply/payment/" not in page

    def test_no_fee_can_be_paid(self, client, exercise):
        own(client, make_draft(exercise, monthly_income_hkd=70_000))
        assert client.get("/en/apply/payment/").url == "/en/apply/review/"
        assert client.post("/en/apply/payment/", {"method": "CARD"}).url == "/en/apply/review/"
        assert not Payment.objects.exists()

    def test_somebody_on_another_form_is_told_so_and_not_whose_it_is(self, client, exercise):
        other = store_online(exercise, 1)
        page = own(client, make_draft(exercise, 1)).get("/en/apply/review/").content.decode()
        assert "on another form" in page
        assert str(other.number) not in page

    def test_an_unfinished_form_names_the_pages_to_do(self, begun):
        page = begun.get("/en/apply/review/")
        assert [page.name for page in page.context["to_do"]][:2] == ["applicant", "residence"]
        assert begun.get("/en/apply/payment/").url == "/en/apply/review/"

    def test_after_closing_nothing_can_be_paid_or_begun(self, client, exercise):
        own(client, make_draft(exercise))
        close_exercise(exercise=exercise, closed_at=read_clock())
        assert client.get("/en/apply/payment/").url == "/en/apply/review/"
        client.post("/en/apply/begin/", {"exercise": exercise.code})
        assert Draft.objects.count() == 1


class TestPaying:
    def test_a_declined_payment_can_be_tried_again(self, begun):
        fill_everything(begun)
        assert pay(begun, button="decline").url == "/en/apply/payment/waiting/"
        again = begun.get("/en/apply/payment/waiting/", follow=True)
        assert again.redirect_chain[-1][0] == "/en/apply/payment/"
        assert "nothing was charged" in again.content.decode()
        assert not Application.objects.exists()
        assert pay(begun, method="FPS").url == "/en/apply/receipt/"

    def test_paying_twice_gives_one_application(self, begun):
        fill_everything(begun)
        bank = begun.post("/en/apply/payment/", {"method": "CARD"}).url
        for _ in range(2):
            begun.get(begun.post(bank, {"pay": "1"}).url)
        assert Application.objects.count() == 1

    def test_a_message_from_the_provider_itself_submits_too(self, begun):
        fill_everything(begun)
        begun.post("/en/apply/payment/", {"method": "CARD"})
        payment = Payment.objects.get()
        body, signature = sandbox_payments.write_message(
            payment, kind="PAID", happened_at=read_clock()
        )
        provider = Client(enforce_csrf_checks=True)
        for _ in range(2):
            answer = provider.post(
                "/payments/callback/",
                body,
                content_type="application/json",
                headers={"x-signature": signature},
            )
            number = Application.objects.get().number
            assert answer.json() == {"state": "PAID", "application_number": number, "code": None}

    @pytest.mark.parametrize("door", ["browser", "provider"])
    def test_a_forged_message_is_refused(self, begun, door):
        fill_everything(begun)
        begun.post("/en/apply/payment/", {"method": "CARD"})
        body, signature = sandbox_payments.write_message(
            Payment.objects.get(), kind="PAID", happened_at=read_clock()
        )
        forged = json.dumps(json.loads(body) | {"amount_hkd": 1})
        if door == "browser":
            answer = begun.get("/payments/return/", {"message": forged, "signature": signature})
        else:
            answer = begun.post(
                "/payments/callback/",
                forged,
                content_type="application/json",
                headers={"x-signature": signature},
            )
        assert answer.status_code == 409
        assert not Application.objects.exists()

    def test_a_fee_that_came_for_other_answers_is_not_asked_again(self, begun):
        fill_everything(begun)
        begun.post("/en/apply/payment/", {"method": "CARD"})
        payment = Payment.objects.get()
        record(say(payment, "FAILED"))
        save(begun, "contact", CONTACT | {"phone": "2999 9999"})
        body, signature = sandbox_payments.write_message(
            payment, kind="PAID", happened_at=read_clock()
        )
        back = begun.get(
            "/payments/return/", {"message": body, "signature": signature}, follow=True
        )
        assert "Please do not pay again" in back.content.decode()
        assert "Please do not pay a second time" in begun.get("/en/apply/review/").content.decode()
        assert begun.get("/en/apply/payment/").url == "/en/apply/review/"

    def test_another_browser_that_comes_back_sees_no_receipt(self, begun):
        fill_everything(begun)
        bank = begun.post("/en/apply/payment/", {"method": "CARD"}).url
        stranger = Client()
        assert stranger.get(stranger.post(bank, {"pay": "1"}).url).url == "/en/status/"
        assert stranger.get("/en/apply/receipt/").url == "/en/status/"


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
