"""The fairness report of a draw, for anybody: a page and a PDF."""

from collections.abc import Iterator
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

from lottery.fairness.census import CATEGORIES
from lottery.fairness.chart import Chart, Marks, draw_chart
from lottery.fairness.report import FairnessReport, FairnessRow, GroupCut
from lottery.selectors.fairness import get_fairness_report
from lottery.services.fairness_reports import compute_fairness_version, open_fairness_report
from lottery.views.attempts import describe_attempts, get_draw_or_404, get_drawn_or_404
from lottery.views.documents import answer_pdf, get_first_language, name_attempt

CHARTED = ("TRACK", "CHANNEL", "DECILE", "DIGIT")


class ChartRow(NamedTuple):
    """A row of the report with its marks on the chart."""

    row: FairnessRow
    marks: Marks | None


class Section(NamedTuple):
    """One chart of the page: a category by one feature."""

    feature: str
    chart: Chart
    rows: tuple[ChartRow, ...]


class CategorySections(NamedTuple):
    """A category: its own row, its charts, and the endings that got its places."""

    letter: str
    total: FairnessRow
    sections: tuple[Section, ...]
    cuts: tuple[GroupCut, ...]


@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a draw gave beside what a fair ballot gives; there is nothing before the draw."""
    progress = get_drawn_or_404(request, code)
    report = get_fairness_report(progress.get_draw())
    context = {
        **describe_attempts(progress),
        "progress": progress,
        "exercise": progress.exercise,
        "register": progress.get_register(),
        "report": report,
        "categories": list(arrange(report)),
    }
    return render(request, "lottery/verify/fairness.html", context)


def compute_etag(request: HttpRequest, code: str) -> str:
    """Name the PDF by all that can change its bytes."""
    version = compute_fairness_version(draw=get_draw_or_404(request, code))
    return f'"{version}-{get_first_language()}"'


@require_safe
@condition(etag_func=compute_etag)
def download(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give the report as a PDF, the reader's language first."""
    draw = get_draw_or_404(request, code)
    file = open_fairness_report(draw=draw, first_language=get_first_language())
    return answer_pdf(file, f"fairness-{name_attempt(draw)}.pdf")


def arrange(report: FairnessReport) -> Iterator[CategorySections]:
    """Arrange the rows by category and feature, each feature with its chart."""
    for letter in CATEGORIES:
        rows = [row for row in report.rows if row.category == letter]
        if not rows:
            continue
        by_feature = {name: [row for row in rows if row.feature == name] for name in CHARTED}
        yield CategorySections(
            letter=letter,
            total=next(row for row in rows if row.feature == "CATEGORY"),
            sections=tuple(_chart(name, found) for name, found in by_feature.items()),
            cuts=tuple(cut for cut in report.cuts if cut.category == letter),
        )


def _chart(feature: str, rows: list[FairnessRow]) -> Section:
    chart = draw_chart(rows)
    return Section(feature, chart, tuple(map(ChartRow, rows, chart.marks)))
