"""
A PostgreSQL server of one's own, in the data directory.

It listens on the loopback address only, asks for a generated password (SCRAM) and keeps what
programs send it out of its log: a failing statement or row would hold personal data.

It has two roles: the owner of the tables, who migrates, and the application's own, which serves and
may only do what it was granted (``manage.py grant_rights``).
"""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from hos_portal.embedded.accounts import Account, choose_account
from hos_portal.embedded.errors import EmbeddedServiceError
from hos_portal.embedded.ports import LOOPBACK, find_free_port
from hos_portal.embedded.postgres_programs import PostgresPrograms, find_programs

OWNER = "hos_portal"
APPLICATION_ROLE = "hos_application"
DATABASE = "hos_portal"
START_SECONDS = 30
STOP_SECONDS = 20
PRIVATE_PLACES = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108  (only parents of a private one)

CONFIGURATION = f"""
# Written by hos_portal.
listen_addresses = '{LOOPBACK}'
unix_socket_directories = ''
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
# No personal data in the log: neither statements, nor parameters, nor failing rows.
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""
FORGETFUL_CONFIGURATION = """
# For tests only: faster, and lost when the machine stops.
fsync = off
full_page_writes = off
synchronous_commit = off
"""


class PostgresServer:
    """
    The server of one data directory, running or not.

    Calls on the same directory from several processes must be serialised by the caller.

    :param durable: False for tests only; then nothing is forced to disk.
    """

    def __init__(
        self, *, data_dir: Path, log_path: Path, password: str, durable: bool = True
    ) -> None:
        self._place = data_dir / "postgres"
        self._log_path = log_path
        self._password = password
        self._durable = durable

    def find_running(self) -> str | None:
        """Return the owner's address if the server runs and answers as this directory's server."""
        port = self._recorded_port()
        if port is None:
            return None
        try:
            with self._connect(port) as connection:
                row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        except psycopg.OperationalError:
            return None
        return self._address(port) if row and Path(row[0]) == self._data else None

    def start(self) -> str:
        """
        Start the server unless it runs, creating its directory the first time.

        The lock file of a server that was killed is honoured by PostgreSQL until the dead process
        has been reaped, so starting is tried again for a while.

        :returns: the address of the portal's database, with the owner's name and password.
        :raises EmbeddedServiceError: when it does not answer within half a minute.
        """
        _prepare_home(self._place)
        programs = self._find_programs()
        if not self._data.exists():
            self._create_cluster(programs)
        deadline = time.monotonic() + START_SECONDS
        while not (address := self.find_running()):
            if time.monotonic() > deadline:
                raise EmbeddedServiceError(
                    f"PostgreSQL did not start within {START_SECONDS} seconds. "
                    f"Its log is {self._log_path} and ends: {_last_line(self._log_path)}"
                )
            port = find_free_port(self._recorded_port())
            if self._run_pg_ctl(programs, "start", "-o", f"-p {port}") != 0:
                time.sleep(0.5)
        self._create_database()
        return address

    def admit_application(self, password: str) -> str:
        """
        Make the role that serves, or give it this password; return its address.

        A data directory that was made when there was no such role gets it here.
        """
        port = self._get_port()
        try:
            with self._connect(port, user=APPLICATION_ROLE, password=password):
                pass
        except psycopg.OperationalError:
            with self._connect(port) as connection:
                query = "SELECT FROM pg_roles WHERE rolname = %s"
                stored = connection.execute(query, [APPLICATION_ROLE]).fetchone()
                verb = sql.SQL("CREATE" if stored is None else "ALTER")
                connection.execute(
                    sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
                        verb, sql.Identifier(APPLICATION_ROLE), sql.Literal(password)
                    )
                )
        return self._address(port, user=APPLICATION_ROLE, password=password)

    def stop(self) -> None:
        """Stop the server, telling clients to go; harmless when it does not run."""
        if self._recorded_port() is None:
            return
        programs = self._find_programs()
        if self._run_pg_ctl(programs, "stop", "-m", "fast") != 0:
            self._run_pg_ctl(programs, "stop", "-m", "immediate")

    @property
    def _home(self) -> Path:
        return self._place.resolve()

    @property
    def _data(self) -> Path:
        return self._home / "data"

    @property
    def _account(self) -> Account:
        return choose_account(self._data)

    def _find_programs(self) -> PostgresPrograms:
        return find_programs(self._account, self._home / "programs")

    def _run_pg_ctl(self, programs: PostgresPrograms, verb: str, *arguments: str) -> int:
        wait = str(START_SECONDS if verb == "start" else STOP_SECONDS)
        return self._run(
            programs.path("pg_ctl"), verb, "-D", str(self._data), "-w", "-t", wait, *arguments
        )

    def _run(self, *command: str) -> int:
        """Run a program with its output, and that of a server it starts, in the log."""
        with self._log_path.open("ab") as log:
            return subprocess.run(  # type: ignore[call-overload,no-any-return]
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._home,
                env={"LC_ALL": "C", "PATH": "/usr/bin:/bin", "HOME": str(self._home)},
                start_new_session=True,
                **self._account.popen_arguments,
            ).returncode

    def _create_cluster(self, programs: PostgresPrograms) -> None:
        """Create the directory under another name and rename it, so that it is whole or absent."""
        unfinished = self._home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self._home / "password"
        password_file.touch(0o600)
        password_file.write_text(self._password)
        self._account.take_ownership(password_file)
        status = self._run(
            *(programs.path("initdb"), "-D", str(unfinished), "-U", OWNER, "-E", "UTF8"),
            *("--auth=scram-sha-256", f"--pwfile={password_file}", *_locale_arguments(programs)),
            *([] if self._durable else ["--no-sync"]),
        )
        password_file.unlink()
        if status != 0:
            raise EmbeddedServiceError(
                f"PostgreSQL could not create its directory {unfinished}. "
                f"Its log is {self._log_path} and ends: {_last_line(self._log_path)}"
            )
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)
            configuration.write("" if self._durable else FORGETFUL_CONFIGURATION)
        unfinished.rename(self._data)

    def _create_database(self) -> None:
        with self._connect(self._get_port()) as connection:
            query = "SELECT FROM pg_database WHERE datname = %s"
            if connection.execute(query, [DATABASE]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _connect(
        self, port: int, *, user: str = OWNER, password: str | None = None
    ) -> psycopg.Connection:
        return psycopg.connect(
            host=LOOPBACK,
            port=port,
            user=user,
            password=password or self._password,
            dbname="postgres",
            connect_timeout=3,
            autocommit=True,
        )

    def _get_port(self) -> int:
        port = self._recorded_port()
        if port is None:
            raise EmbeddedServiceError(f"PostgreSQL stopped again; its log is {self._log_path}.")
        return port

    def _recorded_port(self) -> int | None:
        """Read the fourth line of PostgreSQL's own lock file: the port it listens on."""
        try:
            return int((self._data / "postmaster.pid").read_text().splitlines()[3])
        except (OSError, IndexError, ValueError):
            return None

    def _address(self, port: int, *, user: str = OWNER, password: str | None = None) -> str:
        secret = quote(password or self._password)
        return f"postgresql://{user}:{secret}@{LOOPBACK}:{port}/{DATABASE}"


def _prepare_home(place: Path) -> None:
    """
    Make the directory of programs and data, unless it is there.

    Where the account cannot reach the data directory (root's home is private), it is a link to a
    private directory elsewhere.
    """
    if place.exists():
        return
    place.unlink(missing_ok=True)
    account = choose_account(place)
    if account.can_reach(place.parent):
        place.mkdir(mode=0o700)
    else:
        place.symlink_to(_make_private_place(account))
    account.take_ownership(place.resolve())


def _make_private_place(account: Account) -> str:
    for parent in PRIVATE_PLACES:
        if parent.is_dir() and account.can_reach(parent):
            return tempfile.mkdtemp(prefix="hos-portal-", dir=parent)
    raise EmbeddedServiceError(
        "PostgreSQL's account can reach no directory for its data: set HOS_DATA_DIR to a directory "
        "that everybody may enter, or DATABASE_URL to a server of yours."
    )


def _locale_arguments(programs: PostgresPrograms) -> list[str]:
    """Choose a locale that sorts by code point on every machine; built in from version 17 on."""
    if programs.version >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C"]


def _last_line(path: Path) -> str:
    lines = path.read_text(errors="replace").split("\n") if path.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "(empty)")
