"""
The rules of text that every hashed file obeys.

ASCII, LF line ends, no byte-order mark, no trailing blanks, a final LF. A second spelling of
the same content does not exist, so two people who hash the same facts get the same hash.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lottery.ballot.errors import BallotRefusal, Code

HEADER = "WSM-BALLOT/1"
HEX_256 = re.compile(r"[0-9a-f]{64}")
# Leading zeros would be a second spelling of the same number.
COUNT = re.compile(r"0|[1-9][0-9]{0,8}")
_CANONICAL_LINE = re.compile(r"(?:[ -~]*[!-~])?")
_LONGEST_LINE = 4096


def compute_sha256(text: str) -> str:
    """Return the lower-case hexadecimal SHA-256 of an ASCII text."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def split_lines(text: str, file: str) -> list[str]:
    """
    Split a canonical text into its lines, without their LF.

    :raises BallotRefusal: ``TEXT_NOT_CANONICAL``, with the line at fault.
    """
    lines = text.split("\n")
    if lines.pop() != "":
        raise BallotRefusal(
            "TEXT_NOT_CANONICAL", "the last line has no line end", file=file, line=len(lines) + 1
        )
    for position, line in enumerate(lines, 1):
        if not _CANONICAL_LINE.fullmatch(line):
            raise BallotRefusal(
                "TEXT_NOT_CANONICAL",
                "only printable ASCII without trailing blanks is allowed",
                file=file,
                line=position,
            )
    return lines


def parse_fields(
    lines: Sequence[str], keys: Sequence[str], *, file: str, code: Code
) -> dict[str, str]:
    """
    Read the header and then exactly the given ``key=value`` lines, in that order.

    Lines beyond the last key are left to the caller.

    :raises BallotRefusal: with ``code``, when a line is missing or another one.
    """
    if lines[:1] != [HEADER]:
        raise BallotRefusal(code, f"the first line must be {HEADER}", file=file, line=1)
    fields: dict[str, str] = {}
    for position, key in enumerate(keys, 2):
        line = lines[position - 1] if position <= len(lines) else ""
        if not line.startswith(f"{key}="):
            raise BallotRefusal(code, f"this line must begin with {key}=", file=file, line=position)
        fields[key] = line.removeprefix(f"{key}=")
    return fields


def render_fields(fields: Sequence[tuple[str, str]]) -> str:
    """Write the header and ``key=value`` lines."""
    return "\n".join([HEADER, *(f"{key}={value}" for key, value in fields), ""])


def refuse_beyond(lines: Sequence[str], count: int, *, file: str, code: Code) -> None:
    """Refuse lines after the last one that a file may have."""
    if len(lines) > count:
        raise BallotRefusal(code, "there must be no further line", file=file, line=count + 1)


@contextmanager
def located(file: str, line: int) -> Iterator[None]:
    """Add file and line to a refusal that does not know them yet."""
    try:
        yield
    except BallotRefusal as refusal:
        if refusal.file is None:
            refusal.file, refusal.line = file, line
        raise


def read_lines(path: Path) -> Iterator[str]:
    """
    Yield the lines of a file without their LF, holding one at a time.

    :raises BallotRefusal: ``FILE_UNREADABLE``, or ``TEXT_NOT_CANONICAL`` for a missing final
        line end, a byte outside ASCII or a line over 4,096 bytes.
    """
    try:
        with path.open("rb") as stream:
            for position, raw in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), 1):
                if not raw.endswith(b"\n") or not raw.isascii():
                    raise BallotRefusal(
                        "TEXT_NOT_CANONICAL",
                        "a line must be ASCII and end with LF",
                        file=path.name,
                        line=position,
                    )
                yield raw[:-1].decode("ascii")
    except OSError as error:
        raise BallotRefusal(
            "FILE_UNREADABLE", f"cannot be read: {error.strerror}", file=path.name
        ) from error


def read_text(path: Path) -> str:
    """Read a small canonical file whole; refuses as `read_lines` does."""
    return "".join(f"{line}\n" for line in read_lines(path))
