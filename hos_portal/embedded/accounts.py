"""
The operating-system account that PostgreSQL runs as.

PostgreSQL refuses to run as root. Started by root, as in most containers, it runs as the
unprivileged account ``nobody``, which must then be able to reach its programs and its data.
"""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from hos_portal.embedded.errors import EmbeddedServiceError

UNPRIVILEGED_ACCOUNT = "nobody"


@dataclass(frozen=True)
class Account:
    """A user and group; ``switch`` says whether a process must change to them."""

    uid: int
    gid: int
    switch: bool

    @property
    def popen_arguments(self) -> dict[str, object]:
        """Keyword arguments for ``subprocess`` that start a process as this account."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def take_ownership(self, *paths: Path) -> None:
        """Give paths to this account, where a process changes to it."""
        for path in paths if self.switch else ():
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Tell whether this account may enter a directory through all of its parents."""
        return all(self._may_enter(place) for place in (path, *path.parents) if place.is_dir())

    def _may_enter(self, directory: Path) -> bool:
        status = directory.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)


def choose_account(data: Path) -> Account:
    """
    Choose the account for PostgreSQL: one's own; for root whoever owns the data, else ``nobody``.

    :raises EmbeddedServiceError: when root finds no such account.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid, switch=True)
    try:
        entry = pwd.getpwnam(UNPRIVILEGED_ACCOUNT)
    except KeyError:
        raise EmbeddedServiceError(
            f"PostgreSQL does not run as root, and there is no account '{UNPRIVILEGED_ACCOUNT}' "
            "to run it as: use another account, or set DATABASE_URL."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, switch=True)
