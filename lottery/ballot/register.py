"""register.txt: the frozen list of every issued application number."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lottery.ballot.canonical import HEADER, HEX_256
from lottery.ballot.errors import BallotRefusal, Code

FILE = "register.txt"
ACTIVE = "A"
CATEGORIES = ("F", "P")
_LINE = re.compile(
    r"([0-9]{8})\|(A|X[DINVW])\|([FP])\|([GY])\|([0-9]{8}(?:,[0-9]{8}){0,2})\|([0-9a-f]{64})"
)
_NUMBER_COUNT = 10**8
_IDENTITY_NUMBER = re.compile(r"[A-Z0-9]{1,20}")


class RegisterLine(NamedTuple):
    """
    One issued application number.

    :ivar status: ``A`` in the draw, or ``XD``, ``XI``, ``XN``, ``XV``, ``XW`` excluded.
    :ivar category: ``F`` family or ``P`` one-person.
    :ivar track: ``Y`` youth or ``G`` general.
    :ivar ballots: ballot numbers, ascending; the first is the application number.
    :ivar identity_commitment: 64 hexadecimal digits, see `compute_identity_commitment`.
    """

    number: str
    status: str
    category: str
    track: str
    ballots: tuple[str, ...]
    identity_commitment: str


def parse_register_lines(lines: Iterable[str]) -> Iterator[RegisterLine]:
    """
    Read register lines, given without their LF, one at a time and in bounded memory.

    :raises BallotRefusal: with the line number, at the first line that is malformed, out of
        sequence or repeats a ballot number; ``REGISTER_EMPTY`` when there is none.
    """
    extras = _ExtraNumbers()
    expected: int | None = None
    position = 0
    for position, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise _refuse("REGISTER_LINE_MALFORMED", "not a canonical register line", position)
        number, status, category, track, ballots, identity_commitment = match.groups()
        if expected is not None and int(number) != expected:
            raise _refuse(
                "REGISTER_NUMBER_OUT_OF_SEQUENCE",
                f"{expected:08d} must follow here, not {number}",
                position,
            )
        expected = int(number) + 1
        if extras.has(number):
            raise _refuse("BALLOT_NUMBER_REPEATED", f"{number} was an extra number", position)
        if ballots == number:
            numbers: tuple[str, ...] = (number,)
        else:
            numbers = tuple(ballots.split(","))
            _check_ballots(number, numbers, position)
            extras.add(numbers[1:], position)
        yield RegisterLine(number, status, category, track, numbers, identity_commitment)
    if position == 0:
        raise _refuse("REGISTER_EMPTY", "a register has at least one line", None)


def _refuse(code: Code, message: str, position: int | None) -> BallotRefusal:
    return BallotRefusal(code, message, file=FILE, line=position)


def _check_ballots(number: str, ballots: tuple[str, ...], position: int) -> None:
    if ballots[0] != number or sorted(set(ballots)) != list(ballots):
        raise _refuse(
            "REGISTER_LINE_MALFORMED",
            "ballot numbers begin with the application number and ascend",
            position,
        )
    if len({ballot[-2:] for ballot in ballots}) != len(ballots):
        raise _refuse(
            "REGISTER_LINE_MALFORMED", "two ballot numbers end with the same digits", position
        )


class _ExtraNumbers:
    """
    The extra ballot numbers seen so far, as a bitmap of every eight-digit number.

    12.5 MB however many there are, where a set of two million numbers takes over 100 MB.
    """

    def __init__(self) -> None:
        self._bits: bytearray | None = None

    def has(self, number: str) -> bool:
        if self._bits is None:
            return False
        value = int(number)
        return bool(self._bits[value >> 3] & 1 << (value & 7))

    def add(self, numbers: Iterable[str], position: int) -> None:
        if self._bits is None:
            self._bits = bytearray(_NUMBER_COUNT // 8)
        for number in numbers:
            if self.has(number):
                raise _refuse("BALLOT_NUMBER_REPEATED", f"{number} is there already", position)
            value = int(number)
            self._bits[value >> 3] |= 1 << (value & 7)


def render_register_line(line: RegisterLine) -> str:
    """Write one line, without LF."""
    return (
        f"{line.number}|{line.status}|{line.category}|{line.track}|"
        f"{','.join(line.ballots)}|{line.identity_commitment}"
    )


def compute_identity_commitment(salt_hex: str, identity_numbers: Iterable[str]) -> str:
    """
    Bind who stands behind an application without revealing it (IDC).

    :param salt_hex: 64 hexadecimal digits; 32 random bytes made by the caller.
    :param identity_numbers: of everyone on the form, normalised: ``A-Z`` and ``0-9`` only,
        no brackets; in any order.
    :raises BallotRefusal: ``IDENTITY_MALFORMED``.
    """
    numbers = sorted(identity_numbers)
    if not HEX_256.fullmatch(salt_hex):
        raise BallotRefusal("IDENTITY_MALFORMED", "the salt has 64 lower-case hexadecimal digits")
    if not numbers or len(set(numbers)) != len(numbers):
        raise BallotRefusal("IDENTITY_MALFORMED", "identity numbers must be there and differ")
    if not all(_IDENTITY_NUMBER.fullmatch(number) for number in numbers):
        raise BallotRefusal("IDENTITY_MALFORMED", "an identity number is A-Z and 0-9 only")
    message = f"{HEADER}|id|{salt_hex}|{','.join(numbers)}"
    return hashlib.sha256(message.encode("ascii")).hexdigest()
