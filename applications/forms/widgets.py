"""Widgets of the portal's fields. Their markup is in templates/components/."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PARTS = ("day", "month", "year")
PART_LABELS: Mapping[str, Promise] = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
PART_WIDTHS = {"day": 2, "month": 2, "year": 4}


class DateBox(NamedTuple):
    """One of the three boxes, as the template shows it."""

    label: Promise
    id: str
    name: str
    value: str
    width: int
    is_wrong: bool
    autocomplete: str


class DateInThreeBoxes(forms.Widget):
    """
    Day, month and year in boxes of their own, so that 3 April is never read as 4 March.

    The value is a tuple of what was typed, a date, an ISO date as text, or ``None``.
    """

    template_name = "forms/date_in_three_boxes.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, is_birth_date: bool = False) -> None:
        super().__init__(attrs)
        self.is_birth_date = is_birth_date

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, ...] | None:
        """
        Return the three texts, or nothing when all the boxes are empty.

        Full-width digits become ordinary ones, which the boxes are wide enough to show.
        """
        typed = (data.get(f"{name}-{part}", "") for part in PARTS)
        texts = tuple(unicodedata.normalize("NFKC", text).strip() for text in typed)
        return texts if any(texts) else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}-{part}" in data for part in PARTS)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-day" if id_ else id_

    def format_value(self, value: Any) -> tuple[str, ...]:
        """Split a value into what the boxes show, ``17 5 1990``."""
        if isinstance(value, str) and value:
            value = date.fromisoformat(value)
        if isinstance(value, date):
            return (str(value.day), str(value.month), f"{value.year:04}")
        return tuple(value) if value else ("", "", "")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["boxes"] = self.build_boxes(name, (attrs or {}).get("id", name), value, set())
        return context

    def list_boxes(self, field: BoundField) -> list[DateBox]:
        """Describe the boxes of a bound field; those that its errors name are marked wrong."""
        wrong = {
            part
            for error in field.form.errors.as_data().get(field.name, ())
            for part in (error.params or {}).get("boxes", PARTS)
        }
        return self.build_boxes(field.html_name, field.auto_id, field.value(), wrong)

    def build_boxes(self, name: str, id_: str, value: Any, wrong: set[str]) -> list[DateBox]:
        return [
            DateBox(
                label=PART_LABELS[part],
                id=f"{id_}-{part}",
                name=f"{name}-{part}",
                value=text,
                width=PART_WIDTHS[part],
                is_wrong=part in wrong,
                autocomplete=f"bday-{part}" if self.is_birth_date else "",
            )
            for part, text in zip(PARTS, self.format_value(value), strict=True)
        ]


class AmountInput(forms.TextInput):
    """A box for whole Hong Kong dollars, with HK$ before it."""

    prefix_text = "HK$"

    def format_value(self, value: Any) -> str | None:
        """Group the thousands of a stored amount; what was typed stays as typed."""
        return f"{value:,}" if isinstance(value, int) else super().format_value(value)


class PhoneInput(forms.TextInput):
    """A box for a Hong Kong telephone number, with the country code before it."""

    input_type = "tel"
    prefix_text = "+852"


class YesNoRadios(forms.RadioSelect):
    """Yes and No side by side."""

    is_inline = True

    def format_value(self, value: Any) -> list[str]:
        return super().format_value({True: "yes", False: "no"}.get(value, value))
