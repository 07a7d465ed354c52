"""
The demonstration: everything on one machine, with one command (``make demo``).

Starts PostgreSQL and a broker unless the environment names others, prepares the database, starts
the portal, a worker and the clock of periodic tasks, fills the exercise DEMO2024 the first time,
and serves until Ctrl-C or SIGTERM, which stops everything that it started.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from hos_portal.embedded.children import GRACE_SECONDS, Child
from hos_portal.embedded.errors import EmbeddedServiceError
from hos_portal.embedded.filelocks import open_lock_file, try_exclusive
from hos_portal.embedded.ports import LOOPBACK, describe_listener, is_port_free
from hos_portal.embedded.postgres import APPLICATION_ROLE
from hos_portal.embedded.services import (
    PROJECT_DIR,
    Services,
    embedded_services,
    environment,
    find_data_directory,
)
from hos_portal.environment import SettingError, read_integer
from hos_portal.processes import beat_command, portal_command, worker_command

CHILDREN = ("portal", "worker", "beat")
PREPARATION = "hos_portal.embedded.preparation"
READY_SECONDS = 60
WATCH_SECONDS = 0.5
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """Somebody asked the demonstration to stop."""


class Demo:
    """One run of the demonstration."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self._data_dir = data_dir
        self._port = port
        self._started_at = time.monotonic()
        self._children = [Child(name, data_dir) for name in CHILDREN]

    def run(self) -> None:
        """Serve until stopped; returns only by an exception."""
        with _only_demo_of(self._data_dir):
            self._say(f"Data, logs and secrets are in {self._data_dir}")
            if not os.environ.get("HOS_EMAIL_URL"):
                self._say(f"Each e-mail becomes a file in {self._data_dir / 'mail'}")
            self._stop_leftovers()
            self._require_port()
            with embedded_services(broker=True, create_secrets=True, report=self._say) as services:
                self._prepare(services)
                try:
                    self._start_children(services)
                    self._run("manage.py", "load_demo", "--wait-for-screening")
                    self._say(f"Serving at http://{LOOPBACK}:{self._port}/ until Ctrl-C")
                    self._watch()
                finally:
                    self._stop_children()

    def _prepare(self, services: Services) -> None:
        """Prepare as the owner of the tables, where there is one besides the role that serves."""
        self._say("Preparing the database, the pictures and styles, and the exercises")
        owner = services.owner_address
        with environment({"DATABASE_URL": owner} if owner else {}):
            self._run("-m", PREPARATION, *([APPLICATION_ROLE] if owner else []))

    def _start_children(self, services: Services) -> None:
        """Start the portal before the others, so that people see it as early as can be."""
        portal, worker, beat = self._children
        self._say("Starting the portal")
        self._start(portal, portal_command(host=LOOPBACK, port=self._port), services)
        self._await_portal()
        self._say(f"The portal answers at http://{LOOPBACK}:{self._port}/")
        self._say("Starting a worker and the clock of periodic tasks")
        self._start(worker, worker_command(), services)
        self._start(beat, beat_command(), services)

    def _start(self, child: Child, command: list[str], services: Services) -> None:
        child.start(command, cwd=PROJECT_DIR, descriptors=services.lock_descriptors)

    def _run(self, *words: str) -> None:
        """Run a Python program to its end, in a session that Ctrl-C does not reach."""
        command = [sys.executable, *words]
        process = subprocess.Popen(command, cwd=PROJECT_DIR, start_new_session=True)
        try:
            while process.poll() is None:
                self._require_children()
                _wait_a_little(process)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(GRACE_SECONDS)
        if process.returncode != 0:
            raise EmbeddedServiceError(f"{' '.join(words)} failed; see above.")

    def _await_portal(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._portal_is_ready():
            self._require_children()
            if time.monotonic() > deadline:
                log_path = self._children[0].log_path
                raise EmbeddedServiceError(
                    f"The portal did not answer within {READY_SECONDS} seconds; see {log_path}."
                )
            time.sleep(0.2)

    def _portal_is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{self._port}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def _watch(self) -> None:
        while True:
            self._require_children()
            time.sleep(WATCH_SECONDS)

    def _require_children(self) -> None:
        for child in self._children:
            if child.has_ended():
                raise EmbeddedServiceError(
                    f"The {child.name} has ended by itself; its log is {child.log_path}."
                )

    def _require_port(self) -> None:
        if not is_port_free(self._port):
            raise EmbeddedServiceError(
                f"Port {self._port} is taken by {describe_listener(self._port)}. "
                f"Choose another one: HOS_PORT={self._port + 1} make demo"
            )

    def _stop_leftovers(self) -> None:
        for child in reversed(self._children):
            if child.stop():
                self._say(f"Stopped the {child.name} of a demonstration that was killed")

    def _stop_children(self) -> None:
        for child in reversed(self._children):
            if child.stop():
                self._say(f"Stopped the {child.name}")

    def _say(self, line: str) -> None:
        seconds = time.monotonic() - self._started_at
        print(f"[{seconds:6.1f} s] {line[0].upper()}{line[1:]}", flush=True)


def main() -> int:
    """Run the demonstration; exit code 0 when it was asked to stop, 1 when it could not go on."""
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    try:
        port = read_integer("HOS_PORT", 8000, minimum=1, maximum=65535)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hos_portal.settings")
        # Whoever tries the demonstration does not wait a day for the balls.
        os.environ.setdefault("HOS_BALLOT_WAITING_HOURS", "0")
        Demo(find_data_directory(), port).run()
    except Stopped:
        print("Everything is stopped. The data stay for the next time.", flush=True)
        return 0
    except (EmbeddedServiceError, SettingError) as error:
        print(f"The demonstration cannot go on. {error}", file=sys.stderr, flush=True)
    return 1


def _stop(number: int, frame: FrameType | None) -> None:
    """Leave the running block; a second signal would only disturb the orderly end."""
    for later in STOP_SIGNALS:
        signal.signal(later, signal.SIG_IGN)
    print(flush=True)
    raise Stopped


@contextmanager
def _only_demo_of(data_dir: Path) -> Iterator[None]:
    with ExitStack() as stack:
        lock = stack.enter_context(open_lock_file(data_dir / "run" / "demo.lock"))
        if not try_exclusive(lock):
            raise EmbeddedServiceError(
                f"A demonstration already runs on the data in {data_dir}. For a second one: "
                "HOS_DATA_DIR=var2 HOS_PORT=8001 make demo"
            )
        yield


def _wait_a_little(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(WATCH_SECONDS)
    except subprocess.TimeoutExpired:
        return


if __name__ == "__main__":
    sys.exit(main())
