"""A PostgreSQL role as an installation has one, and the portal serving with it."""

from contextlib import contextmanager
from secrets import token_hex

import psycopg
from django.db import connection
from psycopg import sql

from applications.services.database_rights import grant_rights

PASSWORD = "synthetic password of a role"


@contextmanager
def make_role():
    """Make a role that may log in and nothing else; give its name, and remove it afterwards."""
    name = f"hos_test_{token_hex(4)}"
    role = sql.Identifier(name)
    tell(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(PASSWORD)))
    try:
        yield name
    finally:
        tell(sql.SQL("DROP OWNED BY {}").format(role))
        tell(sql.SQL("DROP ROLE {}").format(role))


@contextmanager
def granted_role():
    """Make a role as ``grant_rights`` leaves it."""
    with make_role() as name:
        grant_rights(role=name)
        yield name


def tell(statement):
    """Tell the database something as the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def connect_as(role):
    """Connect to the tests' database as a role, as anybody with its password could."""
    settings = connection.settings_dict
    return psycopg.connect(
        dbname=settings["NAME"],
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=role,
        password=PASSWORD,
    )


@contextmanager
def serving_as(role):
    """Let the services run with the rights of a role."""
    settings = connection.settings_dict
    owner = {name: settings[name] for name in ("USER", "PASSWORD")}
    try:
        _reconnect_as({"USER": role, "PASSWORD": PASSWORD})
        yield
    finally:
        _reconnect_as(owner)


def _reconnect_as(user):
    connection.close()
    connection.close_pool()
    connection.settings_dict.update(user)
