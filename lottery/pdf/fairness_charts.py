"""
The charts of the fairness report: a row each, on the scale of its chart.

Drawn on the page itself, for reportlab's own drawings name a font that is not embedded.
"""

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from applications.pdf.layout import ACCENT, HAIRLINE, INK, WARNING
from applications.pdf.typesetting import REGULAR
from lottery.fairness.chart import Chart, Marks

PALE = HexColor("#bcd5d9")
INSET = 4.0  # room for a dot at either end
HEIGHT = 11.0
MIDDLE = HEIGHT / 2
REACH = 3.8  # of a diamond


class _ChartPart(Flowable):  # type: ignore[misc]  # reportlab carries no types
    def __init__(self, chart: Chart, width: float) -> None:
        super().__init__()
        self.chart, self.width, self.height = chart, width, HEIGHT

    def across(self, position: float) -> float:
        """Place a share of the scale on the paper."""
        return INSET + position * (self.width - 2 * INSET)


class ChartScale(_ChartPart):
    """The ends of the scale, over a column of rows."""

    def draw(self) -> None:
        self.canv.setFont(REGULAR, 6.8)
        self.canv.setFillColor(ACCENT)
        self.canv.drawString(INSET, 2, f"−{self.chart.below}%")
        self.canv.drawRightString(self.width - INSET, 2, f"+{self.chart.above}%")


class ChartRow(_ChartPart):
    """The interval as a bar, the expectation as an upright line, the places as a dot."""

    def __init__(self, chart: Chart, marks: Marks | None, width: float) -> None:
        super().__init__(chart, width)
        self.marks = marks

    def draw(self) -> None:
        canvas, marks = self.canv, self.marks
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.5)
        canvas.line(INSET, MIDDLE, self.width - INSET, MIDDLE)
        if marks is None:
            return
        length = marks.width * (self.width - 2 * INSET)
        canvas.setFillColor(PALE)
        canvas.rect(self.across(marks.start), MIDDLE - 2.6, length, 5.2, stroke=0, fill=1)
        expected = self.across(self.chart.middle)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.9)
        canvas.line(expected, 0.6, expected, HEIGHT - 0.6)
        self._draw_places(self.across(marks.dot), is_outside=marks.is_outside)

    def _draw_places(self, x: float, *, is_outside: bool) -> None:
        if not is_outside:
            self.canv.setFillColor(ACCENT)
            self.canv.circle(x, MIDDLE, 2.5, stroke=0, fill=1)
            return
        path = self.canv.beginPath()
        path.moveTo(x - REACH, MIDDLE)
        for corner in ((x, MIDDLE + REACH), (x + REACH, MIDDLE), (x, MIDDLE - REACH)):
            path.lineTo(*corner)
        path.close()
        self.canv.setFillColor(WARNING)
        self.canv.drawPath(path, stroke=0, fill=1)
