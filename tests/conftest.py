"""
What all tests stand on: a PostgreSQL of their own, and a broker for those that ask for one.

Both are started in a temporary directory unless ``DATABASE_URL`` or ``CELERY_BROKER_URL`` names
others, before Django reads its settings. With pytest-xdist the controlling process starts them and
the workers inherit its environment; each worker gets a database of its own.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django
import pgtrigger
import pytest
from django.test import TransactionTestCase

from hos_portal.embedded.broker import BrokerServer
from hos_portal.embedded.postgres import PostgresServer
from hos_portal.embedded.secrets import (
    BROKER_PASSWORD,
    POSTGRES_PASSWORD,
    load_or_create_secrets,
    pick_exported,
)
from hos_portal.embedded.services import (
    NO_BROKER,
    NO_SHARED_CACHE,
    environment_defaults,
    find_data_directory,
    orderly_termination,
)
from hos_portal.embedded.signing_certificate import provide_signing_files

services = ExitStack()


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        prepare_services()
    os.environ["DJANGO_SETTINGS_MODULE"] = "hos_portal.settings"
    django.setup()  # pytest-django looked before there were settings


def pytest_unconfigure(config):
    services.close()


def prepare_services():
    """Name the services and secrets in the environment; what it names already stays."""
    services.enter_context(orderly_termination())
    os.environ["HOS_DATA_DIR"] = str(make_data_directory())
    data_dir = find_data_directory()
    secrets = load_or_create_secrets(data_dir)
    defaults = {
        "CELERY_BROKER_URL": NO_BROKER,
        "CACHE_URL": NO_SHARED_CACHE,
        "HOS_BALLOT_WAITING_HOURS": "0",
        "HOS_STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    if not os.environ.get("DATABASE_URL"):
        defaults["DATABASE_URL"] = start_postgres(data_dir, secrets[POSTGRES_PASSWORD])
    exported = pick_exported(secrets) | provide_signing_files(data_dir)
    services.enter_context(environment_defaults(defaults | exported))


def make_data_directory():
    directory = Path(tempfile.mkdtemp(prefix="hos-portal-tests-"))
    directory.chmod(0o711)  # as root, PostgreSQL's own account must get through
    services.callback(shutil.rmtree, directory, ignore_errors=True)
    return directory


def start_postgres(data_dir, password):
    server = PostgresServer(
        data_dir=data_dir,
        log_path=data_dir / "log" / "postgres.log",
        password=password,
        durable=False,
    )
    services.callback(server.stop)
    return server.start()


@pytest.fixture(scope="session", autouse=True)
def _may_empty_tables():
    """Let transactional tests empty the tables behind them, which the triggers forbid."""
    empty = TransactionTestCase._fixture_teardown

    def empty_past_triggers(case):
        with pgtrigger.ignore():
            empty(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_past_triggers)
        yield


@pytest.fixture(scope="session")
def broker_address(tmp_path_factory):
    """The address of a real broker: the one that the environment names, or an embedded one."""
    if os.environ["CELERY_BROKER_URL"] != NO_BROKER:
        yield os.environ["CELERY_BROKER_URL"]
        return
    directory = tmp_path_factory.mktemp("broker")
    password = load_or_create_secrets(directory)[BROKER_PASSWORD]
    broker = BrokerServer(data_dir=directory, log_path=directory / "broker.log", password=password)
    try:
        yield broker.start()
    finally:
        broker.stop()


@pytest.fixture
def mail_server(settings):
    """A real mail server to which the portal sends; see tests/mail.py."""
    from tests.mail import MailServer  # the tasks can only be imported when Django is set up

    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 1
        yield server
