"""What runs in the background. A task finds its work in the database; its arguments carry none."""

import structlog
from celery import shared_task

from applications.models import OwedWork
from applications.selectors.clock import read_clock
from applications.services import journal
from applications.services.owed import claim_owed_work
from applications.services.screening import screen_owed_work

log = structlog.get_logger("applications.tasks")


@shared_task(name="applications.tasks.screen_owed_applications")
def screen_owed_applications() -> int:
    """
    Screen what is owed, chunk after chunk, until nothing is due; return how many rows were taken.

    Killed at any point, the claimed rows come due again within a minute and end the same.
    """
    taken = 0
    while rows := claim_owed_work(kind=OwedWork.Kind.SCREENING, claimed_at=read_clock()):
        screen_owed_work(rows=rows, screened_at=read_clock())
        taken += len(rows)
    if taken:
        log.info("screened", count=taken)
    return taken


@shared_task(name="applications.tasks.seal_journal")
def seal_journal() -> int:
    """Seal what the journal has gained since the last time."""
    return journal.seal_journal()
