"""Look up a public application number in a ballot."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms.look_up import ApplicationNumberField


class NumberLookupForm(forms.Form):
    """An application number, and the exercise where there are several to choose from."""

    exercise = forms.ChoiceField(label=_("Exercise"), required=False)
    number = ApplicationNumberField(
        help_text=_("The 8 digits on the receipt. They are public: nothing else is asked."),
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
