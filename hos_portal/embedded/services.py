"""
PostgreSQL and a broker for whoever has none: started on demand, shared, stopped by the last user.

Which services are embedded
    PostgreSQL when ``DATABASE_URL`` is unset, the broker when ``CELERY_BROKER_URL`` is unset. With
    both set nothing is started and nothing but secrets is read from the data directory.

Roles
    An embedded database is served by a role that may add to what is frozen and change nothing of
    it; its owner, a role of its own, migrates and grants. ``as_owner`` chooses the latter.

Sharing
    All processes of one data directory (``HOS_DATA_DIR``, default ``var/``) share one instance:
    a command in a second terminal finds the database of a running demo. Every user holds a shared
    lock, and whoever leaves last stops the services. A killed process loses its lock by itself.

Secrets
    With an embedded database they are generated once and kept in the data directory. With a
    database of one's own the demo and the tests do the same, for they must run with nothing
    prepared; management commands use what is stored there but create nothing. Production processes
    (``make serve``, ``make worker``) never come here: a missing secret stops them.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from hos_portal.embedded.broker import BrokerServer, cache_address
from hos_portal.embedded.errors import EmbeddedServiceError
from hos_portal.embedded.filelocks import locked, open_lock_file, take_shared, try_exclusive
from hos_portal.embedded.postgres import PostgresServer
from hos_portal.embedded.secrets import (
    APPLICATION_PASSWORD,
    BROKER_PASSWORD,
    POSTGRES_PASSWORD,
    load_or_create_secrets,
    load_secrets,
    pick_exported,
)
from hos_portal.embedded.signing_certificate import provide_signing_files
from hos_portal.environment import read_path

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent
NO_BROKER = "memory://"
NO_SHARED_CACHE = "locmem://"

Report = Callable[[str], None]


@dataclass(frozen=True)
class Services:
    """
    What a process may rely on while it is inside :func:`embedded_services`.

    :ivar data_dir: where data, logs and secrets are kept.
    :ivar lock_descriptors: file descriptors that child processes must inherit, so that the services
        stay up as long as a child lives.
    :ivar owner_address: of the embedded database, for who migrates it.
    """

    data_dir: Path
    lock_descriptors: tuple[int, ...] = ()
    owner_address: str | None = None


def find_data_directory() -> Path:
    """Return the data directory, making it and its log and run directories."""
    data_dir = read_path("HOS_DATA_DIR", PROJECT_DIR / "var").resolve()
    try:
        data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        for name in ("log", "run"):
            (data_dir / name).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise EmbeddedServiceError(
            f"HOS_DATA_DIR: {data_dir} cannot be used: {error.strerror}."
        ) from error
    return data_dir


@contextmanager
def embedded_services(
    *,
    broker: bool,
    create_secrets: bool = False,
    as_owner: bool = False,
    report: Report = lambda line: None,
) -> Iterator[Services]:
    """
    Provide the services that the environment does not name, and name them there.

    Inside, ``DATABASE_URL``, ``CELERY_BROKER_URL``, ``CACHE_URL``, ``HOS_DATA_DIR`` and the secrets
    are set; afterwards the environment is as before. SIGTERM ends the block in an orderly way.

    :param broker: whether a broker must run; without it one that runs already is used all the same.
    :param create_secrets: whether to generate secrets although the database is not embedded.
    :param as_owner: whether ``DATABASE_URL`` is the owner's, for who migrates an embedded database.
    :param report: called with a line for everything that takes time.
    :raises EmbeddedServiceError: when a service cannot be provided; one line for people.
    """
    data_dir = find_data_directory()
    wants_postgres = not os.environ.get("DATABASE_URL", "").strip()
    wants_broker = not os.environ.get("CELERY_BROKER_URL", "").strip()
    with ExitStack() as stack:
        stack.enter_context(orderly_termination())
        stack.enter_context(environment({"HOS_DATA_DIR": str(data_dir)}))
        services = Services(data_dir)
        addresses: dict[str, str] = {}
        if wants_postgres or (wants_broker and broker):
            shared = _shared_instance(
                data_dir,
                postgres=wants_postgres,
                broker=wants_broker,
                start_broker=broker,
                report=report,
            )
            services, addresses = stack.enter_context(shared)
            if as_owner and services.owner_address:
                addresses["DATABASE_URL"] = services.owner_address
        creates = wants_postgres or create_secrets
        secrets = load_or_create_secrets(data_dir) if creates else load_secrets(data_dir)
        signing = provide_signing_files(data_dir, create=creates)
        defaults = {"CELERY_BROKER_URL": NO_BROKER, "CACHE_URL": NO_SHARED_CACHE}
        exported = pick_exported(secrets) | signing
        stack.enter_context(environment_defaults(defaults | addresses | exported))
        yield services


@contextmanager
def _shared_instance(
    data_dir: Path, *, postgres: bool, broker: bool, start_broker: bool, report: Report
) -> Iterator[tuple[Services, dict[str, str]]]:
    """Start what is missing, hold the shared lock, and stop everything as the last user."""
    servers: list[PostgresServer | BrokerServer] = []
    starting = data_dir / "run" / "starting.lock"
    with open_lock_file(data_dir / "run" / "in-use.lock") as use:
        try:
            with locked(starting):
                take_shared(use)
                secrets = load_or_create_secrets(data_dir)
                postgres_server = _postgres_server(data_dir, secrets)
                broker_server = _broker_server(data_dir, secrets)
                servers += [broker_server, postgres_server]
                addresses: dict[str, str] = {}
                owner_address = _use_postgres(postgres_server, report) if postgres else None
                if postgres:
                    application = postgres_server.admit_application(secrets[APPLICATION_PASSWORD])
                    addresses["DATABASE_URL"] = application
                if broker:
                    addresses |= _use_broker(broker_server, start=start_broker, report=report)
            yield Services(data_dir, (use.fileno(),), owner_address), addresses
        finally:
            with locked(starting):
                if try_exclusive(use):
                    for server in servers:
                        server.stop()


def _postgres_server(data_dir: Path, secrets: dict[str, str]) -> PostgresServer:
    return PostgresServer(
        data_dir=data_dir,
        log_path=data_dir / "log" / "postgres.log",
        password=secrets[POSTGRES_PASSWORD],
    )


def _broker_server(data_dir: Path, secrets: dict[str, str]) -> BrokerServer:
    return BrokerServer(
        data_dir=data_dir,
        log_path=data_dir / "log" / "broker.log",
        password=secrets[BROKER_PASSWORD],
    )


def _use_postgres(server: PostgresServer, report: Report) -> str:
    address = server.find_running()
    if address:
        report("PostgreSQL runs already")
    else:
        report("starting PostgreSQL")
        address = server.start()
    return address


def _use_broker(server: BrokerServer, *, start: bool, report: Report) -> dict[str, str]:
    address = server.find_running()
    if address is None and start:
        report("starting the broker")
        address = server.start()
    if address is None:
        return {}
    return {"CELERY_BROKER_URL": address, "CACHE_URL": cache_address(address)}


@contextmanager
def environment_defaults(variables: dict[str, str]) -> Iterator[None]:
    """Set the environment variables that are unset or empty, and unset them again afterwards."""
    unset = {
        name: value for name, value in variables.items() if not os.environ.get(name, "").strip()
    }
    with environment(unset):
        yield


@contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """Set environment variables, and put the former values back afterwards."""
    former = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def orderly_termination() -> Iterator[None]:
    """Turn SIGTERM into an exit that runs clean-up code, where nobody has decided otherwise."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _exit_on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _exit_on_signal(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
