"""The exercises of a run, filled with households that do not exist."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from applications.models import Exercise, OwedWork
from applications.policy.document import parse_document
from applications.policy.fees import FeeState
from applications.policy.household import ApplicationDocument
from applications.policy.terms import load_terms, shift_period
from applications.policy.timetable import hong_kong_date
from applications.selectors.clock import read_clock
from applications.services.application_rows import Arrival
from applications.services.bulk_intake import store_applications
from applications.services.exercises import load_exercise
from applications.services.owed import claim_owed_work
from applications.services.screening import screen_owed_work
from applications.synthetic.documents import Mixture, generate_documents
from benchmarks.bare_tables import create_bare_tables
from benchmarks.multiplication import multiply_applications

TERMS_FILE = "wsm_2024"
SMALL = 1_000
TAKEN_IN = 20_000  # of the large exercise; what is beyond are copies
CHUNK = 2_000
SEED = 2024
# As in WSM 2024's first day: more families than not, most of them youth, a quarter on paper.
FAMILY_SHARE = Fraction(55, 100)
YOUTH_SHARE = Fraction(4, 5)
PAPER_SHARE = Fraction(1, 4)


@dataclass(slots=True)
class Bench:
    """
    What every subject works with.

    :ivar applications: how many the large exercise began with; the small one has `SMALL`.
    :ivar rounds: of what is short; ``long_rounds`` of what takes seconds.
    :ivar next_serial: from which new households are numbered, so that nobody is on two forms.
    """

    applications: int
    rounds: int
    large: Exercise
    small: Exercise
    next_serial: int = field(default=1)

    @property
    def long_rounds(self) -> int:
        return min(self.rounds, 3)

    def share(self, part: int, *, at_least: int, at_most: int) -> int:
        """Return one part in so many of the applications, within bounds."""
        return max(at_least, min(self.applications // part, at_most))


def open_bench(*, applications: int, rounds: int, screened: bool) -> Bench:
    """
    Store the large and the small exercise and fill them, the usual few duplicates included.

    :param screened: whether to screen before the large exercise is multiplied, which is quicker
        than to screen everything afterwards.
    """
    create_bare_tables()
    bench = Bench(applications, rounds, open_exercise("BENCH-LARGE"), open_exercise("BENCH-SMALL"))
    _fill(bench, bench.small, min(SMALL, applications))
    _fill(bench, bench.large, min(TAKEN_IN, applications))
    if screened:
        screen_everything()
    multiply_applications(bench.large, applications)
    _tidy()
    return bench


def open_exercise(code: str) -> Exercise:
    """Store an exercise with the terms of WSM 2024, open since yesterday."""
    now = read_clock()
    _, mapping = load_terms(TERMS_FILE)
    shifted = shift_period(mapping, (now - timedelta(days=1)).replace(microsecond=0), code)
    return load_exercise(mapping=shifted, loaded_at=now)[0]


def take_documents(
    bench: Bench, exercise: Exercise, count: int, *, paper_share: Fraction, blemished: bool = False
) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Make documents of households that are in no exercise yet, and when each arrives."""
    terms = exercise.parsed_terms
    documents = generate_documents(
        seed=SEED,
        terms=terms,
        mixture=_mix(count, paper_share, blemished=blemished),
        first_at=terms.opens_at,
        last_at=read_clock(),
        first_serial=bench.next_serial,
    )
    bench.next_serial += count
    return documents


def screen_everything() -> None:
    """Do all screening that is owed, as a worker does."""
    while rows := claim_owed_work(kind=OwedWork.Kind.SCREENING, claimed_at=read_clock()):
        screen_owed_work(rows=rows, screened_at=read_clock())


def _mix(count: int, paper_share: Fraction, *, blemished: bool) -> Mixture:
    families = int(count * FAMILY_SHARE)
    return Mixture(
        family_count=families,
        one_person_count=count - families,
        youth_share=YOUTH_SHARE,
        paper_share=paper_share,
        duplicate_count=count // 200 if blemished else 0,
        ineligible_count=count // 100 if blemished else 0,
    )


def _fill(bench: Bench, exercise: Exercise, count: int) -> None:
    terms = exercise.parsed_terms
    now = read_clock()
    documents = take_documents(bench, exercise, count, paper_share=PAPER_SHARE, blemished=True)
    while chunk := list(islice(documents, CHUNK)):
        arrivals = [_describe_arrival(at, mapping, now) for at, mapping in chunk]
        with transaction.atomic():
            store_applications(exercise=exercise, terms=terms, arrivals=arrivals)


def _describe_arrival(
    at: datetime, mapping: dict[str, Any], now: datetime
) -> tuple[ApplicationDocument, Arrival]:
    document = parse_document(mapping, today=hong_kong_date(now))
    return document, Arrival(
        submission_key=uuid4(),
        received_at=at,
        recorded_at=now,
        fee_state=FeeState.PAID if document.fee else FeeState.UNPAID,
    )


def _tidy() -> None:
    """Do at once what PostgreSQL does by itself while applications come in over weeks."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
