"""
Where refusals and outages become answers, in one place: no view and no API method has a ``try``.

* A refusal (the scheme does not allow it) becomes a page in the reader's language or
  ``{"code": …, "message": …}`` with status 409, or 422 when the input itself was at fault.
* A database that is away becomes "try again, nothing is lost" with status 503.
* A document that somebody else is writing at this moment becomes "come back shortly", likewise 503.
* Below ``/api/`` whatever goes wrong has a code and its sentence in both languages, and is JSON.
* A bug is not caught here.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any

from django.db import OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views import defaults
from psycopg_pool import PoolTimeout
from redis.exceptions import ConnectionError as CacheAway
from redis.exceptions import TimeoutError as CacheSlow
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from applications.forms.both_languages import explain_code, explain_fault
from applications.forms.messages import describe_code
from applications.policy.errors import MalformedDocument, Refusal
from applications.services.drafts import PaymentUnderWay
from applications.views.stale_pages import show_page_as_typed
from lottery.ballot.errors import BallotRefusal
from lottery.services.writing_locks import StillBeingWritten

REFUSALS = (Refusal, BallotRefusal)
OUTAGES = (OperationalError, PoolTimeout, CacheAway, CacheSlow)
RETRY_AFTER_SECONDS = "5"
API_PREFIX = "/api/"
MOST_FAULTS = 200  # more than a form has questions; an answer grows no larger by thousands
STATUSES: Mapping[str, int] = {
    "DRAFT_CHANGED_ELSEWHERE": 412,
    "DRAFT_VERSION_NEEDED": 428,
    "IDEMPOTENCY_KEY_NEEDED": 400,
    "PAYMENT_PROVIDER_UNREACHABLE": 503,
    "APPLICATION_NOT_FOUND": 404,
}
CODES: Mapping[int, str] = {
    400: "MALFORMED_REQUEST",
    401: "DRAFT_CODE_NEEDED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "TOO_MANY_REQUESTS",
}


class RefusalMiddleware:
    """Answer a refusal or an outage that a view let through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        if isinstance(exception, PaymentUnderWay):
            return redirect("applications:payment-under-way")
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


def show_bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """
    Answer a request that cannot be trusted or read.

    The framework's own answer would look for a token in the body, and fail once more where it is
    the body that cannot be read.
    """
    if is_for_program(request):
        return answer_program("MALFORMED_REQUEST", 400)
    return HttpResponseBadRequest(render_to_string("400.html"))


def show_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer an address at which there is nothing."""
    if is_for_program(request):
        return answer_program("NOT_FOUND", 404)
    return defaults.page_not_found(request, exception)


def show_server_error(request: HttpRequest) -> HttpResponse:
    """Answer what no middleware could: an outage met in a middleware, or a bug."""
    is_outage = isinstance(sys.exc_info()[1], OUTAGES)
    if is_for_program(request):
        return (
            answer_program("TRY_AGAIN", 503) if is_outage else answer_program("SERVER_ERROR", 500)
        )
    if is_outage:
        return show_outage(request)
    return render(request, "errors/500.html", status=500)


def show_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """
    Say how to go on when the form was too old or its origin unknown.

    A page of questions is shown again with what was typed on it; nothing is saved until its reader
    presses the button there, with a token that is fresh.
    """
    return show_page_as_typed(request) or render(request, "errors/403_csrf.html", status=403)


def is_for_program(request: HttpRequest) -> bool:
    """Tell whether the answer goes to a program, which can do nothing with a page."""
    return request.path_info.startswith(API_PREFIX)


def answer_program(code: str, status: int) -> JsonResponse:
    """Answer a program outside the API's own methods."""
    return JsonResponse(
        explain_code(code),
        status=status,
        headers=_say_when(status),
        json_dumps_params={"ensure_ascii": False},
    )


def handle_api_exception(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Give what is not done its code, and the sentence in both languages; a bug goes on."""
    _speak_json(context["request"])
    if isinstance(exception, MalformedDocument):
        faults = [explain_fault(fault) for fault in exception.faults[:MOST_FAULTS]]
        return Response({**explain_code(exception.code), "faults": faults}, status=422)
    if isinstance(exception, REFUSALS):
        return _answer_api(exception.code, STATUSES.get(exception.code, 409))
    if isinstance(exception, (*OUTAGES, StillBeingWritten)):
        return _answer_api("TRY_AGAIN", 503)
    response = exception_handler(exception, context)
    if response is not None:
        response.data = explain_code(CODES.get(response.status_code, "REFUSED"))
    return response


def _speak_json(request: Request) -> None:
    """Whoever asked for a ZIP file gets an error as JSON, and called JSON."""
    request.accepted_renderer = JSONRenderer()
    request.accepted_media_type = JSONRenderer.media_type


def _answer_api(code: str, status: int) -> Response:
    return Response(explain_code(code), status=status, headers=_say_when(status))


def _say_when(status: int) -> dict[str, str]:
    return {"Retry-After": RETRY_AFTER_SECONDS} if status == 503 else {}
