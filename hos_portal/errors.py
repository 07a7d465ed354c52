"""
Where refusals and outages become answers, in one place: no view and no API method has a ``try``.

* A refusal (the scheme does not allow it) becomes a page in the reader's language or
  ``{"code": …, "message": …}`` with status 409, or 422 when the input itself was at fault.
* A database that is away becomes "try again, nothing is lost" with status 503.
* A document that somebody else is writing at this moment becomes "come back shortly", likewise 503.
* A bug is not caught here.
"""

import sys
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from psycopg_pool import PoolTimeout
from rest_framework.response import Response
from rest_framework.views import exception_handler

from applications.forms.messages import describe_code
from applications.policy.errors import MalformedDocument, Refusal
from lottery.ballot.errors import BallotRefusal
from lottery.services.writing_locks import StillBeingWritten

REFUSALS = (Refusal, BallotRefusal)
OUTAGES = (OperationalError, PoolTimeout)
RETRY_AFTER_SECONDS = "5"


class RefusalMiddleware:
    """Answer a refusal or an outage that a view let through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        if isinstance(exception, REFUSALS):
            return show_refusal(request, exception)
        if isinstance(exception, OUTAGES):
            return show_outage(request)
        if isinstance(exception, StillBeingWritten):
            return show_outage(request, "errors/still_being_written.html")
        return None


def show_refusal(request: HttpRequest, refusal: Refusal | BallotRefusal) -> HttpResponse:
    """Show why the scheme does not allow it; nothing was changed."""
    context = {"code": refusal.code, "message": describe_code(refusal.code)}
    return render(request, "errors/refusal.html", context, status=409)


def show_outage(request: HttpRequest, template: str = "errors/503.html") -> HttpResponse:
    """Ask to try again; the template needs neither session nor database."""
    response = render(request, template, status=503)
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def show_server_error(request: HttpRequest) -> HttpResponse:
    """Answer what no middleware could: an outage met in a middleware, or a bug."""
    if isinstance(sys.exc_info()[1], OUTAGES):
        return show_outage(request)
    return render(request, "errors/500.html", status=500)


def show_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say how to go on when the form was too old or its origin unknown."""
    return render(request, "errors/403_csrf.html", status=403)


def handle_api_exception(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Give refusals, malformed documents and outages their bodies; DRF does the rest."""
    if isinstance(exception, MalformedDocument):
        faults = [
            {
                "field": fault.field,
                "code": fault.code,
                "message": describe_code(fault.code, **fault.params),
            }
            for fault in exception.faults
        ]
        return Response({"code": "MALFORMED_DOCUMENT", "faults": faults}, status=422)
    if isinstance(exception, REFUSALS):
        body = {"code": exception.code, "message": describe_code(exception.code)}
        return Response(body, status=409)
    if isinstance(exception, (*OUTAGES, StillBeingWritten)):
        headers = {"Retry-After": RETRY_AFTER_SECONDS}
        return Response({"code": "TRY_AGAIN"}, status=503, headers=headers)
    return exception_handler(exception, context)
