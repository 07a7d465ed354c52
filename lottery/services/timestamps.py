"""Have the time of a published commitment attested by a timestamping authority (RFC 3161)."""

import hashlib
from datetime import datetime, timedelta
from secrets import randbits

from asn1crypto import tsp
from django.db import transaction

from applications.models import Officer
from lottery.models import Publication, TimestampRequest, TimestampToken
from lottery.services.attempt_locks import lock_attempt
from lottery.services.ballot_journal import record_ballot_deed
from lottery.services.timestamp_answers import judge_answer

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)
MOST_DOUBLINGS = 16
NONCE_BITS = 63  # so that it stays positive in eight bytes of DER
LONGEST_NAME = 200
LONGEST_FAULT = 200


@transaction.atomic
def request_timestamp(*, publication: Publication, made_at: datetime) -> TimestampRequest:
    """
    Write the request for a timestamp of the commitment, owed from now on.

    Again: the same request, whose nonce an answer must repeat.
    """
    lock_attempt(publication.pk)
    stored = TimestampRequest.objects.filter(publication=publication).first()
    if stored:
        return stored
    digest = bytes.fromhex(publication.register.commitment_sha256)
    return TimestampRequest.objects.create(
        publication=publication,
        request=_build_request(digest),
        made_at=made_at,
        due_at=made_at,
    )


def _build_request(sha256_digest: bytes) -> bytes:
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": sha256_digest,
            },
            "nonce": randbits(NONCE_BITS),
            "cert_req": True,
        }
    )
    return bytes(request.dump())


@transaction.atomic
def claim_owed_request(*, claimed_at: datetime) -> TimestampRequest | None:
    """
    Claim one request that is due and has no answer; no other worker gets it until its next turn.

    Whoever claims it asks the authority; a worker that dies gives it back by doing nothing. It is
    due again after a minute, and after every failure the wait doubles, up to six hours.
    """
    due = TimestampRequest.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        token=None, due_at__lte=claimed_at
    )
    owed = due.order_by("due_at", "pk").first()
    if owed is None:
        return None
    wait = FIRST_RETRY * 2 ** min(owed.attempts, MOST_DOUBLINGS)
    owed.attempts += 1
    owed.due_at = claimed_at + min(wait, LONGEST_RETRY)
    owed.save(update_fields=["attempts", "due_at"])
    return owed


def note_fault(*, request: TimestampRequest, fault: str) -> None:
    """Keep why the last attempt failed, a code, for the officers to see."""
    unanswered = TimestampRequest.objects.filter(pk=request.pk, token=None)
    unanswered.update(last_fault=fault[:LONGEST_FAULT])


@transaction.atomic
def store_timestamp(
    *,
    request: TimestampRequest,
    answer: bytes,
    stored_at: datetime,
    officer: Officer | None = None,
) -> TimestampToken:
    """
    Store the authority's answer as it came, once it is found genuine; the first one stays.

    :param officer: who brought the answer by hand; ``None`` when it came over the network.
    :raises Refusal: for the reasons of :func:`judge_answer`; nothing is stored then.
    """
    owed = TimestampRequest.objects.select_for_update().get(pk=request.pk)
    stored = TimestampToken.objects.filter(request=owed).first()
    if stored:
        return stored
    stamp = judge_answer(answer=answer, request=bytes(owed.request), judged_at=stored_at)
    token = TimestampToken.objects.create(
        request=owed,
        response=answer,
        authority=stamp.authority[:LONGEST_NAME],
        stamped_at=stamp.stamped_at,
        stored_at=stored_at,
    )
    owed.last_fault = ""
    owed.save(update_fields=["last_fault"])
    record_ballot_deed(
        deed="TIMESTAMP_STORED",
        register=owed.publication.register,
        recorded_at=stored_at,
        officer=officer,
        sha256=hashlib.sha256(answer).hexdigest(),
        stamped_at=stamp.stamped_at.isoformat(),
    )
    return token
