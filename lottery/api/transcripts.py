"""The transcript of a draw, for programs."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from lottery.api.attempts import ATTEMPT, NOT_DRAWN
from lottery.views.transcript import download


class ZipRenderer(JSONRenderer):
    """Lets a client ask for ``application/zip``; what is refused is still said in JSON."""

    media_type = "application/zip"
    format = "zip"
    charset = None

    def render(self, data: Any, *args: Any, **options: Any) -> bytes:
        return JSONRenderer().render(data)


class TranscriptView(APIView):
    """The transcript as a ZIP file; 404 before the draw."""

    renderer_classes = [JSONRenderer, ZipRenderer]

    @extend_schema(
        operation_id="exercise_transcript",
        summary="Transcript of a draw, with the verifier",
        parameters=[ATTEMPT],
        responses={(200, "application/zip"): OpenApiTypes.BINARY, 404: NOT_DRAWN},
    )
    def get(self, request: Request, code: str) -> HttpResponseBase:
        plain: HttpRequest = request._request
        return download(plain, code)
