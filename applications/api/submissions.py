"""Submitting through the API: open the payment; the application is submitted when it is paid."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from applications.api.draft_codes import get_own_draft
from applications.api.draft_serializers import PayingSerializer, SubmissionSerializer
from applications.api.headers import (
    IDEMPOTENCY_KEY,
    IDEMPOTENT_REPLAYED,
    read_idempotency_key,
    tell_replay,
)
from applications.api.openapi import MALFORMED, NEEDS_CODE, NEEDS_KEY, refuse
from applications.api.parsers import read_body
from applications.api.private_views import TAG, PrivateView
from applications.api.submission_descriptions import describe_payment, describe_submission
from applications.models import Draft, Payment
from applications.policy.errors import Fault, MalformedDocument
from applications.policy.household import FeeMethod
from applications.policy.reading import Field, read_fields
from applications.policy.submission import is_paying_over
from applications.policy.timetable import hong_kong_date
from applications.policy.values import choice_parser
from applications.selectors.clock import read_clock, read_clock_at_arrival
from applications.selectors.payments import find_pending_of
from applications.services.idempotency import KeptAnswer, answer_once
from applications.services.paying import ask_about_payment, close_payment
from applications.services.payments import open_payment

FIELDS = (Field("method", choice_parser(FeeMethod)),)


class DraftSubmission(PrivateView):
    """The submission of a draft."""

    @extend_schema(
        operation_id="get_submission",
        tags=TAG,
        responses={200: SubmissionSerializer, 401: NEEDS_CODE},
    )
    def get(self, request: Request) -> Response:
        """
        Say where the draft stands; once the fee is certain, the application's number.

        The provider is asked too, so a message that was lost holds nobody up.
        """
        draft = get_own_draft(request)
        if pending := find_pending_of(draft):
            ask_about_payment(payment=pending, asked_at=read_clock())
        return answer_submission(draft)

    @extend_schema(
        operation_id="submit_draft",
        tags=TAG,
        parameters=[IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED],
        request=PayingSerializer,
        responses={
            202: SubmissionSerializer,
            400: NEEDS_KEY,
            401: NEEDS_CODE,
            409: refuse(
                "HOUSEHOLD_NOT_ELIGIBLE",
                "EXERCISE_CLOSED",
                "DRAFT_ALREADY_SUBMITTED",
                "PAYMENT_UNDER_WAY",
                "FEE_ALREADY_TAKEN",
                "PAYMENT_METHOD_NOT_OFFERED",
                "IDEMPOTENCY_KEY_REUSED",
            ),
            422: MALFORMED,
        },
    )
    def post(self, request: Request) -> Response:
        """
        Ask for the fee of a complete draft.

        Lead the applicant to `payment_url`, and ask here what became of it. Nobody pays who cannot
        apply, and no second payment is opened while one is under way. With the same key the answer
        is the same payment, as it stands by then.
        """
        draft = get_own_draft(request)
        key = read_idempotency_key(request)
        method = read_method(read_body(request))
        now = read_clock_at_arrival(request.META)
        close_overdue(draft, now)

        def open_one() -> KeptAnswer:
            payment = open_payment(draft_id=draft.pk, method=method, opened_at=now)
            return KeptAnswer(202, {"payment": str(payment.pk)})

        answer = answer_once(
            key=key,
            purpose=f"submit-draft|{draft.pk}",
            request={"method": method.value},
            answered_at=now,
            deed=open_one,
        )
        payment = Payment.objects.get(pk=answer.body["payment"])
        body = SubmissionSerializer(describe_payment(payment, draft)).data
        return Response(body, status=answer.status, headers=tell_replay(answer))

    @extend_schema(
        operation_id="cancel_payment",
        tags=TAG,
        responses={200: SubmissionSerializer, 401: NEEDS_CODE, 409: refuse("PAYMENT_UNDER_WAY")},
    )
    def delete(self, request: Request) -> Response:
        """
        Give up the payment under way, so that the draft can change or be paid in another way.

        When the money has come meanwhile, the draft is submitted, and the answer says so.
        """
        draft = get_own_draft(request)
        if pending := find_pending_of(draft):
            close_payment(payment=pending, asked_at=read_clock())
        return answer_submission(draft)


def answer_submission(draft: Draft) -> Response:
    """Answer with where a draft stands after what has just been recorded."""
    draft.refresh_from_db()
    return Response(SubmissionSerializer(describe_submission(draft)).data)


def close_overdue(draft: Draft, now: datetime) -> None:
    """Close a payment that nobody has made in its time, so that another one can be opened."""
    pending = find_pending_of(draft)
    if pending and is_paying_over(pressed_at=pending.opened_at, at=now):
        close_payment(payment=pending, asked_at=now)


def read_method(body: dict[str, Any]) -> FeeMethod:
    """
    Read how the fee will be paid; whether the provider takes it, the service says.

    :raises MalformedDocument: when it is no method at all.
    """
    faults: list[Fault] = []
    values = read_fields(body, "", FIELDS, hong_kong_date(read_clock()), faults)
    if values is None:
        raise MalformedDocument(faults)
    method: FeeMethod = values["method"]
    return method
