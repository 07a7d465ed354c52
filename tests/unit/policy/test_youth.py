from datetime import date

import pytest

from applications.policy.youth import (
    YouthAssessment,
    YouthReason,
    assess_document,
    assess_youth,
    is_youth,
)
from tests.unit.policy.documents import TERMS_2018, TERMS_2024, make_document, make_member

BOUNDARIES = [
    pytest.param(date(1985, 3, 6), "TURNED_40_BY_OPENING_DATE", id="turns 40 on the opening day"),
    pytest.param(date(1985, 3, 7), "COUNTS", id="turns 40 on the day after"),
    pytest.param(date(2007, 3, 26), "COUNTS", id="turns 18 on the closing day"),
    pytest.param(date(2007, 3, 27), "UNDER_18_ON_CLOSING_DATE", id="turns 18 on the day after"),
]


@pytest.mark.parametrize(("birth_date", "reason"), BOUNDARIES)
def test_follows_the_two_dates_of_wsm_2024(birth_date, reason):
    """Source: Housing Authority press release of 5 March 2025."""
    assessment = assess_youth(birth_date=birth_date, opted_in=True, terms=TERMS_2024)
    assert assessment.reason_code == YouthReason(reason)
    assert assessment.counts is (reason == "COUNTS")


@pytest.mark.parametrize(("birth_date", "reason"), BOUNDARIES)
def test_nobody_counts_without_opting_in(birth_date, reason):
    assessment = assess_youth(birth_date=birth_date, opted_in=False, terms=TERMS_2024)
    assert assessment == YouthAssessment(False, YouthReason.NOT_OPTED_IN)


def test_nobody_counts_in_an_exercise_without_youth_scheme():
    assessment = assess_youth(birth_date=date(1990, 1, 1), opted_in=True, terms=TERMS_2018)
    assert not assessment.counts
    assert assessment.reason_code is YouthReason.EXERCISE_WITHOUT_YOUTH_SCHEME
    assert not is_youth(birth_date=date(1990, 1, 1), opted_in=True, terms=TERMS_2018)


def test_other_members_may_be_of_any_age():
    document = make_document(youth_scheme=True, members=[make_member(2, birth_date="1930-01-01")])
    assert assess_document(document, TERMS_2024).counts
