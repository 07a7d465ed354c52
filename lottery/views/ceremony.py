"""The ball keying page: one officer keys what was drawn and sees nobody else's entry."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.models import Exercise
from applications.selectors.clock import read_clock
from applications.views.rights import Right, requires
from lottery.ballot.parameters import parse_parameters
from lottery.forms.balls import BallsForm
from lottery.selectors.keyings import get_keying_state
from lottery.selectors.progress import Stage, get_progress
from lottery.services.ceremonies import key_balls

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.RUN_BALLOT)
def key_sequence(request: HttpRequest, code: str) -> HttpResponse:
    """Take the balls that this officer saw; what was typed stays when something is wrong."""
    progress = get_progress(get_object_or_404(Exercise, code=code))
    if request.method != "POST" and progress.stage is not Stage.PUBLISHED:
        return redirect("ballot:console", code)
    publication = progress.get_publication()
    physical = parse_parameters(publication.register.params_text).physical
    form = BallsForm(request.POST or None, physical=physical)
    if form.is_valid():
        key_balls(
            publication=publication,
            officer=request.user,  # type: ignore[arg-type]
            balls=form.cleaned_data["balls"],
            keyed_at=read_clock(),
        )
        messages.success(request, _("Your balls are stored."))
        return redirect("ballot:console", code)
    context = {
        "exercise": progress.exercise,
        "form": form,
        "physical": physical,
        "own": get_keying_state(publication).find_own(request.user),  # type: ignore[arg-type]
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "lottery/console/balls.html", context, status=status)
