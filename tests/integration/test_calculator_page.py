"""The calculator: the household's income line by line, kept, and taken over as it was shown."""

import re
from datetime import date

import pytest

from applications.policy.household import FeeMethod
from applications.policy.timetable import add_months, hong_kong_date
from applications.selectors.clock import read_clock
from applications.services import sandbox_payments
from applications.services.payments import open_payment, record_message
from tests.factories import make_draft, make_exercise, make_member
from tests.integration.applicants import boxes, draft_of, own, save, type_identity

pytestmark = pytest.mark.django_db
PAGE = "income/calculator"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def couple(client):
    """A browser with the finished draft of two people."""
    return own(client, make_draft(make_exercise(), members=[make_member(2)]))


def work_out(client, *, headers=None, version=None, query="", **amounts):
    version = draft_of(client).version if version is None else version
    typed = {re.sub(r"_(\d)", r"-\1", name): amount for name, amount in amounts.items()}
    return client.post(
        f"/en/apply/{PAGE}/{query}", {**typed, "version": version}, headers=headers or {}
    )


class TestTheSum:
    def test_is_shown_line_by_line(self, couple):
        page = work_out(couple, work_0="24,000", work_1="４０，０００", other_1="500")
        assert [line["net"] for line in page.context["lines"]] == ["HK$22,800", "HK$39,000"]
        assert "HK$61,800" in page.content.decode()
        assert "above the limit" in page.content.decode()

    def test_of_empty_boxes_is_nothing(self, couple):
        assert work_out(couple).context["total_hkd"] == 0

    def test_takes_nothing_off_where_somebody_contributes_nothing(self, couple):
        page = work_out(couple, work_0="20000", exempt_0="on")
        assert page.context["total_hkd"] == 20_000

    @pytest.mark.parametrize(("years", "is_ticked"), [(17, True), (18, False), (65, True)])
    def test_knows_by_their_age_who_contributes_nothing(self, client, years, is_ticked):
        birth_date = add_months(hong_kong_date(read_clock()), -12 * years)
        parent = make_member(2, birth_date=birth_date)
        own(client, make_draft(make_exercise(), members=[parent]))
        form = client.get(f"/en/apply/{PAGE}/").context["form"]
        assert form["exempt-1"].initial is is_ticked

    def test_says_which_amount_cannot_be_read(self, couple):
        page = work_out(couple, work_0="三萬", work_1="1000")
        assert list(page.context["form"].errors) == ["work-0"]
        assert "do you mean 30,000" in page.content.decode()
        assert 'value="1000"' in page.content.decode()


class TestWhatIsKept:
    def test_is_what_was_typed(self, couple):
        work_out(couple, work_0="24000", other_1="500")
        page = couple.get(f"/en/apply/{PAGE}/").content.decode()
        assert 'value="24,000"' in page
        assert 'value="500"' in page
        assert draft_of(couple).answers["monthly_income_hkd"] == 20_000

    def test_finds_its_person_again_after_another_is_removed(self, client):
        members = [make_member(2), make_member(3)]
        own(client, make_draft(make_exercise(), members=members))
        work_out(client, work_1="10000", work_2="20000")
        save(client, "members/1/remove", {})
        form = client.get(f"/en/apply/{PAGE}/").context["form"]
        assert form["work-1"].initial == 20_000

    def test_is_encrypted_with_the_draft(self, couple):
        work_out(couple, work_0="24681")
        draft = draft_of(couple)
        with_raw = type(draft).objects.filter(pk=draft.pk).extra(select={"raw": "worksheet_json"})
        assert "24681" not in str(with_raw.values_list("raw", flat=True)[0])

    def test_is_nothing_while_somebody_types(self, couple):
        before = draft_of(couple)
        page = work_out(couple, headers=HTMX, work_0="24000").content.decode()
        assert "HK$22,800" in page
        assert "<html" not in page
        assert (draft_of(couple).version, draft_of(couple).worksheet) == (before.version, {})

    def test_is_not_overwritten_by_another_window(self, couple):
        version = draft_of(couple).version
        work_out(couple, work_0="24000")
        answer = work_out(couple, work_0="30000", version=version)
        assert answer.status_code == 409
        assert 'value="30000"' in answer.content.decode()
        assert "24000" in str(draft_of(couple).worksheet)

    def test_changes_nothing_while_the_fee_is_being_paid(self, couple):
        draft, now = draft_of(couple), read_clock()
        payment = open_payment(draft_id=draft.pk, method=FeeMethod.CARD, opened_at=now)
        answer = work_out(couple, work_0="15000")
        assert answer.url == "/en/apply/payment/under-way/"
        body, signature = sandbox_payments.take_answer(payment, kind="PAID", happened_at=now)
        message = sandbox_payments.read_message(body, signature)
        assert record_message(message=message, recorded_at=now).application is not None


class TestTheAnswer:
    def test_is_taken_over_as_it_was_shown(self, couple):
        answer = work_out(couple, work_0="24000", use="22800")
        assert answer.url == "/en/apply/assets/"
        assert draft_of(couple).answers["monthly_income_hkd"] == 22_800

    def test_is_shown_first_when_an_amount_has_changed_since(self, couple):
        answer = work_out(couple, work_0="30000", use="22800")
        assert answer.status_code == 200
        assert answer.context["total_hkd"] == 28_500
        assert draft_of(couple).answers["monthly_income_hkd"] == 20_000

    def test_leads_back_to_the_review_from_there(self, couple):
        answer = work_out(couple, work_0="24000", use="22800", query="?return=review")
        assert answer.url == "/en/apply/review/"

    def test_a_double_click_saves_once(self, couple):
        version = draft_of(couple).version
        for _ in range(2):
            assert work_out(couple, work_0="24000", use="22800", version=version).status_code == 302

    def test_amounts_stay_while_the_language_changes(self, couple):
        page = work_out(couple, work_0="not yet", exempt_1="on", switch_language="1")
        assert 'value="not yet"' in page.content.decode()
        assert "govuk-error-summary" not in page.content.decode()
        assert draft_of(couple).worksheet == {}


def test_works_before_anybody_is_named(client):
    exercise = make_exercise()
    client.post("/en/apply/begin/", {"exercise": exercise.code})
    assert work_out(client, work_0="10000").context["total_hkd"] == 9_500
    save(client, "applicant", type_identity(1, **boxes("birth_date", date(1990, 5, 17))))
    assert client.get(f"/en/apply/{PAGE}/").status_code == 200
