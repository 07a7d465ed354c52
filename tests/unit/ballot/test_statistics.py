"""
How likely each order is, over many fixed seeds, so never flaky.

Each test stands beside a broken control: a procedure with a known fault, which it must find out.
"""

from collections import Counter
from functools import cmp_to_key
from itertools import permutations
from math import prod, sqrt

import pytest

from lottery.ballot.ranking import compute_ticket
from lottery.ballot.register import parse_register_lines
from tests.unit.ballot.builders import build_line, hash_hex, rank_numbers

DRAWS = 6000
SEEDS = tuple(hash_hex(f"{number}") for number in range(DRAWS))
# Upper 0.001 points of the chi-square distribution by degrees of freedom.
# Source: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4.
TABLE = {5: 20.515, 23: 49.728, 50: 86.661, 100: 149.449}


def compute_chi_square(observed, expected):
    """Pearson's statistic over every outcome that is expected."""
    assert set(observed) <= set(expected)
    return sum((observed[key] - count) ** 2 / count for key, count in expected.items())


def compute_critical_value(degrees):
    """
    The upper 0.001 point of the chi-square distribution, for many degrees of freedom.

    Source: the approximation of Wilson and Hilferty (1931), z(0.001) = 3.0902.
    """
    return degrees * (1 - 2 / (9 * degrees) + 3.0902 * sqrt(2 / (9 * degrees))) ** 3


def fits(observed, expected):
    degrees = len(expected) - 1
    critical = TABLE.get(degrees) or compute_critical_value(degrees)
    return compute_chi_square(observed, expected) < critical


@pytest.mark.parametrize("degrees", [50, 100])
def test_the_critical_value_is_that_of_the_table(degrees):
    # The table ends at 100 degrees of freedom, and 120 orders have 119.
    assert compute_critical_value(degrees) == pytest.approx(TABLE[degrees], rel=0.002)


class TestUniformity:
    """All 120 orders of five applications."""

    NUMBERS = tuple(f"{number:08d}" for number in range(10000001, 10000006))
    LINES = tuple(build_line(int(number)) for number in NUMBERS)

    def is_uniform(self, draws):
        orders = list(permutations(self.NUMBERS))
        return fits(Counter(map(tuple, draws)), dict.fromkeys(orders, DRAWS / len(orders)))

    @pytest.mark.parametrize("order", ["ticket", "last2:seed"])
    def test_every_order_of_five_is_as_likely(self, order):
        assert self.is_uniform(rank_numbers(self.LINES, order, seed) for seed in SEEDS)

    def test_a_byte_modulo_is_found_out(self):
        def shuffle(seed):
            # The classic fault: swap with `byte % m`, with one byte reused for every swap.
            items, byte = list(self.NUMBERS), int(seed[:2], 16)
            for last in range(4, 0, -1):
                chosen = byte % (last + 1)
                items[last], items[chosen] = items[chosen], items[last]
            return items

        assert not self.is_uniform(map(shuffle, SEEDS))

    def test_a_random_comparator_is_found_out(self):
        def shuffle(seed):
            flips = iter(f"{int(seed, 16):0256b}")
            return sorted(
                self.NUMBERS, key=cmp_to_key(lambda _a, _b: 1 if next(flips) == "1" else -1)
            )

        assert not self.is_uniform(map(shuffle, SEEDS))


def build_register(chances):
    """A register with so many ballot numbers on each line, no two with the same last digits."""
    extras = iter(range(90000051, 90000100))
    return [
        build_line(number, extras=[next(extras) for _ in range(count - 1)])
        for number, count in enumerate(chances, 10000001)
    ]


def expect_shares(chances):
    """How likely each order is: the product of k / sum of the k not yet placed."""
    members = {f"{number}": count for number, count in enumerate(chances, 10000001)}
    return {
        order: prod(
            members[number] / sum(members[left] for left in order[position:])
            for position, number in enumerate(order)
        )
        for order in permutations(members)
    }


class TestExtraBallotNumbers:
    """P(order) = product of k / sum of the k not yet placed, over all orders."""

    CHANCES = ((1, 2, 3), (3, 3, 1), (1, 1, 2, 3))
    DRAWS = 3000

    def order_by(self, chances, key):
        """Draw with another rule for which of its tickets an application counts with."""
        entries = list(parse_register_lines(build_register(chances)))
        for seed in SEEDS[: self.DRAWS]:
            keys = {
                entry.number: key([int(compute_ticket(seed, b), 16) for b in entry.ballots])
                for entry in entries
            }
            yield sorted(keys, key=keys.__getitem__)

    def follows_the_law(self, chances, draws):
        expected = {order: share * self.DRAWS for order, share in expect_shares(chances).items()}
        return fits(Counter(map(tuple, draws)), expected)

    @pytest.mark.parametrize("chances", CHANCES)
    def test_the_law_adds_up(self, chances):
        assert sum(expect_shares(chances).values()) == pytest.approx(1)

    def test_the_law_is_that_of_the_specification(self):
        # By hand: 3 of 6 chances to come first, then 2 of the 3 left, then 1 of 1.
        assert expect_shares((1, 2, 3))["10000003", "10000002", "10000001"] == pytest.approx(1 / 3)

    @pytest.mark.parametrize(
        ("chances", "order"),
        [*((chances, "ticket") for chances in CHANCES), (CHANCES[-1], "last2:seed")],
    )
    def test_give_their_share_of_chances(self, chances, order):
        lines = build_register(chances)
        draws = (rank_numbers(lines, order, seed) for seed in SEEDS[: self.DRAWS])
        assert self.follows_the_law(chances, draws)

    @pytest.mark.parametrize("chances", CHANCES)
    def test_the_smallest_ticket_is_what_gives_it(self, chances):
        assert self.follows_the_law(chances, self.order_by(chances, min))

    @pytest.mark.parametrize("chances", CHANCES)
    def test_a_draw_that_forgets_them_is_found_out(self, chances):
        draws = self.order_by(chances, lambda tickets: tickets[0])
        assert not self.follows_the_law(chances, draws)

    @pytest.mark.parametrize("chances", CHANCES)
    def test_a_draw_that_takes_the_mean_of_the_tickets_is_found_out(self, chances):
        draws = self.order_by(chances, lambda tickets: sum(tickets) / len(tickets))
        assert not self.follows_the_law(chances, draws)

    @pytest.mark.parametrize("chances", CHANCES)
    def test_a_draw_that_divides_the_first_ticket_by_the_chances_is_found_out(self, chances):
        # Nearly right, and what somebody might write who wants to save the other tickets.
        draws = self.order_by(chances, lambda tickets: tickets[0] / len(tickets))
        assert not self.follows_the_law(chances, draws)
