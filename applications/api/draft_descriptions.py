"""What the API says of a draft: how far it is, what the rules find, what became of its fee."""

from datetime import datetime
from typing import Any, cast

from applications.forms.both_languages import explain_fault, say_in_both
from applications.forms.explanations import explain_reason, explain_youth
from applications.forms.rules import Rule, find_rule
from applications.models import Draft
from applications.policy.eligibility import ScreeningResult
from applications.policy.household import ApplicationDocument, Category
from applications.policy.reasons import Reason
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import hong_kong_date
from applications.policy.youth import assess_document as assess_youth
from applications.selectors.assessments import assess_document
from applications.selectors.draft_readings import read_draft
from applications.services.drafts import DraftAlreadySubmitted
from applications.services.payment_providers import get_provider


def describe_draft(draft: Draft, *, at: datetime) -> dict[str, Any]:
    """Gather what `DraftSerializer` writes."""
    is_submitted = draft.application_id is not None  # and soon emptied
    faults = () if is_submitted else read_draft(draft.answers, today=hong_kong_date(at)).faults
    return {
        "version": draft.version,
        "exercise": draft.exercise.code,
        "closes_at": draft.exercise.closes_at,
        "submitted": is_submitted,
        "document": draft.answers,
        "missing": [explain_fault(fault) for fault in faults],
    }


def describe_validation(draft: Draft, *, at: datetime) -> dict[str, Any]:
    """
    Gather what `ValidationSerializer` writes: faults, or what the rules say of the whole.

    :raises DraftAlreadySubmitted: the application itself is on another form by now: its own.
    """
    if draft.application_id:
        raise DraftAlreadySubmitted
    terms = draft.exercise.parsed_terms
    reading = read_draft(draft.answers, today=hong_kong_date(at))
    result = None
    if reading.document is not None:
        found = assess_document(exercise=draft.exercise, terms=terms, document=reading.document)
        result = describe_result(found, reading.document, terms)
    return {
        "version": draft.version,
        "complete": reading.document is not None,
        "faults": [explain_fault(fault) for fault in reading.faults],
        "result": result,
        "fee": {
            "amount_hkd": terms.fee.application_hkd,
            "methods": [method.value for method in get_provider().METHODS],
        },
    }


def describe_result(
    result: ScreeningResult, document: ApplicationDocument, terms: ExerciseTerms
) -> dict[str, Any]:
    """Say how a whole document is judged, and why."""
    birth_date = document.household.applicant.birth_date
    opted_in = document.youth_scheme
    return {
        "eligible": result.eligible,
        "category": result.category.value,
        "track": result.track.value,
        "youth": {
            "code": assess_youth(document, terms).reason_code.value,
            **say_in_both(
                lambda: explain_youth(birth_date=birth_date, opted_in=opted_in, terms=terms)
            ),
        },
        "reasons": [describe_reason(reason, terms, result.category) for reason in result.reasons],
    }


def describe_reason(reason: Reason, terms: ExerciseTerms, category: Category) -> dict[str, Any]:
    """Say a reason, whom it is about, and the rule behind it with its source."""
    code = reason.code.value
    return {
        "code": code,
        "person": reason.person,
        **say_in_both(lambda: explain_reason(code, terms, category)),
        "rule": describe_rule(code, terms),
    }


def describe_rule(code: str, terms: ExerciseTerms) -> dict[str, str] | None:
    """Say the rule behind a reason and its source; there is none behind, say, a withdrawal."""
    if find_rule(code, terms) is None:
        return None
    return {
        **say_in_both(lambda: cast(Rule, find_rule(code, terms)).text, name="text"),
        **say_in_both(lambda: cast(Rule, find_rule(code, terms)).source, name="source"),
    }
