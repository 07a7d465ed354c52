"""The services that the project brings along, as real processes in directories of their own."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis

from hos_portal.embedded.children import Child
from hos_portal.embedded.errors import EmbeddedServiceError
from hos_portal.embedded.ports import describe_listener, is_port_free
from hos_portal.embedded.secrets import EXPORTED, load_or_create_secrets
from hos_portal.embedded.services import embedded_services

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def data_dir(monkeypatch):
    """A data directory that nobody used before, in an environment that names no service."""
    directory = Path(tempfile.mkdtemp(prefix="hos-portal-tests-"))
    directory.chmod(0o711)
    for name in ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", *EXPORTED):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOS_DATA_DIR", str(directory))
    yield directory
    place = (directory / "postgres").resolve()
    shutil.rmtree(directory)
    shutil.rmtree(place, ignore_errors=True)


def ask_database(address, question):
    with psycopg.connect(address, connect_timeout=3) as connection:
        return connection.execute(question).fetchone()[0]


def tell_database(address, statement):
    with psycopg.connect(address, connect_timeout=3) as connection:
        connection.execute(statement)


def run_python(*words):
    """Run a program in a second process of the same data directory."""
    without_services = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL"}
    }
    return subprocess.run(
        [sys.executable, *words],
        cwd=PROJECT,
        env=without_services,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def forget_application_password(data_dir):
    """Make the secrets those of the time when one role did everything."""
    path = data_dir / "secrets.env"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "APPLICATION_PASSWORD" not in line))


def kill_embedded_postgres(data_dir):
    lines = (data_dir / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
    os.kill(int(lines[0]), signal.SIGKILL)


class TestEmbeddedServices:
    def test_provides_a_database_a_broker_and_secrets_and_takes_them_away_again(self, data_dir):
        with embedded_services(broker=True):
            database, broker = os.environ["DATABASE_URL"], os.environ["CELERY_BROKER_URL"]
            assert ask_database(database, "SELECT 1") == 1
            assert redis.Redis.from_url(broker).ping()
            assert redis.Redis.from_url(os.environ["CACHE_URL"]).ping()
            assert all(os.environ[name] for name in EXPORTED)
        assert "DATABASE_URL" not in os.environ
        with pytest.raises(psycopg.OperationalError):
            ask_database(database, "SELECT 1")

    def test_keeps_the_data_for_the_next_time(self, data_dir):
        with embedded_services(broker=True, as_owner=True):
            tell_database(os.environ["DATABASE_URL"], "CREATE TABLE kept AS SELECT 7 AS n")
            redis.Redis.from_url(os.environ["CELERY_BROKER_URL"]).set("kept", "7")
            secrets = [os.environ[name] for name in EXPORTED]
        with embedded_services(broker=True, as_owner=True):
            assert ask_database(os.environ["DATABASE_URL"], "SELECT n FROM kept") == 7
            assert redis.Redis.from_url(os.environ["CELERY_BROKER_URL"]).get("kept") == b"7"
            assert [os.environ[name] for name in EXPORTED] == secrets

    def test_a_second_process_shares_them_and_does_not_stop_them(self, data_dir):
        code = (
            "import os\n"
            "from hos_portal.embedded.services import embedded_services\n"
            "with embedded_services(broker=False): print(os.environ['DATABASE_URL'])\n"
        )
        with embedded_services(broker=False):
            assert run_python("-c", code) == os.environ["DATABASE_URL"]
            assert ask_database(os.environ["DATABASE_URL"], "SELECT 1") == 1

    def test_starts_again_after_postgresql_was_killed(self, data_dir):
        with embedded_services(broker=False, as_owner=True):
            tell_database(os.environ["DATABASE_URL"], "CREATE TABLE kept AS SELECT 7 AS n")
            kill_embedded_postgres(data_dir)
        with embedded_services(broker=False, as_owner=True):
            assert ask_database(os.environ["DATABASE_URL"], "SELECT n FROM kept") == 7

    def test_a_data_directory_that_others_may_not_enter_does_as_well(self, data_dir):
        data_dir.chmod(0o700)
        with embedded_services(broker=False):
            assert ask_database(os.environ["DATABASE_URL"], "SELECT 1") == 1

    def test_starts_nothing_when_the_environment_names_the_services(self, data_dir, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@db.example/portal")
        monkeypatch.setenv("CELERY_BROKER_URL", "amqp://broker.example")
        with embedded_services(broker=True):
            assert os.environ["DATABASE_URL"] == "postgresql://somebody@db.example/portal"
            assert os.environ["CELERY_BROKER_URL"] == "amqp://broker.example"
            assert not (data_dir / "postgres").exists()
            assert not (data_dir / "broker").exists()

    def test_creates_no_secrets_beside_a_database_of_ones_own(self, data_dir, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@db.example/portal")
        with embedded_services(broker=False):
            assert "HOS_SECRET_KEY" not in os.environ
        assert not (data_dir / "secrets.env").exists()

    def test_personal_data_of_a_failing_statement_stays_out_of_the_log(self, data_dir):
        with (
            embedded_services(broker=False, as_owner=True),
            psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection,
        ):
            connection.execute("CREATE TABLE person (name text PRIMARY KEY)")
            connection.execute("INSERT INTO person VALUES ('CHAN Tai Man')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO person VALUES ('CHAN Tai Man')")
            with pytest.raises(psycopg.DataError):
                connection.execute("SELECT 'CHAN Tai Man'::integer")
        assert "CHAN" not in (data_dir / "log" / "postgres.log").read_text()

    def test_database_asks_for_a_password(self, data_dir):
        with embedded_services(broker=False):
            scheme, _, rest = os.environ["DATABASE_URL"].partition("://")
            with pytest.raises(psycopg.OperationalError):
                ask_database(f"{scheme}://hos_application@{rest.partition('@')[2]}", "SELECT 1")


class TestDatabaseRoles:
    def test_the_one_that_serves_owns_nothing_and_makes_no_tables(self, data_dir):
        with embedded_services(broker=False):
            address = os.environ["DATABASE_URL"]
            assert ask_database(address, "SELECT current_user") == "hos_application"
            query = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
            assert ask_database(address, query) is False
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                tell_database(address, "CREATE TABLE own (n integer)")

    def test_the_owner_migrates_and_a_data_directory_without_the_other_gets_it(self, data_dir):
        with embedded_services(broker=False) as services:
            owner = services.owner_address
            tell_database(owner, "DROP ROLE hos_application")
            forget_application_password(data_dir)
            assert run_python("manage.py", "migrate", "--verbosity", "0") == ""
            assert "may serve" in run_python("manage.py", "grant_rights", "hos_application")
            assert "WSM2024: stored" in run_python("manage.py", "load_exercise", "wsm_2024")
            query = "SELECT tableowner FROM pg_tables WHERE tablename = 'lottery_register'"
            assert ask_database(owner, query) == "hos_portal"
            query = "SELECT has_table_privilege('hos_application', 'lottery_register', 'UPDATE')"
            assert ask_database(owner, query) is False


class TestSecrets:
    def test_are_readable_by_their_owner_alone(self, tmp_path):
        load_or_create_secrets(tmp_path)
        assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600

    def test_are_not_made_anew_for_a_database_that_needs_the_old_ones(self, tmp_path):
        (tmp_path / "postgres").mkdir()
        with pytest.raises(EmbeddedServiceError, match=r"secrets\.env is gone"):
            load_or_create_secrets(tmp_path)

    def test_a_damaged_file_is_an_error(self, tmp_path):
        (tmp_path / "secrets.env").write_text("HOS_SECRET_KEY=x\n")
        with pytest.raises(EmbeddedServiceError, match="is damaged"):
            load_or_create_secrets(tmp_path)


class TestChild:
    @pytest.fixture
    def directory(self, tmp_path):
        for name in ("log", "run"):
            (tmp_path / name).mkdir()
        return tmp_path

    def start_sleeper(self, directory):
        child = Child("sleeper", directory)
        child.start(["sleep", "600"], cwd=directory, descriptors=())
        return child

    def test_is_stopped(self, directory):
        child = self.start_sleeper(directory)
        assert not child.has_ended()
        assert child.stop()
        assert child.has_ended()

    def test_is_found_and_stopped_by_the_next_parent(self, directory):
        child = self.start_sleeper(directory)
        assert Child("sleeper", directory).stop()
        assert child.has_ended()

    def test_that_never_was_needs_no_stopping(self, directory):
        assert not Child("sleeper", directory).stop()


class TestPorts:
    def test_a_listener_is_named(self, tmp_path):
        code = (
            "import socket, time\n"
            "s = socket.create_server(('127.0.0.1', 0))\n"
            "print(s.getsockname()[1], flush=True)\n"
            "time.sleep(600)\n"
        )
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as listener:
            port = int(listener.stdout.readline())
            try:
                assert not is_port_free(port)
                assert describe_listener(port).startswith(f"process {listener.pid} (python")
            finally:
                listener.kill()
        assert is_port_free(port)
