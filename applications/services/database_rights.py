"""Give the application's own database role what it needs of the tables, and no more."""

from typing import Any

from django.db import connection, transaction
from psycopg import sql

from applications.policy.errors import Refusal
from applications.selectors.database_powers import find_powers_beyond, has_role, list_tables
from applications.selectors.table_rights import list_table_rights
from applications.services.trigger_guards import guard_triggers


class DatabaseRoleUnknown(Refusal):
    """There is no such role on this PostgreSQL server."""

    code = "DATABASE_ROLE_UNKNOWN"


class DatabaseRoleTooStrong(Refusal):
    """The role could get past what it is granted: it owns the tables, or is a superuser."""

    code = "DATABASE_ROLE_TOO_STRONG"


@transaction.atomic
def grant_rights(*, role: str) -> int:
    """
    Grant a role what serving needs, take away the rest, and return how many tables it was.

    To be called by the owner of the tables after every migration. All of it or nothing, and others
    see it happen at one moment, so a portal that serves meanwhile notices nothing. Again: the same.

    :raises DatabaseRoleUnknown: nothing creates roles but an administrator.
    :raises DatabaseRoleTooStrong: when the role can still do more than it was granted: as owner, as
        superuser, as member of another role, by a grant that is not the owner's to take back.
    """
    if not has_role(role):
        raise DatabaseRoleUnknown(role=role)
    guard_triggers()
    rights = list_table_rights()
    with connection.cursor() as cursor:
        _revoke_everything(cursor, role)
        _grant_surroundings(cursor, role)
        granted = [table for table in list_tables() if table in rights]
        for table in granted:
            cursor.execute(
                sql.SQL("GRANT {} ON TABLE {} TO {}").format(
                    sql.SQL(", ").join(map(sql.SQL, sorted(rights[table]))),
                    sql.Identifier(table),
                    sql.Identifier(role),
                )
            )
    if powers := find_powers_beyond(rights, role=role):
        raise DatabaseRoleTooStrong(role=role, powers=powers)
    return len(granted)


def _revoke_everything(cursor: Any, role: str) -> None:
    """Take back what was granted to the role, or to everybody, by whoever and whenever."""
    for kind in ("TABLES", "SEQUENCES"):
        cursor.execute(
            sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA {} FROM PUBLIC, {}").format(
                sql.SQL(kind), _schema(cursor), sql.Identifier(role)
            )
        )
    cursor.execute(
        sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC, {}").format(
            _schema(cursor), sql.Identifier(role)
        )
    )
    cursor.execute(
        sql.SQL("REVOKE CREATE ON DATABASE {} FROM PUBLIC, {}").format(
            _database(), sql.Identifier(role)
        )
    )


def _grant_surroundings(cursor: Any, role: str) -> None:
    """Let the role connect, number rows, and write temporary tables, which imports do."""
    for statement in (
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
            _database(), sql.Identifier(role)
        ),
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(_schema(cursor), sql.Identifier(role)),
        sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {} TO {}").format(
            _schema(cursor), sql.Identifier(role)
        ),
    ):
        cursor.execute(statement)


def _schema(cursor: Any) -> sql.Identifier:
    cursor.execute("SELECT current_schema()")
    return sql.Identifier(cursor.fetchone()[0])


def _database() -> sql.Identifier:
    return sql.Identifier(connection.settings_dict["NAME"])
