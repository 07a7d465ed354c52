"""The pages about the people on the form: adding, changing and removing them, nobody twice."""

from datetime import date

import pytest

from applications.policy.timetable import add_months
from applications.selectors.clock import read_clock
from tests.factories import make_draft, make_member
from tests.integration.applicants import RESIDENCE, boxes, draft_of, own, save, type_identity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


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


class TestPeopleNamedTwice:
    def test_the_applicant_as_own_spouse(self, begun):
        save(begun, "applicant", type_identity(1, marital_status="MARRIED"))
        answer = save(begun, "members/1", type_identity(1, relationship="SPOUSE"))
        assert list(answer.context["form"].errors) == ["hkic"]

    def test_the_applicant_corrected_to_be_a_member(self, begun):
        save(begun, "applicant", type_identity(1))
        save(begun, "members/1", type_identity(2, relationship="SIBLING"))
        answer = save(begun, "applicant", type_identity(2))
        assert list(answer.context["form"].errors) == ["hkic"]
        assert draft_of(begun).answers["applicant"]["surname_en"] == type_identity(1)["surname_en"]

    def test_an_earlier_member_made_a_second_spouse(self, begun):
        save(begun, "members/1", type_identity(2, relationship="SIBLING"))
        save(begun, "members/2", type_identity(3, relationship="SPOUSE"))
        answer = save(begun, "members/1", type_identity(2, relationship="SPOUSE"))
        assert list(answer.context["form"].errors) == ["relationship"]

    def test_a_spouse_who_is_missing_is_asked_for_in_plain_words(self, begun):
        save(begun, "applicant", type_identity(1, marital_status="MARRIED"))
        page = save(begun, "members", {}).content.decode()
        assert "Please add your husband or wife" in page
