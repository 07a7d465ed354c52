"""Small intake logs for tests, with real signatures."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lottery.ballot.intake_log import (
    NO_JOURNAL,
    extend_log,
    render_intake_leaf,
    render_intake_log,
    render_statement,
)
from lottery.ballot.merkle import hash_leaf
from lottery.ballot.register import parse_register_lines
from tests.unit.ballot.builders import hash_hex

DRAW = "TEST2026"
OPENS_AT = datetime.fromisoformat("2026-04-01T23:59:00+08:00")
# A key that anybody can have, so that the tests are the same every time.
SIGNER = derive_private_key(20260401, SECP256R1())
SIGNER_PEM = (
    SIGNER.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
)


def hash_leaves(register_lines):
    return [
        hash_leaf(render_intake_leaf(entry.number, entry.identity_commitment))
        for entry in parse_register_lines(register_lines)
    ]


def sign(draw, head):
    signature = SIGNER.sign(render_statement(draw, head).encode(), ECDSA(SHA256()))
    return head._replace(signature=signature.hex())


def build_heads(register_lines, sizes, *, draw=DRAW, signed=False, opens_at=OPENS_AT):
    """One head a day, of the given sizes."""
    leaves = hash_leaves(register_lines)
    heads = []
    for day, size in enumerate(sizes):
        previous = heads[-1] if heads else None
        journal = f"{size * 3}:{hash_hex(f'entry {size}')}" if size else NO_JOURNAL
        at = opens_at + timedelta(days=day)
        head = extend_log(draw, previous, leaves[:size], at, journal)
        heads.append(sign(draw, head) if signed else head)
    return heads


def build_log(register_lines, sizes, *, draw=DRAW, **options):
    return render_intake_log(draw, build_heads(register_lines, sizes, draw=draw, **options))
