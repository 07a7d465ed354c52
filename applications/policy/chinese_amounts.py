"""What an amount in Chinese numerals may mean, so that a page can suggest it in digits."""

import re
import unicodedata

from applications.policy.numbers import MAXIMUM_AMOUNT_HKD

# The zero marks a gap (三萬零二), so a number here is any digit but zero, or Western digits.
NUMERALS = "零一二三四五六七八九"
OTHER_WAYS_TO_WRITE = str.maketrans(
    "〇壹貳贰叁參肆伍陸陆柒捌玖兩两拾佰仟万", "零一二二三三四五六六七八九二二十百千萬"
)
NUMBER = "([一二三四五六七八九]|[0-9]+)"
TEN_THOUSAND = 10_000
WITH_TEN_THOUSANDS = re.compile("(.+)萬(零?)(.*)")
DECIMAL = re.compile(r"([0-9]{1,5})\.([0-9]{1,4})")
UNITS = re.compile(f"(?:{NUMBER}千)?零?(?:{NUMBER}百)?零?(?:{NUMBER}?(十))?零?{NUMBER}?")


def read_chinese_amount(text: str) -> int | None:
    """
    Read an amount in Chinese numerals or in both kinds: 三萬二千, 3萬, 4.5萬, 2千5百.

    :returns: ``None`` where it means nothing, or to different people different amounts (三萬二).
    """
    plain = re.sub(r"[元圓,\s]", "", unicodedata.normalize("NFKC", text))
    plain = plain.translate(OTHER_WAYS_TO_WRITE)
    if match := WITH_TEN_THOUSANDS.fullmatch(plain):
        before, zero, after = match.groups()
        count_hkd = _read_ten_thousands(before)
        rest_hkd = _read_below(after, is_clear=bool(zero)) if after else 0
    else:
        count_hkd, rest_hkd = 0, _read_below(plain, is_clear=True)
    if count_hkd is None or rest_hkd is None:
        return None
    amount_hkd = count_hkd + rest_hkd
    return amount_hkd if amount_hkd <= MAXIMUM_AMOUNT_HKD else None


def _read_ten_thousands(text: str) -> int | None:
    """Read what stands before 萬; a decimal has at most four places, so dollars are whole."""
    if match := DECIMAL.fullmatch(text):
        return int(match[1]) * TEN_THOUSAND + int(match[2].ljust(4, "0"))
    count = _read_below(text, is_clear=True)
    return None if count is None else count * TEN_THOUSAND


def _read_below(text: str, *, is_clear: bool) -> int | None:
    """
    Read a number with the units 千, 百 and 十 in falling order, or none.

    :param is_clear: a single digit means itself; else it must follow a zero or 十 to do so.
    """
    match = UNITS.fullmatch(text)
    if text == "零" or not match or not text:
        return 0 if text == "零" else None
    thousands, hundreds, tens, ten, ones = match.groups()
    stands_alone = is_clear and len(text) == 1
    if ones and len(ones) == 1 and not stands_alone and not text[:-1].endswith(("零", "十")):
        return None
    return (
        1_000 * _read_number(thousands)
        + 100 * _read_number(hundreds)
        + 10 * (_read_number(tens) or bool(ten))
        + _read_number(ones)
    )


def _read_number(text: str | None) -> int:
    if not text:
        return 0
    return NUMERALS.index(text) if text in NUMERALS else int(text)
