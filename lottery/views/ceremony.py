"""The ball keying pages: one officer keys what was drawn and sees nobody else's entry."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.models import Exercise, Officer
from applications.selectors.clock import read_clock
from applications.views.form_statuses import get_form_status
from applications.views.rights import Right, requires
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import parse_parameters
from lottery.forms.balls import BallsForm
from lottery.forms.confirmation import read_attempt, read_posted
from lottery.models import Publication
from lottery.selectors.beacon import has_beacon
from lottery.selectors.keyings import KeyingState, get_keying_state, has_second_draw
from lottery.selectors.progress import BallotProgress, Stage, get_progress
from lottery.selectors.waiting import find_waiting_time
from lottery.services.ceremonies import key_balls


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.RUN_BALLOT)
def key_sequence(request: HttpRequest, code: str) -> HttpResponse:
    """Take the balls that this officer saw; what was typed stays when something is wrong."""
    return _take_balls(request, code, is_second=False)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.RUN_BALLOT)
def key_second_draw(request: HttpRequest, code: str) -> HttpResponse:
    """Take the balls of the second draw, the fallback of a beacon that cannot be had."""
    return _take_balls(request, code, is_second=True)


def _take_balls(request: HttpRequest, code: str, *, is_second: bool) -> HttpResponse:
    exercise = get_object_or_404(Exercise, code=code)
    progress = get_progress(exercise, read_attempt(request.POST))
    if request.method != "POST" and not _may_key(progress, request.user, is_second=is_second):  # type: ignore[arg-type]
        return redirect("ballot:console", code)
    publication = progress.get_publication()
    if is_second and not has_beacon(publication):
        raise BallotRefusal("SECOND_DRAW_UNEXPECTED", "no beacon was announced to fall back from")
    physical = parse_parameters(publication.register.params_text).physical
    form = BallsForm(read_posted(request), physical=physical, attempt=progress.attempt)
    state = get_keying_state(publication)
    if form.is_valid():
        first_draw = [state.agreed_first_draw] if is_second else []
        key_balls(
            publication=publication,
            officer=request.user,  # type: ignore[arg-type]
            balls="/".join([*first_draw, form.cleaned_data["balls"]]),
            keyed_at=read_clock(),
        )
        messages.success(request, _("Your balls are stored."))
        return redirect("ballot:console", code)
    context = {
        "exercise": exercise,
        "form": form,
        "physical": physical,
        "own": _find_replaced(state, request.user, is_second=is_second),  # type: ignore[arg-type]
        "first_draw": state.agreed_first_draw.split("-") if is_second else None,
    }
    status = get_form_status(form)
    return render(request, "lottery/console/balls.html", context, status=status)


def _may_key(progress: BallotProgress, officer: Officer, *, is_second: bool) -> bool:
    """Tell whether there is something for this officer to key now; the service judges again."""
    if progress.stage is not Stage.PUBLISHED:
        return False
    publication: Publication = progress.get_publication()
    if find_waiting_time(publication, read_clock()):
        return False
    state = get_keying_state(publication)
    if is_second and not (has_beacon(publication) and state.agreed_first_draw):
        return False
    return not state.must_wait(officer)


def _find_replaced(state: KeyingState, officer: Officer, *, is_second: bool) -> object:
    own = state.find_own(officer)
    return own if own and has_second_draw(own.balls) is is_second else None
