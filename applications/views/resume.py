"""Stopping, and going on later or on another device: by a code, or by a link in an e-mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.forms.phrases import say_moment, say_title
from applications.forms.resume import DraftLinkForm, ResumeCodeForm
from applications.models import Draft
from applications.selectors.clock import read_clock
from applications.services.draft_links import MOST_LINKS, send_draft_link
from applications.views.closed import say_deletion
from applications.views.own_draft import (
    find_draft,
    get_code,
    needs_draft,
    remember_draft,
    tell_earlier_code,
)
from applications.views.rate_limits import is_over_limit, is_subject_over_limit
from applications.views.resume_codes import find_draft_of_code

MOST_LINKS_FROM_HERE = 100  # many telephones share one address
WINDOW_SECONDS = 3600


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
        if is_one_link_too_many(request, form.cleaned_data["email"]):
            return refuse_link(request)
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


def is_one_link_too_many(request: HttpRequest, address: str) -> bool:
    """
    Count a link over all drafts, of which anybody may begin many, and tell whether it is too many.

    Nobody's letter box is filled by us. What stands after a plus sign leads to the same box.
    """
    name, _at, domain = address.casefold().partition("@")
    box = f"{name.partition('+')[0]}@{domain}"
    by_client = is_over_limit(
        request, action="draft-link", tries=MOST_LINKS_FROM_HERE, window_seconds=WINDOW_SECONDS
    )
    to_box = is_subject_over_limit(
        box, action="draft-link", tries=MOST_LINKS, window_seconds=WINDOW_SECONDS
    )
    return by_client or to_box


def refuse_link(request: HttpRequest) -> HttpResponse:
    """Say that no more links are sent for a while, and what to do instead."""
    why = _(
        "So many links were sent within the hour that we send no more for now. Please look among "
        "your unwanted e-mails too, or note the code."
    )
    return render(request, "errors/429.html", {"why": why}, status=429)


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
    context = {"exercise": draft.exercise, "exercise_title": say_title(draft.exercise)}
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
    earlier = find_draft(request)
    remember_draft(request, draft)
    if earlier != draft:
        tell_earlier_code(request, earlier)
    return redirect("applications:receipt" if draft.application_id else "applications:tasks")
