"""Households as they come: sizes, ages and amounts of an ordinary exercise, every one invented."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import add_months, age_on, closing_date, opening_date
from applications.synthetic.chooser import Chooser
from applications.synthetic.people import choose_birth_date, make_person, without_card

FAMILY_SIZES = (2,) * 40 + (3,) * 30 + (4,) * 20 + (5,) * 7 + (6,) * 3
BIRTH_CERTIFICATE_BELOW_AGE = 11
RELATIVES = ("PARENT", "PARENT", "SIBLING")
ALONE = ("UNMARRIED", "UNMARRIED", "UNMARRIED", "DIVORCED", "WIDOWED")


@dataclass(frozen=True, slots=True)
class HouseholdKind:
    """What a household is to be: its category, and whether it counts for the Youth Scheme."""

    is_family: bool
    is_youth: bool


def make_household(
    chooser: Chooser, *, kind: HouseholdKind, first_person: int, terms: ExerciseTerms
) -> dict[str, Any]:
    """
    Make the household's part of an application document; nothing stands against it.

    :param first_person: the people are this one and those numbered after it.
    """
    size = chooser.one_of(FAMILY_SIZES) if kind.is_family else 1
    is_married = kind.is_family and chooser.happens(70)
    birth_date, opts_in = _choose_applicant(chooser, is_youth=kind.is_youth, terms=terms)
    applicant = make_person(
        first_person,
        birth_date=birth_date,
        marital_status="MARRIED" if is_married else chooser.one_of(ALONE),
        sex=chooser.one_of("FM"),
    )
    members = [
        _make_member(
            chooser, first_person + n, applicant=birth_date, married=is_married, n=n, terms=terms
        )
        for n in range(1, size)
    ]
    return {
        "youth_scheme": opts_in,
        "applicant": applicant,
        "members": members,
        **_choose_amounts(chooser, is_family=kind.is_family, terms=terms),
    }


def _choose_applicant(
    chooser: Chooser, *, is_youth: bool, terms: ExerciseTerms
) -> tuple[date, bool]:
    """Choose a birth date and whether to opt in, so that the track comes out as asked."""
    opening = opening_date(terms)
    forty_years_before = add_months(opening, -40 * 12)
    if is_youth or chooser.happens(25):
        earliest, latest = add_months(forty_years_before, 1), add_months(opening, -20 * 12)
        return choose_birth_date(chooser, earliest=earliest, latest=latest), is_youth
    earliest = add_months(opening, -80 * 12)
    born = choose_birth_date(chooser, earliest=earliest, latest=forty_years_before)
    return born, terms.youth is not None and chooser.happens(15)


def _make_member(
    chooser: Chooser, index: int, *, applicant: date, married: bool, n: int, terms: ExerciseTerms
) -> dict[str, Any]:
    """Make member n: a spouse first where there is one, then children or relatives."""
    if married and n == 1:
        spouse_born = add_months(applicant, chooser.between(-60, 60))
        spouse_born = min(spouse_born, add_months(opening_date(terms), -19 * 12))
        spouse = make_person(index, birth_date=spouse_born, marital_status="MARRIED")
        return {"relationship": "SPOUSE", **spouse}
    if age_on(opening_date(terms), applicant) >= 25 and chooser.happens(70):
        return {"relationship": "CHILD", **_make_child(chooser, index, applicant, terms)}
    relationship = chooser.one_of(RELATIVES)
    months = 12 * chooser.between(22, 35) if relationship == "PARENT" else chooser.between(12, 60)
    born = max(add_months(applicant, -months), date(1920, 1, 1))
    return {"relationship": relationship, **make_person(index, birth_date=born)}


def _make_child(
    chooser: Chooser, index: int, applicant: date, terms: ExerciseTerms
) -> dict[str, Any]:
    earliest = add_months(applicant, 20 * 12)
    latest = add_months(opening_date(terms), -2)
    child = make_person(
        index, birth_date=choose_birth_date(chooser, earliest=earliest, latest=latest)
    )
    born = date.fromisoformat(child["birth_date"])
    has_no_card = age_on(closing_date(terms), born) < BIRTH_CERTIFICATE_BELOW_AGE
    return without_card(child, index) if has_no_card else child


def _choose_amounts(chooser: Chooser, *, is_family: bool, terms: ExerciseTerms) -> dict[str, int]:
    """Choose income in hundreds and assets in thousands, up to the limits themselves."""
    limits = terms.limits
    income_limit = limits.income_family_hkd if is_family else limits.income_one_person_hkd
    assets_limit = limits.assets_family_hkd if is_family else limits.assets_one_person_hkd
    return {
        "monthly_income_hkd": 100 * chooser.between(income_limit // 400, income_limit // 100),
        "net_assets_hkd": 1000 * chooser.below(assets_limit // 1000 + 1),
    }
