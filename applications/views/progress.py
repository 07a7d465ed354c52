"""How far a draft is: which pages are done, what is still missing, what the rules say of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from applications.policy.document_partial import UNANSWERED_RESIDENCE
from applications.policy.errors import Fault
from applications.policy.household import ApplicationDocument
from applications.policy.terms import ExerciseTerms
from applications.selectors.draft_readings import read_draft
from applications.views.pages import Page, find_page, list_member_pages, list_pages

FIELDS_OF_HOUSEHOLD_FAULTS = {"SAME_PERSON_TWICE": "hkic", "TWO_SPOUSES": "relationship"}


@dataclass(frozen=True, slots=True)
class Progress:
    """
    What became of reading a draft as a whole document.

    :param document: the document when nothing is missing, and ``None`` otherwise.
    :param to_do: the pages that need the reader, in order.
    """

    document: ApplicationDocument | None
    to_do: tuple[Page, ...]


def measure_progress(answers: Mapping[str, Any], *, terms: ExerciseTerms, today: date) -> Progress:
    """Read a draft as it would be submitted today, and name the pages that are not done."""
    reading = read_draft(answers, today=today)
    pages = [*list_member_pages(answers), *list_pages(terms)]
    needed = [page for page in pages if any(page.owns(fault) for fault in reading.faults)]
    return Progress(reading.document, tuple(needed))


def find_faults_of_page(answers: Mapping[str, Any], page: Page, *, today: date) -> list[Fault]:
    """Find what the policy has against one page's answers, beyond what its form has checked."""
    reading = read_draft(_assume_residence(answers), today=today)
    faults = (_bring_to_page(fault, page) for fault in reading.faults)
    return [fault for fault in faults if fault.code != "MISSING_FIELD" and find_page(fault, [page])]


def _bring_to_page(fault: Fault, page: Page) -> Fault:
    """
    Say on this page that a person or a spouse is named twice, wherever the policy finds it.

    It looks through the members in their order; but the one who has just been typed, be it the
    applicant, is the one to be looked at.
    """
    name = FIELDS_OF_HOUSEHOLD_FAULTS.get(fault.code)
    if name is None or name not in page.form.base_fields or find_page(fault, [page]):
        return fault
    return replace(fault, field=".".join(str(step) for step in (*page.part, name)))


def _assume_residence(answers: Mapping[str, Any]) -> dict[str, Any]:
    assumed = dict(answers)
    if applicant := answers.get("applicant"):
        assumed["applicant"] = {**UNANSWERED_RESIDENCE, **applicant}
    assumed["members"] = [
        {**UNANSWERED_RESIDENCE, **member} for member in answers.get("members") or ()
    ]
    return assumed
