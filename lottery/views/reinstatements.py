"""Put right a wrong exclusion: one officer proposes in writing, another approves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications.models import Exercise
from applications.selectors.clock import read_clock
from applications.views.form_statuses import get_form_status
from applications.views.rights import Right, requires
from lottery.ballot.parameters import Step, parse_parameters
from lottery.forms.confirmation import ConfirmationForm, read_attempt, read_posted
from lottery.forms.decisions import ReinstatementForm
from lottery.models import Draw, Reinstatement
from lottery.selectors.progress import get_progress
from lottery.services.reinstatements import approve_reinstatement, propose_reinstatement

PLEDGE = gettext_lazy(
    "I have checked the application and the statement: it was excluded wrongly. "
    "The reinstatement is public and final."
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.RUN_BALLOT)
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Take a number and the written ground; nothing changes until a second officer approves."""
    exercise = get_object_or_404(Exercise, code=code)
    progress = get_progress(exercise, read_attempt(request.POST))
    if request.method != "POST" and progress.draw is None:
        return redirect("ballot:console", code)
    draw = progress.get_draw()
    form = ReinstatementForm(read_posted(request), draw=draw, attempt=progress.attempt)
    if form.is_valid():
        reinstatement = propose_reinstatement(
            draw=draw,
            number=form.cleaned_data["number"],
            statement=form.cleaned_data["statement"],
            officer=request.user,  # type: ignore[arg-type]
            proposed_at=read_clock(),
        )
        messages.success(request, _("Your proposal is stored. A second officer has to approve it."))
        return redirect("ballot:reinstatement", code, reinstatement.pk)
    context = {"exercise": exercise, "form": form}
    status = get_form_status(form)
    return render(request, "lottery/console/reinstatement_propose.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.RUN_BALLOT)
def show(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show what an application would get, and let a second officer approve it."""
    proposals = Reinstatement.objects.select_related("entry", "proposed_by", "approved_by", "draw")
    found = proposals.filter(entry__register__exercise__code=code)
    reinstatement = get_object_or_404(found, pk=pk)
    form = ConfirmationForm(read_posted(request), label=PLEDGE)
    is_own = reinstatement.proposed_by == request.user
    if request.method == "POST" and (form.is_valid() or is_own):
        approve_reinstatement(
            reinstatement=reinstatement,
            officer=request.user,  # type: ignore[arg-type]
            approved_at=read_clock(),
        )
        messages.success(request, _("The application is reinstated. This is public."))
        return redirect("ballot:console", code)
    draw = reinstatement.draw
    context = {
        "exercise": get_object_or_404(Exercise, code=code),
        "reinstatement": reinstatement,
        "ranked": draw.ranking.filter(category=reinstatement.entry.category).count(),
        "step": _find_step(draw, reinstatement.step),
        "form": form,
        "is_own": is_own,
    }
    status = get_form_status(form)
    return render(request, "lottery/console/reinstatement.html", context, status=status)


def _find_step(draw: Draw, name: str) -> Step | None:
    steps = parse_parameters(draw.ceremony.publication.register.params_text).steps
    return next((step for step in steps if step.name == name), None)
