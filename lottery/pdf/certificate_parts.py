"""The parts of the draw certificate: grids, tables, lines to sign on."""

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table

from applications.pdf.layout import (
    ACCENT,
    CONTENT_WIDTH,
    HAIRLINE,
    INK,
    SMALL,
    TINT,
    Bilingual,
    panel,
)
from applications.pdf.plain_text import PlainText
from applications.pdf.typesetting import make_style

BALLS_OF_A_LINE = 20

CELL = make_style("certificate cell", size=7.6, leading=10.2, textColor=INK)
STRONG_CELL = make_style("certificate strong", size=7.6, leading=10.2, bold=True, textColor=INK)
HEAD_CELL = make_style("certificate head", size=7.2, leading=9.6, bold=True, textColor=ACCENT)
BALL = make_style("ball", size=9.4, leading=12, bold=True, textColor=INK, alignment=1)
BALL_NUMBER = make_style("ball number", size=6.4, leading=9, textColor=ACCENT)


def ball_grid(balls: Sequence[str]) -> Table:
    """Set the balls in drawn order, twenty to a line, each line headed by its first position."""
    lines = [balls[i : i + BALLS_OF_A_LINE] for i in range(0, len(balls), BALLS_OF_A_LINE)]
    rows = [
        [
            PlainText(f"{number * BALLS_OF_A_LINE + 1}.", BALL_NUMBER),
            *(PlainText(ball, BALL) for ball in line),
            *[None] * (BALLS_OF_A_LINE - len(line)),
        ]
        for number, line in enumerate(lines)
    ]
    margin = 8 * mm
    width = (CONTENT_WIDTH - margin) / BALLS_OF_A_LINE
    return panel(
        rows,
        [margin, *[width] * BALLS_OF_A_LINE],
        ("BACKGROUND", (1, 0), (-1, -1), TINT),
        ("INNERGRID", (1, 0), (-1, -1), 0.5, HAIRLINE),
        ("BOX", (1, 0), (-1, -1), 0.5, HAIRLINE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        *_no_padding(top=0.5, bottom=1.5),
    )


def ruled_table(
    headings: Sequence[Bilingual],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    language: str,
) -> Table:
    """
    Set a small table with a heading in both languages.

    :param shares: of the columns in the width; together 1.
    """
    cells = [[PlainText(words.joined(language), HEAD_CELL) for words in headings]]
    cells += [
        [
            PlainText(text, STRONG_CELL if position == 0 else CELL)
            for position, text in enumerate(row)
        ]
        for row in rows
    ]
    return panel(
        cells,
        [CONTENT_WIDTH * share for share in shares],
        ("LINEBELOW", (0, 0), (-1, 0), 1, ACCENT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.5, HAIRLINE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        *_no_padding(top=0.5, bottom=2),
    )


def writing_line(labels: Sequence[Bilingual], language: str, *, space: float = 24) -> Flowable:
    """Leave lines to write on, side by side, each above its label."""
    gap = 6 * mm
    width = (CONTENT_WIDTH - gap * (len(labels) - 1)) / len(labels)
    cells: list[PlainText | None] = []
    widths: list[float] = []
    for label in labels:
        if cells:
            cells.append(None)
            widths.append(gap)
        cells.append(PlainText(label.joined(language), SMALL))
        widths.append(width)
    rules = [("LINEABOVE", (x, 0), (x, 0), 0.7, INK) for x in range(0, len(cells), 2)]
    line = panel([cells], widths, *rules, *_no_padding(top=1, bottom=0))
    line.spaceBefore = space
    return line


def _no_padding(*, top: float, bottom: float) -> list[tuple[object, ...]]:
    return [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), top),
        ("BOTTOMPADDING", (0, 0), (-1, -1), bottom),
    ]
