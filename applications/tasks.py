"""What runs in the background. A task finds its work in the database; its arguments carry none."""

from datetime import timedelta

import structlog
from celery import shared_task

from applications.models import OwedWork
from applications.selectors.clock import read_clock
from applications.services import journal
from applications.services.owed import claim_owed_work
from applications.services.payment_providers import PaymentProviderUnreachable
from applications.services.reconciliation import settle_pending_payments
from applications.services.screening import screen_owed_work

# As long as an applicant may take at the provider; then the provider knows more than the applicant.
UNANSWERED = timedelta(minutes=15)

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
        asked = settle_pending_payments(opened_before=now - UNANSWERED, asked_at=now)
    except PaymentProviderUnreachable as away:
        log.warning("payment_provider_unreachable", code=away.code)
        return 0
    if asked.asked_count:
        log.info("reconciled", asked=asked.asked_count, answered=asked.answered_count)
    return asked.answered_count
