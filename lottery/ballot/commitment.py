"""commitment.txt: what is published before the balls are drawn, and binds everything."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from lottery.ballot.canonical import (
    COUNT,
    HEX_256,
    compute_sha256,
    located,
    parse_fields,
    refuse_beyond,
    render_fields,
    split_lines,
)
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.merkle import RootBuilder, hash_leaf
from lottery.ballot.parameters import check_draw_name, parse_attempt, parse_parameters
from lottery.ballot.register import ACTIVE, parse_register_lines, render_register_line

FILE = "commitment.txt"
_KEYS = ("draw", "attempt", "params", "register", "lines", "active", "ballots", "root")


@dataclass(frozen=True, slots=True)
class Commitment:
    """The content of commitment.txt; hashes as 64 hexadecimal digits."""

    draw: str
    attempt: int
    params_sha256: str
    register_sha256: str
    line_count: int
    active_count: int
    ballot_count: int
    root: str


def commit(parameters_text: str, register_lines: Iterable[str]) -> Commitment:
    """
    Check and commit to a register in one pass, holding one line at a time.

    :param parameters_text: the whole of params.txt.
    :param register_lines: without LF, ascending.
    :raises BallotRefusal: for parameters or a line that are not canonical.
    """
    parameters = parse_parameters(parameters_text)
    digest, tree = hashlib.sha256(), RootBuilder()
    active_count = ballot_count = 0
    for entry in parse_register_lines(register_lines):
        # A line is canonical, so writing it again gives the bytes that were read.
        line = render_register_line(entry).encode("ascii")
        digest.update(line + b"\n")
        tree.append(hash_leaf(line))
        if entry.status == ACTIVE:
            active_count += 1
            ballot_count += len(entry.ballots)
    return Commitment(
        parameters.draw,
        parameters.attempt,
        compute_sha256(parameters_text),
        digest.hexdigest(),
        tree.size,
        active_count,
        ballot_count,
        tree.compute_root().hex(),
    )


def render_commitment(commitment: Commitment) -> str:
    """Write commitment.txt."""
    values = (
        commitment.draw,
        str(commitment.attempt),
        commitment.params_sha256,
        commitment.register_sha256,
        str(commitment.line_count),
        str(commitment.active_count),
        str(commitment.ballot_count),
        commitment.root,
    )
    return render_fields(list(zip(_KEYS, values, strict=True)))


def parse_commitment(text: str) -> Commitment:
    """
    Read commitment.txt.

    :raises BallotRefusal: ``COMMITMENT_MALFORMED`` or ``TEXT_NOT_CANONICAL``.
    """
    lines = split_lines(text, FILE)
    fields = parse_fields(lines, _KEYS, file=FILE, code="COMMITMENT_MALFORMED")
    refuse_beyond(lines, len(_KEYS) + 1, file=FILE, code="COMMITMENT_MALFORMED")
    with located(FILE, 2):
        check_draw_name(fields["draw"])
    with located(FILE, 3):
        attempt = parse_attempt(fields["attempt"])
    for position, key in enumerate(_KEYS[2:], 4):
        pattern = HEX_256 if key in ("params", "register", "root") else COUNT
        if not pattern.fullmatch(fields[key]):
            raise BallotRefusal(
                "COMMITMENT_MALFORMED", f"{key} is malformed", file=FILE, line=position
            )
    return Commitment(
        fields["draw"],
        attempt,
        fields["params"],
        fields["register"],
        int(fields["lines"]),
        int(fields["active"]),
        int(fields["ballots"]),
        fields["root"],
    )


def hash_commitment(text: str) -> str:
    """Return C, the number that is published: the SHA-256 of commitment.txt, in hexadecimal."""
    return compute_sha256(text)
