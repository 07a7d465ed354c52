"""
Floors of the ballot: the published formula on lines in memory, bare SQL, bare files.

Each runs in a child process of its own, after the step that it stands beside.
"""

import hashlib
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring import Sample, stopwatch
from lottery.ballot.allocation import allocate
from lottery.ballot.ceremony import Ceremony, parse_ceremony
from lottery.ballot.commitment import commit
from lottery.ballot.merkle import compute_root, hash_leaf
from lottery.ballot.parameters import BallotParameters, parse_parameters
from lottery.ballot.ranking import RankingLine, rank
from lottery.ballot.register import compute_identity_commitment

BARE_RANKING = (
    "CREATE TABLE bare_ranking_{attempt} (category text, rank integer, number text, track text,"
    " ballot text, position integer, ticket text)"
)
BARE_INDEXES = (
    "ALTER TABLE bare_ranking_{attempt} ADD PRIMARY KEY (category, rank)",
    "CREATE UNIQUE INDEX ON bare_ranking_{attempt} (number)",
)


IDENTITIES = ("A1234563", "B1234564")


class Inputs(NamedTuple):
    """What a draw is computed from. The ceremony is there once the draw was."""

    register_pk: int
    parameters_text: str
    lines: list[str]
    ceremony: Ceremony | None

    @property
    def parameters(self) -> BallotParameters:
        return parse_parameters(self.parameters_text)

    def rank(self, lines: Iterable[str]) -> list[RankingLine]:
        if self.ceremony is None:
            raise RuntimeError("there was no ceremony yet")
        return list(rank(lines, self.parameters, self.ceremony))


def hash_leaves_in_memory(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Hash what stands behind each number, and the tree over it, with nothing to decrypt."""
    from lottery.models import IntakeLeaf

    leaves = IntakeLeaf.objects.filter(exercise=exercise_pk).order_by("number")
    rows = list(leaves.values_list("number", "identity_commitment"))
    with stopwatch() as watch:
        compute_root(
            hash_leaf(f"{number}|{compute_identity_commitment(salt, IDENTITIES)}")
            for number, salt in rows
        )
    return watch.sample


def commit_in_memory(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Commit to the lines of the frozen register."""
    inputs = _read_inputs(exercise_pk, attempt)
    with stopwatch() as watch:
        commit(inputs.parameters_text, inputs.lines)
    return watch.sample


def rank_in_memory(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Rank and allocate."""
    inputs = _read_inputs(exercise_pk, attempt)
    with stopwatch() as watch:
        _drain(allocate(inputs.rank(inputs.lines), inputs.parameters.steps))
    return watch.sample


def recompute_in_memory(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Commit, rank and allocate."""
    inputs = _read_inputs(exercise_pk, attempt)
    with stopwatch() as watch:
        commit(inputs.parameters_text, inputs.lines)
        _drain(allocate(inputs.rank(inputs.lines), inputs.parameters.steps))
    return watch.sample


def rank_with_copy(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Read, rank, allocate and store as a bare program would: COPY, and indexes afterwards."""
    from django.db import connection, transaction

    inputs = _read_inputs(exercise_pk, attempt)
    source = (
        "COPY (SELECT line FROM lottery_registerentry"
        f" WHERE register_id = {inputs.register_pk} ORDER BY number) TO STDOUT"
    )
    with stopwatch() as watch, transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(source) as copy:
            ranking = inputs.rank([line for (line,) in copy.rows()])
        _drain(allocate(ranking, inputs.parameters.steps))
        cursor.execute(BARE_RANKING.format(attempt=attempt))
        with cursor.copy(f"COPY bare_ranking_{attempt} FROM STDIN") as copy:
            for line in ranking:
                copy.write_row(line)
        for statement in BARE_INDEXES:
            cursor.execute(statement.format(attempt=attempt))
    return watch.sample


def count_by_category(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Count the lines of the register by status, category and track, and nothing else."""
    from django.db.models import Count

    from lottery.models import RegisterEntry

    entries = RegisterEntry.objects.filter(
        register__exercise=exercise_pk, register__attempt=attempt
    )
    with stopwatch() as watch:
        list(entries.values("status", "category", "track").annotate(Count("pk")))
    return watch.sample


def write_and_hash(exercise_pk: int, attempt: int, directory: Path) -> Sample:
    """Write the bytes of an exported transcript again, and hash them."""
    files = {path.name: path.read_bytes() for path in (directory / str(attempt)).iterdir()}
    beside = directory / f"{attempt}-beside"
    with stopwatch() as watch:
        beside.mkdir()
        for name, content in files.items():
            (beside / name).write_bytes(content)
            hashlib.sha256(content).hexdigest()
    return watch.sample


def _read_inputs(exercise_pk: int, attempt: int) -> Inputs:
    from lottery.models import Ceremony as StoredCeremony
    from lottery.models import Register
    from lottery.selectors.registers import iterate_register_lines

    register = Register.objects.get(exercise=exercise_pk, attempt=attempt)
    stored = StoredCeremony.objects.filter(publication__register=register).first()
    return Inputs(
        register.pk,
        register.params_text,
        list(iterate_register_lines(register)),
        parse_ceremony(stored.ceremony_text) if stored else None,
    )


def _drain(lines: Iterable[object]) -> None:
    """Compute all of an iterator and keep nothing."""
    deque(lines, maxlen=0)
