"""One box to tick before a deed that cannot be undone."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ConfirmationForm(forms.Form):
    """Asks for one tick; ``label`` says what the officer confirms."""

    confirmed = forms.BooleanField(
        error_messages={"required": _("Please tick the box if you want to go on.")}
    )

    def __init__(self, *args: Any, label: str | Promise, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["confirmed"].label = str(label)
