"""Look up a public application number in a ballot."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DIGITS_OF_NUMBER = 8


class NumberLookupForm(forms.Form):
    """An application number, and the exercise where there are several to choose from."""

    exercise = forms.ChoiceField(label=_("Exercise"), required=False)
    number = forms.CharField(
        label=_("Application number"),
        help_text=_("The 8 digits on the receipt. They are public: nothing else is asked."),
        max_length=40,
        error_messages={
            "required": _("Please enter the application number."),
            "max_length": _("An application number has 8 digits, for example 10000001."),
        },
        widget=forms.TextInput(
            attrs={
                "class": "govuk-input--width-10 govuk-input--extra-letter-spacing",
                "inputmode": "numeric",
                "autocomplete": "off",
            }
        ),
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["exercise"]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            field.widget = forms.HiddenInput()
            field.initial = choices[0][0]

    def clean_exercise(self) -> str:
        """Take the newest exercise when none is named."""
        choices = self.fields["exercise"].choices  # type: ignore[attr-defined]
        if not choices:
            raise ValidationError(_("No commitment has been published yet."), code="none")
        return str(self.cleaned_data["exercise"] or choices[0][0])

    def clean_number(self) -> int:
        """Take blanks, hyphens and full-width digits; refuse what is not 8 digits."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["number"])
        digits = typed.replace(" ", "").replace("-", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) == DIGITS_OF_NUMBER):
            raise ValidationError(
                _("An application number has 8 digits, for example 10000001."), code="shape"
            )
        return int(digits)
