"""One box to tick before a deed that cannot be undone, and the attempt that it is done to."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST_ATTEMPT = 2  # digits


def read_attempt(data: Mapping[str, Any]) -> int | None:
    """Read the attempt that a page was about; ``None`` when it does not say."""
    text = str(data.get("attempt", ""))
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_ATTEMPT
    return int(text) if is_number else None


def read_posted(request: HttpRequest) -> QueryDict | None:
    """Give what was sent with the button, even when that is nothing at all."""
    return request.POST if request.method == "POST" else None


class AttemptForm(forms.Form):
    """
    Names the attempt that its page was about, so that what was meant for one is not done to the
    next; `read_attempt` reads it before the form is judged.
    """

    attempt = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, attempt: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["attempt"].initial = attempt


class ConfirmationForm(AttemptForm):
    """Asks for one tick; ``label`` says what the officer confirms."""

    confirmed = forms.BooleanField(
        error_messages={"required": _("Please tick the box if you want to go on.")}
    )

    def __init__(self, *args: Any, label: str | Promise, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["confirmed"].label = str(label)
