"""Read frozen registers, rankings and places back as the lines that were hashed."""

from collections.abc import Iterator
from dataclasses import dataclass

from applications.models import Exercise
from lottery.ballot.allocation import AllocationLine
from lottery.ballot.commitment import parse_commitment
from lottery.ballot.merkle import hash_leaf, verify_inclusion_proof
from lottery.ballot.ranking import RankingLine
from lottery.ballot.reinstatement import ReinstatementLine
from lottery.models import Draw, Register, RegisterEntry
from lottery.selectors.register_blocks import read_inclusion_proof

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


def iterate_reinstatements(draw: Draw) -> Iterator[ReinstatementLine]:
    """Yield the approved reinstatements, ascending by number."""
    rows = draw.reinstatements.filter(approved_at__isnull=False).select_related("entry")
    for row in rows.order_by("entry__number"):
        yield ReinstatementLine(
            number=f"{row.entry.number:08d}",
            category=row.entry.category,
            track=row.entry.track,
            ballot=row.ballot,
            group=row.group,
            ticket=row.ticket,
            rank_after=row.rank_after,
            step=row.step or None,
        )


def get_inclusion_proof(entry: RegisterEntry) -> InclusionProof:
    """Build the inclusion proof of a line of a frozen register, and check it."""
    register = entry.register
    commitment = parse_commitment(register.commitment_text)
    first_number = _get_first_number(register)
    index = entry.number - first_number
    leaf, proof = hash_leaf(entry.line), read_inclusion_proof(register, first_number, entry.number)
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
