"""Stopping, and going on later or on another device: by a code, or by a link in an e-mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.forms.phrases import say_moment
from applications.forms.resume import DraftLinkForm, ResumeCodeForm
from applications.models import Draft
from applications.selectors.clock import read_clock
from applications.services.draft_links import send_draft_link
from applications.views.closed import say_deletion
from applications.views.code_checks import find_draft_of_code
from applications.views.own_draft import find_draft, get_code, needs_draft, remember_draft
from applications.views.start import get_title


@require_http_methods(["GET", "POST"])
@needs_draft
def show_later(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show the code that continues the draft, and send its link to an address."""
    form = DraftLinkForm(
        request.POST if request.method == "POST" else None,
        initial={"email": draft.email or (draft.answers.get("contact") or {}).get("email")},
        label_suffix="",
    )
    if form.is_valid():
        send_draft_link(
            draft_id=draft.pk,
            address=form.cleaned_data["email"],
            language=str(get_language()),
            asked_at=read_clock(),
        )
        text = _("The link is on its way. It should arrive within a few minutes.")
        messages.success(request, text)
        return redirect("applications:later")
    context = {
        "exercise": draft.exercise,
        "form": form,
        "code": get_code(draft),
        "closes": say_moment(draft.exercise.closes_at),
        "deleted_on": say_deletion(draft.exercise),
        "back_url": reverse("applications:tasks"),
    }
    return render(request, "applications/resume_later.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def ask_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and go on with its draft."""
    form = ResumeCodeForm(request.POST if request.method == "POST" else None, label_suffix="")
    draft = find_draft_of_code(request, form)
    return _go_on(request, draft) if draft else _ask(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def follow_link(request: HttpRequest, code: str) -> HttpResponse:
    """
    Show one button where a link of ours leads, and go on when it is pressed.

    A programme that opens links to look at them changes nothing and uses nothing up.
    """
    form = ResumeCodeForm({"resume_code": code}, label_suffix="")
    draft = find_draft_of_code(request, form)
    if draft is None:
        return _ask(request, form)
    if request.method == "POST":
        return _go_on(request, draft)
    context = {"exercise": draft.exercise, "exercise_title": get_title(draft.exercise)}
    return render(request, "applications/resume_link.html", context)


def _ask(request: HttpRequest, form: ResumeCodeForm) -> HttpResponse:
    own = find_draft(request)
    context = {
        "form": form,
        "has_own_draft": own is not None and own.application_id is None and own.erased_at is None,
    }
    return render(request, "applications/resume.html", context)


def _go_on(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Make a draft this browser's; one that was submitted leads to its receipt."""
    request.session.cycle_key()  # nobody who knew this browser's session before sees the draft
    remember_draft(request, draft)
    return redirect("applications:receipt" if draft.application_id else "applications:tasks")
