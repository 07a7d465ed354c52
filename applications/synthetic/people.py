"""
People who do not exist, and look it.

Person n has an identity card number that follows from n: prefix QA to QZ, then OA to OZ and IA to
IZ, and six digits. No card whose number begins with Q, O or I is known to have been issued [A], so
no number here is anybody's. The names spell n: ``SYNTHETIC One Two``, 測試一二.
"""

from datetime import date, timedelta
from typing import Any

from applications.policy.hkid import compute_check_character, format_hkic
from applications.synthetic.chooser import Chooser

NUMBERS_OF_A_PREFIX = 1_000_000
PREFIXES = [first + chr(ord("A") + n) for first in "QOI" for n in range(26)]
PEOPLE = len(PREFIXES) * NUMBERS_OF_A_PREFIX
WORDS_EN = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
NUMERALS_ZH = "〇一二三四五六七八九"


def make_hkic(index: int) -> str:
    """
    Make the identity card number of person ``index``: different for each, check character right.

    :raises ValueError: beyond the 78 million numbers that there are.
    """
    if not 0 <= index < PEOPLE:
        raise ValueError(f"Synthetic people are numbered 0 to {PEOPLE - 1}.")
    prefix, digits = divmod(index, NUMBERS_OF_A_PREFIX)
    body = f"{PREFIXES[prefix]}{digits:06d}"
    return format_hkic(body + compute_check_character(body))


def make_birth_certificate(index: int) -> str:
    """Make the birth certificate number of person ``index``, for a child without a card."""
    return f"SYN{index:08d}"


def make_person(
    index: int, *, birth_date: date, marital_status: str = "UNMARRIED", sex: str = "F"
) -> dict[str, Any]:
    """Make a person of an application document, against whom nothing stands."""
    digits = str(index)
    return {
        "hkic": make_hkic(index),
        "name_zh": "測試" + "".join(NUMERALS_ZH[int(digit)] for digit in digits),
        "surname_en": "SYNTHETIC",
        "given_name_en": " ".join(WORDS_EN[int(digit)] for digit in digits),
        "birth_date": birth_date.isoformat(),
        "sex": sex,
        "marital_status": marital_status,
        "spouse_absence": None,
        "resident_since": birth_date.isoformat(),
        "last_owned_property_on": None,
        "previous_subsidy": False,
    }


def without_card(person: dict[str, Any], index: int) -> dict[str, Any]:
    """Make a person one who has a birth certificate and no identity card."""
    others = {name: value for name, value in person.items() if name != "hkic"}
    return {"birth_certificate": make_birth_certificate(index), **others}


def choose_birth_date(chooser: Chooser, *, earliest: date, latest: date) -> date:
    """Choose a day, both ends included."""
    return earliest + timedelta(days=chooser.below((latest - earliest).days + 1))
