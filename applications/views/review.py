"""All answers on one page, and what the rules say of them before any fee is asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from applications.forms.choices import CATEGORIES, TRACKS
from applications.forms.explanations import explain_with_rule, explain_youth
from applications.forms.phrases import say_hkd
from applications.models import Draft
from applications.policy.eligibility import ScreeningResult
from applications.policy.household import ApplicationDocument
from applications.policy.reasons import Reason
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import hong_kong_date
from applications.selectors.assessments import assess_document
from applications.selectors.clock import read_clock
from applications.selectors.exercises import takes_applications
from applications.selectors.payments import has_unmatched_money
from applications.views import pages
from applications.views.own_draft import has_ended, name_version, needs_draft
from applications.views.page_contexts import say_name
from applications.views.pages import TO_REVIEW, Page
from applications.views.progress import measure_progress
from applications.views.summaries import list_summaries

PAGES_OF_REASONS: Mapping[str, Page] = {
    "APPLICANT_UNDER_18": pages.APPLICANT,
    "RESIDENT_UNDER_SEVEN_YEARS": pages.RESIDENCE,
    "INCOME_OVER_LIMIT": pages.INCOME,
    "ASSETS_OVER_LIMIT": pages.ASSETS,
    "SPOUSE_NOT_ON_FORM": pages.MEMBERS,
}
REASONS_OF_RESIDENCE = {"OWNED_PROPERTY_IN_WINDOW", "PREVIOUS_SUBSIDY"}


@require_GET
@needs_draft
def show_review(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show every answer with a link to change it, and whether the household can apply."""
    if has_ended(draft):
        return redirect("applications:tasks")
    now, terms = read_clock(), draft.exercise.parsed_terms
    progress = measure_progress(draft.answers, terms=terms, today=hong_kong_date(now))
    document = progress.document
    context: dict[str, Any] = {
        "exercise": draft.exercise,
        "summaries": list_summaries(draft.answers, terms),
        "to_do": progress.to_do,
        "is_paid": has_unmatched_money(draft),
        "fee": say_hkd(terms.fee.application_hkd),
        "seen": name_version(request, draft),
    }
    if document is not None:
        result = assess_document(exercise=draft.exercise, terms=terms, document=document)
        context |= describe_result(result, document, terms, draft)
    return render(request, "applications/apply/review.html", context)


def can_pay(draft: Draft, *, at: datetime) -> bool:
    """Tell whether the fee may be asked: not paid, nothing missing or against it, still open."""
    if has_unmatched_money(draft):
        return False
    terms = draft.exercise.parsed_terms
    document = measure_progress(draft.answers, terms=terms, today=hong_kong_date(at)).document
    if document is None or not takes_applications(draft.exercise, at=at):
        return False
    return assess_document(exercise=draft.exercise, terms=terms, document=document).eligible


def describe_result(
    result: ScreeningResult, document: ApplicationDocument, terms: ExerciseTerms, draft: Draft
) -> dict[str, Any]:
    """Return what the page says of the judgement: category and quota and why, or why not."""
    return {
        "is_eligible": result.eligible,
        "category": CATEGORIES[result.category],
        "track": TRACKS[result.track],
        "youth_reason": explain_youth(
            birth_date=document.household.applicant.birth_date,
            opted_in=document.youth_scheme,
            terms=terms,
        ),
        "reasons": [
            {
                **explain_with_rule(reason.code, terms, result.category)._asdict(),
                "whose": say_whose(reason, draft.answers),
                "change_url": find_change_url(reason),
            }
            for reason in result.reasons
        ],
    }


def say_whose(reason: Reason, answers: Mapping[str, Any]) -> str:
    """Name the person whom a reason is about; "" when it is about the whole household."""
    if reason.person is None:
        return ""
    if reason.person == 0:
        return _("You, the applicant")
    return say_name(answers["members"][reason.person - 1])


def find_change_url(reason: Reason) -> str:
    """Return where the answer behind a reason is changed; "" where no answer is."""
    page = PAGES_OF_REASONS.get(reason.code)
    if reason.code in REASONS_OF_RESIDENCE:
        is_member = bool(reason.person)
        page = pages.get_member_residence_page(reason.person or 0) if is_member else pages.RESIDENCE
    return page.url + TO_REVIEW if page else ""
