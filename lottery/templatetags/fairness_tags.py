"""How the fairness report names its rows and writes its figures."""

from collections.abc import Mapping
from fractions import Fraction

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lottery.fairness.report import FairnessRow

register = template.Library()

VALUES: Mapping[str, Promise] = {
    "G": _("Not in the Youth Scheme"),
    "Y": _("Youth Scheme"),
    "ONLINE": _("Online"),
    "PAPER": _("Paper"),
}
FEATURES: Mapping[str, Promise] = {
    "TRACK": _("By track"),
    "CHANNEL": _("By channel"),
    "DECILE": _("By order of arrival, in tenths"),
    "DIGIT": _("By last digit of the application number"),
}
HEADINGS: Mapping[str, Promise] = {
    "TRACK": _("Track"),
    "CHANNEL": _("Channel"),
    "DECILE": _("Arrival"),
    "DIGIT": _("Last digit"),
}


@register.filter
def row_name(row: FairnessRow) -> str:
    """Name what a row of the report counts."""
    if row.feature == "DECILE":
        return gettext("Tenth %(number)s") % {"number": row.value}
    if row.feature == "DIGIT":
        return gettext("Ends in %(digit)s") % {"digit": row.value}
    return str(VALUES.get(row.value, row.value))


@register.filter
def feature_name(feature: str) -> str:
    """Say what a chart compares."""
    return str(FEATURES[feature])


@register.filter
def feature_heading(feature: str) -> str:
    """Head the first column of a chart's table."""
    return str(HEADINGS[feature])


@register.filter
def one_decimal(value: Fraction | float) -> str:
    """Write a number with one decimal and thousands separators, in both languages alike."""
    return f"{float(value):,.1f}"


@register.filter
def as_percent(position: float) -> str:
    """Write a place on a chart as an attribute of SVG."""
    return f"{100 * position:.3f}%"
