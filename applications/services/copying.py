"""Write many rows with PostgreSQL's COPY."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from psycopg import sql

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
    values = [(field.attname, _choose_preparation(field)) for field in fields]
    return copy_values(
        table or model._meta.db_table,
        [str(field.column) for field in fields],
        (
            [
                prepare(getattr(row, name)) if prepare else getattr(row, name)
                for name, prepare in values
            ]
            for row in chain([first], rows)
        ),
    )


def copy_values(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """
    Write rows of values that the driver knows, in the order of ``columns``; return how many.

    For millions of rows: making model instances would take longer than writing them.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join([sql.Identifier(column) for column in columns])
    )
    count = 0
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _choose_preparation(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """Choose what makes a field's value ready for the driver; nothing, for those it knows."""
    if field.get_internal_type() in WRITTEN_AS_THEY_ARE:
        return None
    connected = connections[DEFAULT_DB_ALIAS]  # not the proxy, which is looked up at every use
    return lambda value: field.get_db_prep_save(value, connected)
