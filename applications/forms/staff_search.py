"""What staff look applications up by."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import as_validation_error
from applications.forms.look_up import parse_application_number
from applications.policy.errors import InvalidValue
from applications.policy.hkid import normalise_hkic
from applications.policy.household import Category, Channel, Track
from applications.policy.status import ApplicationState
from applications.templatetags.state_tags import get_state_tag


class SearchForm(forms.Form):
    """One box for an application number or an identity card number."""

    use_required_attribute = False

    sought = forms.CharField(
        label=_("Application number or identity card number"),
        max_length=32,
        error_messages={"required": _("Please enter one of the two numbers.")},
        widget=forms.TextInput(
            {"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        self.number: int | None = None
        self.hkic: str | None = None

    def clean_sought(self) -> str:
        """A number of digits only is an application's; anything else has to be a card's."""
        text: str = self.cleaned_data["sought"]
        try:
            self.number = parse_application_number(text)
        except InvalidValue:
            self.hkic = self._read_hkic(text)
        return text

    def _read_hkic(self, text: str) -> str:
        if text.isdecimal():
            raise ValidationError(_("An application number has eight digits."))
        try:
            return normalise_hkic(text)
        except InvalidValue as fault:
            raise as_validation_error(fault) from fault


def _list_choices(values: Any) -> list[tuple[str, Any]]:
    return [("", _("All")), *((one.value, get_state_tag(one.value)["text"]) for one in values)]


class FilterForm(forms.Form):
    """What the list is narrowed to; it comes in the address and holds nothing personal."""

    channel = forms.ChoiceField(label=_("Channel"), choices=_list_choices(Channel), required=False)
    state = forms.ChoiceField(
        label=_("State"), choices=_list_choices(ApplicationState), required=False
    )
    track = forms.ChoiceField(label=_("Quota"), choices=_list_choices(Track), required=False)
    category = forms.ChoiceField(
        label=_("Category"), choices=_list_choices(Category), required=False
    )
    older_than = forms.IntegerField(
        required=False, min_value=1, max_value=99_999_999, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": "filter_%s", **options})

    @property
    def wanted(self) -> dict[str, str]:
        """The columns that are narrowed and their values; what makes no sense is left out."""
        self.is_valid()
        names = ("channel", "state", "track", "category")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
