"""
The single values of a document: text in, value in its one spelling out.

Web forms use these too, so that a value is right on a page exactly when it is right in a file.
Each parser raises `InvalidValue` with a public code and a ``reason``.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from applications.policy.errors import InvalidValue
from applications.policy.hong_kong_time import HONG_KONG
from applications.policy.names import has_hidden_or_picture

EARLIEST_DATE = date(1900, 1, 1)
MAXIMUM_EMAIL = 254
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ISO_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
EMAIL = re.compile(
    r"[A-Za-z0-9_][A-Za-z0-9_%+-]*(?:\.[A-Za-z0-9_%+-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ./_-]{0,62}[A-Za-z0-9])?")
BIRTH_CERTIFICATE = re.compile(r"(?=.*[0-9])[A-Z0-9]{4,20}")
BIRTH_CERTIFICATE_IGNORED = str.maketrans("", "", "()[]/ \t\r\n-")
EXERCISE_CODE = re.compile(r"[A-Z0-9-]{1,32}")

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)


def text_parser(parse: Callable[[str], Any]) -> Callable[[Any, date], Any]:
    """Make a parser of texts into a field's parser, which refuses anything but a text."""

    def parse_field(value: Any, today: date) -> Any:
        return parse(require_text(value))

    return parse_field


def choice_parser(choices: type[ChoiceT]) -> Callable[[Any, date], ChoiceT]:
    """Make a field's parser that accepts the values of an enumeration, in capitals as written."""

    def parse_field(value: Any, today: date) -> ChoiceT:
        return parse_choice(value, choices)

    return parse_field


def require_text(value: object) -> str:
    """Refuse anything but a text with ``WRONG_TYPE``."""
    if not isinstance(value, str):
        raise InvalidValue("WRONG_TYPE", expected="text")
    return value


def parse_choice(value: object, choices: type[ChoiceT]) -> ChoiceT:
    """
    Read a choice.

    :raises InvalidValue: ``INVALID_CHOICE`` with the allowed ``choices``.
    """
    try:
        return choices(require_text(value))
    except ValueError as error:
        if isinstance(error, InvalidValue):
            raise
        raise InvalidValue("INVALID_CHOICE", choices=[c.value for c in choices]) from None


def parse_flag(value: object, today: date | None = None) -> bool:
    """Read a yes or no: a JSON ``true`` or ``false``, nothing that merely looks like one."""
    if not isinstance(value, bool):
        raise InvalidValue("WRONG_TYPE", expected="boolean")
    return value


def parse_declaration(value: object, today: date | None = None) -> bool:
    """
    Read a declaration, which has to be made.

    :raises InvalidValue: ``DECLARATION_MISSING``.
    """
    if not parse_flag(value):
        raise InvalidValue("DECLARATION_MISSING")
    return True


def parse_past_date(value: object, today: date) -> date:
    """
    Read an ISO date (``1990-05-17``) between 1900 and today; three boxes are for people.

    :param today: the day on which the document is received, in Hong Kong.
    :raises InvalidValue: ``INVALID_DATE`` with ``reason`` ``FORMAT``, ``NO_SUCH_DAY`` or
        ``TOO_EARLY``; ``DATE_IN_FUTURE``.
    """
    text = require_text(value)
    if not ISO_DATE.fullmatch(text):
        raise InvalidValue("INVALID_DATE", reason="FORMAT")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidValue("INVALID_DATE", reason="NO_SUCH_DAY") from None
    return _check_past(day, today)


def _check_past(day: date, today: date) -> date:
    if day < EARLIEST_DATE:
        raise InvalidValue("INVALID_DATE", reason="TOO_EARLY")
    if day > today:
        raise InvalidValue("DATE_IN_FUTURE")
    return day


def parse_date_parts(day: str, month: str, year: str, today: date) -> date:
    """
    Read a date typed in three boxes, which nobody can misread as month before day.

    :raises InvalidValue: as `parse_past_date`.
    """
    parts = [unicodedata.normalize("NFKC", part).strip() for part in (year, month, day)]
    if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts):
        raise InvalidValue("INVALID_DATE", reason="FORMAT")
    typed_year, typed_month, typed_day = (int(part) for part in parts)
    try:
        return _check_past(date(typed_year, typed_month, typed_day), today)
    except ValueError as error:
        if isinstance(error, InvalidValue):
            raise
        raise InvalidValue("INVALID_DATE", reason="NO_SUCH_DAY") from None


def parse_past_moment(value: object, today: date) -> datetime:
    """
    Read an ISO 8601 time with its offset (``2025-03-12T10:20:00+08:00``), not after today.

    :raises InvalidValue: as `parse_past_date`; without an offset ``reason`` is ``FORMAT``.
    """
    text = require_text(value)
    if not ISO_MOMENT.fullmatch(text):
        raise InvalidValue("INVALID_DATE", reason="FORMAT")
    try:
        moment = datetime.fromisoformat(text).astimezone(HONG_KONG)
    except (ValueError, OverflowError):
        raise InvalidValue("INVALID_DATE", reason="NO_SUCH_DAY") from None
    _check_past(moment.date(), today)
    return moment


def parse_email(text: str) -> str:
    """
    Read an e-mail address of ordinary form.

    :raises InvalidValue: ``INVALID_EMAIL`` with ``reason`` ``CHARACTERS`` (a line break, anything
        that cannot be seen), ``TOO_LONG`` or ``SHAPE``.
    """
    address = text.strip(" ")
    if has_hidden_or_picture(address):
        raise InvalidValue("INVALID_EMAIL", reason="CHARACTERS")
    if len(address) > MAXIMUM_EMAIL:
        raise InvalidValue("INVALID_EMAIL", reason="TOO_LONG", maximum=MAXIMUM_EMAIL)
    if not EMAIL.fullmatch(address):
        raise InvalidValue("INVALID_EMAIL", reason="SHAPE")
    return address


def parse_reference(text: str) -> str:
    """
    Read a form's serial or a payment's reference: at most 64 letters, digits and ``. / _ -``.

    :raises InvalidValue: ``INVALID_REFERENCE``.
    """
    reference = unicodedata.normalize("NFKC", text).strip(" ")
    if not REFERENCE.fullmatch(reference):
        raise InvalidValue("INVALID_REFERENCE")
    return reference


def parse_birth_certificate(text: str) -> str:
    """
    Read a birth certificate's number in its one spelling: 4 to 20 capitals and digits.

    :raises InvalidValue: ``INVALID_BIRTH_CERTIFICATE``.
    """
    number = unicodedata.normalize("NFKC", text).translate(BIRTH_CERTIFICATE_IGNORED)
    if not (number.isascii() and BIRTH_CERTIFICATE.fullmatch(number.upper())):
        raise InvalidValue("INVALID_BIRTH_CERTIFICATE")
    return number.upper()


def parse_exercise_code(text: str) -> str:
    """
    Read the code of an exercise: ``WSM2024``.

    :raises InvalidValue: ``INVALID_EXERCISE``.
    """
    if not EXERCISE_CODE.fullmatch(text):
        raise InvalidValue("INVALID_EXERCISE")
    return text
