from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from applications.policy.eligibility import screen
from applications.policy.eligibility_check import (
    Band,
    CheckAnswers,
    SpouseAnswer,
    build_document,
    screen_answers,
)
from applications.policy.fees import FeeState
from tests.unit.policy.documents import TERMS_2018, TERMS_2024, make_document, make_member

ELIGIBLE = CheckAnswers(
    is_alone=True,
    spouse=SpouseAnswer.NOT_MARRIED,
    birth_date=date(1990, 5, 17),
    has_lived_here=True,
    income=Band.ONE_PERSON,
    assets=Band.ONE_PERSON,
    has_owned=False,
    has_been_subsidised=False,
)


def judge(terms=TERMS_2024, **changes):
    return screen_answers(replace(ELIGIBLE, **changes), terms)


class TestQuickCheck:
    def test_somebody_whom_nothing_speaks_against_can_apply(self):
        assert judge().eligible
        assert judge().category == "ONE_PERSON"

    @pytest.mark.parametrize(
        ("changes", "codes"),
        [
            ({"birth_date": date(2007, 3, 26)}, []),  # 18 on the closing date of WSM 2024
            ({"birth_date": date(2007, 3, 27)}, ["APPLICANT_UNDER_18"]),
            ({"has_lived_here": False}, ["RESIDENT_UNDER_SEVEN_YEARS"]),
            ({"income": Band.FAMILY}, ["INCOME_OVER_LIMIT"]),
            ({"income": Band.FAMILY, "is_alone": False}, []),
            ({"income": Band.ABOVE, "is_alone": False}, ["INCOME_OVER_LIMIT"]),
            ({"assets": Band.FAMILY}, ["ASSETS_OVER_LIMIT"]),
            ({"assets": Band.FAMILY, "is_alone": False}, []),
            ({"assets": Band.ABOVE, "is_alone": False}, ["ASSETS_OVER_LIMIT"]),
            ({"has_owned": True}, ["OWNED_PROPERTY_IN_WINDOW"]),
            ({"has_been_subsidised": True}, ["PREVIOUS_SUBSIDY"]),
            ({"spouse": SpouseAnswer.ELSEWHERE}, ["SPOUSE_NOT_ON_FORM"]),
            ({"spouse": SpouseAnswer.NO_RIGHT_TO_LAND}, []),
            ({"spouse": SpouseAnswer.ON_FORM, "is_alone": False}, []),
        ],
    )
    def test_each_answer_has_its_reason(self, changes, codes):
        assert judge(**changes).codes == codes

    @pytest.mark.parametrize(
        ("birth_date", "track"),
        # Turning 40 on the opening date of WSM 2024, 6 March 2025, is too old; a day later is not.
        [(date(1985, 3, 6), "GENERAL"), (date(1985, 3, 7), "YOUTH")],
    )
    def test_the_youth_scheme_is_judged_as_if_it_were_joined(self, birth_date, track):
        assert judge(birth_date=birth_date).track == track

    def test_an_exercise_without_youth_scheme_has_no_youth(self):
        assert judge(TERMS_2018).track == "GENERAL"

    @pytest.mark.parametrize("terms", [TERMS_2018, TERMS_2024])
    def test_limits_and_dates_are_those_of_the_exercise(self, terms):
        document = build_document(replace(ELIGIBLE, income=Band.FAMILY), terms)
        assert document.monthly_income_hkd == terms.limits.income_family_hkd

    def test_the_whole_form_is_judged_the_same(self):
        """Whoever has the same facts on a whole form gets the same answer from it."""
        for is_alone, has_owned, income in product((True, False), (True, False), Band):
            found = judge(is_alone=is_alone, has_owned=has_owned, income=income)
            amounts = {Band.ONE_PERSON: 30_000, Band.FAMILY: 60_000, Band.ABOVE: 60_001}
            whole = make_document(
                youth_scheme=True,
                members=[] if is_alone else [make_member(2, "OTHER")],
                monthly_income_hkd=amounts[income],
            )
            owner = replace(
                whole.household.applicant,
                last_owned_property_on=date(2024, 1, 1) if has_owned else None,
            )
            whole = replace(whole, household=replace(whole.household, applicant=owner))
            result = screen(whole, TERMS_2024, fee_state=FeeState.PAID)
            assert (found.codes, found.category, found.track) == (
                result.codes,
                result.category,
                result.track,
            )
