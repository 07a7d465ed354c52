"""
Form fields for the answers of an application.

Each hands what was typed to a parser of the policy, so that web, paper, API and import accept the
same spellings, and turns its fault into a `ValidationError` with the same public code.
"""

import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.forms.messages import describe_code
from applications.forms.widgets import (
    PARTS,
    AmountInput,
    DateInThreeBoxes,
    PhoneInput,
    YesNoRadios,
)
from applications.policy.chinese_amounts import read_chinese_amount
from applications.policy.errors import InvalidValue
from applications.policy.hkid import normalise_hkic
from applications.policy.names import parse_address, parse_name_en, parse_name_zh
from applications.policy.numbers import parse_amount_hkd, parse_phone
from applications.policy.values import parse_date_parts, parse_email

MISSING_PARTS: Mapping[tuple[str, ...], Promise] = {
    ("day",): _("The date needs a day."),
    ("month",): _("The date needs a month."),
    ("year",): _("The date needs a year."),
    ("day", "month"): _("The date needs a day and a month."),
    ("day", "year"): _("The date needs a day and a year."),
    ("month", "year"): _("The date needs a month and a year."),
}
WRONG_PARTS: Mapping[str, Promise] = {
    "day": _("The day must be a number from 1 to 31."),
    "month": _("The month must be a number from 1 to 12."),
    "year": _("The year must have four digits, for example 1990."),
}
PART_LIMITS = {"day": (1, 31), "month": (1, 12), "year": (1000, 9999)}
LONGEST_TEXT = 2000  # far more than any parser accepts: a megabyte need not be looked through
BOXES_OF_FAULT = {"NO_SUCH_DAY": ("day", "month"), "TOO_EARLY": ("year",)}


def as_validation_error(fault: InvalidValue) -> ValidationError:
    """Give a policy's fault the form that Django shows, its public code kept."""
    return ValidationError(
        describe_code(fault.code, **fault.params), code=fault.code, params=fault.params
    )


class ParsedField(forms.CharField):
    """A text whose value is what a policy parser makes of it; ``None`` when left empty."""

    def __init__(self, *, parse: Callable[[str], Any], **options: Any) -> None:
        super().__init__(empty_value=None, **options)
        self.parse = parse

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text is None:
            return None
        try:
            return self.parse(text[:LONGEST_TEXT])
        except InvalidValue as fault:
            raise as_validation_error(fault) from fault


class HkicField(ParsedField):
    """A Hong Kong identity card number; gives it normalised, without brackets."""

    default_error_messages = {
        "required": _("Please enter the identity card number, for example A123456(3).")
    }

    def __init__(self, **options: Any) -> None:
        attrs = {
            "class": "govuk-input--width-10 govuk-input--extra-letter-spacing",
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        }
        options.setdefault("widget", forms.TextInput(attrs))
        super().__init__(parse=normalise_hkic, **options)


class AmountHkdField(ParsedField):
    """An amount in whole Hong Kong dollars, typed with or without thousands separators."""

    default_error_messages = {
        "required": _("Please enter the amount in Hong Kong dollars. Enter 0 if there is none.")
    }

    def __init__(self, **options: Any) -> None:
        attrs = {"class": "govuk-input--width-10", "inputmode": "numeric", "autocomplete": "off"}
        options.setdefault("widget", AmountInput(attrs))
        super().__init__(parse=parse_amount_hkd, **options)

    def to_python(self, value: Any) -> Any:
        """Suggest in digits what is typed in Chinese numerals; a sum of money is never guessed."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            meant_hkd = read_chinese_amount(value) if is_in_chinese(error) else None
            if meant_hkd is None:
                raise
            message = describe_code("INVALID_AMOUNT", reason="PERHAPS", amount=f"{meant_hkd:,}")
            raise ValidationError(message, error.code) from error


def is_in_chinese(error: ValidationError) -> bool:
    """Tell whether an amount was refused for its Chinese numerals."""
    return (error.params or {}).get("reason") == "CHINESE_NUMERALS"


class PhoneField(ParsedField):
    """A Hong Kong telephone number; gives its eight digits."""

    default_error_messages = {"required": _("Please enter a telephone number with 8 digits.")}

    def __init__(self, **options: Any) -> None:
        attrs = {"class": "govuk-input--width-10", "autocomplete": "tel-national"}
        options.setdefault("widget", PhoneInput(attrs))
        super().__init__(parse=parse_phone, **options)


class EnglishNameField(ParsedField):
    """A surname or given name in English letters, as printed on the identity card."""

    default_error_messages = {
        "required": _("Please enter the name as it is printed on the identity card.")
    }

    def __init__(self, *, autocomplete: str = "off", **options: Any) -> None:
        attrs = {
            "class": "govuk-input--width-20",
            "autocomplete": autocomplete,
            "autocapitalize": "words",
            "spellcheck": "false",
            "lang": "en",
        }
        options.setdefault("widget", forms.TextInput(attrs))
        super().__init__(parse=parse_name_en, **options)


class ChineseNameField(ParsedField):
    """A name in Chinese characters, those of the HKSCS beyond the basic plane included."""

    default_error_messages = {
        "required": _("Please enter the name as it is printed on the identity card.")
    }

    def __init__(self, **options: Any) -> None:
        attrs = {
            "class": "govuk-input--width-10",
            "autocomplete": "off",
            "spellcheck": "false",
            "lang": "zh-Hant-HK",
        }
        options.setdefault("widget", forms.TextInput(attrs))
        super().__init__(parse=parse_name_zh, **options)


class EmailAddressField(ParsedField):
    """An e-mail address."""

    default_error_messages = {
        "required": _("Please enter an e-mail address, for example name@example.org.")
    }

    def __init__(self, **options: Any) -> None:
        attrs = {"class": "govuk-input--width-20", "autocomplete": "email", "spellcheck": "false"}
        options.setdefault("widget", forms.EmailInput(attrs))
        super().__init__(parse=parse_email, **options)


class AddressField(ParsedField):
    """A postal address in either language; gives it on one line."""

    default_error_messages = {"required": _("Please enter the address.")}

    def __init__(self, **options: Any) -> None:
        attrs = {"rows": 3, "autocomplete": "street-address"}
        options.setdefault("widget", forms.Textarea(attrs))
        super().__init__(parse=parse_address, **options)


class OneChoiceField(forms.ChoiceField):
    """One of a few answers, as radio buttons; nothing is chosen beforehand."""

    widget = forms.RadioSelect
    default_error_messages = {"required": _("Please choose one of the answers.")}


class ListChoiceField(forms.ChoiceField):
    """One of many answers, such as the eighteen districts, as a list."""

    default_error_messages = {"required": _("Please choose one from the list.")}

    def __init__(self, *, choices: Any = (), **options: Any) -> None:
        super().__init__(choices=(("", ""), *choices), **options)


class DeclarationField(forms.BooleanField):
    """A declaration that has to be ticked."""

    default_error_messages = {
        "required": _("Please tick this declaration. We cannot accept a form without it.")
    }


class YesNoField(forms.TypedChoiceField):
    """Yes or No, with nothing chosen beforehand; gives ``True``, ``False`` or ``None``."""

    default_error_messages = {"required": _("Please choose Yes or No.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=(("yes", _("Yes")), ("no", _("No"))),
            coerce=lambda answer: answer == "yes",
            empty_value=None,
            widget=YesNoRadios,
            **options,
        )


class DateInThreeBoxesField(forms.Field):
    """
    A past date typed as day, month and year; gives a `date` or ``None``.

    Each error names the boxes it is about in ``params["boxes"]``. Full-width digits are accepted.

    :param is_birth_date: lets the browser offer the reader's own birth date.
    """

    default_error_messages = {"required": _("Please enter the date, for example 17 5 1990.")}

    def __init__(self, *, is_birth_date: bool = False, **options: Any) -> None:
        options.setdefault("widget", DateInThreeBoxes(is_birth_date=is_birth_date))
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        if value is None or isinstance(value, date):
            return value
        if isinstance(value, str):
            return date.fromisoformat(value) if value else None
        day, month, year = value
        check_boxes({"day": day, "month": month, "year": year})
        try:
            return parse_date_parts(day, month, year, timezone.localdate())
        except InvalidValue as fault:
            reason = fault.params.get("reason", "")
            boxes = BOXES_OF_FAULT.get(reason, PARTS)
            if reason == "NO_SUCH_DAY":
                message = describe_shorter_month(read_digits(month), read_digits(year))
            else:
                message = describe_code(fault.code, **fault.params)
            raise ValidationError(message, fault.code, fault.params | {"boxes": boxes}) from fault


def describe_shorter_month(month: int, year: int) -> str:
    """Say how many days a month has that somebody gave a later day of."""
    return describe_code(
        "INVALID_DATE",
        reason="SHORTER_MONTH",
        month=date_format(date(year, month, 1), gettext("F Y")),
        days=monthrange(year, month)[1],
    )


def check_boxes(texts: Mapping[str, str]) -> None:
    """Refuse boxes that are empty or hold no possible number, and say which."""
    empty = tuple(part for part in PARTS if not texts[part])
    if empty:
        raise ValidationError(str(MISSING_PARTS[empty]), "INVALID_DATE", {"boxes": empty})
    for part, text in texts.items():
        least, most = PART_LIMITS[part]
        if part == "year" and len(text) == 4 and 0 <= read_digits(text) < least:
            message = describe_code("INVALID_DATE", reason="TOO_EARLY")
            raise ValidationError(message, "INVALID_DATE", {"boxes": (part,)})
        if not least <= read_digits(text) <= most:
            raise ValidationError(str(WRONG_PARTS[part]), "INVALID_DATE", {"boxes": (part,)})


def read_digits(text: str) -> int:
    """Read ASCII or full-width digits; anything else is -1, which no box allows."""
    plain = unicodedata.normalize("NFKC", text)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 4 else -1
