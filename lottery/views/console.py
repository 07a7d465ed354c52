"""The officer's console: where a ballot stands, and the one deed that comes next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from applications.models import Exercise
from applications.selectors.clock import read_clock
from applications.selectors.counts import get_counts
from applications.views.rights import Right, requires
from lottery.forms.confirmation import ConfirmationForm
from lottery.selectors.deeds import list_ballot_deeds
from lottery.selectors.keyings import get_keying_state
from lottery.selectors.progress import (
    BallotProgress,
    Stage,
    get_freeze_checklist,
    get_progress,
)
from lottery.selectors.results import summarise_draw
from lottery.views.deeds import DEED_OF_STAGE, DEEDS, Deed
from lottery.views.stepper import build_steps

UNPROCESSABLE = 422


@require_safe
@requires(Right.RUN_BALLOT)
def list_ballots(request: HttpRequest) -> HttpResponse:
    """List the exercises with the stage of each, the newest first."""
    exercises = Exercise.objects.order_by("-opens_at")
    ballots = [get_progress(exercise) for exercise in exercises]
    return render(request, "lottery/console/home.html", {"ballots": ballots})


@require_safe
@requires(Right.RUN_BALLOT)
def show_console(request: HttpRequest, code: str) -> HttpResponse:
    """Show where one ballot stands."""
    progress = get_progress(get_object_or_404(Exercise, code=code))
    keyings = get_keying_state(progress.publication) if progress.publication else None
    deeds = list_ballot_deeds(progress.exercise)
    return render(
        request,
        "lottery/console/console.html",
        {
            **describe_ballot(progress),
            "keyings": keyings,
            "own": keyings.find_own(request.user) if keyings else None,  # type: ignore[arg-type]
            "deeds": deeds,
            "steps": build_steps(progress, keyings, deeds),
            "deed": DEED_OF_STAGE.get(progress.stage),
            "summary": summarise_draw(progress.draw) if progress.draw else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.RUN_BALLOT)
def show_deed(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """
    Ask the officer to confirm a deed, and do it.

    A deed that is done already is not asked for again, and doing it a second time changes nothing.
    """
    deed = DEEDS[name]
    progress = get_progress(get_object_or_404(Exercise, code=code))
    if request.method != "POST":
        if progress.stage is not deed.stage:
            return redirect("ballot:console", code)
        return _show_confirmation(request, deed, progress, ConfirmationForm(label=deed.pledge))
    form = ConfirmationForm(request.POST, label=deed.pledge)
    if progress.stage is deed.stage and not form.is_valid():
        return _show_confirmation(request, deed, progress, form)
    deed.perform(progress, request.user)  # type: ignore[arg-type]
    if progress.stage is deed.stage:
        messages.success(request, str(deed.done))
    return redirect("ballot:console", code)


def _show_confirmation(
    request: HttpRequest, deed: Deed, progress: BallotProgress, form: ConfirmationForm
) -> HttpResponse:
    context = {**describe_ballot(progress), "deed": deed, "form": form}
    if deed.stage is Stage.PUBLISHED:
        context["keyings"] = get_keying_state(progress.get_publication())
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, deed.template, context, status=status)


def describe_ballot(progress: BallotProgress) -> dict[str, Any]:
    """Gather what several pages of the console say of a ballot before its draw."""
    exercise, now = progress.exercise, read_clock()
    context = {"progress": progress, "exercise": exercise, "stage": progress.stage.value}
    if progress.stage is Stage.OPEN:
        is_over = now >= exercise.closes_at
        context["counts"] = get_counts(exercise=exercise, as_at=now)
        context["closes_early"] = not is_over
        context["may_close"] = is_over or exercise.demonstration
    if progress.stage is Stage.CLOSED:
        context["checklist"] = get_freeze_checklist(exercise)
    return context
