"""The numbers of pseudo-ceremonies: the distributions they claim, and the same ones every time."""

from collections import Counter
from math import comb

import pytest

from lottery.fairness.generator import (
    NumberStream,
    draw_hypergeometric,
    draw_position,
    split_taken,
)
from tests.unit.ballot.builders import hash_hex

C = hash_hex("C")
DRAWS = 20_000


def chi_square(counts, chances, draws=DRAWS):
    """
    Give the statistic and its degrees of freedom; rare outcomes are joined with their neighbour.
    """
    bins, seen, expected = [], 0, 0.0
    for outcome in sorted(chances):
        seen += counts[outcome]
        expected += draws * chances[outcome]
        if expected >= 10:
            bins.append((seen, expected))
            seen, expected = 0, 0.0
    if bins:
        last_seen, last_expected = bins.pop()
        bins.append((last_seen + seen, last_expected + expected))
    return sum((s - e) ** 2 / e for s, e in bins), len(bins) - 1


def fits(counts, chances, draws=DRAWS):
    """Tell whether counts are as the chances say; a right generator fails once in 30,000."""
    assert set(counts) <= set(chances)
    statistic, freedom = chi_square(counts, chances, draws)
    return statistic < freedom + 4 * (2 * freedom) ** 0.5 + 8


def hypergeometric_chances(population, marked, taken):
    ways = comb(population, taken)
    return {
        k: comb(marked, k) * comb(population - marked, taken - k) / ways
        for k in range(max(0, taken + marked - population), min(marked, taken) + 1)
    }


class TestNumberStream:
    def test_the_same_commitment_gives_the_same_numbers_and_another_gives_others(self):
        def read(commitment, purpose):
            stream = NumberStream(commitment, purpose)
            return [stream.below(10**9) for _ in range(500)]

        assert read(C, "ceremony 0.1") == read(C, "ceremony 0.1")
        assert read(C, "ceremony 0.1") != read(C, "ceremony 0.2")
        assert read(C, "ceremony 0.1") != read(hash_hex("D"), "ceremony 0.1")

    def test_no_block_is_used_twice(self):
        stream = NumberStream(C, "long")
        words = [stream.below(2**60) for _ in range(10_000)]
        assert len(set(words)) == len(words)

    def test_whole_numbers_come_equally_often(self):
        stream = NumberStream(C, "whole")
        counts = Counter(stream.below(100) for _ in range(DRAWS))
        assert fits(counts, dict.fromkeys(range(100), 1 / 100))

    def test_a_remainder_of_a_byte_would_be_found(self):
        stream = NumberStream(C, "byte")
        counts = Counter(stream.below(256) % 100 for _ in range(DRAWS))
        assert not fits(counts, dict.fromkeys(range(100), 1 / 100))

    def test_every_order_of_four_is_as_likely(self):
        stream = NumberStream(C, "orders")
        counts = Counter(tuple(stream.shuffle(4)) for _ in range(DRAWS))
        assert len(counts) == 24
        assert fits(counts, dict.fromkeys(counts, 1 / 24))


class TestDrawHypergeometric:
    @pytest.mark.parametrize(
        ("population", "marked", "taken"),
        [(10, 4, 3), (10, 9, 8), (50, 25, 25), (1000, 300, 77), (5000, 12, 2500), (9000, 8000, 60)],
    )
    def test_every_outcome_comes_as_often_as_the_formula_says(self, population, marked, taken):
        stream = NumberStream(C, f"hypergeometric {population}")
        counts = Counter(
            draw_hypergeometric(stream, population, marked, taken) for _ in range(DRAWS)
        )
        assert fits(counts, hypergeometric_chances(population, marked, taken))

    @pytest.mark.parametrize(
        ("population", "marked", "taken", "only"),
        [(9, 0, 4, 0), (9, 9, 4, 4), (9, 3, 9, 3), (9, 3, 0, 0), (0, 0, 0, 0)],
    )
    def test_without_a_choice_there_is_one_outcome(self, population, marked, taken, only):
        assert draw_hypergeometric(NumberStream(C, ""), population, marked, taken) == only

    def test_drawing_with_replacement_would_be_found(self):
        stream = NumberStream(C, "binomial")
        counts = Counter(sum(stream.below(50) < 25 for _ in range(25)) for _ in range(2_000))
        chances = hypergeometric_chances(50, 25, 25)
        assert not fits(counts, chances, draws=2_000)

    def test_a_million_is_as_exact_as_ten(self):
        stream = NumberStream(C, "million")
        drawn = [draw_hypergeometric(stream, 10**6, 300_000, 6_000) for _ in range(4_000)]
        mean, variance = 1_800, 6_000 * 0.3 * 0.7 * (10**6 - 6_000) / (10**6 - 1)
        assert abs(sum(drawn) / 4_000 - mean) < 4 * (variance / 4_000) ** 0.5
        assert sum((k - mean) ** 2 for k in drawn) / 4_000 == pytest.approx(variance, rel=0.1)


class TestSplitTaken:
    def test_all_that_is_taken_falls_somewhere_and_no_kind_gives_more_than_it_has(self):
        stream = NumberStream(C, "split")
        for taken in range(41):
            parts = split_taken(stream, [7, 0, 20, 13], taken)
            assert sum(parts) == taken
            assert all(part <= count for part, count in zip(parts, [7, 0, 20, 13], strict=True))

    def test_the_last_kind_is_drawn_as_fairly_as_the_first(self):
        stream = NumberStream(C, "last")
        counts = Counter(split_taken(stream, [7, 20, 13], 9)[2] for _ in range(DRAWS))
        assert fits(counts, hypergeometric_chances(40, 13, 9))


class TestDrawPosition:
    @pytest.mark.parametrize(("population", "marked", "nth"), [(12, 5, 1), (12, 5, 5), (90, 30, 7)])
    def test_it_is_the_negative_hypergeometric_law(self, population, marked, nth):
        stream = NumberStream(C, f"position {population}.{nth}")
        counts = Counter(draw_position(stream, population, marked, nth) for _ in range(DRAWS))
        ways = comb(population, marked)
        chances = {
            at: comb(at - 1, nth - 1) * comb(population - at, marked - nth) / ways
            for at in range(nth, population - marked + nth + 1)
        }
        assert fits(counts, chances)
