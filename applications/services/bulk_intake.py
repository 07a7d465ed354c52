"""Take in many applications at once: all of them or none, written with COPY."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from psycopg import sql

from applications.models import Application, Exercise, OwedWork, PaperForm, Payment, Person
from applications.policy.household import ApplicationDocument
from applications.policy.terms import ExerciseTerms
from applications.services.application_rows import (
    Arrival,
    build_application,
    build_paper_form,
    build_payment,
    build_people,
)
from applications.services.intake import issue_numbers, reserve_application_ids

WRITTEN_AS_THEY_ARE = frozenset(
    {
        "AutoField",
        "BigAutoField",
        "BigIntegerField",
        "BooleanField",
        "CharField",
        "DateField",
        "DateTimeField",
        "ForeignKey",
        "IntegerField",
        "OneToOneField",
        "PositiveBigIntegerField",
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
        "SmallIntegerField",
        "TextField",
        "UUIDField",
    }
)


STAGE = "staged_application"
Arrivals = Sequence[tuple[ApplicationDocument, Arrival]]


@transaction.atomic
def store_applications(
    *, exercise: Exercise, terms: ExerciseTerms, arrivals: Arrivals
) -> list[int]:
    """
    Store a chunk of applications in the caller's transaction; return their numbers, in order.

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
        _copy_households(
            self._exercise, self._terms, arrivals, first_number=self.count, table=STAGE
        )
        self.count += len(arrivals)

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
) -> None:
    """Write applications, numbered from ``first_number`` on, into ``table``, and all else."""
    identified = list(zip(reserve_application_ids(len(arrivals)), arrivals, strict=True))
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
    copy_rows(
        Person,
        chain.from_iterable(
            build_people(application_id=pk, exercise=exercise, document=document)
            for pk, (document, _) in identified
        ),
    )
    copy_rows(
        PaperForm,
        (
            form
            for pk, (document, _) in identified
            if (form := build_paper_form(application_id=pk, exercise=exercise, document=document))
        ),
    )
    copy_rows(
        Payment,
        (
            payment
            for pk, (document, arrival) in identified
            if (
                payment := build_payment(
                    application_id=pk, terms=terms, document=document, arrival=arrival
                )
            )
        ),
    )
    copy_rows(
        OwedWork,
        (
            OwedWork(
                kind=OwedWork.Kind.SCREENING,
                application_id=pk,
                owed_at=arrival.recorded_at,
                due_at=arrival.recorded_at,
            )
            for pk, (_, arrival) in identified
        ),
    )


def copy_rows(
    model: type[models.Model], rows: Iterable[models.Model], *, table: str | None = None
) -> int:
    """
    Write unsaved instances with COPY, each column prepared as the ORM would; return how many.

    A primary key that the database makes is left to it when the first row has none. Values that
    the driver writes as they are skip the ORM's preparation, which takes longer than all the rest.

    :param table: one of the same columns, by default the model's own.
    """
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return 0
    fields = [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key and getattr(first, field.attname) is None)
    ]
    columns = [str(field.column) for field in fields]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table or model._meta.db_table),
        sql.SQL(", ").join([sql.Identifier(column) for column in columns]),
    )
    values = [(field.attname, _choose_preparation(field)) for field in fields]
    count = 0
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for row in chain([first], rows):
            copy.write_row(
                [
                    prepare(getattr(row, name)) if prepare else getattr(row, name)
                    for name, prepare in values
                ]
            )
            count += 1
    return count


def _choose_preparation(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """Choose what makes a field's value ready for the driver; nothing, for those it knows."""
    if field.get_internal_type() in WRITTEN_AS_THEY_ARE:
        return None
    connected = connections[DEFAULT_DB_ALIAS]  # not the proxy, which is looked up at every use
    return lambda value: field.get_db_prep_save(value, connected)
