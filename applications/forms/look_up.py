"""The two numbers that somebody needs to see how an application stands."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import HkicField, ParsedField
from applications.policy.errors import InvalidValue
from applications.policy.numbers import is_application_number


def parse_application_number(text: str) -> int:
    """
    Read an application number; blanks between the digits and full-width digits are accepted.

    :raises InvalidValue: ``INVALID_APPLICATION_NUMBER``.
    """
    number = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not is_application_number(number):
        raise InvalidValue("INVALID_APPLICATION_NUMBER")
    return int(number)


class ApplicationNumberField(ParsedField):
    """An application number; gives it as a whole number, or says how one looks."""

    default_error_messages = {"required": _("Please enter the application number: 8 digits.")}

    def __init__(self, **options: Any) -> None:
        attrs = {
            "class": "govuk-input--width-10 govuk-input--extra-letter-spacing",
            "inputmode": "numeric",
            "autocomplete": "off",
            "spellcheck": "false",
        }
        options = {
            "label": _("Application number"),
            "widget": forms.TextInput(attrs),
            **options,
        }
        super().__init__(parse=parse_application_number, **options)


class LookUpForm(forms.Form):
    """An application number and the applicant's identity card number."""

    use_required_attribute = False

    number = ApplicationNumberField(help_text=_("Eight digits, on your receipt."))
    hkic = HkicField(
        label=_("Identity card number of the applicant"),
        help_text=_("With the character in brackets, for example A123456(3)."),
    )
