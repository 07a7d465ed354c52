"""
The public beacon: drand quicknet, the one chain that this version knows.

A beacon round cannot be known before its time. When it falls after the last ball, whoever
drew the balls could not have aimed at a result.

Source of the constants: https://api.drand.sh/<chain hash>/info.
"""

import hashlib
import importlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from lottery.ballot.canonical import HEX_256
from lottery.ballot.errors import BallotRefusal

CHAIN_HASH = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
GENESIS_SECONDS = 1692803367  # Unix time of round 1
PERIOD_SECONDS = 3
PUBLIC_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
NO_BEACON = "none"
_DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_ROUND = re.compile(r"[1-9][0-9]{0,11}")
_SIGNATURE = re.compile(r"[0-9a-f]{96}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SignatureCheck = Literal["NO_BEACON", "SIGNATURE_VERIFIED", "SIGNATURE_NOT_CHECKED"]


class BeaconValue(NamedTuple):
    """What one round of the chain published."""

    chain_hash: str
    round: int
    randomness: str


class BeaconRound(NamedTuple):
    """
    One round of quicknet as anybody gets it: the randomness is the hash of the signature.

    :ivar signature: 96 hexadecimal digits.
    """

    round: int
    signature: str

    @property
    def value(self) -> str:
        """The beacon field of a ceremony."""
        randomness = hashlib.sha256(bytes.fromhex(self.signature)).hexdigest()
        return f"drand:{CHAIN_HASH}:{self.round}:{randomness}"


def parse_beacon_round(round_text: str, signature: str) -> BeaconRound:
    """
    Read a round number and its signature as they were typed or uploaded.

    :raises BallotRefusal: ``BEACON_MALFORMED``.
    """
    if not _SIGNATURE.fullmatch(signature):
        raise BallotRefusal("BEACON_MALFORMED", "a quicknet signature has 96 hexadecimal digits")
    return BeaconRound(parse_round(round_text), signature)


def check_chain(chain_hash: str) -> None:
    """Refuse every chain but quicknet, whose times and key are known here."""
    if chain_hash != CHAIN_HASH:
        raise BallotRefusal("BEACON_CHAIN_UNKNOWN", "only drand quicknet is known to this version")


def parse_round(text: str) -> int:
    """Read a round number: decimal, from 1, without leading zeros."""
    if not _ROUND.fullmatch(text):
        raise BallotRefusal("BEACON_MALFORMED", "a round is a decimal number from 1")
    return int(text)


def parse_beacon_value(text: str) -> BeaconValue | None:
    """
    Read the beacon field of a ceremony; None stands for ``none``.

    :raises BallotRefusal: ``BEACON_MALFORMED`` or ``BEACON_CHAIN_UNKNOWN``.
    """
    if text == NO_BEACON:
        return None
    parts = text.split(":")
    if len(parts) != 4 or parts[0] != "drand" or not HEX_256.fullmatch(parts[3]):
        raise BallotRefusal(
            "BEACON_MALFORMED", "the beacon is none or drand:<chain hash>:<round>:<randomness>"
        )
    check_chain(parts[1])
    return BeaconValue(parts[1], parse_round(parts[2]), parts[3])


def compute_round_at(round_number: int) -> datetime:
    """Return the moment of a round, aware, in UTC."""
    return _EPOCH + timedelta(seconds=GENESIS_SECONDS + (round_number - 1) * PERIOD_SECONDS)


def find_round(rounds: tuple[int, ...], drawn_at: datetime) -> int | None:
    """Find the first announced round later than the last ball, or None."""
    # Compared as seconds, because a round far in the future has no datetime.
    drawn_seconds = (drawn_at - _EPOCH) // timedelta(seconds=1)
    return next(
        (r for r in rounds if GENESIS_SECONDS + (r - 1) * PERIOD_SECONDS > drawn_seconds), None
    )


def check_signature(value: BeaconValue, signature: str) -> SignatureCheck:
    """
    Check that a round's signature hashes to its randomness and is the chain's own.

    The second needs the optional package py-arkworks-bls12381; the answer says whether it
    was there.

    :raises BallotRefusal: ``BEACON_MALFORMED``, ``BEACON_RANDOMNESS_WRONG`` or
        ``BEACON_SIGNATURE_WRONG``.
    """
    if not _SIGNATURE.fullmatch(signature):
        raise BallotRefusal("BEACON_MALFORMED", "a quicknet signature has 96 hexadecimal digits")
    if hashlib.sha256(bytes.fromhex(signature)).hexdigest() != value.randomness:
        raise BallotRefusal(
            "BEACON_RANDOMNESS_WRONG", "the signature does not hash to the randomness"
        )
    try:
        bls: Any = importlib.import_module("py_arkworks_bls12381")
    except ImportError:
        return "SIGNATURE_NOT_CHECKED"
    if not _is_signed(bls, value.round, bytes.fromhex(signature)):
        raise BallotRefusal("BEACON_SIGNATURE_WRONG", "the chain did not sign this round so")
    return "SIGNATURE_VERIFIED"


def _is_signed(bls: Any, round_number: int, signature: bytes) -> bool:
    message = hashlib.sha256(round_number.to_bytes(8, "big")).digest()
    try:
        point = bls.G1Point.from_compressed_bytes(signature)
    except ValueError:
        return False
    key = bls.G2Point.from_compressed_bytes(bytes.fromhex(PUBLIC_KEY))
    hashed = bls.G1Point.hash_to_curve(message, _DOMAIN)
    return bool(bls.GT.pairing_check([point, -hashed], [bls.G2Point(), key]))
