"""The page of all documents: header, footer with page numbers, demonstration mark, tables."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, SimpleDocTemplate, Table, TableStyle

from applications.pdf.plain_text import PlainText
from applications.pdf.typesetting import (
    BOLD,
    REGULAR,
    make_style,
    register_typeface,
    typesetting_lock,
)

INK = HexColor("#1d2429")
QUIET = HexColor("#56626b")
ACCENT = HexColor("#0f5563")
TINT = HexColor("#eff5f6")
HAIRLINE = HexColor("#cbd5da")
WARNING = HexColor("#9a3412")
WATERMARK = HexColor("#f8f1ee")

CHINESE_FIRST = "zh-hant"
ENGLISH_FIRST = "en"
PDF_LANGUAGES = {CHINESE_FIRST: "zh-HK", ENGLISH_FIRST: "en-HK"}

MARGIN = 18 * mm
HEADER_HEIGHT = 20 * mm
FOOTER_HEIGHT = 16 * mm
CONTENT_WIDTH = A4[0] - 2 * MARGIN
CONTENT_HEIGHT = A4[1] - HEADER_HEIGHT - FOOTER_HEIGHT
LIST_ROW_HEIGHT = 15  # points

BODY = make_style("body", size=8.8, textColor=INK)
SECONDARY = make_style("secondary", size=8.2, leading=11.6, textColor=QUIET)
SMALL = make_style("small", size=7.6, leading=10.8, textColor=QUIET)
STRONG = make_style("strong", size=8.8, bold=True, textColor=INK)
HEADING = make_style("heading", size=11, bold=True, textColor=ACCENT, spaceBefore=9, spaceAfter=3)
TITLE = make_style("title", size=19, leading=25, bold=True, textColor=INK)


class Bilingual(NamedTuple):
    """The same words in Traditional Chinese and in English; both are always printed."""

    zh: str
    en: str

    def in_order(self, first_language: str) -> tuple[str, str]:
        """Give both, the reader's language first."""
        return (self.en, self.zh) if first_language == ENGLISH_FIRST else (self.zh, self.en)

    def joined(self, first_language: str, separator: str = " ") -> str:
        """Give both in one line; an empty one leaves no separator behind."""
        return separator.join(part for part in self.in_order(first_language) if part)


DEMONSTRATION = Bilingual("示範", "DEMONSTRATION")


class PageFrame(NamedTuple):
    """What is printed around the content of every page."""

    heading: Bilingual
    reference: str
    first_language: str
    is_demonstration: bool


def render_document(
    story: Sequence[Flowable], *, title: str, author: str, frame: PageFrame
) -> bytes:
    """
    Set a document on A4 pages and return its bytes.

    The same content gives the same bytes: no clock, no random identifier. Safe to call from
    several threads, which then wait for each other.
    """
    output = BytesIO()
    document = SimpleDocTemplate(
        output,
        pagesize=A4,
        leftMargin=MARGIN - 6,  # reportlab's frame adds six points of its own
        rightMargin=MARGIN - 6,
        topMargin=HEADER_HEIGHT,
        bottomMargin=FOOTER_HEIGHT,
        title=title,
        author=author,
        creator=author,
        subject=frame.reference,
        lang=PDF_LANGUAGES[frame.first_language],
        invariant=1,
        initialFontName=REGULAR,  # reportlab would name a font that is not embedded
    )

    def open_page(canvas: Canvas, _document: Any) -> None:
        if frame.is_demonstration:
            _draw_watermark(canvas)
        _draw_header(canvas, frame)

    with typesetting_lock:
        register_typeface()
        document.build(
            list(story),
            onFirstPage=open_page,
            onLaterPages=open_page,
            canvasmaker=_counting_canvas(lambda canvas, x, y: _draw_footer(canvas, frame, x, y)),
        )
    return output.getvalue()


def _counting_canvas(draw_footer: Callable[[Canvas, int, int], None]) -> type[Canvas]:
    """Make a canvas class that keeps its pages open until their number is known."""

    class CountingCanvas(Canvas):  # type: ignore[misc]  # reportlab carries no types
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._open_pages: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self._open_pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            pages = self._open_pages
            for number, page in enumerate(pages, start=1):
                self.__dict__.update(page)
                draw_footer(self, number, len(pages))
                Canvas.showPage(self)
            Canvas.save(self)

    return CountingCanvas


def _draw_header(canvas: Canvas, frame: PageFrame) -> None:
    first, second = frame.heading.in_order(frame.first_language)
    top = A4[1] - 11 * mm
    canvas.saveState()
    canvas.setFillColor(ACCENT)
    canvas.setFont(BOLD, 9.5)
    canvas.drawString(MARGIN, top, first)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 7.8)
    canvas.drawString(MARGIN, top - 11, second)
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(1.1)
    canvas.line(MARGIN, top - 18, A4[0] - MARGIN, top - 18)
    if frame.is_demonstration:
        _draw_demonstration_mark(canvas, frame, top)
    canvas.restoreState()


def _draw_demonstration_mark(canvas: Canvas, frame: PageFrame, top: float) -> None:
    words = DEMONSTRATION.joined(frame.first_language)
    width = stringWidth(words, BOLD, 9) + 16
    left = A4[0] - MARGIN - width
    canvas.setStrokeColor(WARNING)
    canvas.setFillColor(WARNING)
    canvas.setLineWidth(0.9)
    canvas.roundRect(left, top - 10, width, 17, 3)
    canvas.setFont(BOLD, 9)
    canvas.drawString(left + 8, top - 5, words)


def _draw_watermark(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillColor(WATERMARK)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(52)
    canvas.setFont(BOLD, 82)
    canvas.drawCentredString(0, 20, DEMONSTRATION.en)
    canvas.drawCentredString(0, -76, DEMONSTRATION.zh)
    canvas.restoreState()


def _draw_footer(canvas: Canvas, frame: PageFrame, number: int, count: int) -> None:
    pages = Bilingual(f"第 {number} 頁，共 {count} 頁", f"Page {number} of {count}")
    base = 9 * mm
    canvas.saveState()
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, base + 11, A4[0] - MARGIN, base + 11)
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 7.6)
    canvas.drawString(MARGIN, base, frame.reference)
    canvas.drawRightString(A4[0] - MARGIN, base, pages.joined(frame.first_language, " · "))
    canvas.restoreState()


def heading(words: Bilingual, first_language: str) -> Flowable:
    """Set the heading of a section in both languages on one line."""
    return PlainText(words.joined(first_language), HEADING)


def columns(cells: Sequence[Bilingual], first_language: str, *, numbered: bool = False) -> Table:
    """Set pairs of paragraphs side by side, the reader's language on the left."""
    gutter = 7 * mm
    marker = 5 * mm if numbered else 0
    width = (CONTENT_WIDTH - gutter) / 2
    rows = []
    for number, cell in enumerate(cells, start=1):
        first, second = cell.in_order(first_language)
        mark = PlainText(str(number), STRONG) if numbered else None
        rows.append([mark, PlainText(first, BODY), None, PlainText(second, SECONDARY)])
    return Table(
        rows,
        colWidths=[marker, width - marker, gutter, width],
        style=TableStyle(_TIGHT),
        hAlign="LEFT",
    )


def panel(cells: Sequence[Sequence[Any]], widths: Sequence[float], *commands: Any) -> Table:
    """
    Set a box of its own kind.

    :param widths: of the columns, in points; together CONTENT_WIDTH.
    :param commands: reportlab's table commands for frame, ground and padding.
    """
    return Table(cells, colWidths=widths, style=TableStyle([_FONT, *commands]), hAlign="LEFT")


def details(rows: Sequence[tuple[Bilingual, Sequence[str]]], first_language: str) -> Table:
    """
    Set labelled values below each other with a hairline between them.

    :param rows: a label, then the lines of its value; the first line is set strong.
    """
    cells = []
    for label, (first, *others) in rows:
        value = [PlainText(first, STRONG), *(PlainText(line, SECONDARY) for line in others)]
        cells.append([PlainText(label.joined(first_language), SECONDARY), value])
    label_width = 50 * mm
    return Table(
        cells,
        colWidths=[label_width, CONTENT_WIDTH - label_width],
        style=TableStyle(
            [*_RULED, ("TOPPADDING", (0, 0), (0, -1), 3.2), ("TOPPADDING", (1, 0), (1, -1), 2.6)]
        ),
        hAlign="LEFT",
    )


def ruled_list(
    headings: Sequence[Bilingual],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    first_language: str,
) -> list[Flowable]:
    """
    Set a long list, one table for each page, its headings repeated on every page.

    Cells are single lines of plain text, so a hundred thousand rows take time in proportion.

    :param widths: of the columns, in points; together at most CONTENT_WIDTH.
    """
    labels = ["\n".join(words.in_order(first_language)) for words in headings]
    per_page = int((CONTENT_HEIGHT - 12) // LIST_ROW_HEIGHT) - 2
    flowables: list[Flowable] = []
    for start in range(0, len(rows), per_page):
        if start:
            flowables.append(PageBreak())
        flowables.append(_list_page(labels, rows[start : start + per_page], widths))
    return flowables


def _list_page(
    labels: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
) -> Table:
    cells = [list(labels), *map(list, rows)]
    heights = [2 * LIST_ROW_HEIGHT, *[LIST_ROW_HEIGHT] * len(rows)]
    return Table(
        cells, colWidths=widths, rowHeights=heights, style=TableStyle(_LIST), hAlign="LEFT"
    )


_FONT = ("FONT", (0, 0), (-1, -1), REGULAR, 8.2, 11)  # reportlab's default is not embedded
_TIGHT = [
    _FONT,
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]
_RULED = [
    *_TIGHT,
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.4),
    ("LINEBELOW", (0, 0), (-1, -1), 0.5, HAIRLINE),
]
_LIST = [
    *_RULED,
    ("FONT", (0, 0), (-1, 0), BOLD, 8.2, 11),
    ("TEXTCOLOR", (0, 0), (-1, 0), ACCENT),
    ("TEXTCOLOR", (0, 1), (-1, -1), INK),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("LINEBELOW", (0, 0), (-1, 0), 1, ACCENT),
]
