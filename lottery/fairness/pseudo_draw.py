"""
The law of the ballot on counts: which places a fair ceremony gives, without a million tickets.

Groups come in a random order, applications inside a group in a random order, and the steps take
them from the front. To the steps, applications of one group, category and track are all alike, so
counting them is enough; it is exact, not an approximation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lottery.ballot.parameters import Step
from lottery.fairness.census import STRATA, Census, Stratum
from lottery.fairness.generator import NumberStream, draw_position, split_taken

PRIME = 101
Segment = list[int]
Taken = dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class Rule:
    """
    A step of the allocation, on strata.

    :ivar admitted: positions in `STRATA` that it admits.
    :ivar companions: strata that it passes over and that a later step takes in one order with
        what this one leaves.
    """

    step: Step
    admitted: tuple[int, ...]
    companions: tuple[int, ...]


def build_rules(steps: Sequence[Step]) -> tuple[Rule, ...]:
    """Work out which strata meet in which step."""
    admitted = [_list_admitted(step) for step in steps]
    return tuple(
        Rule(step, tuple(sorted(own)), tuple(sorted(_find_companions(own, admitted[index + 1 :]))))
        for index, (step, own) in enumerate(zip(steps, admitted, strict=True))
    )


def _list_admitted(step: Step) -> set[int]:
    return {STRATA.index(c + t) for c in step.categories for t in step.tracks}


def _find_companions(own: set[int], later: Sequence[set[int]]) -> set[int]:
    """Find the strata whose order among those of this step still matters to a later one."""
    joined = set(own)
    while True:
        grown = joined.union(*(strata for strata in later if strata & joined))
        if grown == joined:
            return joined - own
        joined = grown


def order_groups_evenly(shuffled: Sequence[int], turn: int) -> list[int]:
    """
    Give one of a hundred orders that follow from one shuffle of the hundred groups.

    The i-th group of turn t is number i·t modulo 101 of the shuffle. Each order is as random as
    the shuffle, and over the turns 1 to 100 every group stands once at every place, so that
    averages over them are steadier.
    """
    return [shuffled[turn * place % PRIME - 1] for place in range(1, PRIME)]


def take_places(
    census: Census, order: Sequence[int], rules: Sequence[Rule], stream: NumberStream
) -> Taken:
    """
    Give out the places of all steps; answer for each group touched how many each stratum takes.

    :param order: the groups, the first to come first.
    """
    ballot = _Ballot(census, order, stream)
    quotas = {rule.step.name: rule.step.quota for rule in rules}
    for rule in rules:
        step = rule.step
        given = ballot.take(rule, step.letters + quotas[step.name] - step.quota)
        if step.spill_to is not None:
            quotas[step.spill_to] += max(0, quotas[step.name] - given)
    return ballot.taken


class _Ballot:
    """
    One pseudo-ceremony while its places are given out.

    The waiting applications of a group are a list of segments, one behind the other; inside a
    segment every order is equally likely. Where a step ends inside a segment, it is cut in two.
    """

    def __init__(self, census: Census, order: Sequence[int], stream: NumberStream) -> None:
        self._census = census
        self._order = order
        self._stream = stream
        self._segments: dict[int, list[Segment]] = {}
        self.taken: Taken = {}

    def take(self, rule: Rule, letters: int) -> int:
        """Take up to so many from the front; answer how many were there."""
        left = letters
        for group in self._order:
            if not left:
                break
            left -= self._take_from_group(group, rule, left)
        return letters - left

    def _take_from_group(self, group: int, rule: Rule, wanted: int) -> int:
        segments = self._open(group)
        taken = self.taken[group]
        left = wanted
        for position, segment in enumerate(segments):
            available = sum([segment[stratum] for stratum in rule.admitted])
            if available > left:
                front, parts = self._cut(segment, rule, left, available)
                segments.insert(position, front)
            else:
                parts = [segment[stratum] for stratum in rule.admitted]
            for stratum, part in zip(rule.admitted, parts, strict=True):
                taken[stratum] += part
                segment[stratum] -= part
            left -= min(left, available)
            if not left:
                break
        return wanted - left

    def _open(self, group: int) -> list[Segment]:
        if group not in self._segments:
            self._segments[group] = [[stratum.size for stratum in self._census.groups[group]]]
            self.taken[group] = [0] * len(STRATA)
        return self._segments[group]

    def _cut(
        self, segment: Segment, rule: Rule, left: int, available: int
    ) -> tuple[Segment, list[int]]:
        """Cut a segment behind the last application taken; answer who is passed over before it."""
        front = [0] * len(STRATA)
        waiting = [segment[stratum] for stratum in rule.companions]
        if any(waiting):
            population = available + sum(waiting)
            passed = draw_position(self._stream, population, available, left) - left
            parts = split_taken(self._stream, waiting, passed)
            for stratum, part in zip(rule.companions, parts, strict=True):
                front[stratum] = part
                segment[stratum] -= part
        counts = [segment[stratum] for stratum in rule.admitted]
        return front, split_taken(self._stream, counts, left)


def tally_rows(census: Census, taken: Taken, stream: NumberStream) -> list[int]:
    """Count the places of each row; who of a stratum takes one is as random as its order."""
    tally = [0] * len(census.keys)
    for group, parts in taken.items():
        for stratum, part in zip(census.groups[group], parts, strict=True):
            for row, count in _list_counts(stratum, part, stream):
                tally[row] += count
    return tally


def _list_counts(stratum: Stratum, part: int, stream: NumberStream) -> Iterable[tuple[int, int]]:
    if part == stratum.size:
        return stratum.whole
    if not part:
        return ()
    counts: list[tuple[int, int]] = []
    for partition in stratum.partitions:
        shares = split_taken(stream, [kind.size for kind in partition], part)
        for kind, share in zip(partition, shares, strict=True):
            counts.extend([(row, share) for row in kind.rows])
    return counts
