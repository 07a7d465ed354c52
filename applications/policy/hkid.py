"""
Hong Kong identity card numbers.

One person has one number however it is typed: with or without brackets, in lower case, in
full-width letters. So it is normalised before anything is checked, compared or keyed.
"""

import re
import unicodedata

from applications.policy.errors import InvalidValue

SHAPE = re.compile(r"[A-Z]{1,2}[0-9]{6}[0-9A]")
SHAPE_WITH_LETTER_O = re.compile(r"[A-Z]{1,2}[0-9O]{6}[0-9AO]")
IGNORED = str.maketrans("", "", "()[] \t\r\n-")
CHECK_CHARACTERS = "0123456789A"
BLANK = 36


class InvalidHkic(InvalidValue):
    """
    Not an identity card number.

    ``reason`` is ``CHARACTERS`` (something besides Latin letters and Western digits),
    ``LETTER_O_FOR_ZERO``, ``SHAPE`` or ``CHECK_CHARACTER``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("INVALID_HKIC", reason=reason)


def normalise_hkic(text: str) -> str:
    """
    Give an identity card number in its one spelling: ``a123456（3）`` becomes ``A1234563``.

    NFKC first, so full-width forms become ASCII; then anything that is not an ASCII letter or
    digit is refused, because Arabic-Indic and other digits look right to a check of "digits".

    :raises InvalidHkic: not a number of this kind, or its check character is wrong.
    """
    number = unicodedata.normalize("NFKC", text).translate(IGNORED)
    if number and not (number.isascii() and number.isalnum()):
        raise InvalidHkic("CHARACTERS")
    number = number.upper()
    if not SHAPE.fullmatch(number):
        raise InvalidHkic(_explain_shape(number))
    if compute_check_character(number[:-1]) != number[-1]:
        raise InvalidHkic("CHECK_CHARACTER")
    return number


def _explain_shape(number: str) -> str:
    return "LETTER_O_FOR_ZERO" if SHAPE_WITH_LETTER_O.fullmatch(number) else "SHAPE"


def compute_check_character(prefix_and_digits: str) -> str:
    """
    Compute the character in brackets: ``A123456`` gives ``3``.

    Letters padded on the left to two, blank 36, A 10 to Z 35, digits themselves, weights 9 to 2;
    (11 − sum mod 11) mod 11, where 10 is written A. Source: the identity card's published
    check-digit method.

    :param prefix_and_digits: one or two capital letters and six digits.
    """
    padded = prefix_and_digits.rjust(8)
    values = (BLANK if character == " " else int(character, 36) for character in padded)
    weighted_sum = sum(
        value * weight for value, weight in zip(values, range(9, 1, -1), strict=True)
    )
    return CHECK_CHARACTERS[-weighted_sum % 11]


def is_valid_hkic(text: str) -> bool:
    """Tell whether a text is an identity card number, however it is spelt."""
    try:
        normalise_hkic(text)
    except InvalidHkic:
        return False
    return True


def format_hkic(hkic: str) -> str:
    """Write a normalised number as the card shows it: ``A123456(3)``."""
    return f"{hkic[:-1]}({hkic[-1]})"


def mask_hkic(hkic: str) -> str:
    """Hide the last three digits and the check character: ``A123***(*)``."""
    return f"{hkic[:-4]}***(*)"
