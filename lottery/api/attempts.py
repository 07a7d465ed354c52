"""The attempts of a ballot, and what was decided and checked after a draw, for programs."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lottery.models import DrawCheck, Reballot, Reinstatement
from lottery.selectors.progress import BallotProgress, get_progress
from lottery.selectors.published import list_public_attempts
from lottery.selectors.results import list_checks, list_reinstatements
from lottery.views.attempts import get_draw_or_404, get_published_or_404

HEX_256 = r"^[0-9a-f]{64}$"
ATTEMPT = OpenApiParameter(
    "attempt", OpenApiTypes.INT, description="An attempt; by default the newest that is public."
)
NOT_PUBLISHED = OpenApiResponse(description="Unknown exercise or attempt, or nothing public yet.")
NOT_DRAWN = OpenApiResponse(description="Unknown exercise or attempt, or not drawn yet.")


class DecisionSerializer(serializers.Serializer[Any]):
    """What one officer proposed and another approved."""

    statement = serializers.CharField(help_text="In the officers' words.")
    proposed_by = serializers.CharField(source="proposed_by.reference")
    proposed_at = serializers.DateTimeField()
    approved_by = serializers.CharField(source="approved_by.reference")
    approved_at = serializers.DateTimeField()


class GivenUpSerializer(DecisionSerializer):
    """Why an attempt was given up for another one."""

    ground = serializers.ChoiceField(choices=Reballot.Ground.values)


class AttemptSerializer(serializers.Serializer[Any]):
    """An attempt whose commitment is public, or that was given up before it was."""

    attempt = serializers.IntegerField()
    commitment = serializers.RegexField(
        HEX_256, allow_null=True, help_text="C; `null` where it was never published."
    )
    published_at = serializers.DateTimeField(allow_null=True)
    ceremony_from = serializers.DateTimeField(
        allow_null=True, help_text="No ball is drawn before this moment."
    )
    drawn = serializers.BooleanField()
    given_up = GivenUpSerializer(allow_null=True, help_text="`null` unless it was given up.")


def describe_attempt(progress: BallotProgress) -> dict[str, Any]:
    """Gather what :class:`AttemptSerializer` writes; a commitment only where it is public."""
    publication = progress.publication
    return {
        "attempt": progress.attempt,
        "commitment": progress.get_register().commitment_sha256 if publication else None,
        "published_at": publication.published_at if publication else None,
        "ceremony_from": publication.ceremony_from if publication else None,
        "drawn": progress.draw is not None,
        "given_up": progress.given_up,
    }


class ReinstatementSerializer(DecisionSerializer):
    """A place in addition, of an application that had been excluded by mistake."""

    number = serializers.CharField(source="entry.number")
    category = serializers.RegexField("^[FP]$", source="entry.category")
    track = serializers.RegexField("^[GY]$", source="entry.track")
    ballot = serializers.CharField(help_text="The ballot number that counts.")
    group = serializers.IntegerField()
    ticket = serializers.RegexField(HEX_256)
    rank_after = serializers.IntegerField(
        help_text="Ranked applications of its category that come before it."
    )
    step = serializers.SerializerMethodField(help_text="Whose place it got; `null` for none.")

    def get_step(self, row: Reinstatement) -> str | None:
        return row.step or None


class DrawCheckSerializer(serializers.Serializer[Any]):
    """That the stored draw was recomputed by something else than what made it."""

    kind = serializers.ChoiceField(choices=DrawCheck.Kind.values)
    passed = serializers.BooleanField()
    checked_at = serializers.DateTimeField()
    output = serializers.CharField(help_text="What it printed.")


class AttemptsView(APIView):
    """The attempts of an exercise's ballot; 404 before a commitment is published."""

    @extend_schema(
        operation_id="exercise_attempts",
        summary="Attempts of a ballot, and why one was given up",
        responses={200: AttemptSerializer(many=True), 404: NOT_PUBLISHED},
    )
    def get(self, request: Request, code: str) -> Response:
        exercise = get_published_or_404(code).exercise
        attempts = [
            describe_attempt(get_progress(exercise, row.attempt))
            for row in list_public_attempts(exercise)
        ]
        return Response(AttemptSerializer(attempts, many=True).data)


class ReinstatementsView(APIView):
    """The approved reinstatements of a draw, ascending by number."""

    @extend_schema(
        operation_id="exercise_reinstatements",
        summary="Places in addition",
        parameters=[ATTEMPT],
        responses={200: ReinstatementSerializer(many=True), 404: NOT_DRAWN},
    )
    def get(self, request: Request, code: str) -> Response:
        rows = list_reinstatements(get_draw_or_404(request._request, code))
        return Response(ReinstatementSerializer(rows, many=True).data)


class ChecksView(APIView):
    """The checks of a draw, the first one first."""

    @extend_schema(
        operation_id="exercise_checks",
        summary="Checks of a draw by other programs than the one that made it",
        parameters=[ATTEMPT],
        responses={200: DrawCheckSerializer(many=True), 404: NOT_DRAWN},
    )
    def get(self, request: Request, code: str) -> Response:
        checks = list_checks(get_draw_or_404(request._request, code))
        return Response(DrawCheckSerializer(checks, many=True).data)
