"""The template tags of the portal's components; their parameters are in templates/components/."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, Select, Textarea
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.forms.messages import describe_code
from applications.forms.widgets import DateBox, DateInThreeBoxes
from applications.templatetags.state_tags import StateTag, get_state_tag

register = template.Library()

HTML_LANGUAGES = {"zh-hant": "zh-Hant-HK", "en": "en-HK"}
LANGUAGE_NAMES = {"zh-hant": "繁體中文", "en": "English"}

PUBLIC_PAGES = (
    ("applications:start", _("Apply")),
    ("applications:lookup", _("Check an application")),
    ("verify:home", _("Verify a draw")),
)
STAFF_PAGES = (
    ("staff:counts", _("Counts")),
    ("staff:key_paper", _("Key a paper form")),
    ("staff:applications", _("Applications")),
)
BALLOT_PAGES = (("ballot:home", _("Ballot")),)
FOOTER_PAGES = (
    ("verify:home", _("Verify a draw yourself")),
    ("applications:accessibility", _("Accessibility statement")),
    ("applications:privacy", _("Privacy")),
)


class LanguageLink(NamedTuple):
    """The way to the same page in the other language."""

    url: str
    lang: str
    name: str


class NavigationItem(NamedTuple):
    """One link of a menu."""

    url: str
    text: str | Promise
    is_current: bool


class SummaryRow(NamedTuple):
    """One line of the error summary."""

    url: str
    label: str
    text: str


class Cell(NamedTuple):
    """One cell of a table."""

    text: Any
    numeric: bool


@register.simple_tag
def html_lang() -> str:
    """Return the language tag of the page, for ``<html lang>``."""
    return HTML_LANGUAGES.get(get_language() or "", "zh-Hant-HK")


@register.simple_tag
def sentence_gap() -> str:
    """Return the blank between two sentences; Chinese has none after its full stop."""
    return " " if get_language() == "en" else ""


@register.simple_tag(takes_context=True)
def other_language(context: Context) -> LanguageLink:
    """Return the link to this page in the other language, path and query kept."""
    here, there = ("en", "zh-hant") if get_language() == "en" else ("zh-hant", "en")
    request: HttpRequest | None = context.get("request")
    address = request.get_full_path() if request else ""
    rest = address.removeprefix(f"/{here}/") if address.startswith(f"/{here}/") else ""
    return LanguageLink(f"/{there}/{rest}", HTML_LANGUAGES[there], LANGUAGE_NAMES[there])


@register.simple_tag(takes_context=True)
def public_navigation(context: Context) -> list[NavigationItem]:
    """Return the public menu."""
    return list_navigation(context.get("request"), PUBLIC_PAGES)


@register.simple_tag(takes_context=True)
def staff_navigation(context: Context) -> list[NavigationItem]:
    """Return the menu of the staff pages; the ballot is for those who may run it."""
    request = context.get("request")
    may_run_ballot = getattr(getattr(request, "user", None), "may_run_ballot", False)
    pages = STAFF_PAGES + BALLOT_PAGES if may_run_ballot else STAFF_PAGES
    return list_navigation(request, pages)


@register.simple_tag(takes_context=True)
def footer_navigation(context: Context) -> list[NavigationItem]:
    """Return the links at the foot of every page."""
    return list_navigation(context.get("request"), FOOTER_PAGES)


def list_navigation(
    request: HttpRequest | None, pages: Iterable[tuple[str, str | Promise]]
) -> list[NavigationItem]:
    """List the links to the pages that this site has; the longest that leads here is current."""
    addresses = [(find_address(name), text) for name, text in pages]
    path = request.path if request else ""
    current = max(
        (url for url, _text in addresses if url and path.startswith(url)), key=len, default=None
    )
    return [NavigationItem(url, text, url == current) for url, text in addresses if url]


def find_address(name: str) -> str | None:
    """Return the address of a named page, or nothing where a site leaves that page out."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, list[SummaryRow]]:
    """Show every error of these forms, each linked to its field; nothing when there is none."""
    return {"rows": [row for form in forms for row in summarise_errors(form)]}


def summarise_errors(form: BaseForm) -> list[SummaryRow]:
    """Give the lines of the error summary in the order of the page."""
    if not form.is_bound:
        return []
    rows = [SummaryRow("", "", str(error)) for error in form.non_field_errors()]
    for field in form:
        target = get_focus_target(field)
        label = "" if isinstance(field.field.widget, CheckboxInput) else str(field.label)
        rows += [SummaryRow(f"#{target}", label, str(error)) for error in field.errors]
    return rows


def get_focus_target(field: BoundField) -> str:
    """Return the id of the box that an error is about: the first wrong one of a date."""
    widget = field.field.widget
    if isinstance(widget, DateInThreeBoxes):
        boxes = widget.list_boxes(field)
        return next((box.id for box in boxes if box.is_wrong), boxes[0].id)
    if field.widget_type in {"radioselect", "yesnoradios", "checkboxselectmultiple"}:
        return f"{field.auto_id}_0"
    return field.id_for_label


@register.inclusion_tag("forms/field.html")
def form_field(
    field: BoundField, *, size: str = "", heading: bool = False, inline: bool = False
) -> dict[str, Any]:
    """
    Show one question with its hint and errors.

    :param size: of the label: s, m, l or xl; s when left out, l for a heading.
    :param heading: the label is the page's only ``h1``.
    :param inline: radios side by side.
    """
    return {
        "field": field,
        "size": size or ("l" if heading else "s"),
        "heading": heading,
        "inline": inline,
    }


@register.simple_tag
def styled_widget(field: BoundField) -> SafeString:
    """Render the field's own widget with the classes of the design."""
    own_classes = field.field.widget.attrs.get("class", "")
    base = get_widget_class(field)
    error = f"{base}--error" if field.errors and base != "govuk-checkboxes__input" else ""
    return field.as_widget(attrs={"class": " ".join(filter(None, (base, error, own_classes)))})


def get_widget_class(field: BoundField) -> str:
    """Return the design's class for a widget."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "govuk-checkboxes__input"
    if isinstance(widget, Textarea):
        return "govuk-textarea"
    if isinstance(widget, Select):
        return "govuk-select"
    return "govuk-file-upload" if field.widget_type in {"file", "clearablefile"} else "govuk-input"


@register.simple_tag
def styled_choice(choice: BoundWidget, css_class: str) -> SafeString:
    """Render one radio button or tick box of a group."""
    choice.data["attrs"]["class"] = css_class
    choice.data["attrs"].pop("required", None)
    return choice.tag()


@register.simple_tag
def date_boxes(field: BoundField) -> list[DateBox]:
    """Return the three boxes of a date field: label, id, name, value, and which are wrong."""
    widget = field.field.widget
    return widget.list_boxes(field) if isinstance(widget, DateInThreeBoxes) else []


@register.inclusion_tag("components/table.html")
def data_table(
    *,
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    totals: Sequence[Any] | None = None,
    numeric: str = "",
    hide_caption: bool = False,
) -> dict[str, Any]:
    """
    Show a table whose first column names its rows.

    :param numeric: numbers of the columns to align as figures, from 0: ``"1 2 3"``.
    :param totals: one more row at the foot.
    """
    figures = {int(number) for number in numeric.split()}

    def mark(cells: Sequence[Any]) -> list[Cell]:
        return [Cell(cell, number in figures) for number, cell in enumerate(cells)]

    return {
        "caption": caption,
        "hide_caption": hide_caption,
        "columns": mark(columns),
        "rows": [mark(row) for row in rows],
        "totals": mark(totals) if totals else None,
    }


@register.inclusion_tag("components/tag.html")
def status_tag(state: str) -> StateTag:
    """Show a state, a channel, a category or a track in its words and colour."""
    return get_state_tag(state)


@register.filter
def grouped(value: Any) -> Any:
    """Write a whole number with thousands separators in both languages; other values as is."""
    return f"{value:,}" if isinstance(value, int) else value


@register.filter
def described(code: str) -> str:
    """Say a fault, refusal or reason code in the reader's language."""
    return describe_code(code)
