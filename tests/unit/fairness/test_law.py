"""The law on counts, held against the ballot itself and against exact formulas."""

from fractions import Fraction
from math import comb

import pytest

from lottery.fairness.census import CATEGORIES, STRATA, list_keys, take_census
from lottery.fairness.pseudo_draw import Rule, build_rules, order_groups_evenly
from lottery.fairness.report import find_interval, work_out_law
from tests.unit.fairness.ballots import (
    COMMITMENT,
    MIXED,
    ONE_STEP,
    ORDINARY_FIRST,
    YOUTH_FIRST,
    Ballot,
    count_cells,
    make_households,
    step,
)

HELD = 400
STEPS = {"ordinary first": ORDINARY_FIRST, "youth first": YOUTH_FIRST, "mixed": MIXED}


def list_real_counts(households, order, steps, keys, held):
    """For each row its places in every one of so many real ballots."""
    ballot = Ballot(households, order, steps)
    counts = []
    for number in range(held):
        placed = count_rows(count_cells(households, ballot.hold(number)))
        counts.append([placed[key] for key in keys])
    return list(zip(*counts, strict=True))


def count_rows(cells):
    placed = {}
    for cell in cells:
        for key in list_keys(cell).values():
            placed[key] = placed.get(key, 0) + cell.place_count
    return placed


def measure_distance(first, second):
    """Kolmogorov's distance, in units of what chance makes of samples of this size."""
    values = sorted({*first, *second})
    gap = max(
        abs(sum(x <= v for x in first) / len(first) - sum(x <= v for x in second) / len(second))
        for v in values
    )
    return gap / (1 / len(first) + 1 / len(second)) ** 0.5


def find_worst(households, law_order, order, steps, law_steps=None, held=HELD):
    cells = count_cells(households)
    law = work_out_law(
        cells, order=law_order, steps=law_steps or steps, commitment=COMMITMENT, shuffle_count=10
    )
    real = list_real_counts(households, order, steps, law.census.keys, held)
    return max(map(measure_distance, law.samples, real))


CHANCE = 2.2  # beyond it one row in 15,000, by Kolmogorov's law


class TestAgainstTheBallotItself:
    @pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
    @pytest.mark.parametrize("order", ["last2:balls", "ticket"])
    def test_every_row_is_spread_as_in_whole_ballots(self, order, steps):
        assert find_worst(make_households(), order, order, steps) < CHANCE

    def test_groups_in_the_order_of_the_seed_obey_the_same_law(self):
        assert find_worst(make_households(), "last2:seed", "last2:seed", ORDINARY_FIRST) < CHANCE

    def test_with_fewer_applications_than_places_the_places_move_on(self):
        households = make_households(60, seed=4)
        assert find_worst(households, "last2:seed", "last2:seed", ORDINARY_FIRST) < CHANCE

    def test_the_law_of_another_order_would_be_found(self):
        households = make_households(1_200)
        right = find_worst(households, "last2:balls", "last2:balls", ONE_STEP, held=150)
        wrong = find_worst(households, "ticket", "last2:balls", ONE_STEP, held=150)
        assert right < CHANCE
        assert wrong > 1.5 * CHANCE

    def test_steps_the_other_way_round_would_be_found(self):
        worst = find_worst(
            make_households(),
            "ticket",
            "ticket",
            ORDINARY_FIRST,
            law_steps=YOUTH_FIRST,
        )
        assert worst > 2 * CHANCE

    def test_forgetting_who_was_passed_over_would_be_found(self, monkeypatch):
        def build_careless_rules(steps):
            return tuple(Rule(rule.step, rule.admitted, ()) for rule in build_rules(steps))

        monkeypatch.setattr("lottery.fairness.report.build_rules", build_careless_rules)
        assert find_worst(make_households(), "ticket", "ticket", YOUTH_FIRST) > 2 * CHANCE


def make_families(count):
    households = make_households(count)
    for house in households:
        house.category = "F"
    return households


def find_exact_interval(population, marked, taken):
    ways = comb(population, taken)
    chances = [
        Fraction(comb(marked, k) * comb(population - marked, taken - k), ways)
        for k in range(min(marked, taken) + 1)
    ]
    lowest = next(k for k in range(len(chances)) if sum(chances[: k + 1]) > Fraction(1, 200))
    highest = next(k for k in reversed(range(len(chances))) if sum(chances[k:]) > Fraction(1, 200))
    return lowest, highest


class TestAgainstExactFormulas:
    def test_in_the_order_ticket_every_row_is_hypergeometric(self):
        households = make_households(900, seed=2)
        cells = count_cells(households)
        law = work_out_law(cells, order="ticket", steps=ONE_STEP, commitment=COMMITMENT)
        sizes = {c: sum(house.category == c for house in households) for c in CATEGORIES}
        marked = dict.fromkeys(law.census.keys, 0)
        for key, count in (
            (law.census.keys[row], count)
            for stratum in law.census.groups[0]
            for row, count in stratum.whole
        ):
            marked[key] += count
        for key, sample, mean in zip(law.census.keys, law.samples, law.expected, strict=True):
            lowest, highest = find_interval(sample)
            exact = find_exact_interval(sizes[key.category], marked[key], 60)
            assert abs(lowest - exact[0]) <= 1, key
            assert abs(highest - exact[1]) <= 1, key
            assert float(mean) == pytest.approx(60 * marked[key] / sizes[key.category], abs=0.15)

    def test_whole_groups_make_the_last_digit_hypergeometric_in_groups(self):
        # 8 families for each pair of digits, 96 places: exactly twelve pairs of the hundred.
        law = work_out_law(
            count_cells(make_families(800)),
            order="last2:balls",
            steps=(step("OF", "F", "GY", 96),),
            commitment=COMMITMENT,
        )
        ways = comb(100, 12)
        digits = [row for row, key in enumerate(law.census.keys) if key.feature == "DIGIT"]
        assert len(digits) == 10
        for row in digits:
            sample = law.samples[row]
            exact = [8 * groups for groups in find_exact_interval(100, 10, 12)]
            assert list(find_interval(sample)) == exact
            assert law.expected[row] == Fraction(96, 10)
            for pairs in range(6):
                chance = comb(10, pairs) * comb(90, 12 - pairs) / ways
                assert sample.count(8 * pairs) / len(sample) == pytest.approx(chance, abs=0.02)

    def test_an_ending_that_more_people_share_does_not_get_more_places(self):
        # The endings 00 to 04 are shared by two, and one place is there.
        law = work_out_law(
            count_cells(make_families(105)),
            order="last2:balls",
            steps=(step("OF", "F", "GY", 1),),
            commitment=COMMITMENT,
        )
        digits = [row for row, key in enumerate(law.census.keys) if key.feature == "DIGIT"]
        assert [law.expected[row] for row in digits] == [Fraction(1, 10)] * 10


class TestOrderOfGroups:
    def test_over_a_hundred_turns_every_group_stands_once_at_every_place(self):
        shuffled = [number * 37 % 100 for number in range(100)]
        orders = [order_groups_evenly(shuffled, turn) for turn in range(1, 101)]
        for column in [*orders, *zip(*orders, strict=True)]:
            assert sorted(column) == list(range(100))


class TestRules:
    def test_of_the_published_steps_none_has_companions(self):
        assert [rule.companions for rule in build_rules(ORDINARY_FIRST)] == [()] * 4

    def test_youth_first_passes_over_those_whom_the_next_step_takes_too(self):
        companions = [rule.companions for rule in build_rules(YOUTH_FIRST)]
        assert companions == [(0,), (), (2,), ()]

    def test_strata_that_meet_only_through_a_third_are_companions(self):
        rules = build_rules(MIXED)
        assert rules[0].companions == (0, 2)
        assert (STRATA[0], STRATA[2]) == ("FG", "PG")


class TestCensus:
    def test_everybody_is_in_one_part_of_each_partition(self):
        cells = count_cells(make_households())
        for order, count in (("ticket", 1), ("last2:seed", 100)):
            census = take_census(cells, order)
            assert len(census.groups) == count
            assert sum(stratum.size for group in census.groups for stratum in group) == 300
            for group in census.groups:
                for stratum in group:
                    for partition in stratum.partitions:
                        assert sum(part.size for part in partition) == stratum.size

    def test_the_counts_do_not_depend_on_the_order_in_which_they_come(self):
        cells = count_cells(make_households())
        assert take_census(cells, "ticket") == take_census(cells[::-1], "ticket")
