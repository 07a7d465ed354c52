"""
The ballot in SQL: a register of any size, committed to, ranked and allocated by PostgreSQL.

Needs no application in the database: the lines are made here and loaded into temporary tables.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib.resources import files

import psycopg

from applications.policy.timetable import HONG_KONG
from applications.selectors.clock import read_clock
from benchmarks.ballot_floors import Inputs, _drain
from benchmarks.ceremonies import OFFICERS
from benchmarks.measuring import Comparison, Floor, Sample, compare, stopwatch
from benchmarks.population import Bench
from lottery.ballot.allocation import allocate
from lottery.ballot.beacon import NO_BEACON
from lottery.ballot.ceremony import NO_SIGNATURE, Ceremony, render_ceremony
from lottery.ballot.commitment import commit, hash_commitment, render_commitment
from lottery.ballot.parameters import render_parameters
from lottery.ballot.register import RegisterLine, render_register_line
from lottery.services.registers import build_parameters
from lottery.services.rehearsals import choose_balls

SUBJECT = "ballot-sql"
FIRST_NUMBER = 10_000_001
RECOMPUTATION = "recompute_ballot.sql"
# Tickets and one sort: what no implementation in SQL can do without.
BARE_RANKING = """
CREATE TEMP TABLE bare_ranking AS
SELECT row_number() OVER (ORDER BY ticket) AS rank, number, ticket
FROM (
    SELECT left(line, 8) AS number,
        sha256('outer' || sha256('inner' || convert_to('ticket|' || left(line, 8), 'UTF8')))
            AS ticket
    FROM pg_temp.given_register WHERE substr(line, 10, 2) = 'A|'
) AS tickets
"""


@dataclass(frozen=True, slots=True)
class Texts:
    """A register and what belongs to it, as it is published."""

    inputs: Inputs
    ceremony: str


def measure(bench: Bench) -> Iterator[Comparison]:
    """Recompute a ballot of as many lines as the large exercise has applications."""
    texts = make_texts(bench)
    yield from compare(
        subject=SUBJECT,
        work="load, commit, rank and allocate",
        count=len(texts.inputs.lines),
        run=partial(recompute, texts),
        floors=[
            Floor("commit, rank and allocate in Python, in memory", partial(in_memory, texts)),
            Floor("bare: load, tickets, one sort, in SQL", partial(rank_barely, texts)),
        ],
        rounds=bench.long_rounds,
    )


def make_texts(bench: Bench) -> Texts:
    """Make a register of synthetic lines under the terms of the large exercise, and a ceremony."""
    parameters = build_parameters(bench.large, 1)
    lines = [make_line(FIRST_NUMBER + index) for index in range(bench.applications)]
    text = render_parameters(parameters)
    physical = bench.large.parsed_terms.ballot.physical
    ceremony = Ceremony(
        draw=parameters.draw,
        attempt=parameters.attempt,
        commitment=hash_commitment(render_commitment(commit(text, lines))),
        balls="-".join(choose_balls(physical=physical, seed=1)),
        drawn_at=read_clock().astimezone(HONG_KONG).replace(microsecond=0),
        keyed_by=OFFICERS,
        beacon=NO_BEACON,
        signature=NO_SIGNATURE,
    )
    return Texts(Inputs(0, text, lines, ceremony), render_ceremony(ceremony))


def make_line(value: int) -> str:
    """Make the line of one number: one in fifty excluded, four in seven families."""
    number = f"{value:08d}"
    return render_register_line(
        RegisterLine(
            number=number,
            status="A" if value % 50 else "XI",
            category="FFFFPPP"[value % 7],
            track="YYG"[value % 3],
            ballots=(number,),
            identity_commitment=sha256(number.encode("ascii")).hexdigest(),
        )
    )


def recompute(texts: Texts, number: int) -> Sample:
    """Load the lines and compute everything in a session that leaves nothing behind."""
    with _open_session() as connection, stopwatch() as watch:
        _load(connection, "params", texts.inputs.parameters_text)
        _load(connection, "register", *texts.inputs.lines)
        _load(connection, "ceremony", texts.ceremony)
        connection.execute("SELECT pg_temp.recompute_ballot()")
    return watch.sample


def rank_barely(texts: Texts, number: int) -> Sample:
    """Load the lines, compute a ticket for each and sort by it."""
    with _open_session() as connection, stopwatch() as watch:
        _load(connection, "register", *texts.inputs.lines)
        connection.execute(BARE_RANKING)
    return watch.sample


def in_memory(texts: Texts, number: int) -> Sample:
    """Commit, rank and allocate with the functions of the service."""
    inputs = texts.inputs
    with stopwatch() as watch:
        commit(inputs.parameters_text, inputs.lines)
        _drain(allocate(inputs.rank(inputs.lines), inputs.parameters.steps))
    return watch.sample


def _open_session() -> psycopg.Connection:
    connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    connection.execute(files("lottery.ballot").joinpath(RECOMPUTATION).read_bytes())
    return connection


def _load(connection: psycopg.Connection, name: str, *lines: str) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY pg_temp.given_{name} (line) FROM STDIN".encode("ascii")) as copy,
    ):
        copy.write("\n".join(lines))
