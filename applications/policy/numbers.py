"""Amounts, telephone numbers and application numbers as people type them."""

import math
import re
import unicodedata

from applications.policy.errors import InvalidValue

MAXIMUM_AMOUNT_HKD = 999_999_999
CURRENCY = re.compile(r"^(?:HK)?\$\s*|\s*[元圓]$", re.IGNORECASE)
WHOLE_DOLLARS = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+")
CENTS = re.compile(r"[0-9,]+\.[0-9]*")
CHINESE_NUMERALS = re.compile(
    "[0-9,.]*[〇零一二三四五六七八九十百千萬万億亿兩两廿卅壹貳贰叁參肆伍陸陆柒捌玖拾佰仟]"
    "[0-9〇零一二三四五六七八九十百千萬万億亿兩两廿卅壹貳贰叁參肆伍陸陆柒捌玖拾佰仟]*"
)
LOCAL_PHONE = re.compile(r"[2-9][0-9]{7}")
COUNTRY_CODE = re.compile(r"^(?:\+|00)?852(?=[0-9]{8}$)")
APPLICATION_NUMBER = re.compile(r"[0-9]{8}")


def parse_amount_hkd(value: object) -> int:
    """
    Read an amount in whole Hong Kong dollars.

    Thousands separators, full-width digits, a leading ``HK$`` and a final 元 are accepted in a
    text. Chinese numerals are not, because 三萬二 is 32,000 to most and 30,002 to some; see
    `read_chinese_amount` for what they may mean.

    :raises InvalidValue: ``INVALID_AMOUNT`` with ``reason`` ``NEGATIVE``, ``CENTS``,
        ``CHINESE_NUMERALS``, ``TOO_LARGE``, ``BLANK`` or ``NOT_A_NUMBER`` (``1e9``, ``NaN``).
    """
    if isinstance(value, str):
        amount = _parse_amount_text(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        amount = value
    elif isinstance(value, float):
        raise InvalidValue(
            "INVALID_AMOUNT", reason="CENTS" if math.isfinite(value) else "NOT_A_NUMBER"
        )
    else:
        raise InvalidValue("WRONG_TYPE", expected="integer")
    if amount < 0:
        raise InvalidValue("INVALID_AMOUNT", reason="NEGATIVE")
    if amount > MAXIMUM_AMOUNT_HKD:
        raise InvalidValue("INVALID_AMOUNT", reason="TOO_LARGE", maximum=MAXIMUM_AMOUNT_HKD)
    return amount


def _parse_amount_text(text: str) -> int:
    amount = CURRENCY.sub("", unicodedata.normalize("NFKC", text).strip())
    if len(amount) <= 20 and WHOLE_DOLLARS.fullmatch(amount):
        return int(amount.replace(",", ""))
    raise InvalidValue("INVALID_AMOUNT", reason=_explain_amount(amount))


def _explain_amount(amount: str) -> str:
    if not amount:
        return "BLANK"
    if amount[0] in "-−" and amount[1:2].isdigit():
        return "NEGATIVE"
    if CENTS.fullmatch(amount):
        return "CENTS"
    if CHINESE_NUMERALS.fullmatch(amount):
        return "CHINESE_NUMERALS"
    return "TOO_LARGE" if WHOLE_DOLLARS.fullmatch(amount) else "NOT_A_NUMBER"


def parse_phone(text: str) -> str:
    """
    Read a Hong Kong telephone number: eight digits, ``+852`` and separators accepted.

    :returns: ``91234567``.
    :raises InvalidValue: ``INVALID_PHONE`` with ``reason`` ``LETTERS`` or ``SHAPE``.
    """
    number = re.sub(r"[ ()\-]", "", unicodedata.normalize("NFKC", text).strip())
    number = COUNTRY_CODE.sub("", number)
    if LOCAL_PHONE.fullmatch(number):
        return number
    has_letter = any(character.isalpha() for character in number)
    raise InvalidValue("INVALID_PHONE", reason="LETTERS" if has_letter else "SHAPE")


def is_application_number(text: str) -> bool:
    """Tell whether a text is an application number: eight Western digits. See WSM-BALLOT/1."""
    return APPLICATION_NUMBER.fullmatch(text) is not None
