"""The public specification says what the code does."""

from pathlib import Path

import pytest

from lottery.ballot import beacon, verify_ballot
from lottery.ballot.allocation import DISPOSITION_CODES
from lottery.ballot.canonical import read_text
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.parameters import ORDERS
from tests.unit.ballot.builders import VECTORS

TEXT = Path(beacon.__file__).with_name("README.md").read_text(encoding="utf-8")
EXAMPLE = VECTORS / "ticket"


@pytest.mark.parametrize(
    "fact",
    [
        beacon.CHAIN_HASH,
        beacon.PUBLIC_KEY,
        str(beacon.GENESIS_SECONDS),
        *ORDERS,
        *DISPOSITION_CODES,
        verify_ballot.REGISTER_LINE.pattern.decode().replace("(?:", "(").split(r"\|")[-1][1:-1],
    ],
)
def test_constants_are_named(fact):
    assert fact in TEXT


def test_verifier_and_core_know_the_same_chain():
    assert verify_ballot.QUICKNET == beacon.CHAIN_HASH
    assert verify_ballot.QUICKNET_KEY == beacon.PUBLIC_KEY


def test_the_worked_example_is_the_vector():
    ceremony = parse_ceremony(read_text(EXAMPLE / "ceremony.txt"))
    for value in (ceremony.commitment, ceremony.balls, ceremony.beacon, ceremony.seed):
        assert value in TEXT
    tickets = dict(
        line.split()[1:]
        for line in read_text(EXAMPLE / "vectors.txt").splitlines()
        if line.startswith("ticket ")
    )
    for ballot in ("10000001", "90000018", "10000003", "10000004", "10000006"):
        assert f"| {ballot} | `{tickets[ballot][:8]}…` |" in TEXT
