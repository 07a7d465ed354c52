"""
The Merkle tree over the register's lines.

Source: RFC 9162, section 2.1 (tree, inclusion and consistency proofs).
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

_LEAF = b"\x00"
_NODE = b"\x01"

Levels = list[list[bytes]]


def hash_leaf(line: str | bytes) -> bytes:
    """Hash one line, given without its LF."""
    return sha256(_LEAF + (line.encode("ascii") if isinstance(line, str) else line)).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Hash two neighbouring nodes into the one above them."""
    return sha256(_NODE + left + right).digest()


class RootBuilder:
    """
    Computes the root of leaves that come one by one.

    Holds one hash for each complete subtree, 20 at a million leaves.
    """

    def __init__(self) -> None:
        self._size = 0
        self._subtrees: list[bytes] = []

    @property
    def size(self) -> int:
        return self._size

    def append(self, leaf: bytes) -> None:
        """Add the next leaf hash."""
        # Each trailing one bit of the size is a complete subtree as large as the new one.
        carried, node = self._size, leaf
        while carried & 1:
            node = hash_node(self._subtrees.pop(), node)
            carried >>= 1
        self._subtrees.append(node)
        self._size += 1

    def compute_root(self) -> bytes:
        """Return the root of the leaves so far; more may follow."""
        if not self._subtrees:
            return sha256(b"").digest()
        *larger, node = self._subtrees
        for subtree in reversed(larger):
            node = hash_node(subtree, node)
        return node


def compute_root(leaves: Iterable[bytes]) -> bytes:
    """Return the root of a tree of leaf hashes; of none, the hash of nothing."""
    builder = RootBuilder()
    for leaf in leaves:
        builder.append(leaf)
    return builder.compute_root()


def build_levels(leaves: Sequence[bytes]) -> Levels:
    """
    Build every level of the tree, leaves first, root last.

    For a service that hands out many proofs: about 64 bytes of hash for each leaf.
    """
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [hash_node(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
        # A node without a neighbour moves up unchanged.
        levels.append(above + below[len(above) * 2 :])
    return levels


def pick_inclusion_proof(levels: Levels, index: int) -> list[bytes]:
    """
    Read the inclusion proof of one leaf from the levels of its tree, lowest node first.

    :raises IndexError: for a leaf that is not there.
    """
    if not 0 <= index < len(levels[0]):
        raise IndexError(index)
    proof = []
    for level in levels[:-1]:
        if index ^ 1 < len(level):
            proof.append(level[index ^ 1])
        index >>= 1
    return proof


def build_inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """
    Build the proof that leaf `index` (from 0) is in the tree, lowest node first.

    :raises IndexError: for a leaf that is not there.
    """
    return pick_inclusion_proof(build_levels(leaves), index)


def verify_inclusion_proof(
    *, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """
    Tell whether a proof leads from a leaf hash to the root of a tree of `size` leaves.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    node, position, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = hash_node(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = hash_node(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def build_consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """
    Build the proof that the first `old_size` leaves are a tree's beginning.

    Source: RFC 9162, section 2.1.4.1.

    :raises IndexError: unless ``0 < old_size <= len(leaves)``.
    """
    if not 0 < old_size <= len(leaves):
        raise IndexError(old_size)
    return _build_subproof(leaves, old_size, is_whole=True)


def _build_subproof(leaves: Sequence[bytes], old_size: int, *, is_whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if is_whole else [compute_root(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = leaves[:split], leaves[split:]
    if old_size <= split:
        return [*_build_subproof(left, old_size, is_whole=is_whole), compute_root(right)]
    return [*_build_subproof(right, old_size - split, is_whole=False), compute_root(left)]


def verify_consistency_proof(
    *, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """
    Tell whether a proof leads from the root of a beginning to the root of the whole.

    Source: RFC 9162, section 2.1.4.2.
    """
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    position, last = old_size - 1, size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_node = node = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_node, node = hash_node(sibling, old_node), hash_node(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = hash_node(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old_node == old_root and node == root
