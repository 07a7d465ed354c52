"""For officers: whether the notice is signed and timestamped, and a way for closed networks."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applications.models import Exercise, Officer
from applications.selectors.clock import read_clock
from applications.views.form_statuses import get_form_status
from applications.views.rights import Right, requires
from lottery.forms.timestamp_answer import TimestampAnswerForm
from lottery.models import TimestampRequest
from lottery.selectors.progress import BallotProgress, get_progress
from lottery.services.notices import accompany_publication
from lottery.services.signing import is_signing_configured
from lottery.services.timestamps import store_timestamp
from lottery.views.notice import describe_notice


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.RUN_BALLOT)
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show the state of notice and timestamp; take the authority's answer from an officer."""
    progress = _get_progress(code)
    if request.method != "POST":
        return _render(request, progress, TimestampAnswerForm())
    form = TimestampAnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _render(request, progress, form, status=get_form_status(form))
    store_timestamp(
        request=get_object_or_404(TimestampRequest, publication=progress.get_publication()),
        answer=form.cleaned_data["answer"],
        stored_at=read_clock(),
        officer=cast(Officer, request.user),
    )
    messages.success(request, _("The timestamp is genuine. It is stored and public."))
    return redirect("ballot:notice", code)


@require_POST
@requires(Right.RUN_BALLOT)
def issue(request: HttpRequest, code: str) -> HttpResponse:
    """Issue what is still missing of notice and request."""
    accompany_publication(
        publication=_get_progress(code).get_publication(),
        at=read_clock(),
        officer=cast(Officer, request.user),
    )
    messages.success(request, _("The notice is signed and public."))
    return redirect("ballot:notice", code)


def _get_progress(code: str) -> BallotProgress:
    return get_progress(get_object_or_404(Exercise, code=code))


def _render(
    request: HttpRequest, progress: BallotProgress, form: TimestampAnswerForm, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        **describe_notice(progress),
        "form": form,
        "asks_authority": bool(settings.TIMESTAMP_URL),
        "may_sign": is_signing_configured(),
    }
    return render(request, "lottery/console/notice.html", context, status=status)
