"""Make the triggers hold against whoever may write rows, and not only against mistakes."""

from typing import Any

from django.db import connection, transaction
from psycopg import sql

ESCAPE = "public._pgtrigger_should_ignore"  # what each trigger of django-pgtrigger asks first
# Only who owns it, and with it the tables, may pass by the triggers.
ESCAPE_BODY = """
DECLARE
    ignored text := current_setting('pgtrigger.ignore', true);
BEGIN
    IF ignored IS NULL OR ignored = '' THEN
        RETURN FALSE;
    END IF;
    RETURN trigger_name = ANY (ignored::name[]) AND pg_has_role(
        current_user,
        (SELECT proowner FROM pg_proc WHERE oid = '{escape}(name)'::regprocedure),
        'MEMBER'
    );
END;
"""
TRIGGER_FUNCTIONS = """
SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger
JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
AND NOT COALESCE(proconfig, '{{}}') @> ARRAY[{setting}]
"""


def guard_triggers(**kwargs: Any) -> None:
    """
    Close the two ways past a trigger that need no right to its table; again: nothing.

    django-pgtrigger lets any session switch triggers off with the variable ``pgtrigger.ignore``;
    from here on that works for the owner of the tables alone. And a trigger looks its tables up
    along the session's path, on which a temporary table comes first: somebody could hold up an
    empty ``lottery_register`` to it. From here on it looks among the portal's tables first.

    Connected to ``post_migrate``, because migrations make triggers and their functions anew.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _guard_escape(cursor)
        _fix_paths(cursor)


def _guard_escape(cursor: Any) -> None:
    cursor.execute(
        "SELECT prosrc FROM pg_proc WHERE oid = to_regprocedure(%s)", [f"{ESCAPE}(name)"]
    )
    stored = cursor.fetchone()
    body = ESCAPE_BODY.format(escape=ESCAPE)
    if stored not in (None, (body,)):
        cursor.execute(
            sql.SQL(
                "CREATE OR REPLACE FUNCTION {}(trigger_name name) RETURNS boolean"
                " LANGUAGE plpgsql STABLE AS {}"
            ).format(sql.Identifier(*ESCAPE.split(".")), sql.Literal(body))
        )


def _fix_paths(cursor: Any) -> None:
    cursor.execute("SELECT current_schema()")
    path = ("pg_catalog", cursor.fetchone()[0], "pg_temp")
    setting = f"search_path={', '.join(path)}"
    cursor.execute(sql.SQL(TRIGGER_FUNCTIONS).format(setting=sql.Literal(setting)))
    for (function,) in cursor.fetchall():
        cursor.execute(
            sql.SQL("ALTER FUNCTION {} SET search_path TO {}").format(
                sql.SQL(function), sql.SQL(", ").join(map(sql.Identifier, path))
            )
        )
