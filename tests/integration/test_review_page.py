"""What the applicant is told before any fee: each reason why not, and the Youth Scheme."""

from datetime import timedelta

import pytest

from applications.models import Draft, Payment
from applications.policy.timetable import add_months, opening_date
from applications.selectors.clock import read_clock
from applications.services.exercises import close_exercise
from tests.factories import make_draft, make_member, store_online
from tests.integration.applicants import boxes, own, save, type_identity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


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
