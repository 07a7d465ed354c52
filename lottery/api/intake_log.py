"""The intake log of an exercise, for programs."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from applications.models import Exercise
from lottery.api.attempts import HEX_256
from lottery.models import IntakeHead
from lottery.selectors.intake_log import find_signer_pem, list_heads, write_intake_log


class IntakeHeadSerializer(serializers.Serializer[Any]):
    """One head: how much had been received, and one hash over it."""

    taken_at = serializers.DateTimeField()
    size = serializers.IntegerField(help_text="Applications received so far.")
    # A declared field; what `Field.root` gives stays as it is.
    root = serializers.RegexField(HEX_256)  # type: ignore[assignment]
    previous = serializers.RegexField(HEX_256, help_text="Hash of the head before it.")
    journal = serializers.CharField(help_text="Position and hash of the journal's last seal.")
    proof = serializers.SerializerMethodField(help_text="Consistency with the head before it.")
    signature = serializers.SerializerMethodField(help_text="DER in hexadecimal, or `null`.")

    def get_proof(self, head: IntakeHead) -> list[str]:
        return list(head.as_published().proof)

    def get_signature(self, head: IntakeHead) -> str | None:
        return head.as_published().signature


class IntakeLogSerializer(serializers.Serializer[Any]):
    """All heads, and the file that the verifier reads."""

    exercise = serializers.CharField()
    heads = IntakeHeadSerializer(many=True)
    signer_pem = serializers.CharField(
        allow_null=True, help_text="Key of the last head's signature; `null` where it is unsigned."
    )
    intake_log_txt = serializers.CharField(help_text="intake-log.txt, byte for byte.")


class IntakeLogView(APIView):
    """The intake log of an exercise, public from its first head on; empty before it."""

    @extend_schema(
        operation_id="exercise_intake_log",
        summary="Daily heads of what was received",
        responses={
            200: IntakeLogSerializer,
            404: OpenApiResponse(description="Unknown exercise."),
        },
    )
    def get(self, request: Request, code: str) -> Response:
        exercise = get_object_or_404(Exercise, code=code)
        body = {
            "exercise": exercise.code,
            "heads": list_heads(exercise),
            "signer_pem": find_signer_pem(exercise),
            "intake_log_txt": write_intake_log(exercise),
        }
        return Response(IntakeLogSerializer(body).data)
