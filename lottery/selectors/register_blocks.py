"""
The tree of a register in blocks: a proof reads one block and the roots of the others.

A block of 1,024 lines is a complete subtree (RFC 9162, section 2.1.1), the last one apart; over
their roots the tree has the same shape as over the lines.
"""

from collections.abc import Iterable, Iterator

from lottery.ballot.merkle import (
    build_levels,
    compute_root,
    hash_leaf,
    pick_inclusion_proof,
)
from lottery.models import Register

BLOCK_LINES = 1024


class BlockRoots:
    """Collects the roots of the blocks of lines that pass through :meth:`watch`."""

    def __init__(self) -> None:
        self.roots: list[bytes] = []

    def watch(self, lines: Iterable[str]) -> Iterator[str]:
        """Pass the lines on; after the last one, ``roots`` is complete."""
        leaves: list[bytes] = []
        for line in lines:
            leaves.append(hash_leaf(line))
            if len(leaves) == BLOCK_LINES:
                self.roots.append(compute_root(leaves))
                leaves = []
            yield line
        if leaves:
            self.roots.append(compute_root(leaves))


def read_inclusion_proof(register: Register, first_number: int, number: int) -> list[bytes]:
    """Build the inclusion proof of a number's line, lowest node first, from a thousand lines."""
    block, position = divmod(number - first_number, BLOCK_LINES)
    start = first_number + block * BLOCK_LINES
    lines = register.entries.filter(number__gte=start, number__lt=start + BLOCK_LINES)
    leaves = [hash_leaf(line) for line in lines.order_by("number").values_list("line", flat=True)]
    roots = register.blocks.order_by("index").values_list("root", flat=True)
    return [
        *pick_inclusion_proof(build_levels(leaves), position),
        *pick_inclusion_proof(build_levels([bytes.fromhex(root) for root in roots]), block),
    ]
