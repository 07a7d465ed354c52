"""The fairness report: what a draw gave, beside what a fair ballot gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lottery.ballot.parameters import Step
from lottery.fairness.census import CATEGORIES, STRATA, Cell, Census, list_keys, take_census
from lottery.fairness.generator import NumberStream
from lottery.fairness.pseudo_draw import (
    Taken,
    build_rules,
    order_groups_evenly,
    take_places,
    tally_rows,
)

SHUFFLE_COUNT = 100
TURNS = range(1, 101)
TAIL = Fraction(1, 200)  # on either side: 99 % between them
ODD_SHARE = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class FairnessRow:
    """
    One number of the report.

    :ivar feature: one of `census.FEATURES`; ``value`` is what of it this row counts.
    :ivar expected: places on average under the ballot's own law.
    :ivar lowest: at most one pseudo-ceremony in two hundred gives fewer; ``highest``: more.
    :ivar is_fixed: all pseudo-ceremonies give the same, because the quotas do.
    """

    category: str
    feature: str
    value: str
    application_count: int
    place_count: int
    expected: Fraction
    lowest: int
    highest: int
    is_fixed: bool

    @property
    def is_outside(self) -> bool:
        return not self.lowest <= self.place_count <= self.highest


@dataclass(frozen=True, slots=True)
class GroupCut:
    """
    What one pair of last digits got, for one category.

    :ivar position: of the pair in the order of the draw, from 1.
    """

    category: str
    position: int
    digits: str
    application_count: int
    place_count: int


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """
    All numbers of one draw.

    :ivar expected_outside: rows outside their interval in a fair draw, on average.
    :ivar as_many_share: share of the pseudo-ceremonies with at least as many rows outside.
    :ivar cuts: the pairs of last digits that got a place, in drawn order; none in the order
        ``ticket``.
    """

    order: str
    rows: tuple[FairnessRow, ...]
    pseudo_ceremony_count: int
    expected_outside: Fraction
    as_many_share: Fraction
    cuts: tuple[GroupCut, ...]

    @property
    def free_count(self) -> int:
        """Rows that chance decides."""
        return sum(not row.is_fixed for row in self.rows)

    @property
    def outside_count(self) -> int:
        return sum(row.is_outside for row in self.rows)

    @property
    def as_many_count(self) -> int:
        """Pseudo-ceremonies with at least as many rows outside."""
        return int(self.as_many_share * self.pseudo_ceremony_count)

    @property
    def is_odd(self) -> bool:
        """Tell whether fewer than one fair ballot in a hundred has so many rows outside."""
        return self.as_many_share < ODD_SHARE


@dataclass(frozen=True, slots=True)
class Law:
    """
    What the ballot's rules make of a register, before any ball is drawn.

    :ivar samples: for each row the places of every pseudo-ceremony, in the order in which they ran.
    :ivar expected: for each row the mean.
    """

    census: Census
    samples: tuple[tuple[int, ...], ...]
    expected: tuple[Fraction, ...]


def compile_report(
    cells: Sequence[Cell],
    *,
    order: str,
    steps: Sequence[Step],
    commitment: str,
    positions: Mapping[str, int],
    shuffle_count: int = SHUFFLE_COUNT,
) -> FairnessReport:
    """
    Compare a draw with the law of its ballot.

    The same draw gives the same report, on every machine.

    :param commitment: C; the pseudo-ceremonies follow from it.
    :param positions: each pair of last digits with its position in the draw, from 0.
    """
    law = work_out_law(
        cells, order=order, steps=steps, commitment=commitment, shuffle_count=shuffle_count
    )
    applications, places = _count_rows(cells, law.census)
    rows = tuple(
        _build_row(law, index, applications[index], places[index])
        for index in range(len(law.census.keys))
    )
    outside_counts = _count_outside(law, rows)
    total = len(outside_counts)
    observed = sum(row.is_outside for row in rows)
    return FairnessReport(
        order=order,
        rows=rows,
        pseudo_ceremony_count=total,
        expected_outside=Fraction(sum(outside_counts), total),
        as_many_share=Fraction(sum(count >= observed for count in outside_counts), total),
        cuts=() if order == "ticket" else tuple(list_cuts(cells, positions)),
    )


def work_out_law(
    cells: Iterable[Cell],
    *,
    order: str,
    steps: Sequence[Step],
    commitment: str,
    shuffle_count: int = SHUFFLE_COUNT,
) -> Law:
    """Hold a hundred pseudo-ceremonies for each shuffle, and count every row of each."""
    census = take_census(cells, order)
    rules = build_rules(steps)
    totals: Taken = {}
    tallies: list[list[int]] = []
    for shuffle in range(shuffle_count):
        shuffled = NumberStream(commitment, f"shuffle {shuffle}").shuffle(100)
        for turn in TURNS:
            stream = NumberStream(commitment, f"ceremony {shuffle}.{turn}")
            groups = [0] if order == "ticket" else order_groups_evenly(shuffled, turn)
            taken = take_places(census, groups, rules, stream)
            _add(totals, taken)
            tallies.append(tally_rows(census, taken, stream))
    return Law(census, tuple(zip(*tallies, strict=True)), _average(census, totals, len(tallies)))


def _add(totals: Taken, taken: Taken) -> None:
    for group, parts in taken.items():
        sums = totals.setdefault(group, [0] * len(STRATA))
        for stratum, part in enumerate(parts):
            sums[stratum] += part


def _average(census: Census, totals: Taken, ceremony_count: int) -> tuple[Fraction, ...]:
    """Give each row its mean: of a stratum's places it gets on average its share, exactly."""
    means = [Fraction(0)] * len(census.keys)
    for group, sums in totals.items():
        for stratum, total in zip(census.groups[group], sums, strict=True):
            for row, count in stratum.whole:
                means[row] += Fraction(total * count, stratum.size * ceremony_count)
    return tuple(means)


def _count_rows(cells: Iterable[Cell], census: Census) -> tuple[list[int], list[int]]:
    indexes = {key: index for index, key in enumerate(census.keys)}
    applications, places = [0] * len(indexes), [0] * len(indexes)
    for cell in cells:
        for key in list_keys(cell).values():
            applications[indexes[key]] += cell.application_count
            places[indexes[key]] += cell.place_count
    return applications, places


def _build_row(law: Law, index: int, application_count: int, place_count: int) -> FairnessRow:
    lowest, highest = find_interval(law.samples[index])
    return FairnessRow(
        *law.census.keys[index],
        application_count=application_count,
        place_count=place_count,
        expected=law.expected[index],
        lowest=lowest,
        highest=highest,
        is_fixed=min(law.samples[index]) == max(law.samples[index]),
    )


def find_interval(sample: Sequence[int]) -> tuple[int, int]:
    """Give the narrowest bounds beyond each of which at most 0.5 % of a sample lies."""
    ordered = sorted(sample)
    beyond = int(len(ordered) * TAIL)
    return ordered[beyond], ordered[-1 - beyond]


def _count_outside(law: Law, rows: Sequence[FairnessRow]) -> list[int]:
    counts = [0] * len(law.samples[0])
    for row, sample in zip(rows, law.samples, strict=True):
        for ceremony, places in enumerate(sample):
            if not row.lowest <= places <= row.highest:
                counts[ceremony] += 1
    return counts


def list_cuts(cells: Iterable[Cell], positions: Mapping[str, int]) -> list[GroupCut]:
    """List by category, in drawn order, the pairs of last digits that got a place."""
    applications: dict[tuple[str, str], int] = {}
    places: dict[tuple[str, str], int] = {}
    for cell in cells:
        key = (cell.category, f"{cell.digits:02d}")
        applications[key] = applications.get(key, 0) + cell.application_count
        places[key] = places.get(key, 0) + cell.place_count
    return [
        GroupCut(category, position + 1, digits, applications[category, digits], count)
        for category in CATEGORIES
        for digits, position in sorted(positions.items(), key=lambda item: item[1])
        if (count := places.get((category, digits), 0))
    ]
