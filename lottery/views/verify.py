"""For the public: what was committed to, what was drawn, and why a number has its rank."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.models import Exercise
from applications.policy.values import EXERCISE_CODE
from applications.views.form_statuses import get_form_status
from lottery.ballot.ceremony import parse_ceremony, parse_draws
from lottery.ballot.commitment import parse_commitment
from lottery.ballot.parameters import parse_parameters
from lottery.forms.number_lookup import NumberLookupForm
from lottery.selectors.intake_log import list_exercises_with_log
from lottery.selectors.progress import BallotProgress, find_published, list_published
from lottery.selectors.published import list_published_exercises
from lottery.selectors.results import list_checks, list_reinstatements, summarise_draw
from lottery.services.ranking_lists import count_parts
from lottery.templatetags.ballot_tags import title_of
from lottery.views.attempts import (
    describe_attempts,
    get_published_or_404,
    read_attempt_or_404,
)
from lottery.views.number import describe_number, describe_waiting_number

EXAMPLE_NUMBER = "10000001"


@require_safe
def list_ballots(request: HttpRequest) -> HttpResponse:
    """List the ballots whose commitment is public, and the intake logs of those to come."""
    ballots = list_published()
    published = [progress.exercise for progress in ballots]
    logs = [exercise for exercise in list_exercises_with_log() if exercise not in published]
    context = {
        "ballots": [describe_ballot(progress) for progress in ballots],
        "logs": logs,
        "form": _build_form(published),
        "is_demonstration": any(exercise.demonstration for exercise in [*published, *logs]),
    }
    return render(request, "lottery/verify/home.html", context)


@require_safe
def show_ballot(request: HttpRequest, code: str, attempt: int | None = None) -> HttpResponse:
    """Show one attempt of a ballot: commitment, ceremony, seed, transcript, how to verify it."""
    progress = get_published_or_404(code, attempt)
    draw = progress.draw
    context = {
        **describe_ballot(progress),
        "form": _build_form([progress.exercise]),
        "summary": summarise_draw(draw) if draw else None,
        "reinstatements": list_reinstatements(draw) if draw else [],
        "ranking_parts": range(1, count_parts(draw) + 1) if draw else (),
        "checks": list_checks(draw) if draw else [],
    }
    return render(request, "lottery/verify/ballot.html", context)


@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """Show what the ballot gave a number, and why; the number is public, so nothing is asked."""
    exercises = _list_askable(request.GET.get("exercise", ""))
    form = _build_form(exercises, request.GET or None)
    if not form.is_valid():
        status = get_form_status(form)
        return render(request, "lottery/verify/number.html", {"form": form}, status=status)
    code, number = form.cleaned_data["exercise"], form.cleaned_data["number"]
    exercise = next(exercise for exercise in exercises if exercise.code == code)
    context = {
        **_describe_found(request, exercise, number),
        "form": _build_form(exercises, initial={"exercise": code}),
    }
    return render(request, "lottery/verify/number.html", context)


def _list_askable(code: str) -> list[Exercise]:
    """List the exercises with a published commitment, and the one that a receipt leads to."""
    published = list_published_exercises()
    if any(exercise.code == code for exercise in published) or not EXERCISE_CODE.fullmatch(code):
        return published
    return [*published, *Exercise.objects.filter(code=code)]


def _describe_found(request: HttpRequest, exercise: Exercise, number: int) -> dict[str, Any]:
    attempt = read_attempt_or_404(request)
    progress = find_published(exercise.code, attempt)
    if progress is None and attempt is None:
        return describe_waiting_number(exercise, number)
    if progress is None:
        raise Http404
    return {**describe_ballot(progress), **describe_number(progress, number)}


def describe_ballot(progress: BallotProgress) -> dict[str, Any]:
    """Gather the public facts of an attempt."""
    register = progress.get_register()
    parameters = parse_parameters(register.params_text)
    ceremony = parse_ceremony(progress.ceremony.ceremony_text) if progress.ceremony else None
    draws = parse_draws(ceremony.balls, parameters.physical) if ceremony else ()
    return {
        **describe_attempts(progress),
        "progress": progress,
        "exercise": progress.exercise,
        "stage": progress.stage.value,
        "register": register,
        "commitment": parse_commitment(register.commitment_text),
        "parameters": parameters,
        "ceremony": ceremony,
        "draws": draws,
        "folder": f"{progress.exercise.code}-{register.attempt}",
        "example_number": EXAMPLE_NUMBER,
    }


def _build_form(exercises: list[Exercise], *args: Any, **options: Any) -> NumberLookupForm:
    choices = [(exercise.code, f"{exercise.code} – {title_of(exercise)}") for exercise in exercises]
    return NumberLookupForm(*args, choices=choices, **options)
