"""The clock of record: the database's, so that every machine agrees on the closing minute."""

from datetime import datetime

from django.db import connection


def read_clock() -> datetime:
    """Return the database's time now, timezone-aware; it moves on inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now  # type: ignore[no-any-return]
