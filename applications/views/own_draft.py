"""The draft of this browser: the session holds its id and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from applications.models import Draft

SESSION_KEY = "draft_id"

DraftView = Callable[Concatenate[HttpRequest, Draft, ...], HttpResponse]


def remember_draft(request: HttpRequest, draft: Draft) -> None:
    """Make this the draft that the browser goes on with."""
    request.session[SESSION_KEY] = str(draft.pk)


def find_draft(request: HttpRequest) -> Draft | None:
    """Find the draft that this browser goes on with, submitted or not."""
    key = request.session.get(SESSION_KEY)
    if key is None:
        return None
    return Draft.objects.select_related("exercise", "application").filter(pk=key).first()


def needs_draft(view: DraftView) -> Callable[..., HttpResponse]:
    """
    Give a page its draft, and never let a browser store the page.

    Without one the reader is led to the start; once it is submitted, to the receipt, so the back
    button and a second window end where they should.
    """

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        draft = find_draft(request)
        if draft is None:
            messages.warning(
                request,
                _(
                    "We cannot find your draft in this browser. It may have been begun in another "
                    "one, or the session has ended. You can begin here."
                ),
            )
            return redirect("applications:start")
        if draft.application_id:
            messages.info(
                request, _("This application has been submitted. Here is its receipt again.")
            )
            return redirect("applications:receipt")
        return view(request, draft, *args, **options)

    return guarded
