"""The first page, where an application begins, and the two statements."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from applications.forms.phrases import say_hkd, say_moment, say_title
from applications.models import Draft, Exercise
from applications.policy.timetable import has_closed, is_open
from applications.selectors.clock import read_clock
from applications.selectors.exercises import list_unclosed_exercises
from applications.views.own_draft import begin_draft, find_draft, has_ended, tell_earlier_code


@require_GET
@never_cache
def show_start(request: HttpRequest) -> HttpResponse:
    """Show what is open, who may apply, what to have ready; and the way back to a draft."""
    now = read_clock()
    exercises = list_unclosed_exercises(at=now)
    draft = find_draft(request)
    context = {
        "exercises": [describe_exercise(exercise, draft) for exercise in exercises],
        "is_demonstration": any(exercise.demonstration for exercise in exercises),
        "draft": draft,
        "ended_draft": draft if draft and not draft.erased_at and has_ended(draft) else None,
    }
    return render(request, "applications/start.html", context)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a draft in an open exercise and remember it in this browser."""
    earlier = find_draft(request)
    if begin_draft(request, request.POST.get("exercise", "")) is None:
        return redirect("applications:start")
    tell_earlier_code(request, earlier)
    return redirect("applications:tasks")


@require_GET
def show_accessibility(request: HttpRequest) -> HttpResponse:
    """Show how accessible the portal is and whom to tell of a barrier."""
    return render(request, "applications/accessibility.html")


@require_GET
def show_privacy(request: HttpRequest) -> HttpResponse:
    """Show what becomes of personal data."""
    return render(request, "applications/privacy.html")


def describe_exercise(exercise: Exercise, draft: Draft | None) -> dict[str, Any]:
    """Return what the first page says of an exercise that has not closed."""
    now, terms = read_clock(), exercise.parsed_terms
    is_own = draft is not None and draft.exercise_id == exercise.pk
    limits = terms.limits
    return {
        "code": exercise.code,
        "title": say_title(exercise),
        "is_open": is_open(now, terms) and not has_closed(now, terms),
        "opens": say_moment(terms.opens_at),
        "closes": say_moment(terms.closes_at),
        "fee": say_hkd(terms.fee.application_hkd),
        "minimum_age": terms.minimum_age,
        "residence_years": terms.residence_years,
        "window_months": terms.property_window_months,
        "income_one_person": say_hkd(limits.income_one_person_hkd),
        "income_family": say_hkd(limits.income_family_hkd),
        "assets_one_person": say_hkd(limits.assets_one_person_hkd),
        "assets_family": say_hkd(limits.assets_family_hkd),
        "youth": terms.youth,
        "own_draft": draft if is_own else None,
    }
