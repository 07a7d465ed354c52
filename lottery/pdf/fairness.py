"""The fairness report for printing: every number, its expectation, its interval, and a chart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer, Table

from applications.pdf.layout import (
    ACCENT,
    BODY,
    CHINESE_FIRST,
    CONTENT_WIDTH,
    ENGLISH_FIRST,
    HAIRLINE,
    INK,
    SECONDARY,
    SMALL,
    TITLE,
    WARNING,
    Bilingual,
    PageFrame,
    columns,
    details,
    heading,
    panel,
    render_document,
)
from applications.pdf.moments import say_moment
from applications.pdf.plain_text import PlainText
from applications.pdf.receipt import AUTHOR
from applications.pdf.typesetting import make_style
from lottery.fairness.census import CATEGORIES as CATEGORY_LETTERS
from lottery.fairness.chart import draw_chart
from lottery.fairness.report import FairnessReport, FairnessRow, GroupCut
from lottery.pdf import fairness_words as words
from lottery.pdf.fairness_charts import ChartRow, ChartScale

# Counted up with every change of what is printed, so that kept reports are made anew.
FORM_VERSION = 1

WIDTHS = (39 * mm, 21 * mm, 16 * mm, 18 * mm, 25 * mm, 43 * mm, 12 * mm)
CUT_WIDTHS = (22 * mm, 22 * mm, 30 * mm, 22 * mm)
COLUMN_OF_CHART = 5
CHART_WIDTH = WIDTHS[COLUMN_OF_CHART] - 4

LEAD = make_style("lead", size=10, leading=15, bold=True, textColor=INK)
CATEGORY = make_style("category", size=14, leading=20, bold=True, textColor=INK, spaceBefore=10)
LABEL = make_style("row label", size=8.2, leading=10.4, textColor=INK)
HEAD = make_style("column head", size=7.4, leading=9.8, bold=True, textColor=ACCENT, alignment=2)
FIGURE = make_style("figure", size=8.2, leading=10.4, textColor=INK, alignment=2)
MARK = make_style("mark", size=7.4, leading=9.6, bold=True, textColor=WARNING, alignment=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessDocument:
    """
    What the document says, in plain values.

    :param run_at: of the draw, timezone-aware; printed in Hong Kong time.
    :param first_language: ``zh-hant`` or ``en``; both are printed, this one first.
    :raises ValueError: for a value outside these terms, which is a bug of the caller.
    """

    exercise_title: Bilingual
    exercise_code: str
    attempt: int
    commitment: str
    run_at: datetime
    report: FairnessReport
    page_url: str
    first_language: str
    is_demonstration: bool

    def __post_init__(self) -> None:
        if self.run_at.utcoffset() is None:
            raise ValueError("a fairness report needs a run_at with its time zone")
        if self.first_language not in {CHINESE_FIRST, ENGLISH_FIRST}:
            raise ValueError("a fairness report has the first_language zh-hant or en")


def render_fairness_report(document: FairnessDocument) -> bytes:
    """Set the report as a PDF. The same report gives the same bytes."""
    language = document.first_language
    reference = f"{document.exercise_code} / {document.attempt}"
    title = words.TITLE_WORDS.joined(language)
    frame = PageFrame(
        heading=document.exercise_title,
        reference=f"{title} {reference}",
        first_language=language,
        is_demonstration=document.is_demonstration,
    )
    story = [*_set_opening(document), *_set_numbers(document), *_set_method(document)]
    return render_document(story, title=f"{title} {reference}", author=AUTHOR, frame=frame)


def _set_opening(document: FairnessDocument) -> Iterator[Flowable]:
    language = document.first_language
    yield PlainText(words.TITLE_WORDS.joined(language), TITLE)
    yield Spacer(0, 6)
    yield _set_summary(document)
    yield Spacer(0, 6)
    commitment = document.commitment
    yield details(
        [
            (words.COMMITMENT_LABEL, [commitment[:32], commitment[32:]]),
            (words.DRAWN_LABEL, list(say_moment(document.run_at).in_order(language))),
            (words.PAGE_LABEL, [document.page_url]),
        ],
        language,
    )
    yield Spacer(0, 6)
    yield from _set_both(words.LEGEND, language)


def _set_summary(document: FairnessDocument) -> Table:
    language, report = document.first_language, document.report
    judgement = words.say_judgement(report).in_order(language)
    summary = words.say_summary(report).in_order(language)
    colour = WARNING if report.is_odd else ACCENT
    paragraphs = [
        PlainText(judgement[0], LEAD),
        PlainText(summary[0], BODY),
        Spacer(0, 4),
        PlainText(judgement[1], SECONDARY),
        PlainText(summary[1], SECONDARY),
    ]
    return panel(
        [[paragraphs]],
        [CONTENT_WIDTH],
        ("BOX", (0, 0), (-1, -1), 0.8, colour),
        ("LEFTPADDING", (0, 0), (-1, -1), 12),
        ("RIGHTPADDING", (0, 0), (-1, -1), 12),
        ("TOPPADDING", (0, 0), (-1, -1), 6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
    )


def _set_both(text: Bilingual, language: str) -> Iterator[Flowable]:
    for line in text.in_order(language):
        yield PlainText(line, SMALL)


def _set_numbers(document: FairnessDocument) -> Iterator[Flowable]:
    report, language = document.report, document.first_language
    for letter in CATEGORY_LETTERS:
        rows = [row for row in report.rows if row.category == letter]
        cuts = [cut for cut in report.cuts if cut.category == letter]
        if not rows:
            continue
        yield CondPageBreak(60 * mm)
        yield PlainText(words.CATEGORIES[letter].joined(language), CATEGORY)
        yield from _set_both(words.say_total(rows[0]), language)
        for feature in words.FEATURES:
            yield from _set_feature(feature, [r for r in rows if r.feature == feature], language)
        if cuts:
            yield from _set_cuts(cuts, language)


def _set_feature(feature: str, rows: Sequence[FairnessRow], language: str) -> Iterator[Flowable]:
    if rows:
        title = heading(words.FEATURES[feature], language)
        yield KeepTogether([title, _set_table(rows, language)])


def _set_table(rows: Sequence[FairnessRow], language: str) -> Table:
    chart = draw_chart(rows)
    heads = [_set_head(column, language) for column in words.COLUMNS]
    heads[COLUMN_OF_CHART] = [ChartScale(chart, CHART_WIDTH)]
    cells = [
        [
            PlainText(words.say_value(row).joined(language), LABEL),
            PlainText(f"{row.application_count:,}", FIGURE),
            PlainText(f"{row.place_count:,}", FIGURE),
            PlainText(f"{float(row.expected):,.1f}", FIGURE),
            PlainText(f"{row.lowest:,}–{row.highest:,}", FIGURE),
            ChartRow(chart, marks, CHART_WIDTH),
            PlainText(words.OUTSIDE.in_order(language)[0], MARK) if row.is_outside else "",
        ]
        for row, marks in zip(rows, chart.marks, strict=True)
    ]
    return panel([heads, *cells], WIDTHS, *_LINES)


def _set_cuts(cuts: Sequence[GroupCut], language: str) -> Iterator[Flowable]:
    heads = [_set_head(column, language) for column in words.CUT_COLUMNS]
    cells = [
        [
            PlainText(value, FIGURE)
            for value in (
                str(cut.position),
                cut.digits,
                f"{cut.application_count:,}",
                f"{cut.place_count:,}",
            )
        ]
        for cut in cuts
    ]
    yield CondPageBreak(40 * mm)
    yield heading(words.CUTS_HEADING, language)
    yield from _set_both(words.WHY_DIGITS, language)
    yield Spacer(0, 3)
    table = panel([heads, *cells], CUT_WIDTHS, *_LINES)
    table.repeatRows = 1
    yield table


def _set_head(column: Bilingual, language: str) -> list[Flowable]:
    return [PlainText(line, HEAD) for line in column.in_order(language) if line]


def _set_method(document: FairnessDocument) -> Iterator[Flowable]:
    language = document.first_language
    yield KeepTogether(
        [heading(words.HOW_HEADING, language), columns(words.HOW, language, numbered=True)]
    )


_LINES = (
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("TOPPADDING", (0, 0), (-1, -1), 1.2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8),
    ("LINEBELOW", (0, 0), (-1, 0), 1, ACCENT),
    ("LINEBELOW", (0, 1), (-1, -1), 0.5, HAIRLINE),
)
