"""The draft of this browser: the session holds its id and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from applications.forms.resume import ResumeCodeForm
from applications.models import Draft
from applications.models.encrypted import hash_for_lookup
from applications.selectors.clock import read_clock
from applications.selectors.exercises import (
    Period,
    find_exercise,
    find_period,
    list_open_exercises,
)
from applications.selectors.payments import find_pending_of
from applications.services.drafts import provide_resume_code, start_draft
from applications.views.ended_sessions import (
    ask_for_code,
    comes_from_here,
    is_trying_code,
    show_again,
)
from applications.views.resume_codes import find_draft_of_code
from applications.views.typed_boxes import BEGIN

SESSION_KEY = "draft_id"
MARK = "draft"
NO_VERSION = -1

DraftView = Callable[Concatenate[HttpRequest, Draft, ...], HttpResponse]


def remember_draft(request: HttpRequest, draft: Draft) -> None:
    """
    Make this the draft that the browser goes on with.

    Whoever knew this browser's session before, as on a shared computer, does not see the draft.
    """
    request.session.cycle_key()
    request.session[SESSION_KEY] = str(draft.pk)


def find_draft(request: HttpRequest) -> Draft | None:
    """Find the draft that this browser goes on with, submitted or not."""
    key = request.session.get(SESSION_KEY)
    if key is None:
        return None
    # Without its application: most drafts have none, and to ask for it costs as much as the draft.
    return Draft.objects.select_related("exercise").filter(pk=key).first()


def begin_draft(request: HttpRequest, code: str) -> Draft | None:
    """Begin a draft in an exercise that is open, and remember it in this browser."""
    now = read_clock()
    exercise = find_exercise(code)
    if exercise is None or find_period(exercise, now) is not Period.OPEN:
        return None
    draft = start_draft(exercise=exercise, language=str(get_language()), started_at=now)
    remember_draft(request, draft)
    return draft


def tell_earlier_code(request: HttpRequest, earlier: Draft | None) -> None:
    """Say how to come back to the draft that this browser went on with until now, if any."""
    if earlier and earlier.version and earlier.resume_code and not earlier.application_id:
        text = _("Your earlier application is kept. Its code is %(code)s.")
        messages.info(request, text % {"code": earlier.resume_code})


def get_code(draft: Draft) -> str:
    """Return the code that continues a draft; one from before there were codes gets its own."""
    return draft.resume_code or provide_resume_code(draft_id=draft.pk).resume_code or ""


def get_mark(request: HttpRequest) -> str:
    """
    Return what marks the pages of this browser's draft.

    A page that bears another mark was opened for another draft, whose versions mean nothing here.
    """
    return hash_for_lookup("draft-mark", request.session.get(SESSION_KEY, ""))[:6].hex()


def name_version(request: HttpRequest, draft: Draft) -> str:
    """Name the answers that a page shows, so that the next page can tell whether they still are."""
    return f"{draft.version}-{get_mark(request)}"


def read_version(request: HttpRequest) -> int:
    """
    Read which version of the draft the page was made from.

    A strange one fits none, and neither does one of a page that was opened for another draft.
    """
    mark, text = get_mark(request), request.POST.get("version", "")
    if request.POST.get(MARK, mark) != mark:
        return NO_VERSION
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else NO_VERSION


def has_ended(draft: Draft) -> bool:
    """Tell whether the draft's exercise takes no more applications."""
    return find_period(draft.exercise, read_clock()) in (Period.ENDED, Period.CLOSED)


def needs_draft(view: DraftView) -> Callable[..., HttpResponse]:
    """
    Give a page its draft, and never let a browser store the page.

    Without one the reader is asked for its code; once it is submitted, led to the receipt, so the
    back button and a second window end where they should.
    """
    return _guard(view, shows_typed=False)


def needs_draft_to_fill_in(view: DraftView) -> Callable[..., HttpResponse]:
    """
    Give a page of questions its draft, as `needs_draft` does, and lose nothing that was typed.

    What comes without a session, or with a token that is stale, is shown in its boxes again. The
    view must show what is typed, and save nothing, when it is asked for another language. After
    closing there is nothing left to fill in.
    """
    return _guard(view, shows_typed=True)


def _guard(view: DraftView, *, shows_typed: bool) -> Callable[..., HttpResponse]:
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        draft = find_draft(request)
        if draft is None:
            if request.method != "POST":
                return _lead_to_code(request)
            form = ResumeCodeForm(request.POST if is_trying_code(request) else None)
            draft = _go_on(request, form)
            if draft is None:
                return ask_for_code(request, form, list_open_exercises(at=read_clock()))
            if not shows_typed:
                return redirect(request.get_full_path())
        elif shows_typed and comes_from_here(request):
            show_again(request)
        return _lead_away(request, draft, shows_typed) or view(request, draft, *args, **options)

    guarded.shows_typed = shows_typed  # type: ignore[attr-defined]
    return guarded


def _lead_to_code(request: HttpRequest) -> HttpResponse:
    messages.warning(
        request,
        _(
            "We cannot find your application in this browser. It may have been begun in another "
            "one, or the session has ended. Nothing that was saved is lost."
        ),
    )
    return redirect("applications:resume")


def _lead_away(request: HttpRequest, draft: Draft, shows_typed: bool) -> HttpResponse | None:
    """Lead on from a draft that was submitted or erased, and from questions after closing."""
    if draft.application_id:
        text = _("This application has been submitted. Here is its receipt again.")
        messages.info(request, text)
        return redirect("applications:receipt")
    if draft.erased_at:
        messages.info(
            request,
            _("Applications have closed, and what you typed has been deleted some time after."),
        )
        return redirect("applications:start")
    if shows_typed and request.method != "POST" and find_pending_of(draft):
        return redirect("applications:payment-under-way")
    if shows_typed and has_ended(draft):
        return redirect("applications:tasks")
    return None


def _go_on(request: HttpRequest, form: ResumeCodeForm) -> Draft | None:
    """Go on with the draft whose code was typed, or begin one, and show what was typed."""
    if form.is_bound:
        draft = find_draft_of_code(request, form)
        if draft:
            remember_draft(request, draft)
            show_again(request)
        return draft
    draft = begin_draft(request, request.POST.get(BEGIN, "")) if BEGIN in request.POST else None
    if draft:
        show_again(request, version=str(draft.version), **{MARK: get_mark(request)})
    return draft
