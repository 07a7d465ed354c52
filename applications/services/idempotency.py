"""
Do what a program asks once, however often it asks with the same key.

A program that got no answer cannot know whether its request was done. It repeats the request with
the key that it chose for it, and gets the answer that was given, or should have been.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from applications.models import IdempotencyKey
from applications.models.encrypted import hash_for_lookup
from applications.policy.errors import Refusal


class IdempotencyKeyReused(Refusal):
    """A key came again with another request than the one that it was chosen for."""

    code = "IDEMPOTENCY_KEY_REUSED"


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """
    An answer, given now or before.

    :ivar body: what JSON can hold.
    """

    status: int
    body: Mapping[str, Any]
    is_replayed: bool = False


@transaction.atomic
def answer_once(
    *,
    key: str,
    purpose: str,
    request: Mapping[str, Any],
    answered_at: datetime,
    deed: Callable[[], KeptAnswer],
) -> KeptAnswer:
    """
    Do a deed and keep its answer in one transaction, or give the answer that was kept.

    Equal requests that come at once wait for each other here, so one of them does the deed and all
    get its answer. A refusal changes nothing and is not kept: whoever mends what was refused may
    come again with the same key.

    :param purpose: what the key is for, and of whom: the same key elsewhere is another one.
    :raises IdempotencyKeyReused: when the key was chosen for another request.
    """
    key_hash = hash_for_lookup("idempotency-key", f"{purpose}|{key}")
    request_hash = _hash_request(request)
    _lock(key_hash)
    kept = IdempotencyKey.objects.filter(key_hash=key_hash).first()
    if kept is not None:
        if not hmac.compare_digest(bytes(kept.request_hash), request_hash):
            raise IdempotencyKeyReused
        return KeptAnswer(kept.status, json.loads(kept.body_json), is_replayed=True)
    answer = deed()
    IdempotencyKey.objects.create(
        key_hash=key_hash,
        request_hash=request_hash,
        status=answer.status,
        body_json=json.dumps(answer.body, ensure_ascii=False),
        created_at=answered_at,
    )
    return answer


def _hash_request(request: Mapping[str, Any]) -> bytes:
    canonical = json.dumps(request, sort_keys=True)
    return hash_for_lookup("idempotent-request", canonical)


def _lock(key_hash: bytes) -> None:
    """Wait for whoever answers to the same key; let go when the transaction ends."""
    lock = int.from_bytes(key_hash[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
