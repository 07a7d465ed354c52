"""Give up an attempt for another one: one officer proposes in writing, another approves."""

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
from lottery.forms.confirmation import ConfirmationForm, read_attempt, read_posted
from lottery.forms.decisions import ReballotForm, get_ground
from lottery.models import Reballot
from lottery.selectors.progress import get_progress
from lottery.services.reballots import approve_reballot, propose_reballot

PLEDGE = gettext_lazy(
    "I have read the ground and the statement, and checked that they are true. "
    "This attempt is given up for good."
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.RUN_BALLOT)
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Take the written ground; nothing changes until a second officer approves."""
    exercise = get_object_or_404(Exercise, code=code)
    progress = get_progress(exercise, read_attempt(request.POST))
    if request.method != "POST" and progress.register is None:
        return redirect("ballot:console", code)
    register = progress.get_register()
    has_seed = progress.ceremony is not None
    form = ReballotForm(read_posted(request), attempt=progress.attempt, has_seed=has_seed)
    if form.is_valid():
        reballot = propose_reballot(
            register=register,
            ground=form.cleaned_data["ground"],
            statement=form.cleaned_data["statement"],
            officer=request.user,  # type: ignore[arg-type]
            proposed_at=read_clock(),
        )
        messages.success(request, _("Your proposal is stored. A second officer has to approve it."))
        return redirect("ballot:reballot", code, reballot.pk)
    context = {"progress": progress, "exercise": exercise, "form": form, "has_seed": has_seed}
    status = get_form_status(form)
    return render(request, "lottery/console/reballot_propose.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.RUN_BALLOT)
def show(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show a proposal, and let a second officer approve it."""
    proposals = Reballot.objects.select_related("register__exercise", "proposed_by", "approved_by")
    reballot = get_object_or_404(proposals, pk=pk, register__exercise__code=code)
    form = ConfirmationForm(read_posted(request), label=PLEDGE)
    is_own = reballot.proposed_by == request.user
    if request.method == "POST" and (form.is_valid() or is_own):
        approve_reballot(
            reballot=reballot,
            officer=request.user,  # type: ignore[arg-type]
            approved_at=read_clock(),
        )
        messages.success(request, _("The attempt is given up. The next one begins with freezing."))
        return redirect("ballot:console", code)
    context = {
        "exercise": reballot.register.exercise,
        "progress": get_progress(reballot.register.exercise, reballot.register.attempt),
        "reballot": reballot,
        "ground": get_ground(reballot.ground),
        "form": form,
        "is_own": is_own,
        "next_attempt": reballot.register.attempt + 1,
    }
    status = get_form_status(form)
    return render(request, "lottery/console/reballot.html", context, status=status)
