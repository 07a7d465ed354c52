"""
Child processes of the demonstration, findable after their parent was killed.

Each child runs in a session of its own and holds the lock of its file in ``run/`` for as long as it
lives, which no reused process number can counterfeit; the file holds its number.
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from hos_portal.embedded.filelocks import open_lock_file, try_exclusive

GRACE_SECONDS = 8


class Child:
    """One named child process, its lock file and its log."""

    def __init__(self, name: str, data_dir: Path) -> None:
        self.name = name
        self.log_path = data_dir / "log" / f"{name}.log"
        self._lock_path = data_dir / "run" / f"{name}.lock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, command: Sequence[str], *, cwd: Path, descriptors: tuple[int, ...]) -> None:
        """
        Start the process with its output in its log.

        :param descriptors: file descriptors that it inherits besides its own lock.
        """
        with open_lock_file(self._lock_path) as lock, self.log_path.open("ab") as log:
            try_exclusive(lock)
            lock.truncate(0)
            self._process = subprocess.Popen(
                command,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(lock.fileno(), *descriptors),
            )
            lock.write(str(self._process.pid))

    def has_ended(self) -> bool:
        """Tell whether a started process is no longer there."""
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> bool:
        """
        Ask the process to finish, wait, and kill what is left of its session.

        :returns: whether there was anything to stop, also of an earlier parent.
        """
        own = self._process.pid if self._process else None
        leader = self._find_leader() or own
        if leader is None:
            return False
        if not self.has_ended():
            with suppress(ProcessLookupError):
                os.kill(leader, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while self._is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        with suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
        return True

    def _is_alive(self) -> bool:
        return (self._process is not None and not self.has_ended()) or bool(self._find_leader())

    def _find_leader(self) -> int | None:
        """Return the number of the process if it or a descendant still holds the lock."""
        with open_lock_file(self._lock_path) as lock:
            if try_exclusive(lock):
                return None
            return int(lock.read() or 0) or None
