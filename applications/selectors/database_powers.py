"""What a database role can really do, asked of PostgreSQL: grants come by many ways."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

WAYS_ABOVE = """
SELECT 'is or may become ' || rolname FROM pg_roles
WHERE pg_has_role(%(role)s, oid, 'MEMBER') AND (
    rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls
    OR rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
    OR oid IN (SELECT relowner FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
    OR oid = (SELECT nspowner FROM pg_namespace WHERE nspname = current_schema())
    OR oid = (SELECT datdba FROM pg_database WHERE datname = current_database())
)
UNION ALL SELECT 'CREATE on the schema'
WHERE has_schema_privilege(%(role)s, current_schema(), 'CREATE')
UNION ALL SELECT 'CREATE on the database'
WHERE has_database_privilege(%(role)s, current_database(), 'CREATE')
UNION ALL SELECT 'SET session_replication_role'
WHERE has_parameter_privilege(%(role)s, 'session_replication_role', 'SET')
ORDER BY 1
"""
TABLE_POWERS = """
SELECT relname, privilege FROM pg_class,
    unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
    AS privilege
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND (
    has_table_privilege(%(role)s, pg_class.oid, privilege)
    OR privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
    AND has_any_column_privilege(%(role)s, pg_class.oid, privilege)
)
ORDER BY relname, privilege
"""


def has_role(role: str) -> bool:
    """Tell whether the server has a role of this name."""
    return bool(_ask("SELECT FROM pg_roles WHERE rolname = %(role)s", role))


def list_tables() -> list[str]:
    """List the tables of the portal's schema, known to a model or not."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    return [table for (table,) in _ask(query)]


def find_powers_beyond(rights: Mapping[str, frozenset[str]], *, role: str) -> list[str]:
    """
    Find what a role can do beyond the rights listed for each table.

    A role that is above the tables can do everything to each of them; then only that is said.
    """
    above = [power for (power,) in _ask(WAYS_ABOVE, role)]
    return above or [
        f"{privilege} on {table}"
        for table, privilege in _ask(TABLE_POWERS, role)
        if privilege not in rights.get(table, frozenset())
    ]


def _ask(query: str, role: str = "") -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"role": role})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
