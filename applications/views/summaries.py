"""The answers of a draft as lists to read through, page by page, each with the way to change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from applications.forms.choices import (
    DISTRICT_NAMES,
    MARITAL_STATUSES,
    RELATIONSHIPS,
    SEXES,
)
from applications.forms.phrases import say_date, say_hkd
from applications.policy.hkid import format_hkic
from applications.policy.terms import ExerciseTerms
from applications.views import pages
from applications.views.page_contexts import say_name
from applications.views.pages import TO_REVIEW, Page

Answers = Mapping[str, Any]
WORDS = {
    "sex": dict(SEXES),
    "marital_status": dict(MARITAL_STATUSES),
    "relationship": dict(RELATIONSHIPS),
    "district": DISTRICT_NAMES,
}


class SummaryRow(NamedTuple):
    """One question and its answer."""

    key: str | Promise
    value: Any


@dataclass(frozen=True, slots=True)
class Summary:
    """The answers of one page; ``whose`` names the member whom it is about."""

    title: str | Promise
    whose: str
    change_url: str
    rows: list[SummaryRow]


def list_summaries(answers: Answers, terms: ExerciseTerms) -> list[Summary]:
    """List everything that has been answered so far, in the order of the pages."""
    applicant = answers.get("applicant") or {}
    members = list(enumerate(answers.get("members") or (), 1))
    people = [
        summary
        for position, member in members
        for summary in (
            _summarise(pages.get_member_page(position), _say_identity(member), member),
            _summarise(pages.get_member_residence_page(position), _say_residence(member), member),
        )
    ]
    return [
        _summarise(pages.APPLICANT, _say_identity(applicant)),
        _summarise(pages.RESIDENCE, _say_residence(applicant)),
        _summarise(
            pages.MEMBERS, [SummaryRow(_("Others on the form"), len(members) or _("Nobody"))]
        ),
        *people,
        _summarise(pages.INCOME, _say_income(answers)),
        _summarise(pages.ASSETS, _say_assets(answers)),
        *([_summarise(pages.YOUTH, _say_youth(answers))] if terms.youth else []),
        _summarise(pages.CONTACT, _say_contact(answers.get("contact") or {})),
    ]


def _summarise(page: Page, rows: list[SummaryRow], member: Answers | None = None) -> Summary:
    whose = say_name(member) if member else ""
    return Summary(page.title, whose, page.url + TO_REVIEW, rows)


def _say_identity(person: Answers) -> list[SummaryRow]:
    names = (person.get("surname_en"), person.get("given_name_en"))
    rows = [
        SummaryRow(_("Name in English"), " ".join(name for name in names if name)),
        SummaryRow(_("Name in Chinese"), person.get("name_zh")),
        _say_number(person),
        SummaryRow(_("Date of birth"), _say_stored_date(person.get("birth_date"))),
        SummaryRow(_("Sex"), _say_word(person, "sex")),
        SummaryRow(_("Marital status"), _say_word(person, "marital_status")),
    ]
    if person.get("relationship"):
        rows.insert(0, SummaryRow(_("Relationship"), _say_word(person, "relationship")))
    return rows


def _say_number(person: Answers) -> SummaryRow:
    if person.get("birth_certificate"):
        return SummaryRow(_("Birth certificate number"), person["birth_certificate"])
    hkic = person.get("hkic")
    return SummaryRow(_("Identity card number"), format_hkic(hkic) if hkic else "")


def _say_residence(person: Answers) -> list[SummaryRow]:
    if "previous_subsidy" not in person:
        return [SummaryRow(_("Residence and property"), _("Still to answer"))]
    owned_until = _say_stored_date(person["last_owned_property_on"])
    return [
        SummaryRow(_("Has lived in Hong Kong since"), _say_since(person)),
        SummaryRow(_("Owned property in Hong Kong until"), owned_until or _("Never owned any")),
        SummaryRow(
            _("Bought a home through a subsidised scheme"),
            _say_choice(person["previous_subsidy"]),
        ),
    ]


def _say_since(person: Answers) -> str:
    since = person["resident_since"]
    if since is None:
        return _("Does not live in Hong Kong")
    return _("Since birth") if since == person.get("birth_date") else _say_stored_date(since)


def _say_income(answers: Answers) -> list[SummaryRow]:
    amount = _say_amount(answers.get("monthly_income_hkd"))
    return [SummaryRow(_("Monthly income after MPF"), amount)]


def _say_assets(answers: Answers) -> list[SummaryRow]:
    return [SummaryRow(_("Net assets"), _say_amount(answers.get("net_assets_hkd")))]


def _say_youth(answers: Answers) -> list[SummaryRow]:
    return [SummaryRow(_("Joins the Youth Scheme"), _say_choice(answers.get("youth_scheme")))]


def _say_contact(contact: Answers) -> list[SummaryRow]:
    return [
        SummaryRow(_("Telephone number"), contact.get("phone")),
        SummaryRow(_("E-mail address"), contact.get("email")),
        SummaryRow(_("Postal address"), contact.get("address")),
        SummaryRow(_("District"), _say_word(contact, "district")),
    ]


def _say_word(answers: Answers, name: str) -> str | Promise:
    return WORDS[name].get(answers.get(name, ""), "")


def _say_stored_date(text: str | None) -> str:
    return say_date(date.fromisoformat(text)) if text else ""


def _say_choice(choice: bool | None) -> str:
    if choice is None:
        return ""
    return _("Yes") if choice else _("No")


def _say_amount(amount_hkd: int | None) -> str:
    return "" if amount_hkd is None else say_hkd(amount_hkd)
