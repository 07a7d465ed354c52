"""One deed at a time on an attempt of the ballot."""

from django.db import connection


def lock_attempt(register_id: int) -> None:
    """
    Wait for whoever does something to this attempt; let go when the transaction ends.

    Not a lock on the rows themselves: PostgreSQL gives one only to who may change the row, and
    the application's own role may change nothing of a ballot.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"attempt|{register_id}"]
        )
