"""Batches of paper forms: registered at the counter, closed when the count is right."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications.forms.batches import BatchForm, DifferenceForm
from applications.forms.messages import describe_code
from applications.models import Batch, Exercise
from applications.policy.errors import Refusal
from applications.selectors.batches import list_batches, list_forms
from applications.selectors.clock import read_clock
from applications.services.batches import BatchCodeTaken, close_batch, register_batch
from applications.views.exercise_pages import for_exercise, go_to_current
from applications.views.form_statuses import get_form_status
from applications.views.rights import Right, has_right, requires


@require_GET
@requires(Right.KEY_FORMS)
def choose_batches(request: HttpRequest) -> HttpResponse:
    """Lead to the batches of the exercise that staff work on now."""
    return go_to_current(request, "staff:batches")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.KEY_FORMS)
@for_exercise
def show_batches(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """List the batches, the open ones first, and register another."""
    form = BatchForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        batch = _register(request, exercise, form)
        if batch:
            messages.success(request, _("Batch %(code)s is registered.") % {"code": batch.code})
            return redirect("staff:batch", exercise.code, batch.code)
    open_from, closed_from = _read_page(request, "open_from"), _read_page(request, "older_than")
    context = {
        "exercise": exercise,
        "form": form,
        "open": list_batches(exercise, is_open=True, older_than=open_from),
        "closed": list_batches(exercise, is_open=False, older_than=closed_from),
    }
    status = get_form_status(form)
    return render(request, "staff/batches.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.KEY_FORMS)
@for_exercise
def show_batch(request: HttpRequest, exercise: Exercise, batch_code: str) -> HttpResponse:
    """Show how far a batch is, and close it; with another count only an officer can."""
    batch = get_object_or_404(
        Batch.objects.select_related("registered_by", "closed_by"),
        exercise=exercise,
        code=batch_code,
    )
    forms = list_forms(batch)
    differs = len(forms) != batch.declared_count
    may_explain = differs and has_right(request.user, Right.SETTLE_MATTERS)
    form = DifferenceForm(request.POST if request.method == "POST" and may_explain else None)
    if request.method == "POST" and (not may_explain or form.is_valid()):
        close_batch(
            batch=batch,
            closed_at=read_clock(),
            officer=request.user,  # type: ignore[arg-type]
            difference=form.cleaned_data["difference"] if may_explain else "",
        )
        messages.success(request, _("Batch %(code)s is closed.") % {"code": batch.code})
        return redirect("staff:batches", exercise.code)
    context: dict[str, Any] = {
        "exercise": exercise,
        "batch": batch,
        "forms": forms,
        "missing": batch.declared_count - len(forms),
        "differs": differs,
        "may_explain": may_explain,
        "form": form,
    }
    status = get_form_status(form)
    return render(request, "staff/batch.html", context, status=status)


def _register(request: HttpRequest, exercise: Exercise, form: BatchForm) -> Batch | None:
    try:
        return register_batch(
            exercise=exercise,
            code=form.cleaned_data["code"],
            declared_count=form.cleaned_data["declared_count"],
            registered_at=read_clock(),
            officer=request.user,  # type: ignore[arg-type]
        )
    except Refusal as refusal:  # shown beside its field: nothing that was typed is lost
        field = "code" if isinstance(refusal, BatchCodeTaken) else None
        form.add_error(field, describe_code(refusal.code))
        return None


def _read_page(request: HttpRequest, name: str) -> int | None:
    """Read where a page begins; what makes no sense is the first page."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
