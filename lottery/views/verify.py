"""For the public: what was committed to, what was drawn, and why a number has its rank."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lottery.ballot.ceremony import parse_ceremony, parse_draws
from lottery.ballot.commitment import parse_commitment
from lottery.ballot.parameters import parse_parameters
from lottery.forms.number_lookup import NumberLookupForm
from lottery.selectors.progress import BallotProgress, find_published, list_published
from lottery.selectors.registers import get_inclusion_proof
from lottery.selectors.results import find_entry, find_result, summarise_draw
from lottery.templatetags.ballot_tags import title_of

UNPROCESSABLE = 422
EXAMPLE_NUMBER = "10000001"


@require_safe
def list_ballots(request: HttpRequest) -> HttpResponse:
    """List the ballots whose commitment is public."""
    ballots = list_published()
    context = {
        "ballots": [describe_ballot(progress) for progress in ballots],
        "form": _build_form(ballots),
        "is_demonstration": any(progress.exercise.demonstration for progress in ballots),
    }
    return render(request, "lottery/verify/home.html", context)


@require_safe
def show_ballot(request: HttpRequest, code: str) -> HttpResponse:
    """Show one ballot: commitment, ceremony, seed, transcript and how to verify it."""
    progress = find_published(code)
    if progress is None:
        raise Http404
    context = {
        **describe_ballot(progress),
        "form": _build_form([progress]),
        "summary": summarise_draw(progress.draw) if progress.draw else None,
    }
    return render(request, "lottery/verify/ballot.html", context)


@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """Show what the ballot gave a number, and why; the number is public, so nothing is asked."""
    ballots = list_published()
    form = _build_form(ballots, request.GET)
    if not form.is_valid():
        context = {"form": form}
        return render(request, "lottery/verify/number.html", context, status=UNPROCESSABLE)
    code, number = form.cleaned_data["exercise"], form.cleaned_data["number"]
    progress = next(progress for progress in ballots if progress.exercise.code == code)
    context = {
        **describe_ballot(progress),
        **describe_number(progress, number),
        "form": _build_form(ballots, initial={"exercise": code}),
    }
    return render(request, "lottery/verify/number.html", context)


def describe_ballot(progress: BallotProgress) -> dict[str, Any]:
    """Gather the public facts of a ballot."""
    register = progress.get_register()
    parameters = parse_parameters(register.params_text)
    ceremony = parse_ceremony(progress.ceremony.ceremony_text) if progress.ceremony else None
    draws = parse_draws(ceremony.balls, parameters.physical) if ceremony else ()
    return {
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


def describe_number(progress: BallotProgress, number: int) -> dict[str, Any]:
    """Gather what is known of one number: nothing but the number when it is not on the register."""
    text = f"{number:08d}"
    entry = find_entry(progress.get_register(), number)
    if entry is None:
        return {"number": text}
    result = find_result(progress.exercise, number) if progress.draw else None
    steps = summarise_draw(progress.draw).steps if progress.draw else ()
    place = result.place if result else None
    return {
        "number": text,
        "entry": entry,
        "proof": get_inclusion_proof(entry),
        "result": result,
        "steps": [row for row in steps if entry.category in row.step.categories],
        "place_step": next(
            (row.step for row in steps if place and row.step.name == place.step), None
        ),
    }


def _build_form(ballots: list[BallotProgress], *args: Any, **options: Any) -> NumberLookupForm:
    exercises = [ballot.exercise for ballot in ballots]
    choices = [(exercise.code, f"{exercise.code} – {title_of(exercise)}") for exercise in exercises]
    return NumberLookupForm(*args, choices=choices, **options)
