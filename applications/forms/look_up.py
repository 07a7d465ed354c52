"""The two numbers that somebody needs to see how an application stands."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import HkicField
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


class LookUpForm(forms.Form):
    """An application number and the applicant's identity card number."""

    use_required_attribute = False

    number = forms.CharField(
        label=_("Application number"),
        help_text=_("Eight digits, on your receipt."),
        error_messages={"required": _("Please enter the application number: 8 digits.")},
        widget=forms.TextInput(
            {
                "class": "govuk-input--width-10",
                "inputmode": "numeric",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )
    hkic = HkicField(
        label=_("Identity card number of the applicant"),
        help_text=_("With the character in brackets, for example A123456(3)."),
    )

    def clean_number(self) -> int:
        """Give the number, or say how one looks."""
        try:
            return parse_application_number(self.cleaned_data["number"])
        except InvalidValue as fault:
            message = _("An application number has 8 digits. Please compare it with your receipt.")
            raise ValidationError(message, fault.code) from fault
