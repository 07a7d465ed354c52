"""Write deeds into the journal, and seal them into its chain."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from applications.models import Exercise, JournalEntry, JournalSeal, Officer

GENESIS = "0" * 64
SEALING_LOCK = 7_301_001
SYSTEM = "SYSTEM"
APPLICANT = "APPLICANT"


def record_deed(
    *,
    deed: str,
    subject: str,
    recorded_at: datetime,
    exercise: Exercise | None = None,
    actor: Officer | str = SYSTEM,
    details: Mapping[str, Any] | None = None,
) -> JournalEntry:
    """Write one deed in the caller's transaction. Subjects and details hold ids and codes only."""
    return JournalEntry.objects.create(
        exercise=exercise,
        deed=deed,
        subject=subject,
        actor=actor.reference if isinstance(actor, Officer) else actor,
        details=dict(details or {}),
        recorded_at=recorded_at,
    )


@transaction.atomic
def seal_journal(*, limit: int = 10_000) -> int:
    """
    Join entries that are not yet sealed to the chain, oldest first; return how many.

    One sealer at a time; a second one returns 0 at once. An entry whose transaction commits late
    is sealed in the next round, after entries with higher ids: the chain has its own order.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALING_LOCK])
        (locked,) = cursor.fetchone()
    if not locked:
        return 0
    last = JournalSeal.objects.order_by("-position").first()
    position, chain = (last.position, last.chain_sha256) if last else (0, GENESIS)
    seals = []
    for entry in JournalEntry.objects.filter(seal=None).order_by("id")[:limit]:
        position, chain = position + 1, chain_hash(chain, entry)
        seals.append(JournalSeal(position=position, entry=entry, chain_sha256=chain))
    JournalSeal.objects.bulk_create(seals, batch_size=2000)
    return len(seals)


def chain_hash(previous: str, entry: JournalEntry) -> str:
    """Return sha256(previous hash, LF, entry as canonical JSON) in hexadecimal."""
    canonical = json.dumps(
        {
            "id": entry.pk,
            "exercise": entry.exercise_id,
            "deed": entry.deed,
            "subject": entry.subject,
            "actor": entry.actor,
            "details": entry.details,
            "recorded_at": entry.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()
