"""The clock of record: the database's, so that every machine agrees on the closing minute."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

# Where the server notes, by the process's own stopwatch, when it had a request whole.
RECEIVED = "hos.received_seconds"


def read_clock() -> datetime:
    """Return the database's time now, timezone-aware; it moves on inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now  # type: ignore[no-any-return]


def read_clock_at_arrival(environ: Mapping[str, Any]) -> datetime:
    """
    Return the database's time when a request had come in whole, before it waited for its turn.

    What was sent before closing counts, however long the queue was. The wait is measured with a
    stopwatch, so the machine's own idea of the time does not matter.

    :param environ: the request's, such as ``request.META``; without a note of it: now.
    """
    now = read_clock()
    received_seconds = environ.get(RECEIVED)
    if received_seconds is None:
        return now
    return now - timedelta(seconds=time.monotonic() - received_seconds)
