"""
A household described by a few answers and nobody's identity, as the rules judge a document.

The eligibility check asks less than the form does: whether and in which band, not who and how
much. What it asks is turned into the mildest document that it is true of, and `screen` judges
that one, so there is no second copy of the rules.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from applications.policy.eligibility import ScreeningResult, screen
from applications.policy.fees import FeeState
from applications.policy.household import (
    ApplicationDocument,
    Channel,
    Contact,
    Declarations,
    District,
    Household,
    Language,
    MaritalStatus,
    Member,
    Person,
    Relationship,
    Sex,
    SpouseAbsence,
)
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import (
    add_months,
    closing_date,
    opening_date,
    property_window_start,
)


class SpouseAnswer(StrEnum):
    """Whether the applicant is married, and where the husband or wife is."""

    NOT_MARRIED = "NOT_MARRIED"
    ON_FORM = "ON_FORM"
    NO_RIGHT_TO_LAND = "NO_RIGHT_TO_LAND"
    ELSEWHERE = "ELSEWHERE"


class Band(StrEnum):
    """Where an amount lies among the two limits: of one person, and of two or more people."""

    ONE_PERSON = "ONE_PERSON"
    FAMILY = "FAMILY"
    ABOVE = "ABOVE"


@dataclass(frozen=True, slots=True)
class CheckAnswers:
    """
    The answers of the eligibility check.

    :param has_lived_here: for the years that the terms ask for, on the closing date.
    :param has_owned: somebody on the form, within the property window.
    :param has_been_subsidised: somebody on the form, or a husband or wife.
    """

    is_alone: bool
    spouse: SpouseAnswer
    birth_date: date
    has_lived_here: bool
    income: Band
    assets: Band
    has_owned: bool
    has_been_subsidised: bool


def screen_answers(answers: CheckAnswers, terms: ExerciseTerms) -> ScreeningResult:
    """Judge the answers by the rules of the exercise; the Youth Scheme as if it were joined."""
    document = build_document(answers, terms)
    return screen(document, terms, fee_state=FeeState.NOT_YET_DUE)


def build_document(answers: CheckAnswers, terms: ExerciseTerms) -> ApplicationDocument:
    """Make the document that the rules judge: every fact that they read, nobody's identity."""
    limits = terms.limits
    return ApplicationDocument(
        exercise=terms.code,
        channel=Channel.ONLINE,
        language=Language.ZH_HANT,
        youth_scheme=True,
        household=Household(_build_applicant(answers, terms), _build_members(answers)),
        monthly_income_hkd=_pick_amount_hkd(
            answers.income, limits.income_one_person_hkd, limits.income_family_hkd
        ),
        net_assets_hkd=_pick_amount_hkd(
            answers.assets, limits.assets_one_person_hkd, limits.assets_family_hkd
        ),
        contact=Contact(phone="", email=None, address="", district=District.CENTRAL_AND_WESTERN),
        declarations=Declarations(accurate=True, privacy=True),
        signed_on=opening_date(terms),
        paper=None,
        fee=None,
    )


NOBODY = Person(
    hkic=None,
    birth_certificate=None,
    name_zh=None,
    surname_en="",
    given_name_en=None,
    birth_date=date(1900, 1, 1),
    sex=Sex.F,
    marital_status=MaritalStatus.UNMARRIED,
    spouse_absence=None,
    resident_since=None,
    last_owned_property_on=None,
    previous_subsidy=False,
)


def _build_applicant(answers: CheckAnswers, terms: ExerciseTerms) -> Person:
    """Somebody who has lived here long enough came on the last day that is early enough."""
    is_married = answers.spouse is not SpouseAnswer.NOT_MARRIED
    cannot_land = answers.spouse is SpouseAnswer.NO_RIGHT_TO_LAND
    early_enough = add_months(closing_date(terms), -12 * terms.residence_years)
    return replace(
        NOBODY,
        birth_date=answers.birth_date,
        marital_status=MaritalStatus.MARRIED if is_married else MaritalStatus.UNMARRIED,
        spouse_absence=SpouseAbsence.NO_RIGHT_TO_LAND if cannot_land else None,
        resident_since=early_enough if answers.has_lived_here else None,
        last_owned_property_on=property_window_start(terms) if answers.has_owned else None,
        previous_subsidy=answers.has_been_subsidised,
    )


def _build_members(answers: CheckAnswers) -> tuple[Member, ...]:
    if answers.is_alone:
        return ()
    is_spouse = answers.spouse is SpouseAnswer.ON_FORM
    return (Member(Relationship.SPOUSE if is_spouse else Relationship.OTHER, NOBODY),)


def _pick_amount_hkd(band: Band, one_person_limit_hkd: int, family_limit_hkd: int) -> int:
    """Pick an amount of a band: the limit itself is within it, a dollar more is above."""
    return {
        Band.ONE_PERSON: one_person_limit_hkd,
        Band.FAMILY: family_limit_hkd,
        Band.ABOVE: family_limit_hkd + 1,
    }[band]
