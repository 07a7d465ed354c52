"""Recompute the journal's chain and find where it breaks."""

from collections.abc import Iterator

from applications.models import JournalSeal
from applications.selectors.invariants import Breach
from applications.services.journal import GENESIS, chain_hash

CHUNK = 2_000
RULE = "journal_chain_is_whole"


def find_breaches_of_journal() -> Iterator[Breach]:
    """
    Find entries that were removed, altered or swapped, and where; memory stays bounded.

    After a break the chain is followed from the stored hash, so one change is one breach. An end
    that was cut off, seals and entries together, shows only against an older copy of its last hash.
    """
    chain, expected = GENESIS, 1
    seals = JournalSeal.objects.select_related("entry").order_by("position")
    for seal in seals.iterator(chunk_size=CHUNK):
        if seal.position != expected:
            missing = f"positions {expected} to {seal.position - 1} are missing"
            yield Breach(RULE, f"journal position {expected}", missing)
        elif chain_hash(chain, seal.entry) != seal.chain_sha256:
            details = f"entry {seal.entry_id} is not what was sealed"
            yield Breach(RULE, f"journal position {seal.position}", details)
        chain, expected = seal.chain_sha256, seal.position + 1
