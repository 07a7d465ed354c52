"""Take in many applications at once: all of them or none, written with COPY."""

from collections.abc import Iterable, Sequence
from itertools import chain

from django.db import connection, models, transaction
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


@transaction.atomic
def store_applications(
    *,
    exercise: Exercise,
    terms: ExerciseTerms,
    arrivals: Sequence[tuple[ApplicationDocument, Arrival]],
) -> list[int]:
    """
    Store a chunk of applications in the caller's transaction; return their numbers, in order.

    The caller has checked the period, the submission keys and the paper forms' serials; the
    database's constraints judge last and refuse the whole chunk.
    """
    ids = reserve_application_ids(len(arrivals))
    first_number = issue_numbers(exercise, len(arrivals))
    numbered = list(zip(ids, range(first_number, first_number + len(ids)), arrivals, strict=True))
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
            for pk, number, (document, arrival) in numbered
        ),
    )
    copy_rows(
        Person,
        chain.from_iterable(
            build_people(application_id=pk, exercise=exercise, document=document)
            for pk, _, (document, _) in numbered
        ),
    )
    copy_rows(
        PaperForm,
        (
            form
            for pk, _, (document, _) in numbered
            if (form := build_paper_form(application_id=pk, exercise=exercise, document=document))
        ),
    )
    copy_rows(
        Payment,
        (
            payment
            for pk, _, (document, arrival) in numbered
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
            for pk, _, (_, arrival) in numbered
        ),
    )
    return [number for _, number, _ in numbered]


def copy_rows(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """
    Write unsaved instances with COPY, each column prepared as the ORM would; return how many.

    A primary key that the database makes is left to it when the first row has none.
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
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join([sql.Identifier(column) for column in columns]),
    )
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in chain([first], rows):
            copy.write_row(
                [
                    field.get_db_prep_save(getattr(row, field.attname), connection)
                    for field in fields
                ]
            )
            count += 1
    return count
