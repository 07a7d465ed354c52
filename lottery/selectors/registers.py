"""Read frozen registers, rankings and places back as the lines that were hashed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from applications.models import Exercise
from lottery.ballot.allocation import AllocationLine
from lottery.ballot.commitment import parse_commitment
from lottery.ballot.merkle import (
    Levels,
    build_levels,
    hash_leaf,
    pick_inclusion_proof,
    verify_inclusion_proof,
)
from lottery.ballot.ranking import RankingLine
from lottery.models import Draw, Register, RegisterEntry

CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """
    That one line is in the register to which a commitment binds.

    :ivar index: of the line, from 0.
    :ivar size: lines of the register.
    :ivar hashes: from the leaf's neighbour upwards, hexadecimal.
    :ivar holds: whether they lead to the root in the commitment; false means that a stored line is
        not the one that was committed to.
    """

    index: int
    size: int
    leaf: str
    hashes: tuple[str, ...]
    root: str
    holds: bool


def get_register(exercise: Exercise, attempt: int = 1) -> Register:
    """
    Return the register of an attempt.

    :raises Register.DoesNotExist: before it was frozen.
    """
    return Register.objects.select_related("exercise").get(exercise=exercise, attempt=attempt)


def iterate_register_lines(register: Register) -> Iterator[str]:
    """Yield every line, ascending, in bounded memory."""
    rows = register.entries.order_by("number").values_list("line", flat=True)
    return rows.iterator(chunk_size=CHUNK)


def iterate_ranking(draw: Draw) -> Iterator[RankingLine]:
    """Yield the stored ranking, families first, in order of rank."""
    rows = draw.ranking.order_by("category", "rank").values_list(
        "category", "rank", "entry__number", "entry__track", "ballot", "group", "ticket"
    )
    for category, rank, number, track, ballot, group, ticket in rows.iterator(chunk_size=CHUNK):
        yield RankingLine(category, rank, f"{number:08d}", track, ballot, group, ticket)


def iterate_places(draw: Draw, step_names: list[str]) -> Iterator[AllocationLine]:
    """Yield the stored places, step after step in processing order."""
    for step in step_names:
        rows = draw.places.filter(step=step).order_by("sequence")
        for sequence, number in rows.values_list("sequence", "entry__number"):
            yield AllocationLine(step, sequence, f"{number:08d}")


def get_inclusion_proof(entry: RegisterEntry) -> InclusionProof:
    """Build the inclusion proof of a line of a frozen register, and check it."""
    register = entry.register
    commitment = parse_commitment(register.commitment_text)
    levels = _build_tree(register.pk, register.commitment_sha256)
    index = entry.number - _get_first_number(register)
    leaf, proof = hash_leaf(entry.line), pick_inclusion_proof(levels, index)
    return InclusionProof(
        index=index,
        size=commitment.line_count,
        leaf=leaf.hex(),
        hashes=tuple(node.hex() for node in proof),
        root=commitment.root,
        holds=verify_inclusion_proof(
            leaf=leaf,
            index=index,
            size=commitment.line_count,
            proof=proof,
            root=bytes.fromhex(commitment.root),
        ),
    )


def _get_first_number(register: Register) -> int:
    # Numbers have no gaps, so a line's place follows from the first one.
    return register.entries.order_by("number").values_list("number", flat=True)[0]


# A frozen register never changes, so its tree is kept; the commitment in the key keeps a register
# that was never committed to the database from standing for a later one of the same id.
@lru_cache(maxsize=2)
def _build_tree(register_id: int, commitment_sha256: str) -> Levels:
    register = Register.objects.get(pk=register_id, commitment_sha256=commitment_sha256)
    return build_levels([hash_leaf(line) for line in iterate_register_lines(register)])
