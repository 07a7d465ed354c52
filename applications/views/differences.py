"""What is stored beside what was typed, where another window was quicker."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from applications.forms.phrases import say_date, say_hkd
from applications.forms.sections import SectionForm
from applications.policy.terms import ExerciseTerms
from applications.views.pages import Page

Answers = Mapping[str, Any]


class Difference(NamedTuple):
    """One question to which the two have different answers."""

    question: str | Promise
    stored: str
    typed: str


def list_differences(
    page: Page, *, answers: Answers, typed: SectionForm, terms: ExerciseTerms
) -> list[Difference]:
    """
    List the questions of a page to which what is stored and what was typed differ.

    :param answers: the draft as it is stored now.
    :param typed: the form as it was sent, found right.
    """
    stored = page.form(part=page.read_part(answers), answers=answers, terms=terms)
    values = typed.read_part({**typed.part, **typed.list_answers()})
    both = [
        compare_answers(field, field.label, stored=stored.initial, typed=values)
        for field in typed
        if field.name in stored.fields
    ]
    return [difference for difference in both if difference]


def compare_answers(
    field: BoundField, question: str | Promise, *, stored: Answers, typed: Answers
) -> Difference | None:
    """Compare two answers to a question as people read them; ``None`` where they are the same."""
    said = _say(field, stored), _say(field, typed)
    return Difference(question, *said) if said[0] != said[1] else None


def _say(field: BoundField, values: Answers) -> str:
    """Write an answer in words, whatever kind of question it is."""
    value = values.get(field.name)
    if value is None or value == "":
        return _("no answer")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int):
        return say_hkd(value)
    choices = getattr(field.field, "choices", None)
    if choices:
        return str(_flatten(choices).get(value, value))
    if field.widget_type == "dateinthreeboxes":
        return say_date(value if isinstance(value, date) else date.fromisoformat(value))
    return str(value)


def _flatten(choices: Any) -> dict[Any, Any]:
    """Give the words of a list of choices, its groups opened."""
    words: dict[Any, Any] = {}
    for value, text in choices:
        words.update(dict(text) if isinstance(text, list | tuple) else {value: text})
    return words
