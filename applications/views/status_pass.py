"""
The pass of somebody who has shown both numbers: signed, short-lived, carried by the pages' forms.

It stands in no address, no cookie and no session, so a shared computer keeps nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from applications.models import Application
from applications.selectors.look_ups import get_application

SALT = "applications.status"
LIFETIME_SECONDS = 900
FIELD = "pass"

OwnView = Callable[Concatenate[HttpRequest, Application, ...], HttpResponse]


def give_pass(application: Application) -> str:
    """Return a pass to an application, good for a quarter of an hour."""
    return signing.dumps(application.pk, salt=SALT)


def read_pass(request: HttpRequest) -> Application | None:
    """Return the application of the pass that was posted, unless it is stale or forged."""
    try:
        pk = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=LIFETIME_SECONDS)
    except signing.BadSignature:
        return None
    return get_application(pk)


def needs_pass(view: OwnView) -> Callable[..., HttpResponse]:
    """
    Give a page the application of the pass that was posted, and never let a browser store the page.

    Without a good one the reader is asked for the two numbers again. A plain visit, such as a
    reload after the window was closed, ends there too.
    """

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect("applications:lookup")
        application = read_pass(request)
        if application is None:
            ask_again(request)
            return redirect("applications:lookup")
        return view(request, application, *args, **options)

    return guarded


def ask_again(request: HttpRequest) -> None:
    """Say that the pass is over, which protects whoever walked away from a shared computer."""
    messages.info(
        request,
        _(
            "For your safety this page stays open for 15 minutes only. Please enter the two "
            "numbers again. Nothing has been changed."
        ),
    )
