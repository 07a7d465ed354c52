"""Take work that is owed, so that two workers never do the same piece."""

from datetime import datetime, timedelta

from django.db import transaction

from applications.models import OwedWork

LEASE = timedelta(seconds=60)
CHUNK = 500


@transaction.atomic
def claim_owed_work(
    *, kind: OwedWork.Kind, claimed_at: datetime, limit: int = CHUNK
) -> list[OwedWork]:
    """
    Claim what is due, fewest attempts first, each for a minute.

    Whoever claims does the work and marks it done; a worker that dies gives it back when the
    minute is over. Fresh work comes as a chunk. Work that was tried before comes one piece at a
    time, so that one bad row neither spoils a chunk again nor stands before the others.
    """
    due = (
        OwedWork.objects.select_for_update(skip_locked=True)
        .filter(kind=kind, done_at=None, due_at__lte=claimed_at)
        .order_by("attempts", "due_at", "id")
    )
    rows = list(due.filter(attempts=0)[:limit]) or list(due[:1])
    for row in rows:
        row.attempts += 1
        row.due_at = claimed_at + LEASE * row.attempts
    if rows:  # all of one claim have been tried equally often
        OwedWork.objects.filter(pk__in=[row.pk for row in rows]).update(
            attempts=rows[0].attempts, due_at=rows[0].due_at
        )
    return rows


def mark_done(*, rows: list[OwedWork], done_at: datetime) -> int:
    """Mark claimed work as done in the caller's transaction; work done before stays as it is."""
    return OwedWork.objects.filter(pk__in=[row.pk for row in rows], done_at=None).update(
        done_at=done_at
    )
