"""
Numbers for pseudo-ceremonies, from the commitment alone: nobody can choose them, anybody can
recompute them, and they have nothing in common with the seed of the draw.
"""

import struct
from collections.abc import Sequence
from hashlib import shake_256
from math import exp, lgamma

WORDS_IN_BLOCK = 136
_WORDS = struct.Struct(f">{WORDS_IN_BLOCK}Q")
_STEP = 2.0**-53


class NumberStream:
    """
    A stream of numbers: SHAKE-256 of ``WSM-FAIRNESS/1|C|purpose|block``, 136 words to a block.

    :param commitment: C, 64 hexadecimal digits.
    """

    def __init__(self, commitment: str, purpose: str) -> None:
        self._prefix = f"WSM-FAIRNESS/1|{commitment}|{purpose}|"
        self._block = 0
        self._words: list[int] = []

    def fraction(self) -> float:
        """Give a number from 0 up to 1, excluded, in steps of 2⁻⁵³."""
        if not self._words:
            self._refill()
        return (self._words.pop() >> 11) * _STEP

    def below(self, bound: int) -> int:
        """Give a whole number from 0 up to ``bound``, excluded, each equally often."""
        limit = 2**64 - 2**64 % bound
        while True:
            if not self._words:
                self._refill()
            word = self._words.pop()
            if word < limit:
                return word % bound

    def shuffle(self, count: int) -> list[int]:
        """Give the whole numbers below ``count`` in an order that is as likely as any other."""
        items = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
        return items

    def _refill(self) -> None:
        digest = shake_256(f"{self._prefix}{self._block}".encode("ascii")).digest(_WORDS.size)
        self._words = list(reversed(_WORDS.unpack(digest)))
        self._block += 1


def draw_hypergeometric(stream: NumberStream, population: int, marked: int, taken: int) -> int:
    """
    Draw how many of ``taken`` things out of a population are among its ``marked`` ones.

    Exact, by inversion: the chances are summed from the most likely number outwards, each from
    its neighbour's, so the time grows with the spread and not with the population.
    """
    lowest, highest = max(0, taken + marked - population), min(marked, taken)
    if lowest == highest:
        return lowest
    mode = (marked + 1) * (taken + 1) // (population + 2)
    chance = exp(
        _log_choose(marked, mode)
        + _log_choose(population - marked, taken - mode)
        - _log_choose(population, taken)
    )
    left = stream.fraction() - chance
    above, below = mode, mode
    chance_above = chance_below = chance
    # Terms of the ratio between neighbours; ``spare`` is unmarked things that are not taken.
    spare = population - marked - taken
    while left >= 0 and (above < highest or below > lowest):
        if above < highest:
            chance_above *= (marked - above) * (taken - above) / ((above + 1) * (spare + above + 1))
            above += 1
            left -= chance_above
            if left < 0:
                return above
        if below > lowest:
            chance_below *= below * (spare + below) / ((marked - below + 1) * (taken - below + 1))
            below -= 1
            left -= chance_below
            if left < 0:
                return below
    return mode  # within rounding of 1 all chances were passed, once in about 10¹² draws


def split_taken(stream: NumberStream, counts: Sequence[int], taken: int) -> list[int]:
    """Draw how ``taken`` things fall on the kinds of a population with these counts."""
    population = sum(counts)
    parts = []
    for count in counts:
        part = draw_hypergeometric(stream, population, count, taken) if taken else 0
        parts.append(part)
        population -= count
        taken -= part
    return parts


def draw_position(stream: NumberStream, population: int, marked: int, nth: int) -> int:
    """
    Draw how far one walks along a shuffled population to meet its ``nth`` marked one.

    Halves the walk until one is left: how many marked ones the first half holds is hypergeometric.
    """
    passed = 0
    while population > 1:
        half = population // 2
        found = draw_hypergeometric(stream, population, marked, half)
        if found >= nth:
            population, marked = half, found
        else:
            passed += half
            population, marked, nth = population - half, marked - found, nth - found
    return passed + 1


def _log_choose(total: int, chosen: int) -> float:
    return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)
