"""
Many more applications than the services can take in within minutes: copies of those they took in.

Each copy of a household is other people (another keyed hash), with a number of its own; what is
encrypted is copied as it is. Done in SQL, as the owner of the tables.
"""

from typing import Any

from django.db import connection, models, transaction

from applications.models import (
    Application,
    Exercise,
    NumberCounter,
    OwedWork,
    PaperForm,
    Payment,
    Person,
    Screening,
)

PLAN = """
CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
SELECT original, turn, nextval(pg_get_serial_sequence('applications_application', 'id')) AS id,
    %(last_number)s + row_number() OVER (ORDER BY turn, number) AS number
FROM (
    SELECT id AS original, number, turn FROM applications_application,
        generate_series(1, %(missing)s / %(stored)s + 1) AS turn
    WHERE exercise_id = %(exercise)s ORDER BY turn, number LIMIT %(missing)s
) AS planned
"""
# What of a row is not copied as it is, in SQL over the row and its copy. People come first: nobody
# joins an application that is there.
OWN = {
    Person: {"identity_key": "sha256(row.identity_key || copy.turn::text::bytea)"},
    Application: {"id": "copy.id", "number": "copy.number", "submission_key": "gen_random_uuid()"},
    PaperForm: {"form_serial": "row.form_serial || '-' || copy.turn"},
    Payment: {"id": "gen_random_uuid()", "draft_id": "NULL"},
    Screening: {},
    OwedWork: {},
}


@transaction.atomic
def multiply_applications(exercise: Exercise, count: int) -> None:
    """Copy the applications of an exercise, again and again, until there are ``count``."""
    stored = exercise.applications.count()
    counter = NumberCounter.objects.select_for_update().get(exercise=exercise)
    missing = count - stored
    if missing <= 0:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            PLAN,
            {
                "exercise": exercise.pk,
                "last_number": counter.last_number,
                "stored": stored,
                "missing": missing,
            },
        )
        cursor.execute("CREATE INDEX ON copy (original)")
        cursor.execute("ANALYZE copy")
        for model, own in OWN.items():
            _copy_rows(cursor, model, own)
    counter.last_number += missing
    counter.save(update_fields=["last_number"])


def _copy_rows(cursor: Any, model: type[models.Model], own: dict[str, str]) -> None:
    """Copy the rows of the originals; a key that the database makes is left to it."""
    of_application = "id" if model is Application else "application_id"
    columns = {
        str(field.column): own.get(str(field.column), f'row."{field.column}"')
        for field in model._meta.concrete_fields
        if field.column in own or not isinstance(field, models.AutoField)
    }
    if of_application in columns:
        columns[of_application] = "copy.id"
    table = model._meta.db_table
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(columns.values())}"
        f" FROM {table} AS row JOIN copy ON copy.original = row.{of_application}"
        " ORDER BY copy.number"
    )
