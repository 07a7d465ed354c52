"""The officer's console: where a ballot stands, and the one deed that comes next."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from applications.models import Exercise, Officer
from applications.selectors.clock import read_clock
from applications.selectors.counts import get_counts
from applications.selectors.payments import find_pending
from applications.services.payment_providers import is_money_missing_from
from applications.views.form_statuses import get_form_status
from applications.views.rights import Right, requires
from lottery.forms.confirmation import ConfirmationForm, read_attempt
from lottery.forms.decisions import get_ground
from lottery.models import DrawCheck, Reballot
from lottery.selectors.beacon import find_due_beacon, find_recorded_beacon, has_beacon
from lottery.selectors.deeds import list_ballot_deeds
from lottery.selectors.freeze_checklist import get_freeze_checklist
from lottery.selectors.keyings import KeyingState, get_keying_state
from lottery.selectors.progress import (
    FIRST_ATTEMPT,
    BallotProgress,
    Stage,
    get_progress,
)
from lottery.selectors.results import list_checks, summarise_draw
from lottery.selectors.waiting import find_waiting_time
from lottery.views.deeds import DEED_OF_STAGE, DEEDS, Deed
from lottery.views.notice import describe_notice
from lottery.views.stepper import AttemptFacts, build_steps


class GivenUpAttempt(NamedTuple):
    """An earlier attempt, with the decision that ended it."""

    progress: BallotProgress
    decision: Reballot
    ground: str


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
    """Show where the attempt under way stands, and how earlier ones ended."""
    progress = get_progress(get_object_or_404(Exercise, code=code))
    context = {
        **describe_ballot(progress),
        **describe_history(progress),
        **describe_keyings(progress, request.user),  # type: ignore[arg-type]
        **describe_draw(progress),
        "deed": DEED_OF_STAGE.get(progress.stage),
    }
    facts = AttemptFacts(
        progress, context["keyings"], context["waiting"], context["deeds"], context["checks"]
    )
    context["steps"] = build_steps(facts)
    return render(request, "lottery/console/console.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.RUN_BALLOT)
def show_deed(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """
    Ask the officer to confirm a deed, and do it.

    A deed that is done already is not asked for again, and doing it a second time changes nothing.
    What was confirmed for one attempt is never done to another.
    """
    deed = DEEDS[name]
    exercise = get_object_or_404(Exercise, code=code)
    progress = get_progress(exercise, read_attempt(request.POST))
    if request.method != "POST":
        if progress.stage is not deed.stage:
            return redirect("ballot:console", code)
        return _show_confirmation(request, deed, progress, deed.make_form(progress))
    form = deed.make_form(progress, request.POST, request.FILES)
    if progress.stage is deed.stage and not form.is_valid():
        return _show_confirmation(request, deed, progress, form)
    deed.perform(progress, request.user, form.cleaned_data if form.is_valid() else {})  # type: ignore[arg-type]
    if progress.stage is deed.stage:
        messages.success(request, str(deed.done))
    return redirect("ballot:console", code)


def _show_confirmation(
    request: HttpRequest, deed: Deed, progress: BallotProgress, form: ConfirmationForm
) -> HttpResponse:
    context = {**describe_ballot(progress), "deed": deed, "form": form}
    if deed.stage is Stage.PUBLISHED:
        context |= describe_keyings(progress, request.user)  # type: ignore[arg-type]
    status = get_form_status(form)
    return render(request, deed.template, context, status=status)


def describe_ballot(progress: BallotProgress) -> dict[str, Any]:
    """Gather what several pages of the console say of a ballot before its draw."""
    exercise, now = progress.exercise, read_clock()
    context = {
        "progress": progress,
        "exercise": exercise,
        "stage": progress.stage.value,
        "now": now,
        "waiting": find_waiting_time(progress.publication, now),
    }
    if progress.stage is Stage.OPEN:
        is_over = now >= exercise.closes_at
        context["counts"] = get_counts(exercise=exercise, as_at=now)
        context["closes_early"] = not is_over
        context["may_close"] = is_over or exercise.demonstration
        context["paying_count"] = find_pending(exercise).count()
        context["is_money_missing"] = is_money_missing_from(exercise)
    if progress.stage is Stage.CLOSED:
        context["checklist"] = get_freeze_checklist(exercise)
    return context


def describe_keyings(progress: BallotProgress, officer: Officer) -> dict[str, Any]:
    """Gather what this officer may know of the balls keyed so far, and of the beacon."""
    publication = progress.publication
    if publication is None:
        return {"keyings": None}
    keyings = get_keying_state(publication)
    return {
        "keyings": keyings,
        "own": _find_counted(keyings, officer),
        "must_wait": keyings.must_wait(officer),
        "differences": keyings.differences if keyings.may_see_differences(officer) else [],
        "has_beacon": has_beacon(publication),
        "due": find_due_beacon(publication, keyings, read_clock()),
    }


def _find_counted(keyings: KeyingState, officer: Officer) -> object:
    """Find an officer's own keying, unless others have gone on to a second draw since."""
    own = keyings.find_own(officer)
    return own if own in keyings.compared else None


def describe_history(progress: BallotProgress) -> dict[str, Any]:
    """Gather the deeds, earlier attempts and decisions that wait for a second officer."""
    exercise, register = progress.exercise, progress.register
    return {
        "deeds": list_ballot_deeds(exercise),
        "given_up": _list_given_up(progress),
        "proposals": [
            (row, get_ground(row.ground))
            for row in (register.reballots.filter(approved_at=None) if register else ())
        ],
    }


def _list_given_up(progress: BallotProgress) -> list[GivenUpAttempt]:
    attempts = range(FIRST_ATTEMPT, progress.attempt)
    earlier = (get_progress(progress.exercise, attempt) for attempt in attempts)
    return [
        GivenUpAttempt(row, row.given_up, get_ground(row.given_up.ground))
        for row in earlier
        if row.given_up
    ]


def describe_draw(progress: BallotProgress) -> dict[str, Any]:
    """Gather what went with the publication, and what came of the draw."""
    draw = progress.draw
    context: dict[str, Any] = {
        "beacon": find_recorded_beacon(progress.ceremony),
        "summary": summarise_draw(draw) if draw else None,
        "checks": list_checks(draw) if draw else [],
        "reinstatements": _list_reinstatements(progress),
    }
    context["missing_checks"] = len(
        set(DrawCheck.Kind.values) - {check.kind for check in context["checks"]}
    )
    if progress.publication:
        handed_out = describe_notice(progress)
        context |= {name: handed_out[name] for name in ("notice", "owed", "token")}
    return context


def _list_reinstatements(progress: BallotProgress) -> list[Any]:
    if progress.draw is None:
        return []
    rows = progress.draw.reinstatements.select_related("entry", "proposed_by", "approved_by")
    return list(rows.order_by("entry__number", "id"))
