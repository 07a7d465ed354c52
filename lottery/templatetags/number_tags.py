"""How the public pages of a ballot say positions, grounds, remedies and checks in words."""

from collections.abc import Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.templatetags.hos_components import grouped

register = template.Library()

# English only: Chinese sentences have their own way of counting around the figure.
FIRST_ORDINALS = (
    "first", "second", "third", "fourth", "fifth",
    "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
ENDINGS = {1: "st", 2: "nd", 3: "rd"}

ADJECTIVES: Mapping[str, Promise] = {"F": _("family"), "P": _("one-person")}
GROUNDS: Mapping[str, Promise] = {
    "COMMITMENT_DIFFERS": _("The commitment was not the one that had been published."),
    "CEREMONY_VOID": _(
        "The ceremony was void, for a reason listed beforehand and found before the seed was "
        "worked out."
    ),
    "ORDERED_BY_AUTHORITY": _("An authority ordered another ballot."),
}
REMEDIES: Mapping[str, Promise] = {
    "XD": _("For example, if the person on the other form is somebody else of a similar name."),
    "XI": _("For example, if a figure or a date was keyed differently from what you wrote."),
    "XN": _("For example, if your bank can show that the fee was paid in time."),
    "XV": _("For example, if you have proof of when the form was posted."),
    "XW": _("For example, if it was not you who withdrew it."),
}
CHECKS: Mapping[str, Promise] = {
    "SQL": _("Recomputed in SQL, inside the database"),
    "VERIFIER": _("The public verifier, on the transcript"),
}


@register.filter
def ordinal(number: int) -> str:
    """Say a position: in English "first" or "312th", elsewhere the figure for the sentence."""
    if get_language() != "en":
        return str(grouped(number))
    if 1 <= number <= len(FIRST_ORDINALS):
        return FIRST_ORDINALS[number - 1]
    is_teen = number % 100 in {11, 12, 13}
    return f"{grouped(number)}{'th' if is_teen else ENDINGS.get(number % 10, 'th')}"


@register.filter
def category_adjective(letter: str) -> str:
    """Say a category before the word "applications"."""
    return str(ADJECTIVES.get(letter, letter))


@register.filter
def ground_reason(ground: str) -> str:
    """Say in words why an attempt was given up."""
    return str(GROUNDS.get(ground, ground))


@register.filter
def exclusion_remedy(status: str) -> str:
    """Say what would show that an exclusion was a mistake."""
    return str(REMEDIES.get(status, ""))


@register.filter
def check_name(kind: str) -> str:
    """Say what checked a draw."""
    return str(CHECKS.get(kind, kind))


@register.filter
def get_step(steps: Mapping[str, object], name: str) -> object:
    """Look a quota up by its name."""
    return steps.get(name)
