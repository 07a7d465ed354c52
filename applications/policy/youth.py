"""The Youth Scheme: whether an application counts for its quota, and why it does not."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from applications.policy.household import ApplicationDocument
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import age_on, closing_date, opening_date


class YouthReason(StrEnum):
    """Why an application counts for the Youth Scheme or does not. None makes it ineligible."""

    COUNTS = "COUNTS"
    EXERCISE_WITHOUT_YOUTH_SCHEME = "EXERCISE_WITHOUT_YOUTH_SCHEME"
    NOT_OPTED_IN = "NOT_OPTED_IN"
    UNDER_18_ON_CLOSING_DATE = "UNDER_18_ON_CLOSING_DATE"
    TURNED_40_BY_OPENING_DATE = "TURNED_40_BY_OPENING_DATE"


@dataclass(frozen=True, slots=True)
class YouthAssessment:
    """Whether an application counts for the youth quota, and the one reason."""

    counts: bool
    reason_code: YouthReason


def is_youth(*, birth_date: date, opted_in: bool, terms: ExerciseTerms) -> bool:
    """
    Tell whether an application counts for the Youth Scheme quota.

    The applicant must be at least ``youth.minimum_age`` on the closing date and under
    ``youth.below_age`` on the opening date: two dates, so somebody who turns 40 while
    applications are open still counts. Other members may be of any age.

    Source: Housing Authority press release of 5 March 2025 (WSM 2024).
    """
    return (
        terms.youth is not None
        and opted_in
        and age_on(closing_date(terms), birth_date) >= terms.youth.minimum_age
        and age_on(opening_date(terms), birth_date) < terms.youth.below_age
    )


def assess_youth(*, birth_date: date, opted_in: bool, terms: ExerciseTerms) -> YouthAssessment:
    """
    Tell whether an application counts for the Youth Scheme quota, and why.

    An applicant is told this before submitting. The rule is `is_youth`; this names the condition
    that fails. Ask with ``opted_in=True`` to learn whether opting in would help.
    """
    if is_youth(birth_date=birth_date, opted_in=opted_in, terms=terms):
        return YouthAssessment(True, YouthReason.COUNTS)
    if terms.youth is None:
        return YouthAssessment(False, YouthReason.EXERCISE_WITHOUT_YOUTH_SCHEME)
    if not opted_in:
        return YouthAssessment(False, YouthReason.NOT_OPTED_IN)
    if age_on(closing_date(terms), birth_date) < terms.youth.minimum_age:
        return YouthAssessment(False, YouthReason.UNDER_18_ON_CLOSING_DATE)
    return YouthAssessment(False, YouthReason.TURNED_40_BY_OPENING_DATE)


def assess_document(document: ApplicationDocument, terms: ExerciseTerms) -> YouthAssessment:
    """Assess a whole document by its applicant's birth date and its opt-in."""
    return assess_youth(
        birth_date=document.household.applicant.birth_date,
        opted_in=document.youth_scheme,
        terms=terms,
    )
