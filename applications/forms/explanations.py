"""Why a household cannot apply, or does not count for the Youth Scheme: with dates and figures."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext

from applications.forms.messages import describe_code
from applications.forms.phrases import join_sentences, say_date, say_hkd
from applications.forms.rules import Rule, find_rule
from applications.policy.household import Category
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import (
    age_on,
    closing_date,
    opening_date,
)
from applications.policy.youth import assess_youth


class Explanation(NamedTuple):
    """
    One reason as a page tells it: what is wrong, by which rule, and where the rule is published.

    :param rule: ``None`` where there is no rule behind it, as with a withdrawal.
    """

    text: str
    rule: Rule | None


def explain_with_rule(code: str, terms: ExerciseTerms, category: Category) -> Explanation:
    """Say a reason with its rule and source; for `applications/reason.html`, which shows it."""
    return Explanation(explain_reason(code, terms, category), find_rule(code, terms))


def get_limits_hkd(terms: ExerciseTerms, category: Category) -> tuple[int, int]:
    """Return the limits of monthly income and of net assets for a household's band."""
    limits = terms.limits
    if category is Category.ONE_PERSON:
        return limits.income_one_person_hkd, limits.assets_one_person_hkd
    return limits.income_family_hkd, limits.assets_family_hkd


def explain_reason(code: str, terms: ExerciseTerms, category: Category) -> str:
    """Say a reason; where there is more to say, the rule with this exercise's dates and figures."""
    explain = EXPLANATIONS.get(code)
    sentence = describe_code(code)
    return join_sentences(sentence, explain(terms, category)) if explain else sentence


def _explain_age(terms: ExerciseTerms, category: Category) -> str:
    return gettext(
        "Another person of the family, at least %(age)s on that day, may be the applicant."
    ) % {"age": terms.minimum_age}


def _explain_residence(terms: ExerciseTerms, category: Category) -> str:
    return gettext(
        "Another member of the family who has lived here for seven years may be the applicant."
    )


def _explain_income(terms: ExerciseTerms, category: Category) -> str:
    return gettext(
        "The limit for your household is %(limit)s a month. Please check that each person’s "
        "statutory MPF contribution has been taken off."
    ) % {"limit": say_hkd(get_limits_hkd(terms, category)[0])}


def _explain_assets(terms: ExerciseTerms, category: Category) -> str:
    return gettext(
        "The limit for your household is %(limit)s. What is owed may be taken off what is owned."
    ) % {"limit": say_hkd(get_limits_hkd(terms, category)[1])}


def _explain_duplicate(terms: ExerciseTerms, category: Category) -> str:
    return gettext(
        "Each person may be on one form only, online or on paper. Please ask in your family before "
        "you go on. We cannot say which form it is."
    )


EXPLANATIONS: Mapping[str, Callable[[ExerciseTerms, Category], str]] = {
    "APPLICANT_UNDER_18": _explain_age,
    "RESIDENT_UNDER_SEVEN_YEARS": _explain_residence,
    "INCOME_OVER_LIMIT": _explain_income,
    "ASSETS_OVER_LIMIT": _explain_assets,
    "DUPLICATE_PERSON": _explain_duplicate,
    "DUPLICATE_SPOUSE": _explain_duplicate,
}


def explain_youth(*, birth_date: date, opted_in: bool, terms: ExerciseTerms) -> str:
    """Say whether an application counts for the Youth Scheme, and by which ages on which days."""
    assessment = assess_youth(birth_date=birth_date, opted_in=opted_in, terms=terms)
    sentence = describe_code(assessment.reason_code)
    if terms.youth is None or not opted_in:
        return sentence
    return join_sentences(sentence, say_ages(birth_date, terms))


def say_ages(birth_date: date, terms: ExerciseTerms) -> str:
    """Say how old an applicant is on the two days that the Youth Scheme looks at."""
    return gettext(
        "The applicant’s age on the opening date, %(opening)s, is %(opening_age)s, and on the "
        "closing date, %(closing)s, %(closing_age)s."
    ) % {
        "opening": say_date(opening_date(terms)),
        "opening_age": age_on(opening_date(terms), birth_date),
        "closing": say_date(closing_date(terms)),
        "closing_age": age_on(closing_date(terms), birth_date),
    }
