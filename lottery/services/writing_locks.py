"""Let one at a time write what is kept on disk, and nobody wait long for it."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PATIENCE_SECONDS = 2.0
PAUSE_SECONDS = 0.05


class StillBeingWritten(Exception):
    """Somebody else is writing what was asked for, which can take minutes: come again later."""


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """
    Hold the lock of a file, which ends with the process that holds it.

    :raises StillBeingWritten: when another holds it for longer than a moment, so that a few
        readers cannot occupy every thread that serves.
    """
    with path.open("w") as lock:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _try_to_lock(lock):
            if time.monotonic() > deadline:
                raise StillBeingWritten
            time.sleep(PAUSE_SECONDS)
        yield


def _try_to_lock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
