"""Applying through the API: begin a draft, write it, have it checked."""

from typing import Any

from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from applications.api.documents import NewDraftSerializer, PartialDocumentSerializer
from applications.api.draft_answers import describe_draft, describe_validation
from applications.api.draft_codes import DraftCodeAuthentication
from applications.api.draft_serializers import (
    DraftSerializer,
    StartedDraftSerializer,
    ValidationSerializer,
)
from applications.api.openapi import ERROR, MALFORMED, UNKNOWN_CODE
from applications.api.parsers import DocumentParser
from applications.api.request_headers import (
    ETAG_HEADER,
    IDEMPOTENCY_KEY,
    IDEMPOTENT_REPLAYED,
    IF_MATCH,
    read_idempotency_key,
    read_seen_version,
    write_etag,
)
from applications.api.throttles import AddressThrottle, DraftStartThrottle
from applications.models import Draft, Exercise
from applications.policy.errors import Fault, MalformedDocument
from applications.policy.values import EXERCISE_CODE
from applications.selectors.clock import read_clock
from applications.services.idempotency import KeptAnswer, answer_once
from applications.services.whole_drafts import replace_draft, start_whole_draft

TAG = ["Applying"]


@method_decorator(never_cache, name="dispatch")
class PrivateView(APIView):
    """For whoever holds the code of a draft; nothing on the way may store the answer."""

    authentication_classes: list[Any] = [DraftCodeAuthentication]
    throttle_classes = [AddressThrottle]
    parser_classes = [DocumentParser]


class Drafts(PrivateView):
    """Drafts, of which nobody sees a list."""

    authentication_classes: list[Any] = []
    throttle_classes = [AddressThrottle, DraftStartThrottle]

    @extend_schema(
        operation_id="start_draft",
        tags=TAG,
        parameters=[IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED, ETAG_HEADER],
        request=NewDraftSerializer,
        responses={201: StartedDraftSerializer, 400: ERROR, 409: ERROR, 422: MALFORMED},
    )
    def post(self, request: Request) -> Response:
        """Begin a draft in an open exercise, with any parts of the document."""
        key = read_idempotency_key(request)
        now = read_clock()

        def start() -> KeptAnswer:
            draft = start_whole_draft(
                exercise=get_exercise(request.data),
                document=request.data,
                language=str(get_language()),
                started_at=now,
            )
            body = {**describe_draft(draft, at=now), "draft_code": draft.resume_code}
            return KeptAnswer(201, StartedDraftSerializer(body).data)

        answer = answer_once(
            key=key, purpose="start-draft", request=request.data, answered_at=now, deed=start
        )
        headers = {"ETag": write_etag(answer.body["version"]), **tell_replay(answer)}
        return Response(answer.body, status=answer.status, headers=headers)


class DraftDetail(PrivateView):
    """The draft of a code."""

    @extend_schema(
        operation_id="get_draft",
        tags=TAG,
        parameters=[ETAG_HEADER],
        responses={200: DraftSerializer, 401: UNKNOWN_CODE},
    )
    def get(self, request: Request) -> Response:
        """Give what has been saved, and what is missing."""
        return answer_draft(request.auth)

    @extend_schema(
        operation_id="replace_draft",
        tags=TAG,
        parameters=[IF_MATCH, ETAG_HEADER],
        request=PartialDocumentSerializer,
        responses={
            200: DraftSerializer,
            401: UNKNOWN_CODE,
            409: ERROR,
            412: ERROR,
            422: MALFORMED,
            428: ERROR,
        },
    )
    def put(self, request: Request) -> Response:
        """
        Save the whole document in the place of what was saved.

        What is not in it is taken out. A version that somebody has changed since is never
        overwritten: 412. The same document again changes nothing, so a lost answer is no trouble.
        """
        draft = replace_draft(
            draft=request.auth,
            document=request.data,
            seen_version=read_seen_version(request),
            saved_at=read_clock(),
        )
        return answer_draft(draft)


class DraftValidation(PrivateView):
    """A check of a draft."""

    @extend_schema(
        operation_id="validate_draft",
        tags=TAG,
        request=None,
        responses={200: ValidationSerializer, 401: UNKNOWN_CODE},
    )
    def post(self, request: Request) -> Response:
        """
        Say what is missing or wrong, or what the rules say of the whole. Nothing is stored.

        That somebody is on another form is said; on which one is not.
        """
        return Response(
            ValidationSerializer(describe_validation(request.auth, at=read_clock())).data
        )


def answer_draft(draft: Draft) -> Response:
    """Answer with a draft and its version."""
    body = DraftSerializer(describe_draft(draft, at=read_clock())).data
    return Response(body, headers={"ETag": write_etag(draft.version)})


def get_exercise(document: dict[str, Any]) -> Exercise:
    """
    Return the exercise that a document names.

    :raises MalformedDocument: when it names none that there is.
    """
    if "exercise" not in document:
        raise MalformedDocument([Fault("exercise", "MISSING_FIELD")])
    code = document["exercise"]
    can_be_one = isinstance(code, str) and EXERCISE_CODE.fullmatch(code)
    exercise = Exercise.objects.filter(code=code).first() if can_be_one else None
    if exercise is None:
        raise MalformedDocument([Fault("exercise", "INVALID_EXERCISE")])
    return exercise


def tell_replay(answer: KeptAnswer) -> dict[str, str]:
    """Say in a header that the answer had been given before."""
    return {"Idempotent-Replayed": "true"} if answer.is_replayed else {}
