"""Applying through the API: begin a draft, write it, have it checked."""

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from applications.api.documents import NewDraftSerializer, PartialDocumentSerializer
from applications.api.draft_codes import get_own_draft
from applications.api.draft_descriptions import describe_draft, describe_validation
from applications.api.draft_serializers import (
    DraftSerializer,
    StartedDraftSerializer,
    ValidationSerializer,
)
from applications.api.headers import (
    ETAG_HEADER,
    IDEMPOTENCY_KEY,
    IDEMPOTENT_REPLAYED,
    IF_MATCH,
    read_idempotency_key,
    read_seen_version,
    tell_replay,
    write_etag,
)
from applications.api.openapi import MALFORMED, NEEDS_CODE, NEEDS_KEY, refuse
from applications.api.parsers import read_body
from applications.api.private_views import TAG, PrivateView
from applications.api.throttles import AddressThrottle, DraftStartThrottle
from applications.models import Draft, Exercise
from applications.policy.errors import Fault, MalformedDocument
from applications.selectors.clock import read_clock
from applications.selectors.exercises import find_exercise
from applications.services.draft_documents import replace_draft, start_draft_with_parts
from applications.services.idempotency import KeptAnswer, answer_once


class Drafts(PrivateView):
    """Drafts, of which nobody sees a list."""

    authentication_classes: list[Any] = []
    throttle_classes = [AddressThrottle, DraftStartThrottle]

    @extend_schema(
        operation_id="start_draft",
        tags=TAG,
        parameters=[IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED, ETAG_HEADER],
        request=NewDraftSerializer,
        responses={
            201: StartedDraftSerializer,
            400: NEEDS_KEY,
            409: refuse("EXERCISE_NOT_OPEN_YET", "EXERCISE_CLOSED", "IDEMPOTENCY_KEY_REUSED"),
            422: MALFORMED,
        },
    )
    def post(self, request: Request) -> Response:
        """Begin a draft in an open exercise, with any parts of the document."""
        key = read_idempotency_key(request)
        document, now = read_body(request), read_clock()

        def start() -> KeptAnswer:
            draft = start_draft_with_parts(
                exercise=get_exercise(document),
                document=document,
                language=str(get_language()),
                started_at=now,
            )
            body = {**describe_draft(draft, at=now), "draft_code": draft.resume_code}
            return KeptAnswer(201, StartedDraftSerializer(body).data)

        answer = answer_once(
            key=key, purpose="start-draft", request=document, answered_at=now, deed=start
        )
        headers = {"ETag": write_etag(answer.body["version"]), **tell_replay(answer)}
        return Response(answer.body, status=answer.status, headers=headers)


class DraftDetail(PrivateView):
    """The draft of a code."""

    @extend_schema(
        operation_id="get_draft",
        tags=TAG,
        parameters=[ETAG_HEADER],
        responses={200: DraftSerializer, 401: NEEDS_CODE},
    )
    def get(self, request: Request) -> Response:
        """Give what has been saved, and what is missing."""
        return answer_draft(get_own_draft(request))

    @extend_schema(
        operation_id="replace_draft",
        tags=TAG,
        parameters=[IF_MATCH, ETAG_HEADER],
        request=PartialDocumentSerializer,
        responses={
            200: DraftSerializer,
            401: NEEDS_CODE,
            409: refuse("DRAFT_ALREADY_SUBMITTED", "PAYMENT_UNDER_WAY"),
            412: refuse("DRAFT_CHANGED_ELSEWHERE"),
            422: MALFORMED,
            428: refuse("DRAFT_VERSION_NEEDED"),
        },
    )
    def put(self, request: Request) -> Response:
        """
        Save the whole document in the place of what was saved.

        What is not in it is taken out. A version that somebody has changed since is never
        overwritten: 412. The same document again changes nothing, so a lost answer is no trouble.
        """
        draft = replace_draft(
            draft=get_own_draft(request),
            document=read_body(request),
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
        responses={
            200: ValidationSerializer,
            401: NEEDS_CODE,
            409: refuse("DRAFT_ALREADY_SUBMITTED"),
        },
    )
    def post(self, request: Request) -> Response:
        """
        Say what is missing or wrong, or what the rules say of the whole. Nothing is stored.

        That somebody is on another form is said; on which one is not.
        """
        found = describe_validation(get_own_draft(request), at=read_clock())
        return Response(ValidationSerializer(found).data)


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
    exercise = find_exercise(document["exercise"])
    if exercise is None:
        raise MalformedDocument([Fault("exercise", "INVALID_EXERCISE")])
    return exercise
