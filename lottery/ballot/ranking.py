"""
Tickets and ranking: the order of every application, from the register and the seed alone.

Each application's place in the order depends on its own ballot numbers and the seed, so
adding or removing one never changes the relative order of the others.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lottery.ballot.canonical import HEX_256
from lottery.ballot.ceremony import Ceremony, parse_draws
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import ORDERS, BallotParameters
from lottery.ballot.register import ACTIVE, CATEGORIES, RegisterLine, parse_register_lines

FILE = "ranking.txt"
GROUPS = tuple(f"{number:02d}" for number in range(100))
_BALLOT = re.compile(r"[0-9]{8}")
_LINE = re.compile(
    r"([FP])\|([1-9][0-9]{0,8})\|([0-9]{8})\|([GY])\|([0-9]{8})\|([0-9]{2})\|([0-9a-f]{64})"
)


class RankingLine(NamedTuple):
    """
    One application's place in the order of its category.

    :ivar rank: from 1 in each category.
    :ivar ballot: the ballot number that counted, the best of those it has.
    :ivar group: group position of that number, 0 to 99; always 0 in the order ``ticket``.
    :ivar ticket: of that number, 64 hexadecimal digits.
    """

    category: str
    rank: int
    number: str
    track: str
    ballot: str
    group: int
    ticket: str


class TicketMaker:
    """Computes tickets under one seed: HMAC-SHA-256 with the key's two blocks hashed once."""

    def __init__(self, seed: str) -> None:
        if not HEX_256.fullmatch(seed):
            raise BallotRefusal("TICKET_MALFORMED", "a seed has 64 hexadecimal digits")
        # The key fills the block exactly, so RFC 2104 neither hashes nor pads it.
        key = seed.encode("ascii")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + b"ticket|")
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))

    def make(self, ballot: bytes) -> bytes:
        """Return the 32 bytes of the ticket of an eight-digit ballot number."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(ballot)
        outer.update(inner.digest())
        return outer.digest()


def compute_ticket(seed: str, ballot: str) -> str:
    """
    Compute the ticket of one ballot number, 64 hexadecimal digits.

    The same as ``printf 'ticket|10000001' | openssl dgst -sha256 -hmac $K``.

    :raises BallotRefusal: ``TICKET_MALFORMED``.
    """
    if not _BALLOT.fullmatch(ballot) or not HEX_256.fullmatch(seed):
        raise BallotRefusal(
            "TICKET_MALFORMED", "a ballot number has 8 digits and a seed 64 hexadecimal ones"
        )
    return _compute_hmac(seed, f"ticket|{ballot}").hex()


def _compute_hmac(seed: str, message: str) -> bytes:
    return hmac.digest(seed.encode("ascii"), message.encode("ascii"), "sha256")


def order_groups(order: str, seed: str, drawn: Sequence[str]) -> dict[str, int]:
    """
    Give each pair of last digits its group position; the keys come in order of position.

    :param drawn: the balls of the first draw; only ``last2:balls`` looks at them.
    """
    if order not in ORDERS:
        raise BallotRefusal("PARAMETERS_MALFORMED", f"order is one of {', '.join(ORDERS)}")
    if order == "ticket":
        return dict.fromkeys(GROUPS, 0)
    if order == "last2:balls":
        groups = list(drawn)
    else:
        groups = sorted(GROUPS, key=lambda digits: (_compute_hmac(seed, f"group|{digits}"), digits))
    return {digits: position for position, digits in enumerate(groups)}


def rank(
    register_lines: Iterable[str], parameters: BallotParameters, ceremony: Ceremony
) -> Iterator[RankingLine]:
    """
    Rank every active application, families first.

    Does not ask whether the ceremony kept the rules: see `check_ceremony`.

    :param register_lines: without LF, ascending.
    :raises BallotRefusal: for a line that is not canonical, or balls that are not.
    """
    drawn = parse_draws(ceremony.balls, parameters.physical)[0]
    positions = order_groups(parameters.order, ceremony.seed, drawn)
    keys = _build_keys(parse_register_lines(register_lines), positions, ceremony.seed)
    for category in CATEGORIES:
        yield from _read_ranks(category, sorted(keys.pop(category)))


def _build_keys(
    entries: Iterable[RegisterLine], positions: Mapping[str, int], seed: str
) -> dict[str, list[bytes]]:
    """
    Build one byte string for each active application: its sort key, then whose it is.

    Group position (1 byte), ticket (32), ballot number (8), application number (8), track (1).
    Bytes of fixed widths compare as the tuple would and take a third of its memory.
    """
    groups = {digits: bytes((position,)) for digits, position in positions.items()}
    make_ticket = TicketMaker(seed).make
    keys: dict[str, list[bytes]] = {category: [] for category in CATEGORIES}
    for entry in entries:
        if entry.status != ACTIVE:
            continue
        best = min(
            [
                b"%b%b%b" % (groups[text[-2:]], make_ticket(ballot), ballot)
                for text in entry.ballots
                for ballot in [text.encode("ascii")]
            ]
        )
        keys[entry.category].append(best + f"{entry.number}{entry.track}".encode("ascii"))
    return keys


def _read_ranks(category: str, keys: Sequence[bytes]) -> Iterator[RankingLine]:
    for position, key in enumerate(keys, 1):
        ballot, number, track = key[33:41], key[41:49], key[49:]
        yield RankingLine(
            category,
            position,
            number.decode("ascii"),
            track.decode("ascii"),
            ballot.decode("ascii"),
            key[0],
            key[1:33].hex(),
        )


def render_ranking_line(line: RankingLine) -> str:
    """Write one line, without LF."""
    category, position, number, track, ballot, group, ticket = line
    return f"{category}|{position}|{number}|{track}|{ballot}|{group:02d}|{ticket}"


def parse_ranking_line(text: str) -> RankingLine:
    """
    Read one line, without LF.

    :raises BallotRefusal: ``RANKING_MALFORMED``.
    """
    match = _LINE.fullmatch(text)
    if match is None:
        raise BallotRefusal("RANKING_MALFORMED", "not a canonical ranking line", file=FILE)
    category, position, number, track, ballot, group, ticket = match.groups()
    return RankingLine(category, int(position), number, track, ballot, int(group), ticket)
