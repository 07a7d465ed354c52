"""What is public before the draw. Refusals become answers in `hos_portal.errors`."""

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils.decorators import method_decorator
from django.views.decorators.common import no_append_slash
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from applications.api.openapi import MALFORMED, refuse
from applications.api.parsers import DocumentParser
from applications.api.serializers import (
    CountsSerializer,
    ExerciseSerializer,
    ExerciseTermsSerializer,
    ScreeningResultSerializer,
)
from applications.api.throttles import AddressThrottle
from applications.forms.moments import parse_moment
from applications.models import Exercise
from applications.policy.document_receipt import parse_received_document
from applications.policy.eligibility import describe_result, screen_by_itself
from applications.policy.errors import Fault, MalformedDocument
from applications.policy.timetable import HONG_KONG, hong_kong_date
from applications.policy.values import EXERCISE_CODE
from applications.selectors.clock import read_clock
from applications.selectors.counts import get_counts
from applications.selectors.exercises import (
    ExerciseOverview,
    find_exercise,
    find_period,
    list_exercises,
)

COUNTS_SECONDS = 1
UNKNOWN_EXERCISE = refuse("NOT_FOUND")


class PublicView(APIView):
    """For everybody, so nobody is asked who they are; no cookie is read."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes = [AddressThrottle]


class ExerciseList(PublicView):
    """Every exercise."""

    @extend_schema(operation_id="list_exercises", responses=ExerciseSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the exercises, the one that opened last first."""
        overviews = list_exercises(at=read_clock())
        return Response(ExerciseSerializer(overviews, many=True).data)


class ExerciseDetail(PublicView):
    """One exercise."""

    @extend_schema(
        operation_id="get_exercise",
        responses={200: ExerciseTermsSerializer, 404: UNKNOWN_EXERCISE},
    )
    def get(self, request: Request, code: str) -> Response:
        """Give one exercise with its published terms."""
        exercise = _get_exercise(code)
        overview = ExerciseOverview(exercise, find_period(exercise, read_clock()))
        return Response(ExerciseTermsSerializer(overview).data)


class Counts(PublicView):
    """Submission counts."""

    @extend_schema(
        operation_id="get_counts",
        parameters=[
            OpenApiParameter(
                "at",
                OpenApiTypes.DATETIME,
                description="As at this moment, Hong Kong time unless it says otherwise; by "
                "default now, which a moment to come is answered with too.",
            )
        ],
        responses={200: CountsSerializer, 404: UNKNOWN_EXERCISE, 422: MALFORMED},
    )
    def get(self, request: Request, code: str) -> Response:
        """Count what was received. Provisional until an officer has closed the exercise."""
        text = request.query_params.get("at")
        asked = parse_moment(text, field="at") if text else None
        moment = asked.astimezone(HONG_KONG).isoformat() if asked else "now"
        if not EXERCISE_CODE.fullmatch(code):
            raise NotFound
        key = f"counts|{code}|{moment}"
        return Response(cache.get_or_set(key, lambda: _count(code, asked), COUNTS_SECONDS))


@method_decorator(no_append_slash, name="dispatch")
class Eligibility(PublicView):
    """A check of one household."""

    parser_classes = [DocumentParser]

    @extend_schema(
        operation_id="check_eligibility",
        request=OpenApiTypes.OBJECT,
        responses={200: ScreeningResultSerializer, 422: MALFORMED},
    )
    def post(self, request: Request) -> Response:
        """
        Judge an application document by what it says. Nothing is stored.

        Whether somebody is on another form is not looked up: that would tell anybody who asks
        whether a neighbour has applied.
        """
        document = parse_received_document(request.data, today=hong_kong_date(read_clock()))
        exercise = find_exercise(document.exercise)
        if exercise is None:
            raise MalformedDocument([Fault("exercise", "INVALID_EXERCISE")])
        return Response(describe_result(screen_by_itself(document, exercise.parsed_terms)))


class Schema(SpectacularAPIView):
    """The description of this API in OpenAPI."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes = [AddressThrottle]


def _get_exercise(code: str) -> Exercise:
    exercise = find_exercise(code)
    if exercise is None:
        raise NotFound
    return exercise


def _count(code: str, asked: datetime | None) -> dict[str, Any]:
    exercise = _get_exercise(code)
    now = read_clock()
    return get_counts(exercise=exercise, as_at=min(asked or now, now)).as_json()
