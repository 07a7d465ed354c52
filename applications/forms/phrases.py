"""Names of exercises, days, moments and amounts in words, and sentences side by side."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from applications.models import Exercise


def say_title(exercise: Exercise) -> str:
    """Give an exercise's name in the reader's language."""
    return exercise.title_en if get_language() == "en" else exercise.title_zh_hant


def say_date(day: date) -> str:
    """Write a day in words: 6 March 2025."""
    return date_format(day, gettext("j F Y"))


def say_moment(moment: datetime) -> str:
    """Write a moment in words, in Hong Kong time: Thursday 6 March 2025, 8 a.m."""
    return date_format(timezone.localtime(moment), gettext("l j F Y, P"))


def say_hkd(amount_hkd: int) -> str:
    """Write an amount: HK$42,000."""
    return f"HK${amount_hkd:,}"


def join_sentences(first: str, second: str) -> str:
    """Join two sentences; Chinese has no blank between them."""
    return gettext("%(first)s %(second)s") % {"first": first, "second": second}
