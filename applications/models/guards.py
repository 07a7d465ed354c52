"""
Triggers that keep rows as they are, declared on the models and installed by migrations.

Triggers stop code that forgets a rule. The privileges of the application's own role, which does
not own the tables, stop everything else: see the command ``grant_rights``.
"""

import pgtrigger

UPDATE_OR_DELETE = pgtrigger.Update | pgtrigger.Delete


def keep_rows(name: str) -> list[pgtrigger.Trigger]:
    """Refuse to change, delete or empty: rows of this table are added and then stay."""
    return [
        pgtrigger.Protect(name=name, operation=UPDATE_OR_DELETE),
        refuse_truncation(f"{name}_whole"),
    ]


def keep_existing(name: str) -> list[pgtrigger.Trigger]:
    """Refuse to delete or empty; what may change of a row is said by other triggers."""
    return [
        pgtrigger.Protect(name=name, operation=pgtrigger.Delete),
        refuse_truncation(f"{name}_whole"),
    ]


def refuse_truncation(name: str) -> pgtrigger.Trigger:
    """Refuse to empty the table."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME;",
    )


def refuse_rows_where(name: str, condition: str, message: str) -> pgtrigger.Trigger:
    """
    Refuse to add rows of which a condition holds, judged once for each statement.

    For tables that are filled with COPY: a trigger for each row would take longer than the rows.

    :param condition: SQL over ``new_rows``, true when they are refused.
    """
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
        func=f"IF {condition} THEN RAISE EXCEPTION '{message}'; END IF; RETURN NULL;",
    )


def refuse_row_where(
    name: str,
    condition: str,
    message: str,
    operation: pgtrigger.Operation = pgtrigger.Insert,
) -> pgtrigger.Trigger:
    """
    Refuse to add a row, or to do what ``operation`` says, when a condition holds of it.

    :param condition: SQL over ``NEW``, true when it is refused.
    """
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=operation,
        func=f"IF {condition} THEN RAISE EXCEPTION '{message}'; END IF; RETURN NEW;",
    )


def is_not_now(column: str) -> str:
    """SQL that is true when a new row's moment is not about the database's own."""
    return (
        f"NEW.{column} NOT BETWEEN clock_timestamp() - interval '15 minutes'"
        " AND clock_timestamp() + interval '1 minute'"
    )


def is_no_ballot_officer(column: str) -> str:
    """SQL that is true when a row names somebody who may not run a ballot."""
    officers = "SELECT id FROM applications_officer WHERE role = 'OFFICER' AND is_active"
    return f"(NEW.{column} IS NOT NULL AND NEW.{column} NOT IN ({officers}))"
