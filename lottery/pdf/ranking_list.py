"""
The ranking of a draw as a list for printing: numbers only, a hundred and sixty lines to a page.

The lines are drawn straight onto the page, column by column: tables of a hundred thousand lines
would take minutes and gigabytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Spacer

from applications.pdf.layout import (
    ACCENT,
    CONTENT_HEIGHT,
    CONTENT_WIDTH,
    HAIRLINE,
    INK,
    QUIET,
    TINT,
    TITLE,
    Bilingual,
    PageFrame,
    columns,
    details,
    render_document,
)
from applications.pdf.moments import say_moment
from applications.pdf.plain_text import PlainText
from applications.pdf.receipt import AUTHOR, DOT
from applications.pdf.typesetting import BOLD, REGULAR
from lottery.pdf.ranking_list_words import (
    BALLOT_LABEL,
    COLUMNS,
    COMMITMENT_LABEL,
    COUNTS_LABEL,
    DRAWN_LABEL,
    GIVEN_UP,
    HOW_TO_CHECK,
    HOW_TO_READ,
    PART_LABEL,
    SEED_LABEL,
    TITLE_WORDS,
    WHAT_IT_IS,
    say_attempt,
    say_counts,
    say_part,
    say_section,
)

# Count it up with every change of how the list looks, so that kept ones are made again.
FORM_VERSION = 2

TICKET_DIGITS = 12
SIZE = 7.0  # points
LEADING = 8.5
HEAD_HEIGHT = 34.0
BAND = 5  # lines that share a ground, so that the eye keeps its line
GUTTER = 7 * mm
HALF_WIDTH = (CONTENT_WIDTH - GUTTER) / 2
# Where each column begins in its half; the rank ends where the next one begins, less a gap.
OFFSETS = (4.0, 42.0, 84.0, 104.0, 162.0, 184.0)
# The same six points as at the sides, which reportlab's frame adds above and below.
ROWS_OF_A_FULL_PAGE = int((CONTENT_HEIGHT - 12 - HEAD_HEIGHT - LEADING) // LEADING)
ROWS_OF_THE_FIRST_PAGE = 38


class ListedLine(NamedTuple):
    """What a line of the list says; ``place`` is empty when there is none."""

    rank: int
    number: int
    track: str
    ballot: str
    ticket: str
    place: str


class Section(NamedTuple):
    """Lines of one category that follow each other; ``lines`` is read once."""

    category: str
    size: int
    lines: Iterator[ListedLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingList:
    """
    What one part of the list says, in plain values.

    :param ranked: by category, of the whole draw.
    :param run_at: timezone-aware; printed in Hong Kong time.
    :param url: of the ballot's public page.
    :param is_given_up: whether another attempt has taken its place; said on every page.
    :param first_language: ``zh-hant`` or ``en``; both are printed, this one first.
    """

    exercise_title: Bilingual
    draw: str
    attempt: int
    run_at: datetime
    commitment_sha256: str
    seed: str
    line_count: int
    ranked: dict[str, int]
    place_count: int
    part: int
    part_count: int
    sections: tuple[Section, ...]
    url: str
    first_language: str
    is_demonstration: bool
    is_given_up: bool


def render_ranking_list(ranking: RankingList) -> bytes:
    """
    Set one part of the ranking list as a PDF, both languages on it.

    The same lines give the same bytes. The lines are read while they are drawn.
    """
    reference = f"{ranking.draw} / {ranking.attempt}"
    if ranking.part_count > 1:
        reference += f" / {ranking.part}–{ranking.part_count}"
    if ranking.is_given_up:
        reference += DOT + GIVEN_UP.joined(ranking.first_language)
    frame = PageFrame(
        heading=ranking.exercise_title,
        reference=f"{TITLE_WORDS.joined(ranking.first_language)} {reference}",
        first_language=ranking.first_language,
        is_demonstration=ranking.is_demonstration,
    )
    title = f"{TITLE_WORDS.joined(ranking.first_language)} {reference}"
    return render_document(list(_set_story(ranking)), title=title, author=AUTHOR, frame=frame)


def _set_story(ranking: RankingList) -> Iterator[Flowable]:
    language = ranking.first_language
    yield PlainText(TITLE_WORDS.joined(language), TITLE)
    yield columns([WHAT_IT_IS], language)
    yield Spacer(0, 3)
    yield details(_detail_rows(ranking), language)
    yield Spacer(0, 6)
    yield columns([HOW_TO_READ, HOW_TO_CHECK, Bilingual(ranking.url, "")], language)
    rows = ROWS_OF_THE_FIRST_PAGE
    for section in ranking.sections:
        yield from _set_section(section, rows, language)
        rows = ROWS_OF_A_FULL_PAGE


def _set_section(section: Section, rows: int, language: str) -> Iterator[Flowable]:
    left = section.size
    while left:
        count = min(left, 2 * rows)
        yield LinesOfAPage(section, count, language)
        left -= count
        rows = ROWS_OF_A_FULL_PAGE


def _detail_rows(ranking: RankingList) -> list[tuple[Bilingual, Sequence[str]]]:
    language = ranking.first_language
    counts = say_counts(ranking.line_count, ranking.ranked, ranking.place_count)
    rows: list[tuple[Bilingual, Sequence[str]]] = [
        (BALLOT_LABEL, [say_attempt(ranking.draw, ranking.attempt).joined(language, DOT)]),
        (DRAWN_LABEL, [say_moment(ranking.run_at).joined(language, DOT)]),
        (COUNTS_LABEL, counts.in_order(language)),
        (COMMITMENT_LABEL, [ranking.commitment_sha256]),
        (SEED_LABEL, [ranking.seed]),
    ]
    if ranking.part_count > 1:
        part = say_part(ranking.part, ranking.part_count)
        rows.append((PART_LABEL, [part.joined(language, DOT)]))
    return rows


class LinesOfAPage(Flowable):  # type: ignore[misc]  # reportlab carries no types
    """The next lines of a section, in two halves: down the left one, then down the right one."""

    def __init__(self, section: Section, count: int, language: str) -> None:
        super().__init__()
        self.section, self.count, self.language = section, count, language
        self.rows = -(-count // 2)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return CONTENT_WIDTH, HEAD_HEIGHT + LEADING * self.rows

    def draw(self) -> None:
        lines = list(islice(self.section.lines, self.count))
        top = HEAD_HEIGHT + LEADING * self.rows
        words = say_section(self.section.category, lines[0].rank, lines[-1].rank)
        self.canv.setFillColor(ACCENT)
        self.canv.setFont(BOLD, 9)
        self.canv.drawString(0, top - 10, words.joined(self.language, DOT))
        for start, left in ((0, 0.0), (self.rows, HALF_WIDTH + GUTTER)):
            half = lines[start : start + self.rows]
            if half:
                _draw_half(self.canv, half, left, top - 14, self.language)


def _draw_half(
    canvas: Canvas, lines: Sequence[ListedLine], left: float, top: float, language: str
) -> None:
    _draw_headings(canvas, left, top, language)
    top -= HEAD_HEIGHT - 14
    canvas.setFillColor(TINT)
    for start in range(0, len(lines), 2 * BAND):
        height = LEADING * min(BAND, len(lines) - start)
        canvas.rect(left, top - start * LEADING - height, HALF_WIDTH, height, stroke=0, fill=1)
    canvas.setFillColor(INK)
    cells = zip(*map(_write_cells, lines), strict=True)
    for position, column in enumerate(cells):
        _draw_column(canvas, column, left + OFFSETS[position], top)


def _draw_headings(canvas: Canvas, left: float, top: float, language: str) -> None:
    for words, offset in zip(COLUMNS, OFFSETS, strict=True):
        first, second = words.in_order(language)
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 6.4)
        canvas.drawString(left + offset, top - 7, first)
        canvas.setFillColor(QUIET)
        canvas.setFont(REGULAR, 5.8)
        canvas.drawString(left + offset, top - 14, second)
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.6)
    canvas.line(left, top - 17.5, left + HALF_WIDTH, top - 17.5)


def _write_cells(line: ListedLine) -> tuple[str, ...]:
    return (
        str(line.rank),
        f"{line.number:08d}",
        line.ballot[-2:],
        line.ticket[:TICKET_DIGITS],
        line.track,
        line.place,
    )


def _draw_column(canvas: Canvas, cells: Sequence[str], left: float, top: float) -> None:
    text = canvas.beginText(left, top - LEADING + 2.2)
    text.setFont(REGULAR, SIZE, LEADING)
    for cell in cells:
        text.textLine(cell)
    canvas.drawText(text)
