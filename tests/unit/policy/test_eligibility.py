import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.eligibility import describe_result, screen
from applications.policy.fees import FeeState
from applications.policy.household import Category, Track
from applications.policy.reasons import Reason, ReasonCode
from tests.unit.policy.documents import (
    TERMS_2018,
    TERMS_2024,
    make_document,
    make_mapping,
    make_member,
    make_person,
)


def reasons_of(terms=TERMS_2024, **changes):
    result = screen(make_document(**changes), terms, fee_state=FeeState.PAID)
    assert result.eligible is not bool(result.reasons)
    return [(reason.code.value, reason.person) for reason in result.reasons]


def reasons_of_applicant(**changes):
    return reasons_of(applicant=make_person(**changes))


def make_paper(**changes):
    return make_mapping()["paper"] | changes


def test_a_household_that_nothing_is_wrong_with_is_eligible():
    assert reasons_of() == []


class TestAge:
    def test_of_18_on_the_closing_day_is_enough(self):
        assert reasons_of_applicant(birth_date="2007-03-26", resident_since="2007-03-26") == []

    def test_of_18_on_the_day_after_closing_is_not(self):
        assert reasons_of_applicant(birth_date="2007-03-27", resident_since="2007-03-27") == [
            ("APPLICANT_UNDER_18", 0)
        ]

    def test_does_not_matter_for_a_member(self):
        member = make_member(2, "CHILD", birth_date="2020-01-01", resident_since="2020-01-01")
        assert reasons_of(members=[member]) == []


class TestResidence:
    def test_of_seven_years_on_the_closing_day_is_enough(self):
        assert reasons_of_applicant(resident_since="2018-03-26") == []

    @pytest.mark.parametrize("since", ["2018-03-27", None])
    def test_of_less_is_not(self, since):
        assert reasons_of_applicant(resident_since=since) == [("RESIDENT_UNDER_SEVEN_YEARS", 0)]

    def test_does_not_matter_for_a_member(self):
        assert reasons_of(members=[make_member(2, resident_since=None)]) == []


class TestIncomeAndAssets:
    @pytest.mark.parametrize(
        ("members", "income_hkd", "reasons"),
        [
            ([], 30_000, []),
            ([], 30_001, [("INCOME_OVER_LIMIT", None)]),
            ([make_member(2)], 60_000, []),
            ([make_member(2)], 60_001, [("INCOME_OVER_LIMIT", None)]),
        ],
    )
    def test_income_may_reach_the_limit_of_its_band(self, members, income_hkd, reasons):
        assert reasons_of(members=members, monthly_income_hkd=income_hkd) == reasons

    @pytest.mark.parametrize(
        ("members", "assets_hkd", "reasons"),
        [
            ([], 615_000, []),
            ([], 615_001, [("ASSETS_OVER_LIMIT", None)]),
            ([make_member(2)], 1_230_000, []),
            ([make_member(2)], 1_230_001, [("ASSETS_OVER_LIMIT", None)]),
        ],
    )
    def test_assets_may_reach_the_limit_of_their_band(self, members, assets_hkd, reasons):
        assert reasons_of(members=members, net_assets_hkd=assets_hkd) == reasons

    def test_there_are_only_two_bands(self):
        many = [make_member(serial) for serial in range(2, 10)]
        assert reasons_of(members=many, monthly_income_hkd=60_001) == [("INCOME_OVER_LIMIT", None)]

    def test_limits_are_those_of_the_exercise(self):
        codes = [code for code, _ in reasons_of(TERMS_2018, monthly_income_hkd=28_501)]
        assert "INCOME_OVER_LIMIT" in codes


class TestProperty:
    """WSM 2024: the window starts on 27 March 2023."""

    @pytest.mark.parametrize(
        ("owned_on", "reasons"),
        [
            (None, []),
            ("2023-03-26", []),
            ("2023-03-27", [("OWNED_PROPERTY_IN_WINDOW", 0)]),
            ("2025-03-10", [("OWNED_PROPERTY_IN_WINDOW", 0)]),
        ],
    )
    def test_owned_within_the_window_is_a_reason(self, owned_on, reasons):
        assert reasons_of_applicant(last_owned_property_on=owned_on) == reasons

    def test_of_each_member_counts(self):
        members = [
            make_member(2, last_owned_property_on="2024-01-01"),
            make_member(3),
            make_member(4, last_owned_property_on="2024-01-01"),
        ]
        assert reasons_of(members=members) == [
            ("OWNED_PROPERTY_IN_WINDOW", 1),
            ("OWNED_PROPERTY_IN_WINDOW", 3),
        ]


def test_a_previous_subsidy_of_anybody_is_a_reason():
    members = [make_member(2, previous_subsidy=True)]
    assert reasons_of(members=members) == [("PREVIOUS_SUBSIDY", 1)]


class TestSpouse:
    @pytest.mark.parametrize("status", ["UNMARRIED", "DIVORCED", "WIDOWED", "DIVORCING"])
    def test_is_not_asked_of_somebody_not_married(self, status):
        assert reasons_of_applicant(marital_status=status) == []

    def test_of_a_married_applicant_must_be_on_the_form(self):
        assert reasons_of_applicant(marital_status="MARRIED") == [("SPOUSE_NOT_ON_FORM", 0)]

    def test_on_the_form_is_as_it_should_be(self):
        applicant = make_person(marital_status="MARRIED")
        spouse = make_member(2, "SPOUSE", marital_status="MARRIED")
        assert reasons_of(applicant=applicant, members=[make_member(3), spouse]) == []

    def test_without_the_right_to_land_may_be_absent(self):
        absent = {"marital_status": "MARRIED", "spouse_absence": "NO_RIGHT_TO_LAND"}
        assert reasons_of_applicant(**absent) == []


class TestForm:
    def test_handed_in_within_the_closing_minute_is_in_time(self):
        assert reasons_of(paper=make_paper(received_at="2025-03-26T19:00:00+08:00")) == []

    def test_handed_in_after_closing_is_late(self):
        paper = make_paper(received_at="2025-03-26T19:00:01+08:00")
        assert reasons_of(paper=paper) == [("RECEIVED_LATE", None)]

    def test_posted_within_the_period_may_arrive_after_it(self):
        paper = make_paper(received_at="2025-03-31T10:00:00+08:00", postmark_date="2025-03-26")
        assert reasons_of(paper=paper) == []

    @pytest.mark.parametrize("postmark", ["2025-03-05", "2025-03-27"])
    def test_posted_outside_the_period_is_void(self, postmark):
        paper = make_paper(received_at="2025-03-31T10:00:00+08:00", postmark_date=postmark)
        assert reasons_of(paper=paper) == [("POSTMARK_OUTSIDE_PERIOD", None)]

    def test_without_signature_is_void(self):
        assert reasons_of(signed_on=None) == [("NOT_SIGNED", None)]

    @pytest.mark.parametrize("signed_on", ["2025-03-05", "2025-03-27"])
    def test_signed_outside_the_period_is_void(self, signed_on):
        assert reasons_of(signed_on=signed_on) == [("SIGNED_OUTSIDE_PERIOD", None)]


class TestCategoryAndTrack:
    def test_one_person_is_not_a_family(self):
        result = screen(make_document(), TERMS_2024, fee_state=FeeState.PAID)
        assert result.category is Category.ONE_PERSON

    def test_two_are_a_family(self):
        document = make_document(members=[make_member(2)])
        result = screen(document, TERMS_2024, fee_state=FeeState.PAID)
        assert result.category is Category.FAMILY

    def test_opting_in_without_qualifying_is_no_reason(self):
        old = make_person(birth_date="1985-03-06", resident_since="1985-03-06")
        document = make_document(youth_scheme=True, applicant=old)
        result = screen(document, TERMS_2024, fee_state=FeeState.PAID)
        assert (result.eligible, result.track) == (True, Track.GENERAL)

    def test_opting_in_and_qualifying_is_youth(self):
        result = screen(make_document(youth_scheme=True), TERMS_2024, fee_state=FeeState.PAID)
        assert result.track is Track.YOUTH


class TestAllReasons:
    def test_are_named_in_their_fixed_order(self):
        document = make_document(
            applicant=make_person(
                birth_date="2010-01-01",
                resident_since="2020-01-01",
                last_owned_property_on="2024-01-01",
                previous_subsidy=True,
                marital_status="MARRIED",
            ),
            monthly_income_hkd=999_999,
            net_assets_hkd=999_999_999,
            paper=make_paper(received_at="2025-03-27T10:00:00+08:00"),
            signed_on=None,
        )
        result = screen(
            document,
            TERMS_2024,
            fee_state=FeeState.UNPAID,
            duplicate_reasons=["DUPLICATE_SPOUSE", "DUPLICATE_PERSON"],
            withdrawn=True,
        )
        impossible_together = {
            "POSTMARK_OUTSIDE_PERIOD",
            "SIGNED_OUTSIDE_PERIOD",
            "CHEQUE_DISHONOURED",
        }
        assert result.codes == [code for code in ReasonCode if code not in impossible_together]

    def test_come_once_each_in_the_description(self):
        owner = {"last_owned_property_on": "2024-01-01"}
        document = make_document(
            applicant=make_person(**owner), members=[make_member(2, **owner)], youth_scheme=True
        )
        result = screen(document, TERMS_2024, fee_state=FeeState.DISHONOURED)
        assert result.reasons == (
            Reason(ReasonCode.OWNED_PROPERTY_IN_WINDOW, 0),
            Reason(ReasonCode.OWNED_PROPERTY_IN_WINDOW, 1),
            Reason(ReasonCode.CHEQUE_DISHONOURED),
        )
        assert describe_result(result) == {
            "eligible": False,
            "category": "FAMILY",
            "track": "YOUTH",
            "reasons": ["OWNED_PROPERTY_IN_WINDOW", "CHEQUE_DISHONOURED"],
        }

    @given(st.permutations(range(2, 6)), st.sets(st.integers(2, 5)))
    def test_do_not_depend_on_the_order_of_members(self, serials, owners):
        members = [
            make_member(s, last_owned_property_on="2024-01-01" if s in owners else None)
            for s in serials
        ]
        found = {serials[person - 1] for _, person in reasons_of(members=members)}
        assert found == owners

    @given(st.integers(0, 100_000), st.integers(0, 100_000))
    def test_are_never_fewer_with_more_income(self, less_hkd, more_hkd):
        less_hkd, more_hkd = sorted((less_hkd, more_hkd))
        fewer = reasons_of(monthly_income_hkd=less_hkd)
        assert set(fewer) <= set(reasons_of(monthly_income_hkd=more_hkd))


def test_a_household_is_checked_before_any_fee_is_due():
    result = screen(make_document(fee=None), TERMS_2024, fee_state=FeeState.NOT_YET_DUE)
    assert result.eligible
