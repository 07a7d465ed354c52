"""
A whole portal of its own: PostgreSQL, broker, portal, worker and clock as real processes.

Everything lives in one temporary directory and on ports of its own, so several run side by side.
Tests kill the processes by their number and look at the database with plain SQL.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress

import psycopg
import redis
import requests

from hos_portal.embedded.broker import BrokerServer, cache_address
from hos_portal.embedded.ports import LOOPBACK, find_free_port
from hos_portal.embedded.postgres import PostgresServer
from hos_portal.embedded.secrets import (
    BROKER_PASSWORD,
    POSTGRES_PASSWORD,
    load_or_create_secrets,
    pick_exported,
)
from hos_portal.embedded.services import PROJECT_DIR
from hos_portal.embedded.signing_certificate import provide_signing_files
from hos_portal.processes import beat_command, portal_command, worker_command

PATIENCE_SECONDS = 60
POLL_SECONDS = 0.05


def wait_until(condition, what):
    """Wait until something holds and give its value; fail saying ``what`` when it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {PATIENCE_SECONDS} seconds in vain: {what}")
        time.sleep(POLL_SECONDS)
    return value


class Stack:
    """The services and processes of one data directory."""

    def __init__(self, data_dir):
        self.data_dir = data_dir
        self.log_dir = data_dir / "log"
        self.log_dir.mkdir()
        (data_dir / "run").mkdir()
        secrets = load_or_create_secrets(data_dir)
        self.postgres = PostgresServer(
            data_dir=data_dir,
            log_path=self.log_dir / "postgres.log",
            password=secrets[POSTGRES_PASSWORD],
        )
        self.broker = BrokerServer(
            data_dir=data_dir,
            log_path=self.log_dir / "broker.log",
            password=secrets[BROKER_PASSWORD],
        )
        self.port = find_free_port()
        self.processes = {}
        self.database = self.postgres.start()
        broker = self.broker.start()
        self.environment = {
            **os.environ,
            **pick_exported(secrets),
            **provide_signing_files(data_dir),
            "DJANGO_SETTINGS_MODULE": "hos_portal.settings",
            "DATABASE_URL": self.database,
            "CELERY_BROKER_URL": broker,
            "CACHE_URL": cache_address(broker),
            "HOS_DATA_DIR": str(data_dir),
            "HOS_PORT": str(self.port),
            "PYTHONPATH": str(PROJECT_DIR),
        }

    def start(self, name):
        """Start the portal, the worker or the beat."""
        commands = {
            "portal": lambda: portal_command(host=LOOPBACK, port=self.port),
            "worker": worker_command,
            "beat": beat_command,
        }
        with (self.log_dir / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                commands[name](),
                cwd=PROJECT_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if name == "portal":
            wait_until(self.is_ready, "the portal answers")

    def kill(self, name):
        """Kill a process and its children as a power cut would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)

    def stop(self):
        """Stop everything that was started."""
        for name in list(self.processes):
            with suppress(ProcessLookupError):
                self.kill(name)
        self.broker.stop()
        self.postgres.stop()

    def is_ready(self):
        return self.get("/readyz")[0] == 200

    def get(self, path):
        """Fetch a page; give status, headers and text, status 0 when nobody answers."""
        return self._open(urllib.request.Request(f"http://{LOOPBACK}:{self.port}{path}"))

    def pay(self, message):
        """Bring the provider's signed message to the portal; give status and answer."""
        request = urllib.request.Request(
            f"http://{LOOPBACK}:{self.port}/payments/callback/",
            data=message["body"].encode(),
            headers={"X-Signature": message["signature"], "Content-Type": "application/json"},
        )
        status, _, text = self._open(request)
        return status, text

    def press_pay(self, payment_id):
        """Press "pay" on the bank's page; give where the browser is led with the signed answer."""
        page = f"http://{LOOPBACK}:{self.port}/en/sandbox-bank/{payment_id}/"
        with requests.Session() as browser:
            browser.get(page, timeout=PATIENCE_SECONDS).raise_for_status()
            form = {"pay": "1", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
            answer = browser.post(
                page,
                form,
                headers={"Referer": page},
                allow_redirects=False,
                timeout=PATIENCE_SECONDS,
            )
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def _open(self, request):
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return 0, {}, ""

    def run(self, *words):
        """Run a Python program to its end; give its output."""
        ended = subprocess.run(
            [sys.executable, *words],
            cwd=PROJECT_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def ask(self, question, *values):
        """Ask the database; give the rows."""
        with psycopg.connect(self.database, connect_timeout=3) as connection:
            return connection.execute(question, values).fetchall()

    def ask_one(self, question, *values):
        """Ask the database for one value."""
        return self.ask(question, *values)[0][0]

    def tell(self, statement, *values):
        """Change something in the database."""
        with psycopg.connect(self.database, connect_timeout=3) as connection:
            connection.execute(statement, values)

    @contextmanager
    def holding(self, statement, *values):
        """Hold the row locks that a statement takes, until the block ends."""
        with psycopg.connect(self.database, connect_timeout=3) as connection:
            connection.execute(statement, values)
            yield
            connection.rollback()

    def wait_for_blocked(self, count, what):
        """Wait until this many statements of the database wait for a lock."""
        question = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        wait_until(lambda: self.ask_one(question) >= count, what)

    def count_clients(self):
        """Count the database sessions of others."""
        return self.ask_one(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND datname = current_database() AND pid <> pg_backend_pid()"
        )

    def wait_for_log(self, name, text):
        """Wait until a process has written something into its log."""
        path = self.log_dir / f"{name}.log"
        wait_until(lambda: text in path.read_text(), f"{path.name} says {text}")

    def kill_broker(self):
        """Kill the broker as a power cut would; ``broker.start()`` brings it back."""
        with redis.Redis.from_url(self.environment["CELERY_BROKER_URL"]) as client:
            process_id = client.info("server")["process_id"]
        os.kill(process_id, signal.SIGKILL)
        wait_until(lambda: not self.broker.find_running(), "the broker is dead")

    def kill_postgres(self):
        """Kill PostgreSQL as a power cut would; ``postgres.start()`` brings it back."""
        lock = self.data_dir / "postgres" / "data" / "postmaster.pid"
        os.kill(int(lock.read_text().split()[0]), signal.SIGKILL)
        wait_until(lambda: not self.postgres.find_running(), "PostgreSQL is dead")

    def wait_for_screening(self):
        """Wait until nothing is owed."""
        question = "SELECT count(*) FROM applications_owedwork WHERE done_at IS NULL"
        wait_until(lambda: self.ask_one(question) == 0, "everything is screened")
