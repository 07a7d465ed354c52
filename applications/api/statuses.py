"""How an application stands, for whoever holds its number and the applicant's identity number."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from applications.api.draft_descriptions import describe_reason
from applications.api.draft_serializers import LookUpSerializer, StatusSerializer
from applications.api.openapi import MALFORMED, refuse
from applications.api.parsers import read_body
from applications.api.private_views import TAG, PrivateView
from applications.api.throttles import AddressThrottle
from applications.forms.look_up import parse_application_number
from applications.models import Application
from applications.policy.errors import Fault, MalformedDocument, Refusal
from applications.policy.hkid import normalise_hkic
from applications.policy.household import Category
from applications.policy.reading import Field, read_fields
from applications.policy.timetable import hong_kong_date
from applications.policy.values import require_text, text_parser
from applications.selectors.clock import read_clock
from applications.selectors.look_ups import find_application, list_last_reasons
from applications.views.rate_limits import is_over_limit
from applications.views.status import TRIES, WINDOW_SECONDS, has_been_tried_too_often

FIELDS = (
    Field("number", lambda value, today: parse_number(value)),
    Field("hkic", text_parser(normalise_hkic)),
)


class ApplicationNotFound(Refusal):
    """No application has these two numbers; which of them is unknown is not said."""

    code = "APPLICATION_NOT_FOUND"


class LookUpThrottle(BaseThrottle):
    """The limit of look-ups, counted together with those on the page."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        plain = request._request
        return not is_over_limit(
            plain, action="look-up", tries=TRIES, window_seconds=WINDOW_SECONDS
        )

    def wait(self) -> float:
        return WINDOW_SECONDS


class Status(PrivateView):
    """The look-up of an application."""

    authentication_classes: list[Any] = []
    throttle_classes = [AddressThrottle, LookUpThrottle]

    @extend_schema(
        operation_id="look_up_status",
        tags=TAG,
        request=LookUpSerializer,
        responses={200: StatusSerializer, 404: refuse("APPLICATION_NOT_FOUND"), 422: MALFORMED},
    )
    def post(self, request: Request) -> Response:
        """
        Say how an application stands.

        An unknown number and a wrong identity number get the same answer. Tries are limited for
        each address and for each number, together with those on the page.
        """
        numbers = read_numbers(read_body(request))
        check_tries(numbers)
        application = find_application(**numbers)
        if application is None:
            raise ApplicationNotFound
        return Response(StatusSerializer(describe_status(application)).data)


def check_tries(numbers: dict[str, Any]) -> None:
    """
    Count a try at two numbers, as the page does.

    :raises Throttled: after too many, whether or not there is such an application.
    """
    if has_been_tried_too_often(**numbers):
        raise Throttled(WINDOW_SECONDS)


def describe_status(application: Application) -> dict[str, Any]:
    """Gather what `StatusSerializer` writes; reasons are those of the last screening."""
    terms = application.exercise.parsed_terms
    category = Category(application.category)
    return {
        "application": application,
        "reasons": [
            describe_reason(reason, terms, category) for reason in list_last_reasons(application)
        ],
    }


def read_numbers(body: dict[str, Any]) -> dict[str, Any]:
    """
    Read the two numbers.

    :raises MalformedDocument: when one of them cannot be one.
    """
    faults: list[Fault] = []
    values = read_fields(body, "", FIELDS, hong_kong_date(read_clock()), faults)
    if values is None:
        raise MalformedDocument(faults)
    return values


def parse_number(value: object) -> int:
    """Read an application number, given as text or as a number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return parse_application_number(str(value) if is_number else require_text(value))
