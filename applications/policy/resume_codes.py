"""
Codes by which an applicant goes on with a draft elsewhere: ``7KQ2-M9XD-4TBH``.

Twelve characters of Crockford's base 32 hold 60 bits, so guessing one is hopeless even among a
million drafts. The alphabet has no I, L, O and U; whoever reads one of the first three off a
screen or a sheet of paper means 1 or 0.

Source: Douglas Crockford, "Base 32", https://www.crockford.com/base32.html.
"""

import unicodedata

from applications.policy.errors import InvalidValue

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BITS = 60
GROUP_LENGTH = 4
CODE_LENGTH = CODE_BITS // 5
SHIFTS = range(CODE_BITS - 5, -1, -5)
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
# Blanks, and what phones make of a hyphen: typing "--" gives a dash, a Chinese keyboard a long one.
IGNORED = str.maketrans("", "", " \t\r\n-‐‑‒–—―−ー一_.·")


class InvalidResumeCode(InvalidValue):
    """Not a code of this kind."""

    def __init__(self) -> None:
        super().__init__("INVALID_RESUME_CODE")


def write_resume_code(number: int) -> str:
    """
    Write a number below 2**60 as a code in three groups.

    :param number: out of a cryptographic source; the law throws no dice.
    """
    return _group("".join(ALPHABET[number >> shift & 31] for shift in SHIFTS))


def parse_resume_code(text: str) -> str:
    """
    Read a code however it was typed: ``７kq2 m9xd 4tbh`` is ``7KQ2-M9XD-4TBH``.

    :raises InvalidResumeCode: another length, or a character that no code has.
    """
    plain = unicodedata.normalize("NFKC", text).translate(IGNORED).upper().translate(LOOK_ALIKES)
    if len(plain) != CODE_LENGTH or any(character not in ALPHABET for character in plain):
        raise InvalidResumeCode
    return _group(plain)


def _group(digits: str) -> str:
    return "-".join(
        digits[start : start + GROUP_LENGTH] for start in range(0, CODE_LENGTH, GROUP_LENGTH)
    )
