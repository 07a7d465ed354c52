"""The Merkle tree of RFC 9162, section 2.1."""

import pytest

from lottery.ballot.merkle import (
    RootBuilder,
    build_consistency_proof,
    build_inclusion_proof,
    build_levels,
    compute_root,
    hash_leaf,
    pick_inclusion_proof,
    verify_consistency_proof,
    verify_inclusion_proof,
)

# Source: the certificate-transparency reference implementation, merkle_tree_test.cc.
REFERENCE_INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [hash_leaf(f"line {index}") for index in range(40)]
SIZES = range(1, 41)


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_implementation(size):
    leaves = [hash_leaf(data) for data in REFERENCE_INPUTS[:size]]
    assert compute_root(leaves).hex() == REFERENCE_ROOTS[size]


def test_a_root_can_be_asked_for_while_leaves_still_come():
    builder = RootBuilder()
    for size, leaf in enumerate(LEAVES, 1):
        builder.append(leaf)
        assert builder.size == size
        assert builder.compute_root() == compute_root(LEAVES[:size])


def test_the_builder_holds_one_hash_for_each_complete_subtree():
    builder = RootBuilder()
    for _ in range(1023):
        builder.append(LEAVES[0])
    assert len(builder._subtrees) == 10


@pytest.mark.parametrize("size", SIZES)
def test_every_inclusion_proof_leads_to_the_root_and_nothing_else_does(size):
    leaves = LEAVES[:size]
    root, levels = compute_root(leaves), build_levels(leaves)
    assert levels[-1] == [root]
    for index, leaf in enumerate(leaves):
        proof = build_inclusion_proof(leaves, index)
        assert pick_inclusion_proof(levels, index) == proof
        facts = {"leaf": leaf, "index": index, "size": size, "proof": proof, "root": root}
        assert verify_inclusion_proof(**facts)
        for wrong in (
            {"leaf": hash_leaf("another line")},
            {"index": index + 1},
            {"index": -1},
            {"index": (index + 1) % size if size > 1 else 1},
            {"proof": [*proof, leaf]},
            {"root": leaf if size > 1 else hash_leaf("")},
            *({"proof": proof[:-1]} for _ in proof[:1]),
            *({"proof": [leaf, *proof[1:]]} for _ in proof[:1]),
        ):
            assert not verify_inclusion_proof(**(facts | wrong)), wrong


@pytest.mark.parametrize("size", SIZES)
def test_every_consistency_proof_leads_from_the_old_root_to_the_new(size):
    root = compute_root(LEAVES[:size])
    for old_size in range(1, size + 1):
        facts = {
            "old_size": old_size,
            "old_root": compute_root(LEAVES[:old_size]),
            "size": size,
            "root": root,
            "proof": build_consistency_proof(LEAVES[:size], old_size),
        }
        assert verify_consistency_proof(**facts)
        for wrong in (
            {"old_root": LEAVES[39]},
            {"root": LEAVES[39]},
            {"old_size": size + 1},
            {"old_size": 0},
            {"proof": [*facts["proof"], root]},
            *({"proof": facts["proof"][:-1]} for _ in facts["proof"][:1]),
        ):
            assert not verify_consistency_proof(**(facts | wrong)), wrong


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index):
    with pytest.raises(IndexError):
        build_inclusion_proof(LEAVES[:3], index)


@pytest.mark.parametrize("old_size", [0, 4])
def test_there_is_no_consistency_with_a_size_that_never_was(old_size):
    with pytest.raises(IndexError):
        build_consistency_proof(LEAVES[:3], old_size)


def test_a_leaf_cannot_pass_for_a_node():
    pair = LEAVES[0] + LEAVES[1]
    assert hash_leaf(pair) != compute_root(LEAVES[:2])
