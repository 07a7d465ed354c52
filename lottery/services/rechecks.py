"""
Recompute a stored draw with something else than what made it, and store what came of it.

Two others do it: SQL inside the database, and the verifier that the public has, as a process of its
own. They share no code with the draw, nor with each other; a failed check says where they differ.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import psycopg
from django.db import DatabaseError, connection, transaction
from django.db.models import Max
from psycopg import sql

from lottery.ballot import verify_ballot
from lottery.ballot.errors import BallotRefusal
from lottery.models import Draw, DrawCheck
from lottery.services.transcripts import export_transcript

RECHECK_LOCK = 7_301_002
RECOMPUTATION = "recompute_ballot.sql"
VERDICTS = (0, 1, 2)  # of the verifier: every check holds, one fails, it cannot be read
FAILED = "FAIL  "
LONGEST_OUTPUT = 4_000
LONGEST_VALUE = 200

GIVEN = """
INSERT INTO pg_temp.given_params (line_number, line)
SELECT line_number, line
FROM lottery_register,
    string_to_table(params_text, chr(10)) WITH ORDINALITY AS part (line, line_number)
WHERE id = %(draw)s AND line <> '';

INSERT INTO pg_temp.given_register (line_number, line)
SELECT row_number() OVER (ORDER BY number), line
FROM lottery_registerentry WHERE register_id = %(draw)s;

INSERT INTO pg_temp.given_ceremony (line_number, line)
SELECT line_number, line
FROM lottery_ceremony,
    string_to_table(ceremony_text, chr(10)) WITH ORDINALITY AS part (line, line_number)
WHERE publication_id = %(draw)s AND line <> '';
"""

COMPARISON = """
SELECT line_number, expected.line, found.line, count(*) OVER () AS difference_count
FROM ({expected}) AS expected (line_number, line)
FULL JOIN ({found}) AS found (line_number, line) USING (line_number)
WHERE expected.line COLLATE "C" IS DISTINCT FROM found.line COLLATE "C"
ORDER BY line_number LIMIT 1
"""


# A text is compared to its last line end, after which splitting leaves one empty line.
COMPUTED_TEXT = """
SELECT line_number, line FROM {lines} UNION ALL SELECT count(*) + 1, '' FROM {lines}
"""
STORED_TEXT = """
SELECT line_number, line
FROM {table}, string_to_table({column}, chr(10)) WITH ORDINALITY AS part (line, line_number)
WHERE {key} = %(draw)s
"""


class Comparison(NamedTuple):
    """What SQL computed and what is stored, each as numbered lines of one file."""

    file: str
    expected: str
    found: str


def _compare_text(file: str, *, lines: str, column: str, table: str, key: str) -> Comparison:
    return Comparison(
        file,
        COMPUTED_TEXT.format(lines=lines),
        STORED_TEXT.format(column=column, table=table, key=key),
    )


# A draw has the key of its ceremony, which has that of its publication and of its register.
COMPARISONS = (
    _compare_text(
        "params.txt",
        lines="pg_temp.given_params",
        column="params_text",
        table="lottery_register",
        key="id",
    ),
    Comparison(
        "register.txt, the columns beside its lines",
        """
        SELECT line_number, array_to_string((string_to_array(line, '|'))[1:4], '|')
        FROM pg_temp.given_register
        """,
        """
        SELECT row_number() OVER (ORDER BY number),
            concat_ws('|', to_char(number, 'FM00000000'), status, category, track)
        FROM lottery_registerentry WHERE register_id = %(draw)s
        """,
    ),
    _compare_text(
        "commitment.txt",
        lines="pg_temp.commitment_lines",
        column="commitment_text",
        table="lottery_register",
        key="id",
    ),
    _compare_text(
        "ceremony.txt",
        lines="pg_temp.ceremony_lines",
        column="ceremony_text",
        table="lottery_ceremony",
        key="publication_id",
    ),
    Comparison(
        "ranking.txt",
        "SELECT line_number, line FROM pg_temp.ranking_lines",
        """
        SELECT row_number() OVER (ORDER BY r.category COLLATE "C", rank),
            concat_ws('|', r.category, rank, to_char(number, 'FM00000000'), track, ballot,
                to_char("group", 'FM00'), ticket)
        FROM lottery_rankingentry r JOIN lottery_registerentry e ON e.id = r.entry_id
        WHERE draw_id = %(draw)s
        """,
    ),
    Comparison(
        "allocation.txt",
        "SELECT line_number, line FROM pg_temp.allocation_lines",
        """
        SELECT row_number() OVER (ORDER BY step.position, p.step COLLATE "C", sequence),
            concat_ws('|', p.step, sequence, to_char(number, 'FM00000000'))
        FROM lottery_place p JOIN lottery_registerentry e ON e.id = p.entry_id
        LEFT JOIN pg_temp.step ON step.name = p.step COLLATE "C"
        WHERE draw_id = %(draw)s
        """,
    ),
    Comparison(
        "stored values",
        """
        SELECT 1, 'C=' || pg_temp.result_of('commitment')
        UNION ALL SELECT 2, 'ranked=' || count(*) FROM pg_temp.ranking
        UNION ALL SELECT 3, 'places=' || count(*) FROM pg_temp.place
        """,
        """
        SELECT 1, 'C=' || commitment_sha256 FROM lottery_register WHERE id = %(draw)s
        UNION ALL SELECT 2, 'ranked=' || ranked_count FROM lottery_draw WHERE ceremony_id = %(draw)s
        UNION ALL SELECT 3, 'places=' || place_count FROM lottery_draw WHERE ceremony_id = %(draw)s
        """,
    ),
)


@transaction.atomic
def recheck_draw_in_sql(*, draw: Draw, checked_at: datetime) -> DrawCheck:
    """
    Recompute a draw inside PostgreSQL, from its register's lines, its terms and its ceremony, and
    compare everything that is stored of it. Again gives a further check.

    Needs no right but to read and to make temporary tables, of which nothing stays.
    """
    return _store_check(draw, DrawCheck.Kind.SQL, _recompute(draw), checked_at)


@transaction.atomic
def recheck_draw_with_verifier(*, draw: Draw, checked_at: datetime) -> DrawCheck:
    """
    Export a draw's transcript afresh and run the verifier on it, as a process of its own.

    The commitment that is stored, and shown to the public, is handed to it to compare.
    Again gives a further check.

    :raises subprocess.CalledProcessError: the verifier was ended before it gave a verdict.
    """
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch) / "transcript"
        try:
            export_transcript(draw=draw, directory=directory)
            lines = _run_verifier(directory, draw.ceremony.publication.register.commitment_sha256)
        except BallotRefusal as refusal:
            lines = [f"{FAILED}what is stored is no transcript: {refusal.code}: {refusal}"]
    return _store_check(draw, DrawCheck.Kind.VERIFIER, lines, checked_at)


RECHECKS: dict[str, Callable[..., DrawCheck]] = {
    DrawCheck.Kind.SQL: recheck_draw_in_sql,
    DrawCheck.Kind.VERIFIER: recheck_draw_with_verifier,
}


def recheck_draws(*, checked_at: datetime) -> list[DrawCheck]:
    """
    Give every draw the checks that it has not had; return those that were made now.

    A reinstatement changes the transcript, so the checks before it do not speak for it.

    One at a time, each in a transaction of its own. Whoever comes while another is at it does
    nothing; a check that was cut short is made by the next call. A failed check is not repeated.
    """
    missing = [
        (draw, kind)
        for kind in RECHECKS
        for draw in Draw.objects.order_by("run_at")
        if _is_due(draw, kind)
    ]
    made = (_recheck_once(draw, kind, checked_at) for draw, kind in missing)
    return [check for check in made if check]


def _is_due(draw: Draw, kind: str) -> bool:
    """Tell whether a check is missing, or older than the last reinstatement."""
    checked_at = draw.checks.filter(kind=kind).aggregate(last=Max("checked_at"))["last"]
    changed_at = draw.reinstatements.aggregate(last=Max("approved_at"))["last"]
    return checked_at is None or (changed_at is not None and changed_at > checked_at)


@transaction.atomic
def _recheck_once(draw: Draw, kind: str, checked_at: datetime) -> DrawCheck | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [RECHECK_LOCK])
        (locked,) = cursor.fetchone()
    if not locked or not _is_due(draw, kind):
        return None
    return RECHECKS[kind](draw=draw, checked_at=checked_at)


def _recompute(draw: Draw) -> list[str]:
    """Compute everything in temporary tables, compare, and undo it; a refusal is the only line."""
    recomputation = files("lottery.ballot").joinpath(RECOMPUTATION).read_text("ascii")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(recomputation)
            cursor.execute(GIVEN, {"draw": draw.pk})
            cursor.execute("SELECT pg_temp.recompute_ballot()")
            lines = list(_compare_everything(draw))
            transaction.set_rollback(True)
            return lines
    except DatabaseError as error:
        if not isinstance(error.__cause__, psycopg.errors.RaiseException):
            raise
        return [f"{FAILED}{error.__cause__.diag.message_primary}"]


def _compare_everything(draw: Draw) -> Iterator[str]:
    with connection.cursor() as cursor:
        for comparison in COMPARISONS:
            statement = sql.SQL(COMPARISON).format(
                expected=sql.SQL(comparison.expected), found=sql.SQL(comparison.found)
            )
            cursor.execute(statement, {"draw": draw.pk})
            difference = cursor.fetchone()
            yield (
                _describe_difference(comparison.file, *difference)
                if difference
                else f"ok    {comparison.file}: as stored"
            )
        cursor.execute('SELECT name, value FROM pg_temp.result ORDER BY name COLLATE "C"')
        yield from (f"      {name}={value}" for name, value in cursor.fetchall())


def _describe_difference(
    file: str, line_number: int, expected: str | None, found: str | None, difference_count: int
) -> str:
    values = [
        "nothing" if value is None else ascii(value[:LONGEST_VALUE]) for value in (expected, found)
    ]
    return (
        f"{FAILED}{file} line {line_number}: expected {values[0]}, found {values[1]}; "
        f"lines that differ: {difference_count}"
    )


def _run_verifier(directory: Path, commitment: str) -> list[str]:
    program = [sys.executable, "-I", verify_ballot.__file__]
    command = [*program, str(directory), f"--commitment={commitment}"]
    done = subprocess.run(  # noqa: S603 - a program and a directory of our own
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode not in VERDICTS:
        done.check_returncode()
    lines = (done.stdout + done.stderr).splitlines()
    if done.returncode:
        lines.append(f"{FAILED}the verifier ended with {done.returncode}")
    return lines


def _store_check(draw: Draw, kind: str, lines: list[str], checked_at: datetime) -> DrawCheck:
    """Store a check; of an output that is too long, the failures."""
    failures = [line for line in lines if line.startswith(FAILED)]
    output = "\n".join(lines)
    if len(output) > LONGEST_OUTPUT:
        output = "\n".join(failures or lines)[:LONGEST_OUTPUT]
    return DrawCheck.objects.create(
        draw=draw, kind=kind, passed=not failures, output=output, checked_at=checked_at
    )
