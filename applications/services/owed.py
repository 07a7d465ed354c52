"""Take work that is owed, so that two workers never do the same piece."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from applications.models import Message, OwedWork

LEASE = timedelta(seconds=60)
CHUNK = 500
# A mail server is given ten seconds for each answer; a message takes at most six of them.
MESSAGE_LEASE = timedelta(seconds=120)
MESSAGE_CHUNK = 50

Owed = TypeVar("Owed", OwedWork, Message)


@transaction.atomic
def claim_owed_work(
    *, kind: OwedWork.Kind, claimed_at: datetime, limit: int = CHUNK
) -> list[OwedWork]:
    """
    Claim what is due, fewest attempts first, each for a minute.

    Whoever claims does the work and marks it done; a worker that dies gives it back when the
    minute is over.
    """
    waiting = OwedWork.objects.filter(kind=kind, done_at=None)
    return _claim(waiting, claimed_at=claimed_at, limit=limit, lease=LEASE)


@transaction.atomic
def claim_owed_messages(*, claimed_at: datetime, limit: int = MESSAGE_CHUNK) -> list[Message]:
    """Claim messages that are due in the same way, each for two minutes."""
    waiting = Message.objects.filter(sent_at=None, given_up_at=None)
    return _claim(waiting, claimed_at=claimed_at, limit=limit, lease=MESSAGE_LEASE)


def mark_done(*, rows: list[OwedWork], done_at: datetime) -> int:
    """Mark claimed work as done in the caller's transaction; work done before stays as it is."""
    return OwedWork.objects.filter(pk__in=[row.pk for row in rows], done_at=None).update(
        done_at=done_at
    )


def _claim(
    waiting: QuerySet[Owed], *, claimed_at: datetime, limit: int, lease: timedelta
) -> list[Owed]:
    """
    Claim a chunk of what is fresh, or else one piece that was tried before.

    So one bad row neither spoils a chunk again nor stands before the others.
    """
    due = waiting.select_for_update(skip_locked=True).filter(due_at__lte=claimed_at)
    due = due.order_by("attempts", "due_at", "id")
    rows = list(due.filter(attempts=0)[:limit]) or list(due[:1])
    for row in rows:
        row.attempts += 1
        row.due_at = claimed_at + lease * row.attempts
    if rows:  # all of one claim have been tried equally often
        waiting.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(
            attempts=rows[0].attempts, due_at=rows[0].due_at
        )
    return rows
