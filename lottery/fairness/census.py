"""Who is in a draw: counts by last two digits, category, track, channel and order of arrival."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

CATEGORIES = ("F", "P")
STRATA = ("FG", "FY", "PG", "PY")
GROUP_COUNT = 100


class Cell(NamedTuple):
    """
    Applications in the draw that are alike in everything the report looks at.

    :ivar digits: the last two digits of the application number, 0 to 99.
    :ivar decile: the tenth of all applications in the draw, in order of number, from 1.
    :ivar place_count: how many of them the draw gave a place.
    """

    digits: int
    category: str
    track: str
    channel: str
    decile: int
    application_count: int
    place_count: int


class RowKey(NamedTuple):
    """What a row of the report counts; ``feature`` is one of `FEATURES`."""

    category: str
    feature: str
    value: str


FEATURES = ("CATEGORY", "TRACK", "CHANNEL", "DECILE", "DIGIT")


class Part(NamedTuple):
    """Applications of a stratum that count in the same rows."""

    rows: tuple[int, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Stratum:
    """
    The applications of one group, category and track: to the ballot they are all alike.

    :ivar partitions: ways to divide them; each application is in one part of each.
    :ivar whole: what each row counts when all of them take a place.
    """

    size: int
    partitions: tuple[tuple[Part, ...], ...]
    whole: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Census:
    """
    A register as the ballot sees it.

    :ivar groups: for each group its four strata, in the order of `STRATA`; one group in the order
        ``ticket``, the hundred pairs of last digits in the others.
    """

    keys: tuple[RowKey, ...]
    groups: tuple[tuple[Stratum, ...], ...]


def list_keys(cell: Cell) -> dict[str, RowKey]:
    """Give the rows in which an application counts, one for each feature."""
    values = {
        "CATEGORY": cell.category,
        "TRACK": cell.track,
        "CHANNEL": cell.channel,
        "DECILE": str(cell.decile),
        "DIGIT": str(cell.digits % 10),
    }
    return {name: RowKey(cell.category, name, value) for name, value in values.items()}


def take_census(cells: Iterable[Cell], order: str) -> Census:
    """
    Arrange the counts of a register by what its order makes of them.

    Every application has one ballot number, its own, as in every register that the portal freezes.
    """
    members: dict[tuple[int, str], list[Cell]] = defaultdict(list)
    known: dict[RowKey, None] = {}
    for cell in sorted(cells):
        group = 0 if order == "ticket" else cell.digits
        members[group, cell.category + cell.track].append(cell)
        known.update(dict.fromkeys(list_keys(cell).values()))
    keys = tuple(sorted(known, key=_place_of_key))
    positions = {key: index for index, key in enumerate(keys)}
    group_count = 1 if order == "ticket" else GROUP_COUNT
    return Census(
        keys=keys,
        groups=tuple(
            tuple(_build_stratum(members[group, name], positions) for name in STRATA)
            for group in range(group_count)
        ),
    )


def _place_of_key(key: RowKey) -> tuple[str, int, int, str]:
    number = int(key.value) if key.value.isdecimal() else 0
    return (key.category, FEATURES.index(key.feature), number, key.value)


def _build_stratum(cells: list[Cell], positions: dict[RowKey, int]) -> Stratum:
    # Channel and arrival hang together, for paper comes late, so they are drawn together. The last
    # digit hangs together with neither: numbers are given out one after another.
    divisions = (("CATEGORY", "TRACK"), ("CHANNEL", "DECILE"), ("DIGIT",))
    partitions = tuple(_divide(cells, features, positions) for features in divisions)
    whole: Counter[int] = Counter()
    for partition in partitions:
        for part in partition:
            for row in part.rows:
                whole[row] += part.size
    size = sum(cell.application_count for cell in cells)
    return Stratum(size, partitions, tuple(sorted(whole.items())))


def _divide(
    cells: list[Cell], features: tuple[str, ...], positions: dict[RowKey, int]
) -> tuple[Part, ...]:
    counts: Counter[tuple[int, ...]] = Counter()
    for cell in cells:
        keys = list_keys(cell)
        counts[tuple(positions[keys[name]] for name in features)] += cell.application_count
    return tuple(Part(rows, count) for rows, count in sorted(counts.items()))
