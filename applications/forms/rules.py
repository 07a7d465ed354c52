"""The rule behind each reason: in words, with an exercise's dates and figures, and its source."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.utils.translation import get_language, gettext

from applications.forms.phrases import say_date, say_hkd, say_moment
from applications.forms.source_names import DUPLICATES, SOURCE_NAMES
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import closing_date, opening_date, property_window_start


class Rule(NamedTuple):
    """
    A rule in words.

    :param source: where it is published; "" where nothing is cited.
    :param source_language: "en" where the source is named in English on a Chinese page.
    """

    text: str
    source: str
    source_language: str


def find_rule(code: str, terms: ExerciseTerms) -> Rule | None:
    """Find the rule behind a reason; there is none behind, say, a withdrawal."""
    if code not in RULES:
        return None
    table, say = RULES[code]
    source = terms.sources.get(table, table)
    name = str(SOURCE_NAMES.get(source, source))
    is_foreign = get_language() != "en" and name == source
    return Rule(say(terms), name, "en" if is_foreign else "")


def _say_age(terms: ExerciseTerms) -> str:
    return gettext("The applicant is at least %(age)s on the closing date, %(date)s.") % {
        "age": terms.minimum_age,
        "date": say_date(closing_date(terms)),
    }


def _say_residence(terms: ExerciseTerms) -> str:
    return gettext(
        "The applicant has lived in Hong Kong for at least %(years)s years on the closing date, "
        "%(date)s."
    ) % {"years": terms.residence_years, "date": say_date(closing_date(terms))}


def _say_income(terms: ExerciseTerms) -> str:
    return gettext(
        "Monthly income after statutory MPF contributions: up to %(one)s for one person, up to "
        "%(family)s for two or more people together."
    ) % {
        "one": say_hkd(terms.limits.income_one_person_hkd),
        "family": say_hkd(terms.limits.income_family_hkd),
    }


def _say_assets(terms: ExerciseTerms) -> str:
    return gettext(
        "Net assets: up to %(one)s for one person, up to %(family)s for two or more people "
        "together."
    ) % {
        "one": say_hkd(terms.limits.assets_one_person_hkd),
        "family": say_hkd(terms.limits.assets_family_hkd),
    }


def _say_property(terms: ExerciseTerms) -> str:
    return gettext(
        "Nobody on the form has owned or co-owned domestic property in Hong Kong from %(start)s "
        "to %(closing)s, that is in the %(months)s months up to the closing date."
    ) % {
        "start": say_date(property_window_start(terms)),
        "closing": say_date(closing_date(terms)),
        "months": terms.property_window_months,
    }


def _say_subsidy(terms: ExerciseTerms) -> str:
    return gettext(
        "Nobody on the form, nor a husband or wife, has bought a home through a subsidised scheme "
        "before."
    )


def _say_spouse(terms: ExerciseTerms) -> str:
    return gettext(
        "A married applicant and the husband or wife are on the same form, unless he or she has "
        "no right to land in Hong Kong."
    )


def _say_duplicates(terms: ExerciseTerms) -> str:
    return gettext(
        "Each person is on one form only, online or on paper, and a husband and wife are on the "
        "same one. Otherwise all the forms concerned are void."
    )


def _say_period(terms: ExerciseTerms) -> str:
    return gettext("Applications are open from %(opens)s to %(closes)s.") % {
        "opens": say_moment(terms.opens_at),
        "closes": say_moment(terms.closes_at),
    }


def _say_signature(terms: ExerciseTerms) -> str:
    return gettext("The applicant signs the form on a day from %(opens)s to %(closes)s.") % {
        "opens": say_date(opening_date(terms)),
        "closes": say_date(closing_date(terms)),
    }


def _say_fee(terms: ExerciseTerms) -> str:
    return gettext("An application counts once its fee of %(fee)s has been paid.") % {
        "fee": say_hkd(terms.fee.application_hkd)
    }


def say_youth_rule(terms: ExerciseTerms) -> str:
    """Say whom the Youth Scheme is for; "" in an exercise without one."""
    if terms.youth is None:
        return ""
    return gettext(
        "The applicant is at least %(minimum)s on the closing date, %(closing)s, and under "
        "%(below)s on the opening date, %(opening)s."
    ) % {
        "minimum": terms.youth.minimum_age,
        "closing": say_date(closing_date(terms)),
        "below": terms.youth.below_age,
        "opening": say_date(opening_date(terms)),
    }


# The table of the terms that a rule's source stands at, or the source itself.
RULES: Mapping[str, tuple[str, Callable[[ExerciseTerms], str]]] = {
    "APPLICANT_UNDER_18": ("applicant", _say_age),
    "RESIDENT_UNDER_SEVEN_YEARS": ("residence", _say_residence),
    "INCOME_OVER_LIMIT": ("limits", _say_income),
    "ASSETS_OVER_LIMIT": ("limits", _say_assets),
    "OWNED_PROPERTY_IN_WINDOW": ("property", _say_property),
    "PREVIOUS_SUBSIDY": ("applicant", _say_subsidy),
    "SPOUSE_NOT_ON_FORM": ("residence", _say_spouse),
    "DUPLICATE_PERSON": (DUPLICATES, _say_duplicates),
    "DUPLICATE_SPOUSE": (DUPLICATES, _say_duplicates),
    "RECEIVED_LATE": ("exercise", _say_period),
    "POSTMARK_OUTSIDE_PERIOD": ("exercise", _say_period),
    "NOT_SIGNED": ("residence", _say_signature),
    "SIGNED_OUTSIDE_PERIOD": ("residence", _say_signature),
    "FEE_UNPAID": ("fee", _say_fee),
    "CHEQUE_DISHONOURED": ("fee", _say_fee),
    "YOUTH": ("youth", say_youth_rule),
}
