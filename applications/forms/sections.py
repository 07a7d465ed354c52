"""What every page of the application form has in common."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from django import forms

from applications.policy.terms import ExerciseTerms


class TypedForm(forms.Form):
    """A form that can show what was typed before anybody judges it."""

    use_required_attribute = False

    def show_as_typed(self, data: Mapping[str, Any]) -> Self:
        """Show what somebody has typed so far, not yet judged: for a change of the language."""
        self.initial = {
            name: field.widget.value_from_datadict(data, {}, self.add_prefix(name))
            for name, field in self.fields.items()
        }
        return self


class SectionForm(TypedForm):
    """
    One page: reads its answers out of a draft and writes them in the application document's shape.

    :param part: the part of the document that the page fills in; empty before the first time.
    :param answers: the whole draft, for questions that depend on other pages.
    """

    answer_names: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        part: Mapping[str, Any],
        answers: Mapping[str, Any],
        terms: ExerciseTerms,
    ) -> None:
        self.part = part
        self.answers = answers
        self.terms = terms
        super().__init__(data, initial=self.read_part(part), label_suffix="")

    def read_part(self, part: Mapping[str, Any]) -> dict[str, Any]:
        """Turn the stored answers into what the boxes show."""
        return {name: part[name] for name in self.answer_names if name in part}

    def list_answers(self) -> dict[str, Any]:
        """Turn valid answers into keys and values of the document, as JSON holds them."""
        return {name: write_value(self.cleaned_data[name]) for name in self.answer_names}


def write_value(value: Any) -> Any:
    """Write a cleaned value as JSON holds it: a date in ISO 8601."""
    return value.isoformat() if isinstance(value, date) else value
