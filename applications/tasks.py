"""What runs in the background. A task finds its work in the database; its arguments carry none."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from celery import shared_task
from django.conf import settings
from django.core.management import call_command

from applications.models import OwedWork
from applications.policy.submission import PAYING_TIME
from applications.selectors.clock import read_clock
from applications.services import draft_erasure, journal, reminders
from applications.services.message_sending import send_due_messages, sending_alone
from applications.services.owed import claim_owed_work
from applications.services.payment_providers import PaymentProviderUnreachable
from applications.services.reconciliation import settle_pending_payments
from applications.services.screening import screen_owed_work

# So that a worker that is asked to stop can.
SENDING_TIME = timedelta(seconds=15)
# As long as a draft is kept beside the application that it has become.
SUBMITTED_DRAFT_KEPT = timedelta(days=1)
# As long as the API answers a repeated request with what it answered at first.
ANSWERS_KEPT = timedelta(days=7)

log = structlog.get_logger("applications.tasks")


@shared_task(name="applications.tasks.screen_owed_applications")  # type: ignore[untyped-decorator]
def screen_owed_applications(*, chunks: int = 20) -> int:
    """
    Screen what is owed, chunk after chunk, until nothing is due; return how many rows were taken.

    Killed at any point, the claimed rows come due again within a minute and end the same. The
    number of chunks is bounded so that a worker that is asked to stop can.
    """
    taken = 0
    for _ in range(chunks):
        rows = claim_owed_work(kind=OwedWork.Kind.SCREENING, claimed_at=read_clock())
        if not rows:
            break
        screen_owed_work(rows=rows, screened_at=read_clock())
        taken += len(rows)
    if taken:
        log.info("screened", count=taken)
    return taken


@shared_task(name="applications.tasks.send_owed_messages")  # type: ignore[untyped-decorator]
def send_owed_messages() -> int:
    """
    Send the e-mails that are due, for a while; return how many the mail server has accepted.

    A server that is away is no error: what it did not take is due again a little later.
    """
    with sending_alone() as is_alone:
        if not is_alone:
            return 0
        sending = send_due_messages(clock=read_clock, stop_at=read_clock() + SENDING_TIME)
    if sending.is_server_away:
        log.warning("mail_server_away")
    if sending.sent_count or sending.put_off_count or sending.given_up_count:
        log.info(
            "messages_sent",
            sent=sending.sent_count,
            put_off=sending.put_off_count,
            given_up=sending.given_up_count,
        )
    return sending.sent_count


@shared_task(name="applications.tasks.seal_journal")  # type: ignore[untyped-decorator]
def seal_journal() -> int:
    """Seal what the journal has gained since the last time."""
    return journal.seal_journal()


@shared_task(name="applications.tasks.reconcile_payments")  # type: ignore[untyped-decorator]
def reconcile_payments() -> int:
    """
    Ask the provider about payments that it has not told of in a quarter of an hour.

    A provider that is away is asked again at the next beat. Returns how many it answered for.
    """
    now = read_clock()
    try:
        asked = settle_pending_payments(opened_before=now - PAYING_TIME, asked_at=now)
    except PaymentProviderUnreachable as away:
        log.warning("payment_provider_unreachable", code=away.code)
        return 0
    if asked.asked_count:
        log.info("reconciled", asked=asked.asked_count, answered=asked.answered_count)
    return asked.answered_count


@shared_task(name="applications.tasks.remind_unpaid_drafts")  # type: ignore[untyped-decorator]
def remind_unpaid_drafts() -> int:
    """Remind, shortly before closing, whoever has not paid; return how many e-mails are owed."""
    now, reminded = read_clock(), 0
    after: UUID | None = reminders.FIRST
    while after is not None:
        count, after = reminders.remind_unpaid_drafts(
            reminded_at=now, before_closing=settings.REMINDER_BEFORE_CLOSING, after=after
        )
        reminded += count
    if reminded:
        log.info("reminded", count=reminded)
    return reminded


@shared_task(name="applications.tasks.erase_old_drafts")  # type: ignore[untyped-decorator]
def erase_old_drafts(*, chunks: int = 200) -> int:
    """
    Erase old drafts and sessions and the API's kept answers; return how many drafts it was.

    What is left when the chunks are used up, or when a worker dies, is taken at the next beat.
    """
    now = read_clock()
    erased = _take_chunks(
        chunks, lambda: draft_erasure.erase_old_drafts(erased_at=now, kept=settings.DRAFT_KEPT)
    )
    _take_chunks(
        chunks,
        lambda: draft_erasure.empty_submitted_drafts(submitted_before=now - SUBMITTED_DRAFT_KEPT),
    )
    _take_chunks(
        chunks, lambda: draft_erasure.delete_kept_answers(created_before=now - ANSWERS_KEPT)
    )
    call_command("clearsessions")
    if erased:
        log.info("erased", count=erased)
    return erased


def _take_chunks(most: int, take: Callable[[], int]) -> int:
    """Take a chunk after another until none is left, or so many were; return how many rows."""
    taken = 0
    for _ in range(most):
        count = take()
        if not count:
            break
        taken += count
    return taken
