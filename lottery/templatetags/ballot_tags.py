"""How the pages of the ballot write moments, hashes, balls, categories and quotas."""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.forms.phrases import say_title
from applications.models import Exercise
from applications.policy.hong_kong_time import HONG_KONG
from lottery.ballot.parameters import Step

register = template.Library()

WIDTH_OF_GROUP = 8

CATEGORIES: Mapping[str, Promise] = {
    "F": _("Family"),
    "P": _("One-person"),
    "FP": _("Family and one-person"),
}
TRACKS: Mapping[str, Promise] = {
    "GY": _("Ordinary quota"),
    "Y": _("Youth Scheme quota"),
    "G": _("Quota for others than the Youth Scheme"),
}
EXCLUSIONS: Mapping[str, Promise] = {
    "XD": _("Somebody on this form is on another form too, so all the forms concerned are void."),
    "XI": _("From what the form declares, the household is not eligible."),
    "XN": _("The application fee was not paid, or the bank did not pay the cheque."),
    "XV": _("The form itself is void: it came late, was not signed, or not within the period."),
    "XW": _("The applicant withdrew the application."),
}
DEEDS: Mapping[str, Promise] = {
    "EXERCISE_CLOSED": _("Applications closed"),
    "INTAKE_HEAD_TAKEN": _("Last head of the intake log taken"),
    "REGISTER_FROZEN": _("Register frozen"),
    "COMMITMENT_PUBLISHED": _("Commitment published"),
    "NOTICE_ISSUED": _("Notice of the commitment signed"),
    "TIMESTAMP_STORED": _("Timestamp of the commitment stored"),
    "BALLS_KEYED": _("Balls keyed"),
    "CEREMONY_RECORDED": _("Ceremony put on record"),
    "DRAW_RUN": _("Draw run"),
    "REBALLOT_PROPOSED": _("Another attempt proposed"),
    "REBALLOT_APPROVED": _("Attempt given up, another one approved"),
    "REINSTATEMENT_PROPOSED": _("Reinstatement proposed"),
    "REINSTATEMENT_APPROVED": _("Reinstatement approved"),
}


@register.filter
def moment(value: datetime) -> str:
    """Write a moment in Hong Kong time, to the second, with a 24-hour clock."""
    # Translators: Django's date format; Chinese: Y年n月j日 H:i:s
    return date_format(timezone.localtime(value, HONG_KONG), gettext("j F Y, H:i:s"))


@register.filter
def in_groups(hexadecimal: str) -> list[str]:
    """Split a hash into groups of eight digits, so that two people can compare it aloud."""
    return [
        hexadecimal[start : start + WIDTH_OF_GROUP]
        for start in range(0, len(hexadecimal), WIDTH_OF_GROUP)
    ]


@register.filter
def title_of(exercise: Exercise) -> str:
    """Give an exercise's title in the reader's language."""
    return say_title(exercise)


@register.filter
def category_name(letter: str) -> str:
    """Say a category letter of the register in words."""
    return str(CATEGORIES.get(letter, letter))


@register.filter
def step_name(step: Step) -> str:
    """Say in words whom a step of the allocation admits."""
    quota = TRACKS.get(step.tracks, step.tracks)
    return gettext("%(quota)s, %(category)s") % {
        "quota": quota,
        "category": str(category_name(step.categories)).lower(),
    }


@register.filter
def exclusion_reason(status: str) -> str:
    """Say in words why a line of the register takes no part in the draw."""
    return str(EXCLUSIONS.get(status, ""))


@register.filter
def deed_name(deed: str) -> str:
    """Say a deed of the journal in words."""
    return str(DEEDS.get(deed, deed))


@register.filter
def actor_name(actor: str) -> str:
    """Name who did a deed: an officer's reference, or the portal itself."""
    return gettext("the portal") if actor == "SYSTEM" else actor
