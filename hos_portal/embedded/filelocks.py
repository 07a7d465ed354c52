"""
Locks between processes, kept by the kernel.

A lock lasts as long as the file stays open in any process that holds or inherited it, so a process
that is killed releases it and no lock is ever left behind.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the exclusive lock of a file, waiting for it."""
    with open_lock_file(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def open_lock_file(path: Path) -> IO[str]:
    """Open a lock file for reading and writing without emptying it; only its owner may read it."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+")


def try_exclusive(file: IO[str]) -> bool:
    """Take the exclusive lock if nobody else holds any; say whether it was taken."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_shared(file: IO[str]) -> None:
    """Take a shared lock, waiting while somebody holds the exclusive one."""
    fcntl.flock(file, fcntl.LOCK_SH)
