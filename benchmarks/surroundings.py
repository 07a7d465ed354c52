"""A database of the run's own, made at its beginning and dropped at its end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from urllib.parse import urlsplit

import django
import psycopg
from psycopg import sql

from hos_portal.embedded.services import embedded_services, environment_defaults
from hos_portal.embedded.stand_in import SECRETS as STAND_IN_SECRETS

SETTINGS = {
    "HOS_LOG_LEVEL": "WARNING",
    # Pages are measured without gathering pictures and styles first.
    "HOS_STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
}


@contextmanager
def own_database() -> Iterator[str]:
    """
    Provide a migrated database that holds nothing, on the server that management commands use.

    That is the one of ``DATABASE_URL``, or the embedded one. No other database is touched.

    :returns: the database's name.
    :raises psycopg.errors.InsufficientPrivilege: the role may not create databases.
    """
    name = f"hos_benchmark_{token_hex(4)}"
    with (
        embedded_services(broker=False, as_owner=True),
        environment_defaults(STAND_IN_SECRETS | SETTINGS),
        _database(os.environ["DATABASE_URL"], name),
    ):
        _set_up()
        try:
            yield name
        finally:
            _close_pool()


@contextmanager
def _database(address: str, name: str) -> Iterator[None]:
    """Create the database, name it in the environment, and drop it afterwards."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    os.environ["DATABASE_URL"] = urlsplit(address)._replace(path=f"/{name}").geturl()
    try:
        yield
    finally:
        os.environ["DATABASE_URL"] = address
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hos_portal.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _close_pool() -> None:
    from django.db import connections

    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]
