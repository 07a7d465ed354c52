"""The eligibility check: whether it is worth beginning, without a name, a number or a trace."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.forms.choices import CATEGORIES
from applications.forms.eligibility_check import EligibilityCheckForm
from applications.forms.explanations import explain_with_rule, explain_youth, say_ages
from applications.forms.rules import find_rule
from applications.models import Exercise
from applications.policy.eligibility_check import CheckAnswers, screen_answers
from applications.policy.terms import ExerciseTerms
from applications.policy.youth import assess_youth
from applications.selectors.clock import read_clock
from applications.selectors.exercises import list_unclosed_exercises
from applications.views.own_draft import find_draft
from applications.views.start import describe_exercise
from applications.views.typed_boxes import is_sent, is_switching_language


@require_http_methods(["GET", "POST"])
@never_cache
def check_eligibility(request: HttpRequest) -> HttpResponse:
    """Ask a few questions and answer on the same page; nothing is stored, or in an address."""
    exercise = find_exercise_to_check(request)
    if exercise is None:
        return redirect("applications:start")
    terms = exercise.parsed_terms
    form = EligibilityCheckForm(request.POST if is_sent(request) else None, terms=terms)
    if is_switching_language(request):
        form.show_as_typed(request.POST)
    context: dict[str, Any] = {
        "exercise": exercise,
        "card": describe_exercise(exercise, find_draft(request)),
        "form": form,
    }
    if form.is_valid():
        context |= describe_result(form.read_answers(), terms)
    return render(request, "applications/eligibility_check.html", context)


def find_exercise_to_check(request: HttpRequest) -> Exercise | None:
    """Find the exercise that is asked for, or else the one that closes first."""
    code = request.POST.get("exercise") or request.GET.get("exercise")
    exercises = list_unclosed_exercises(at=read_clock())
    asked = (exercise for exercise in exercises if exercise.code == code)
    return next(asked, exercises[0] if exercises else None)


def describe_result(answers: CheckAnswers, terms: ExerciseTerms) -> dict[str, Any]:
    """Return what the page says: yes, or each reason why not; and what the Youth Scheme says."""
    result = screen_answers(answers, terms)
    youth = assess_youth(birth_date=answers.birth_date, opted_in=True, terms=terms)
    return {
        "is_judged": True,
        "is_eligible": result.eligible,
        "category": CATEGORIES[result.category],
        "reasons": [explain_with_rule(code, terms, result.category) for code in result.codes],
        "counts_as_youth": youth.counts,
        "youth_ages": say_ages(answers.birth_date, terms),
        "youth_reason": explain_youth(birth_date=answers.birth_date, opted_in=True, terms=terms),
        "youth_rule": find_rule("YOUTH", terms) if terms.youth else None,
    }
