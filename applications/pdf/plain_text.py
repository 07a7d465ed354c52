"""Paragraphs of plain text, Chinese, English or both, broken into lines by Chinese rules."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

from applications.pdf.typesetting import register_typeface

# Source: W3C, Requirements for Chinese Text Layout, prohibition rules for line start and end.
CANNOT_START_A_LINE = frozenset("，。、；：？！）」』】〉》〕〗］｝％…—·‧・～”’,.;:?!)]}%°℃々〻–‐")
CANNOT_END_A_LINE = frozenset("（「『【〈《〔〖［｛“‘([{$＄￥£#＃@")

# A blank, a run of letters and figures that stays together, or one character of a Chinese text.
_UNIT = re.compile(
    "[ ]+|[^ \u2e80-\ua4cf\uf900-\ufaff\ufe30-\uffef\U00020000-\U0003ffff]+|.", re.DOTALL
)
_BLANKS = re.compile(r"[ \t\r\n]+")
# The Hong Kong face draws the curly apostrophe a full square wide.
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])’(?=[A-Za-z])")


def break_lines(
    text: str, widths: Sequence[float], measure: Callable[[str], float]
) -> list[tuple[float, str]]:
    """
    Break a text into lines, each given with the width that it leaves free.

    No line starts with closing punctuation or ends with opening punctuation, words and figures
    stay whole, and no line is wider than its column. Only what is by itself wider than the column
    is cut between two characters.

    :param widths: of the first line, the second and so on; the last holds for all that follow.
    :param measure: the width of a string, in the unit of ``widths``.
    """
    lines: list[str] = []

    def room() -> float:
        return widths[min(len(lines), len(widths) - 1)]

    line, used = "", 0.0
    for unit in _join_inseparable(_UNIT.findall(text)):
        if used + measure(unit.rstrip(" ")) <= room():
            line, used = line + unit, used + measure(unit)
            continue
        if line:
            lines.append(line)
        line = unit.lstrip(" ")
        while measure(line) > room():
            cut = _find_cut(line, room(), measure)
            lines.append(line[:cut])
            line = line[cut:]
        used = measure(line)
    lines.append(line)
    return [
        (widths[min(i, len(widths) - 1)] - measure(kept), kept)
        for i, kept in enumerate(line.strip(" ") for line in lines)
    ]


def _join_inseparable(units: list[str]) -> Iterator[str]:
    joined = ""
    for unit in units:
        belongs = unit[0] in CANNOT_START_A_LINE or joined[-1:] in CANNOT_END_A_LINE
        if joined and not belongs:
            yield joined
            joined = ""
        joined += unit
    if joined:
        yield joined


def _find_cut(text: str, room: float, measure: Callable[[str], float]) -> int:
    cut = 1
    while cut < len(text) and measure(text[: cut + 1]) <= room:
        cut += 1
    if cut > 1 and text[cut] in CANNOT_START_A_LINE:
        cut -= 1
    return cut


class PlainText(Paragraph):  # type: ignore[misc]  # reportlab carries no types
    """
    A paragraph of text that means nothing but itself: reportlab's markup in it is printed as typed.

    Its style must come from ``make_style``. reportlab's own breaking of Chinese lets "，" start a
    line, hangs other punctuation outside the column, and knows nothing of opening brackets.
    """

    def __init__(self, text: str, style: ParagraphStyle, **settings: Any) -> None:
        register_typeface()
        text = _APOSTROPHE.sub("'", _BLANKS.sub(" ", text).strip())
        super().__init__(escape(text), style, **settings)

    def breakLinesCJK(self, maxWidths: Sequence[float]) -> Any:
        if len(self.frags) != 1 or getattr(self, "_splitpara", False):
            return super().breakLinesCJK(maxWidths)
        whole = self.frags[0]
        self.height = 0

        def measure(text: str) -> float:
            return float(stringWidth(text, whole.fontName, whole.fontSize))

        return whole.clone(
            kind=0,
            lines=[(free, [line]) for free, line in break_lines(whole.text, maxWidths, measure)],
            ascent=whole.fontSize,
            descent=-0.2 * whole.fontSize,
        )
