"""What single pages of the form show besides their questions."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

from applications.forms.choices import RELATIONSHIPS
from applications.forms.explanations import explain_youth, get_limits_hkd, say_ages
from applications.forms.household import read_birth_date
from applications.forms.phrases import say_hkd
from applications.forms.sections import SectionForm
from applications.models import Draft
from applications.policy.household import Category
from applications.policy.terms import ExerciseTerms
from applications.policy.youth import assess_youth
from applications.views.pages import (
    Page,
    get_member_page,
    get_member_residence_page,
    has_room,
    list_pages,
)

Answers = Mapping[str, Any]


def build_page_context(draft: Draft, page: Page, form: SectionForm) -> dict[str, Any]:
    """Return what a page's template shows."""
    answers = draft.answers
    more = MORE.get(page.name)
    terms = draft.exercise.parsed_terms
    return {
        "exercise": draft.exercise,
        "page": page,
        "form": form,
        "whose": say_name(page.read_part(answers)) if page.position else "",
        **_count_steps(page, terms),
        **(more(answers, terms) if more else {}),
    }


def say_name(person: Answers) -> str:
    """Return how a person is called on our pages: in Chinese if possible; "" for nobody yet."""
    if person.get("name_zh"):
        return str(person["name_zh"])
    parts = (person.get("surname_en"), person.get("given_name_en"))
    return " ".join(part for part in parts if part)


def _count_steps(page: Page, terms: ExerciseTerms) -> dict[str, int]:
    """Say which page of how many it is; a member's page is none of its own."""
    listed = list_pages(terms)
    if page not in listed:
        return {}
    return {"step": listed.index(page) + 1, "step_count": len(listed)}


def _describe_members(answers: Answers, terms: ExerciseTerms) -> dict[str, Any]:
    members = answers.get("members") or []
    words = dict(RELATIONSHIPS)
    return {
        "members": [
            {
                "name": say_name(member),
                "relationship": words[member["relationship"]],
                "url": get_member_page(position).url,
                "residence_url": get_member_residence_page(position).url,
                "remove_url": reverse("applications:member-remove", args=[position]),
                "is_whole": "previous_subsidy" in member,
            }
            for position, member in enumerate(members, 1)
        ],
        "add_url": get_member_page(len(members) + 1).url if has_room(answers) else "",
    }


def _describe_limits(answers: Answers, terms: ExerciseTerms) -> dict[str, Any]:
    is_family = bool(answers.get("members"))
    category = Category.FAMILY if is_family else Category.ONE_PERSON
    income_limit_hkd, assets_limit_hkd = get_limits_hkd(terms, category)
    return {
        "is_family": is_family,
        "people_count": 1 + len(answers.get("members") or ()),
        "income_limit": say_hkd(income_limit_hkd),
        "assets_limit": say_hkd(assets_limit_hkd),
    }


def describe_mpf(terms: ExerciseTerms) -> dict[str, Any]:
    """Return the figures by which a statutory MPF contribution is worked out."""
    return {
        "mpf_rate": terms.mpf.rate_percent,
        "mpf_cap": say_hkd(terms.mpf.cap_hkd),
        "mpf_minimum": say_hkd(terms.mpf.minimum_income_hkd),
    }


def _describe_income(answers: Answers, terms: ExerciseTerms) -> dict[str, Any]:
    return {
        **_describe_limits(answers, terms),
        **describe_mpf(terms),
        "calculator_url": reverse("applications:calculator"),
    }


def _describe_youth(answers: Answers, terms: ExerciseTerms) -> dict[str, Any]:
    birth_date = read_birth_date(answers.get("applicant") or {})
    if birth_date is None:
        return {"youth": terms.youth, "would_count": None}
    assessment = assess_youth(birth_date=birth_date, opted_in=True, terms=terms)
    return {
        "youth": terms.youth,
        "would_count": assessment.counts,
        "youth_ages": say_ages(birth_date, terms),
        "youth_reason": explain_youth(birth_date=birth_date, opted_in=True, terms=terms),
    }


MORE: Mapping[str, Callable[[Answers, ExerciseTerms], dict[str, Any]]] = {
    "members": _describe_members,
    "income": _describe_income,
    "assets": _describe_limits,
    "youth": _describe_youth,
}
