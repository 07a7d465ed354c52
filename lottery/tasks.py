"""What the ballot does in the background. A task finds its work in the database."""

import structlog
from celery import shared_task
from django.conf import settings

from applications.policy.errors import Refusal
from applications.selectors.clock import read_clock
from lottery.ballot.errors import BallotRefusal
from lottery.models import Draw, TimestampRequest
from lottery.selectors.intake_log import list_exercises_with_intake
from lottery.services import rechecks
from lottery.services.intake_log import take_daily_head
from lottery.services.kept_files import write_kept_files
from lottery.services.timestamp_authority import AuthorityUnavailable, ask_authority
from lottery.services.timestamps import claim_owed_request, note_fault, store_timestamp

log = structlog.get_logger("lottery.tasks")

TIMESTAMPS_SECONDS = 300
RECHECK_SECONDS = 1_800


@shared_task(  # type: ignore[untyped-decorator]
    name="lottery.tasks.send_owed_timestamps", time_limit=TIMESTAMPS_SECONDS
)
def send_owed_timestamps() -> int:
    """
    Send the requests for timestamps that are due, and keep the answers; return how many came.

    Nothing waits for it. Without an authority in the settings nothing is sent, and the requests
    wait for officers who carry them by hand.
    """
    stored = 0
    while settings.TIMESTAMP_URL:
        owed = claim_owed_request(claimed_at=read_clock())
        if owed is None:
            break
        stored += _send(owed)
    return stored


@shared_task(name="lottery.tasks.take_intake_heads")  # type: ignore[untyped-decorator]
def take_intake_heads() -> int:
    """Take the day's head of every intake log that has none yet; return how many."""
    taken = 0
    for exercise in list_exercises_with_intake():
        taken += take_daily_head(exercise=exercise, taken_at=read_clock()) is not None
    return taken


@shared_task(  # type: ignore[untyped-decorator]
    name="lottery.tasks.recheck_draws", time_limit=RECHECK_SECONDS
)
def recheck_draws() -> int:
    """
    Recompute draws that have not been, in SQL and with the verifier; return how many checks.

    Then the transcript and the documents are written, so that their first reader need not wait.
    """
    checks = rechecks.recheck_draws(checked_at=read_clock())
    for check in checks:
        log.info("draw_checked", draw=check.draw_id, kind=check.kind, passed=check.passed)
    for draw in {check.draw for check in checks}:
        _write_kept_files(draw)
    return len(checks)


def _write_kept_files(draw: Draw) -> None:
    try:
        write_kept_files(draw=draw, read_clock=read_clock)
    except BallotRefusal as refusal:  # what is stored is no transcript, as the checks have found
        log.warning("kept_files_failed", draw=draw.pk, fault=refusal.code)
        return
    log.info("kept_files_written", draw=draw.pk)


def _send(owed: TimestampRequest) -> bool:
    try:
        answer = ask_authority(url=settings.TIMESTAMP_URL, request=bytes(owed.request))
        store_timestamp(request=owed, answer=answer, stored_at=read_clock())
    except (AuthorityUnavailable, Refusal) as failure:
        note_fault(request=owed, fault=failure.code)
        log.warning("timestamp_failed", publication=owed.pk, fault=failure.code)
        return False
    log.info("timestamp_stored", publication=owed.pk)
    return True
