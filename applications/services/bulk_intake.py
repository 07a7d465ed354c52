"""Take in many applications at once: all of them or none, written with COPY."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

from django.db import connection, transaction
from psycopg import sql

from applications.models import (
    Application,
    Exercise,
    Message,
    OwedWork,
    PaperForm,
    Payment,
    Person,
)
from applications.policy.household import ApplicationDocument
from applications.policy.terms import ExerciseTerms
from applications.services.application_rows import (
    Arrival,
    build_application,
    build_owed_screening,
    build_paper_form,
    build_payment,
    build_people,
    build_receipt_message,
)
from applications.services.copying import copy_rows
from applications.services.intake import issue_numbers, reserve_application_ids

STAGE = "staged_application"
Arrivals = Sequence[tuple[ApplicationDocument, Arrival]]
IdentifiedArrivals = Sequence[tuple[int, tuple[ApplicationDocument, Arrival]]]


@transaction.atomic
def store_applications(
    *, exercise: Exercise, terms: ExerciseTerms, arrivals: Arrivals
) -> list[int]:
    """
    Store a chunk of applications in the caller's transaction; return their numbers, in order.

    For rehearsals, whose households do not exist: nobody is owed an e-mail.

    The caller has checked the period, the submission keys and the paper forms' serials; the
    database's constraints judge last and refuse the whole chunk.
    """
    first_number = issue_numbers(exercise, len(arrivals))
    table = Application._meta.db_table
    _copy_households(exercise, terms, arrivals, first_number=first_number, table=table)
    return list(range(first_number, first_number + len(arrivals)))


@contextmanager
def stage_applications(
    *, exercise: Exercise, terms: ExerciseTerms
) -> "Iterator[StagedApplications]":
    """
    Write many applications in the caller's transaction and number them all at the end.

    Numbers are issued under a lock for which everybody who submits waits. Writing takes a while,
    numbering what is written does not.
    """
    application = sql.Identifier(Application._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DROP").format(
                sql.Identifier(STAGE), application
            )
        )
        yield StagedApplications(exercise, terms)
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(STAGE)))


class StagedApplications:
    """Applications that are written and have no number yet."""

    def __init__(self, exercise: Exercise, terms: ExerciseTerms) -> None:
        self._exercise = exercise
        self._terms = terms
        self.count = 0

    def add(self, arrivals: Arrivals) -> None:
        """Write a chunk: everything but the applications' own rows goes where it belongs."""
        identified = _copy_households(
            self._exercise, self._terms, arrivals, first_number=self.count, table=STAGE
        )
        self.count += len(arrivals)
        copy_rows(Message, _build_receipts(identified))

    def issue_numbers(self) -> int:
        """
        Number what was written, in the order in which it was; return the first number.

        :raises ExerciseClosed: once the exercise was closed.
        """
        columns = [str(field.column) for field in Application._meta.concrete_fields]
        numbered: list[sql.Composable] = [
            sql.SQL("number + %s") if column == "number" else sql.Identifier(column)
            for column in columns
        ]
        statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
            sql.Identifier(Application._meta.db_table),
            sql.SQL(", ").join(sql.Identifier(column) for column in columns),
            sql.SQL(", ").join(numbered),
            sql.Identifier(STAGE),
        )
        first_number = issue_numbers(self._exercise, self.count)
        with connection.cursor() as cursor:
            cursor.execute(statement, [first_number])
        return first_number


def _copy_households(
    exercise: Exercise,
    terms: ExerciseTerms,
    arrivals: Arrivals,
    *,
    first_number: int,
    table: str,
) -> IdentifiedArrivals:
    """
    Write applications, numbered from ``first_number`` on, into ``table``, and all else.

    Applications come last: nobody joins one that is there already. Returns the arrivals with the
    primary keys of their applications.
    """
    identified = list(zip(reserve_application_ids(len(arrivals)), arrivals, strict=True))
    copy_rows(
        Person,
        chain.from_iterable(
            build_people(application_id=pk, exercise=exercise, document=document)
            for pk, (document, _) in identified
        ),
    )
    copy_rows(PaperForm, _build_paper_forms(exercise, identified))
    copy_rows(Payment, _build_payments(terms, identified))
    copy_rows(
        OwedWork,
        (
            build_owed_screening(application_id=pk, arrival=arrival)
            for pk, (_, arrival) in identified
        ),
    )
    copy_rows(
        Application,
        (
            build_application(
                pk=pk,
                number=number,
                exercise=exercise,
                terms=terms,
                document=document,
                arrival=arrival,
            )
            for number, (pk, (document, arrival)) in enumerate(identified, start=first_number)
        ),
        table=table,
    )
    return identified


def _build_paper_forms(exercise: Exercise, identified: IdentifiedArrivals) -> Iterator[PaperForm]:
    for pk, (document, arrival) in identified:
        form = build_paper_form(
            application_id=pk, exercise=exercise, document=document, arrival=arrival
        )
        if form:
            yield form


def _build_payments(terms: ExerciseTerms, identified: IdentifiedArrivals) -> Iterator[Payment]:
    for pk, (document, arrival) in identified:
        payment = build_payment(application_id=pk, terms=terms, document=document, arrival=arrival)
        if payment:
            yield payment


def _build_receipts(identified: IdentifiedArrivals) -> Iterator[Message]:
    for pk, (document, arrival) in identified:
        message = build_receipt_message(application_id=pk, document=document, arrival=arrival)
        if message:
            yield message
