"""Where the marks of a chart stand, for the page and the PDF alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from lottery.fairness.report import FairnessRow

STEPS_OF_SCALE = (
    1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 100, 150, 200, 300, 400, 500, 1000, 2000, 5000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marks:
    """
    A row on its chart's scale, from 0 at the left end to 1 at the right.

    :ivar start: of the bar that stands for the interval, ``end`` its end.
    :ivar dot: the places given.
    """

    start: float
    end: float
    dot: float
    is_outside: bool

    @property
    def width(self) -> float:
        """The bar's length; a bar of one number alone is still to be seen."""
        return max(self.end - self.start, 0.004)


@dataclass(frozen=True, slots=True)
class Chart:
    """
    Rows beside each other, each measured by its own expectation.

    :ivar below: per cent under the expectation at the left end; ``above``: over it at the right.
    :ivar middle: where the expectation stands, for all rows alike.
    :ivar marks: of each row; ``None`` where nothing is expected and nothing can be compared.
    """

    below: int
    above: int
    middle: float
    marks: tuple[Marks | None, ...]


def draw_chart(rows: Sequence[FairnessRow]) -> Chart:
    """Choose a round scale that holds all rows, and place them on it."""
    deviations = [
        _deviation(value, row.expected)
        for row in rows
        if row.expected
        for value in (row.lowest, row.highest, row.place_count)
    ]
    below = min(100, _round_up(-min(deviations, default=Fraction(0))))
    above = _round_up(max(deviations, default=Fraction(0)))
    width = below + above

    def locate(value: int, expected: Fraction) -> float:
        return round(float((_deviation(value, expected) + below) / width), 5)

    marks = tuple(
        Marks(
            locate(row.lowest, row.expected),
            locate(row.highest, row.expected),
            locate(row.place_count, row.expected),
            row.is_outside,
        )
        if row.expected
        else None
        for row in rows
    )
    return Chart(below, above, round(below / width, 5), marks)


def _deviation(value: int, expected: Fraction) -> Fraction:
    return 100 * (value - expected) / expected


def _round_up(percent: Fraction) -> int:
    wanted = max(1, ceil(percent))
    rounded = (step for step in STEPS_OF_SCALE if step >= wanted)
    return next(rounded, wanted)
