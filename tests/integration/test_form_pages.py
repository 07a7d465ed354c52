"""What all pages of the form have in common, and the task list that leads to them."""

import re
from datetime import date

import pytest

from applications.models import Draft, Payment
from applications.views import pages
from applications.views.task_list import GROUPS
from tests.factories import make_draft, make_exercise, make_member, make_person, pay_draft
from tests.integration.applicants import (
    CONTACT,
    RESIDENCE,
    boxes,
    draft_of,
    own,
    save,
    type_identity,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

LEAP_DAY = date(1988, 2, 29)
TYPED = {
    "applicant": {**type_identity(1, surname_en="不是英文"), "hkic": "half typed"},
    "residence": RESIDENCE | {"residence": "LATER", "resident_since-day": "31"},
    "members": {"spouse_absence": "on"},
    "members/1": {**type_identity(2, relationship="SPOUSE"), "birth_certificate": "half"},
    "members/1/residence": RESIDENCE | {"owned": "yes", "last_owned_property_on-year": "19"},
    "income": {"monthly_income_hkd": "四萬"},
    "income/calculator": {"work-0": "四萬", "exempt-0": "on"},
    "assets": {"net_assets_hkd": "1.5"},
    "youth": {"youth_scheme": "yes"},
    "contact": CONTACT | {"phone": "2000"},
    "declarations": {"accurate": "on"},
}


def list_states(client):
    """Give the states on the task list: of the pages, and of what comes after them."""
    context = client.get("/en/apply/").context
    pages_and_last = [*(group["tasks"] for group in context["groups"]), context["last_tasks"]]
    return {str(task["text"]): str(task["status"]) for tasks in pages_and_last for task in tasks}


class TestTheLanguage:
    @pytest.mark.parametrize("page", TYPED)
    def test_changes_on_every_page_without_losing_or_saving_anything(self, client, page):
        married = make_person(1, marital_status="MARRIED")
        absent = [make_member(3)]
        own(client, make_draft(make_exercise(), applicant=married, members=absent))
        before = draft_of(client).answers
        typed = {**TYPED[page], "switch_language": "1"}
        answer = save(client, page, typed, language="zh-hant")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "govuk-error-summary" not in text
        form = answer.context["form"]
        for name, value in TYPED[page].items():
            if name in form.fields and form[name].widget_type in ("text", "amount", "phone"):
                assert f'value="{value}"' in text, name
        shown = re.findall(r'<input[^>]*type="(?:radio|checkbox)"[^>]*checked', text)
        chosen = [name for name, value in TYPED[page].items() if name in CHOICES]
        assert len(shown) == len(chosen)
        assert draft_of(client).answers == before

    def test_changes_where_the_fee_is_paid_and_begins_no_payment(self, client):
        own(client, make_draft(make_exercise()))
        answer = client.post("/zh-hant/apply/payment/", {"method": "FPS", "switch_language": "1"})
        assert re.search(r'value="FPS"[^>]* checked', answer.content.decode())
        assert not Payment.objects.exists()

    @pytest.mark.parametrize("page", [*TYPED, "", "review", "payment", "members/1/remove"])
    def test_can_be_changed_everywhere(self, client, page):
        own(client, make_draft(make_exercise(), members=[make_member(2)]))
        address = f"/en/apply/{page}/" if page else "/en/apply/"
        text = client.get(address).content.decode()
        assert re.search(rf'(href|formaction)="{address.replace("/en/", "/zh-hant/")}"', text)


CHOICES = {
    "sex",
    "marital_status",
    "relationship",
    "residence",
    "owned",
    "previous_subsidy",
    "spouse_absence",
    "exempt-0",
    "youth_scheme",
    "accurate",
}


class TestTheTaskList:
    def test_says_of_each_page_how_far_it_is(self, begun):
        states = list_states(begun)
        assert states["About you, the applicant"] == "To do"
        assert states["Your residence and property"] == "Cannot start yet"
        assert states["Check your answers"] == "Cannot start yet"
        assert states["Pay the fee and send"] == "Cannot start yet"

    def test_opens_the_next_page_when_it_can_be_answered(self, begun):
        save(begun, "applicant", type_identity(1))
        states = list_states(begun)
        assert states["About you, the applicant"] == "Done"
        assert states["Your residence and property"] == "To do"

    def test_a_person_half_told_is_in_progress(self, begun):
        save(begun, "applicant", type_identity(1))
        save(begun, "members/1", type_identity(2, relationship="SIBLING"))
        assert list_states(begun)["The others on the form"] == "In progress"

    def test_an_income_that_was_only_worked_out_is_in_progress(self, begun):
        save(begun, "income/calculator", {"work-0": "10000"})
        assert list_states(begun)["Monthly income"] == "In progress"

    def test_a_finished_form_can_be_paid(self, client):
        own(client, make_draft(make_exercise()))
        states = list_states(client)
        assert states["Check your answers"] == "To do"
        assert states["Pay the fee and send"] == "To do"

    def test_leads_to_the_next_page_that_can_be_answered(self, begun):
        assert begun.get("/en/apply/").context["next_url"] == "/en/apply/applicant/"
        save(begun, "income", {"monthly_income_hkd": "20000"})
        save(begun, "applicant", type_identity(1))
        assert begun.get("/en/apply/").context["next_url"] == "/en/apply/residence/"

    def test_of_a_finished_form_leads_to_no_page(self, client):
        own(client, make_draft(make_exercise()))
        assert client.get("/en/apply/").context["next_url"] == ""

    def test_says_that_a_payment_is_under_way(self, client):
        draft = make_draft(make_exercise())
        own(client, draft)
        client.post("/en/apply/payment/", {"method": "FPS"})
        assert list_states(client)["Pay the fee and send"] == "Payment under way"

    def test_a_form_that_cannot_apply_cannot_be_paid(self, client):
        own(client, make_draft(make_exercise(), monthly_income_hkd=70_000))
        assert list_states(client)["Pay the fee and send"] == "Cannot start yet"

    def test_has_every_page_in_one_group(self):
        grouped = [page for _title, group in GROUPS for page in group]
        assert sorted(page.name for page in grouped) == sorted(
            page.name for page in pages.ALL_PAGES
        )


class TestWhatTheBrowserMayKnow:
    def test_the_applicants_own_data_can_be_filled_in(self, begun):
        page = begun.get("/en/apply/applicant/").content.decode()
        for purpose in ("family-name", "given-name", "bday-day", "bday-month", "bday-year"):
            assert f'autocomplete="{purpose}"' in page

    def test_a_members_are_not_those_of_the_reader(self, begun):
        page = begun.get("/en/apply/members/1/").content.decode()
        assert "bday" not in page
        assert 'autocomplete="family-name"' not in page

    def test_the_way_to_reach_somebody_can_be_filled_in(self, begun):
        page = begun.get("/en/apply/contact/").content.decode()
        for purpose in ("tel-national", "email", "street-address"):
            assert f'autocomplete="{purpose}"' in page


class TestWordsInTheirPlace:
    @pytest.mark.parametrize(
        ("language", "words"), [("en", "We write to you in English"), ("zh-hant", "English")]
    )
    def test_the_language_of_later_messages_stands_on_the_contact_page(
        self, begun, language, words
    ):
        assert words in begun.get(f"/{language}/apply/contact/").content.decode()

    def test_the_privacy_statement_can_be_read_with_the_declarations(self, begun):
        page = begun.get("/en/apply/declarations/").content.decode()
        assert "Personal Data (Privacy) Ordinance" in page

    def test_a_birth_date_is_not_asked_twice(self, begun):
        save(begun, "applicant", type_identity(1, **boxes("birth_date", LEAP_DAY)))
        save(begun, "residence", RESIDENCE)
        assert draft_of(begun).answers["applicant"]["resident_since"] == LEAP_DAY.isoformat()

    def test_an_e_mail_address_given_for_the_link_is_not_asked_twice(self, begun):
        Draft.objects.update(email="given@example.org")
        assert 'value="given@example.org"' in begun.get("/en/apply/contact/").content.decode()
        save(begun, "contact", CONTACT | {"email": ""})
        page = begun.get("/en/apply/contact/").content.decode()
        assert "given@example.org" not in page


class TestEarlyWords:
    @pytest.mark.parametrize(
        ("members", "warned"),
        [
            pytest.param([], True, id="above the limit of one person"),
            pytest.param([make_member(2)], False, id="within that of two"),
        ],
    )
    def test_an_amount_above_the_limit_is_told_at_once(self, client, members, warned):
        own(client, make_draft(make_exercise(), members=members))
        answer = save(client, "income", {"monthly_income_hkd": "30,001"})
        page = client.get(answer.url).content.decode()
        assert ("Monthly income: HK$30,001 is saved, but it is above the limit" in page) is warned

    def test_each_page_says_which_it_is_of_how_many(self, begun):
        assert "Page 4 of 8" in begun.get("/en/apply/income/").content.decode()

    def test_a_child_without_a_card_is_told_of_the_birth_certificate(self, begun):
        child = type_identity(2, relationship="CHILD", hkic="")
        page = save(begun, "members/1", child).content.decode()
        assert "or, for a child under 11 without a card, the birth certificate number" in page

    def test_who_has_applied_is_led_to_the_receipt_first(self, client):
        draft = make_draft(make_exercise())
        pay_draft(draft)
        own(client, draft)
        page = client.get("/en/").content.decode()
        assert "Start an application" not in page
        assert page.index("Show the receipt") < page.index("Start another application")
