"""The application form: one page after another, each saved in the draft on the server."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.forms.household import MemberForm, ResidenceForm
from applications.forms.messages import describe_code
from applications.forms.sections import SectionForm
from applications.models import Draft
from applications.policy.errors import Refusal
from applications.policy.timetable import hong_kong_date
from applications.selectors.clock import read_clock
from applications.services.drafts import (
    DraftChangedElsewhere,
    PaymentUnderWay,
    save_draft,
)
from applications.views import pages
from applications.views.closed import say_deletion, show_closed
from applications.views.differences import list_differences
from applications.views.early_warnings import warn_of_limit, warn_of_other_application
from applications.views.own_draft import (
    get_code,
    has_ended,
    needs_draft,
    needs_draft_to_fill_in,
    read_version,
)
from applications.views.page_contexts import build_page_context, say_name
from applications.views.pages import Page, comes_from_review, get_back_url, get_next_url
from applications.views.progress import find_faults_of_page, measure_progress
from applications.views.task_list import describe_tasks
from applications.views.typed_boxes import is_sent, is_shown_again, is_switching_language
from applications.views.unfinished_pages import (
    LATER,
    keep_as_typed,
    keep_for_later,
    list_unfinished_members,
    name_unfinished,
    show_unfinished,
)


@needs_draft
def show_tasks(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show all pages and which of them are done; after closing, what was typed."""
    if has_ended(draft):
        return show_closed(request, draft)
    terms = draft.exercise.parsed_terms
    progress = measure_progress(draft.answers, terms=terms, today=hong_kong_date(read_clock()))
    context = {
        "exercise": draft.exercise,
        "is_complete": progress.document is not None,
        "code": get_code(draft),
        "deleted_on": say_deletion(draft.exercise),
        **describe_tasks(draft, progress),
    }
    return render(request, "applications/apply/tasks.html", context)


@require_http_methods(["GET", "POST"])
@needs_draft_to_fill_in
def edit_page(request: HttpRequest, draft: Draft, page: Page) -> HttpResponse:
    """Show one page and save what it asks."""
    return _answer(request, draft, page)


@require_http_methods(["GET", "POST"])
@needs_draft_to_fill_in
def edit_member(request: HttpRequest, draft: Draft, position: int) -> HttpResponse:
    """Add the next member, or change one that is there."""
    count = len(draft.answers.get("members") or ())
    if request.method == "POST":  # the list may have become shorter in another window
        position = min(position, count + 1)
    if not 1 <= position <= count + 1 or (position > count and not pages.has_room(draft.answers)):
        return redirect("applications:members")
    return _answer(request, draft, pages.get_member_page(position))


@require_http_methods(["GET", "POST"])
@needs_draft_to_fill_in
def edit_member_residence(request: HttpRequest, draft: Draft, position: int) -> HttpResponse:
    """Ask the second page about a member; 0 is none, and not the last one either."""
    if position < 1:
        return redirect("applications:members")
    return _answer(request, draft, pages.get_member_residence_page(position))


@require_http_methods(["GET", "POST"])
@needs_draft
def remove_member(request: HttpRequest, draft: Draft, position: int) -> HttpResponse:
    """Ask whether a member should be taken off the form, and do it."""
    members = list(draft.answers.get("members") or ())
    if not 1 <= position <= len(members):
        return redirect("applications:members")
    if request.method == "POST":
        del members[position - 1]
        unfinished = list_unfinished_members(draft)
        obstacle = _try_to_save(request, draft, {"members": members}, unfinished)
        if isinstance(obstacle, PaymentUnderWay):
            messages.warning(request, describe_code(obstacle.code))
        elif obstacle:
            messages.warning(
                request, _("The list was changed in another window. This is the newest one.")
            )
        return redirect("applications:members")
    context = {
        "exercise": draft.exercise,
        "draft": draft,
        "name": say_name(members[position - 1]),
        "back_url": pages.MEMBERS.url,
    }
    return render(request, "applications/apply/remove_member.html", context)


def _answer(request: HttpRequest, draft: Draft, page: Page) -> HttpResponse:
    """Show a page, or take what was typed on it."""
    answers = draft.answers
    part = page.read_part(answers)
    if issubclass(page.form, ResidenceForm) and "birth_date" not in part:
        return redirect(page.identity_url)
    bound = is_sent(request)
    terms = draft.exercise.parsed_terms
    if page is pages.CONTACT and draft.email:
        part = {"email": draft.email, **part}  # it was given for the link: not asked twice
    form = page.form(request.POST if bound else None, part=part, answers=answers, terms=terms)
    if bound:
        return _take(request, draft, page, form)
    if is_switching_language(request):
        if not is_shown_again(request):
            keep_as_typed(request, draft, page)
        form.show_as_typed(request.POST)
    else:
        show_unfinished(request, draft, page, form)
    return _show(request, draft, page, form)


def _take(request: HttpRequest, draft: Draft, page: Page, form: SectionForm) -> HttpResponse:
    """Save a page and go on; keep what was typed on one that is not right."""
    answers, is_leaving = draft.answers, LATER in request.POST
    if not _is_right(form, answers, page):
        if is_leaving:
            return keep_for_later(request, draft, page)
        keep_as_typed(request, draft, page)
        return _show(request, draft, page, form)
    changes = page.list_changes(answers, form.list_answers())
    obstacle = _try_to_save(request, draft, changes, [name_unfinished(page)])
    if isinstance(obstacle, PaymentUnderWay):
        keep_for_later(request, draft, page)
        return redirect("applications:payment-under-way")
    if obstacle:
        return _show_both(request, draft, page, form)
    warn_of_other_application(request, draft.exercise, form)
    warn_of_limit(request, answers, form, title=str(page.title))
    if is_leaving:
        return redirect("applications:later")
    terms = draft.exercise.parsed_terms
    return redirect(get_next_url(page, terms, to_review=comes_from_review(request)))


def _is_right(form: SectionForm, answers: Mapping[str, Any], page: Page) -> bool:
    """Check the page alone, then together with the rest; faults stand next to their question."""
    if not form.is_valid():
        return False
    changed = {**answers, **page.list_changes(answers, form.list_answers())}
    for fault in find_faults_of_page(changed, page, today=hong_kong_date(read_clock())):
        message = describe_code(fault.code, **fault.params)
        form.add_error(page.find_field(fault), ValidationError(message, fault.code))
    return form.is_valid()


def _try_to_save(
    request: HttpRequest, draft: Draft, changes: Mapping[str, Any], finished: Collection[str]
) -> Refusal | None:
    """Save, or return why not: another window was quicker, or the fee is being paid."""
    try:
        save_draft(
            draft_id=draft.pk,
            changes=changes,
            seen_version=read_version(request),
            saved_at=read_clock(),
            language=get_language(),
            finished_pages=finished,
        )
    except (DraftChangedElsewhere, PaymentUnderWay) as refusal:
        return refusal
    return None


def _show(request: HttpRequest, draft: Draft, page: Page, form: SectionForm) -> HttpResponse:
    context = {
        **build_page_context(draft, page, form),
        "version": read_version(request) if request.method == "POST" else draft.version,
        "back_url": get_back_url(page, to_review=comes_from_review(request)),
    }
    return render(request, page.template, context)


def _show_both(request: HttpRequest, draft: Draft, page: Page, form: SectionForm) -> HttpResponse:
    """Show what another window has stored beside what was typed here, for the reader to choose."""
    draft.refresh_from_db(fields=["answers_json", "version"])
    answers, terms = draft.answers, draft.exercise.parsed_terms
    context = {
        **build_page_context(draft, page, form),
        "version": draft.version,
        "changed_elsewhere": True,
        "is_compared": True,
        "differences": list_differences(page, answers=answers, typed=form, terms=terms),
        "add_instead_url": _find_free_place(page, answers, form),
        "back_url": get_back_url(page, to_review=comes_from_review(request)),
    }
    return render(request, page.template, context, status=409)


def _find_free_place(page: Page, answers: Mapping[str, Any], form: SectionForm) -> str:
    """Return where to add a person whose place another window has given to somebody else; or ""."""
    stored = page.read_part(answers)
    numbers = ("hkic", "birth_certificate")
    is_same = all(stored.get(name) == form.cleaned_data.get(name) for name in numbers)
    if not isinstance(form, MemberForm) or not stored or is_same or not pages.has_room(answers):
        return ""
    return pages.get_member_page(len(answers["members"]) + 1).url
