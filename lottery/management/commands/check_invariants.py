"""``manage.py check_invariants``"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.db import connection, transaction

from applications.management.operator_command import OperatorCommand
from applications.models import Application, Exercise, JournalSeal
from applications.selectors.invariants import (
    Breach,
    count_unmatched_payments,
    find_breaches_of_exercise,
)
from applications.services.journal_checks import find_breaches_of_journal
from lottery.services.ballot_checks import find_breaches_of_ballot


class Command(OperatorCommand):
    help = (
        "Recompute what must hold of the stored data and the journal's chain, as at one moment and "
        "without stopping anybody. Prints a line for each breach and then ends with exit code 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with one_moment():
            breaches = 0
            for breach in find_breaches():
                breaches += 1
                self.stdout.write(f"{breach.rule}: {breach.subject}: {breach.details}")
            if unmatched := count_unmatched_payments():
                self.stdout.write(f"To be settled by hand: {unmatched:,} fees without application")
            if breaches:
                raise CommandError(f"{breaches:,} breaches.")
            self.stdout.write(
                f"No breach. Applications: {Application.objects.count():,}; "
                f"sealed journal entries: {JournalSeal.objects.count():,}"
            )


def find_breaches() -> Iterator[Breach]:
    """Find everything that does not hold: of each exercise and its ballot, then of the journal."""
    for exercise in Exercise.objects.select_related("number_counter").order_by("code"):
        yield from find_breaches_of_exercise(exercise)
        yield from find_breaches_of_ballot(exercise)
    yield from find_breaches_of_journal()


@contextmanager
def one_moment() -> Iterator[None]:
    """See the data as at one moment, whatever is submitted meanwhile."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
