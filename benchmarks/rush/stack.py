"""A whole portal of the run's own: database, broker, portal, worker and clock, as in production."""

import os
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.surroundings import own_database
from hos_portal.embedded.broker import BrokerServer, cache_address
from hos_portal.embedded.children import Child
from hos_portal.embedded.errors import EmbeddedServiceError
from hos_portal.embedded.ports import LOOPBACK, find_free_port
from hos_portal.embedded.secrets import BROKER_PASSWORD, load_or_create_secrets
from hos_portal.embedded.services import PROJECT_DIR, embedded_services, environment
from hos_portal.processes import beat_command, portal_command, worker_command

READY_SECONDS = 60
ANSWER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Portal:
    """
    A portal that serves.

    :ivar processes: numbers of what was started for this run, by name; each has children.
    """

    url: str
    processes: Mapping[str, int] = field(default_factory=dict)

    def require_processes(self) -> None:
        """
        Refuse to go on without a process of the portal: a run without its worker proves little.

        :raises EmbeddedServiceError: names those that have ended by themselves.
        """
        ended = [name for name, number in self.processes.items() if not is_alive(number)]
        if ended:
            raise EmbeddedServiceError(f"Ended by itself: {', '.join(ended)}. Its log says why.")

    def read_cpu_seconds(self) -> dict[str, float]:
        """Read what each process and its children have used so far."""
        return {name: sum_cpu_seconds(number) for name, number in self.processes.items()}


def is_alive(number: int) -> bool:
    """Tell whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return bool(psutil.Process(number).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def sum_cpu_seconds(number: int) -> float:
    """Sum the CPU seconds of a process and of its children, those that have ended included."""
    process = psutil.Process(number)
    living = [process, *process.children(recursive=True)]
    used = sum(sum(member.cpu_times()[:2]) for member in living)
    return float(used + sum(process.cpu_times()[2:4]))


@contextmanager
def named_portal(url: str) -> Iterator[Portal]:
    """
    Use a portal that is up, whose database and secrets the environment names.

    Without ``DATABASE_URL`` it is the demonstration of ``HOS_DATA_DIR``.
    """
    with embedded_services(broker=False):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hos_portal.settings")
        _set_up_django()
        _await_portal(url)
        yield Portal(url)


@contextmanager
def own_portal(kept_logs: Path) -> Iterator[Portal]:
    """
    Start a portal on free ports with a database of its own, and remove everything afterwards.

    The database server is an embedded one, with fsync on, or that of ``DATABASE_URL``.

    :param kept_logs: where the logs go, which a failed run is explained by.
    """
    with ExitStack() as stack:
        data_dir = stack.enter_context(_data_directory(kept_logs))
        port = find_free_port()
        url = f"http://{LOOPBACK}:{port}"
        settings = {
            "HOS_DATA_DIR": str(data_dir),
            "HOS_PORT": str(port),
            "HOS_PUBLIC_URL": url,
            "HOS_PROXY_COUNT": "1",  # the load process says from where each household comes
            **stack.enter_context(_broker(data_dir)),
        }
        stack.enter_context(environment(settings))
        stack.enter_context(own_database())
        commands = {
            "portal": portal_command(host=LOOPBACK, port=port),
            "worker": worker_command(),
            "beat": beat_command(),
        }
        processes = stack.enter_context(_children(data_dir, commands))
        _await_portal(url)
        yield Portal(url, processes | _find_postgres(data_dir))


@contextmanager
def _data_directory(kept_logs: Path) -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="hos-portal-rush-"))
    directory.chmod(0o711)  # as root, PostgreSQL's own account must get through
    for name in ("log", "run"):
        (directory / name).mkdir()
    try:
        yield directory
    finally:
        shutil.copytree(directory / "log", kept_logs, dirs_exist_ok=True)
        place = (directory / "postgres").resolve()
        shutil.rmtree(directory)
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _broker(data_dir: Path) -> Iterator[dict[str, str]]:
    password = load_or_create_secrets(data_dir)[BROKER_PASSWORD]
    log_path = data_dir / "log" / "broker.log"
    broker = BrokerServer(data_dir=data_dir, log_path=log_path, password=password)
    address = broker.start()
    try:
        yield {"CELERY_BROKER_URL": address, "CACHE_URL": cache_address(address)}
    finally:
        broker.stop()


@contextmanager
def _children(data_dir: Path, commands: Mapping[str, Sequence[str]]) -> Iterator[dict[str, int]]:
    """Start the processes, logging as in production; stop them in the opposite order."""
    children = {name: Child(name, data_dir) for name in commands}
    try:
        with environment({"HOS_LOG_LEVEL": "INFO"}):
            for name, child in children.items():
                child.start(commands[name], cwd=PROJECT_DIR, descriptors=())
        yield {name: int((data_dir / "run" / f"{name}.lock").read_text()) for name in commands}
    finally:
        for child in reversed(children.values()):
            child.stop()


def _find_postgres(data_dir: Path) -> dict[str, int]:
    """Find the embedded server; one that the environment names is not ours to measure."""
    lock = data_dir / "postgres" / "data" / "postmaster.pid"
    return {"postgresql": int(lock.read_text().split()[0])} if lock.exists() else {}


def _await_portal(url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _is_ready(url):
        if time.monotonic() > deadline:
            raise EmbeddedServiceError(f"No portal answers at {url}.")
        time.sleep(0.2)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=ANSWER_SECONDS):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _set_up_django() -> None:
    import django

    django.setup()
