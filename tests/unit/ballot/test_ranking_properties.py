"""What must hold of every ranking, whatever the register and the seed."""

import subprocess
from collections import Counter
from functools import cmp_to_key
from itertools import permutations
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.ballot.errors import BallotRefusal
from lottery.ballot.ranking import (
    TicketMaker,
    compute_ticket,
    order_groups,
    parse_ranking_line,
    rank,
    render_ranking_line,
)
from lottery.ballot.register import parse_register_lines
from tests.unit.ballot.builders import (
    ALL_BALLS,
    build_ceremony,
    build_line,
    build_parameters,
    commit_to,
    hash_hex,
    registers,
)

ORDERS = ["last2:balls", "last2:seed", "ticket"]
orders = st.sampled_from(ORDERS)
SOME_C = hash_hex("C")
FIXED = settings(derandomize=True, max_examples=60, deadline=None)


def rank_numbers(lines, order, commitment_hex=SOME_C):
    """The application numbers, families first, best rank first."""
    parameters = build_parameters(order)
    ceremony = build_ceremony(parameters, commitment_hex)
    return [line.number for line in rank(lines, parameters, ceremony)]


class TestEveryRanking:
    @FIXED
    @given(registers(), orders)
    def test_holds_each_active_application_once_under_its_best_ballot(self, lines, order):
        parameters = build_parameters(order)
        ceremony = build_ceremony(parameters, SOME_C)
        ranking = list(rank(lines, parameters, ceremony))
        groups = order_groups(order, ceremony.seed, ALL_BALLS)
        active = {line.number: line for line in parse_register_lines(lines) if line.status == "A"}
        assert sorted(line.number for line in ranking) == sorted(active)
        for line in ranking:
            assert (line.category, line.track) == active[line.number][2:4]
            assert (line.group, line.ticket, line.ballot) == min(
                (groups[ballot[-2:]], compute_ticket(ceremony.seed, ballot), ballot)
                for ballot in active[line.number].ballots
            )
            assert parse_ranking_line(render_ranking_line(line)) == line

    @FIXED
    @given(registers(), orders)
    def test_counts_from_one_in_each_category_and_ascends(self, lines, order):
        parameters = build_parameters(order)
        ranking = list(rank(lines, parameters, build_ceremony(parameters, SOME_C)))
        assert [line.category for line in ranking] == sorted(line.category for line in ranking)
        for category in "FP":
            own = [line for line in ranking if line.category == category]
            assert [line.rank for line in own] == list(range(1, len(own) + 1))
            keys = [(line.group, line.ticket.encode(), line.ballot) for line in own]
            assert keys == sorted(keys)

    @FIXED
    @given(registers(min_size=2), orders, st.data())
    def test_keeps_the_others_order_when_one_is_taken_out_or_added(self, lines, order, data):
        index = data.draw(st.integers(0, len(lines) - 1))
        changed = lines.copy()
        fields = changed[index].split("|")
        fields[1] = "XW" if fields[1] == "A" else "A"
        changed[index] = "|".join(fields)
        without = [
            [number for number in rank_numbers(some, order) if number != fields[0]]
            for some in (lines, changed)
        ]
        assert without[0] == without[1]

    @FIXED
    @given(registers(min_size=2), orders)
    def test_keeps_the_order_of_those_there_when_more_follow(self, lines, order):
        fewer = rank_numbers(lines[: len(lines) // 2], order)
        everybody = rank_numbers(lines, order)
        assert [number for number in everybody if number in fewer] == fewer

    @FIXED
    @given(registers(), orders)
    def test_puts_the_drawn_groups_before_each_other(self, lines, order):
        parameters = build_parameters(order)
        ceremony = build_ceremony(parameters, SOME_C)
        groups = order_groups(order, ceremony.seed, ALL_BALLS)
        for line in rank(lines, parameters, ceremony):
            assert line.group == groups[line.ballot[-2:]]


@FIXED
@given(registers(), st.data())
def test_one_changed_byte_of_the_register_changes_c_and_k(lines, data):
    parameters = build_parameters()
    index = data.draw(st.integers(0, len(lines) - 1))
    # The last byte belongs to the identity commitment, where every other digit is canonical.
    digit = data.draw(st.sampled_from(sorted(set("0123456789abcdef") - {lines[index][-1]})))
    changed = [*lines[:index], lines[index][:-1] + digit, *lines[index + 1 :]]
    one, other = commit_to(parameters, lines), commit_to(parameters, changed)
    assert one != other
    assert build_ceremony(parameters, one).seed != build_ceremony(parameters, other).seed


class TestTicket:
    SEED = hash_hex("seed")

    def test_is_what_openssl_prints(self):
        command = ["openssl", "dgst", "-sha256", "-hmac", self.SEED]
        done = subprocess.run(command, input=b"ticket|10000001", capture_output=True, check=True)
        assert done.stdout.split()[-1].decode() == compute_ticket(self.SEED, "10000001")

    def test_is_the_same_made_one_by_one_or_many(self):
        maker = TicketMaker(self.SEED)
        for number in range(50):
            ballot = f"{number:08d}"
            assert maker.make(ballot.encode()).hex() == compute_ticket(self.SEED, ballot)

    @pytest.mark.parametrize(
        ("seed", "ballot"), [(SEED, "1"), (SEED, "1000000a"), (SEED[1:], "10000001")]
    )
    def test_of_anything_else_is_refused(self, seed, ballot):
        with pytest.raises(BallotRefusal):
            compute_ticket(seed, ballot)

    def test_a_seed_of_another_length_makes_none(self):
        with pytest.raises(BallotRefusal):
            TicketMaker("00")


@pytest.mark.parametrize(
    "text", ["", "F|0|1", "F|01|10000001|G|10000001|00|" + "0" * 64, "F|1|10000001|G|10000001|00"]
)
def test_a_malformed_ranking_line_is_refused(text):
    with pytest.raises(BallotRefusal):
        parse_ranking_line(text)


def test_an_unknown_order_is_refused():
    with pytest.raises(BallotRefusal):
        order_groups("alphabet", hash_hex("seed"), ())


# ------------------------------------------------------------------------------ uniformity


def compute_chi_square(observed, expected):
    """Pearson's statistic over every outcome that is expected."""
    assert set(observed) <= set(expected)
    return sum((observed[key] - count) ** 2 / count for key, count in expected.items())


def compute_critical_value(degrees):
    """
    The upper 0.001 point of the chi-square distribution.

    Source: the approximation of Wilson and Hilferty (1931), z(0.001) = 3.0902.
    """
    return degrees * (1 - 2 / (9 * degrees) + 3.0902 * sqrt(2 / (9 * degrees))) ** 3


def expect_uniform(items, count):
    outcomes = list(permutations(items))
    return dict.fromkeys(outcomes, count / len(outcomes))


@pytest.mark.parametrize(("degrees", "tabled"), [(50, 86.661), (100, 149.449)])
def test_the_critical_value_is_that_of_the_table(degrees, tabled):
    # Source: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4.
    # The table ends at 100 degrees of freedom, and 120 orders have 119.
    assert compute_critical_value(degrees) == pytest.approx(tabled, rel=0.002)


class TestUniformity:
    """All 120 orders of five applications, over fixed seeds; never flaky."""

    DRAWS = 6000
    NUMBERS = tuple(f"{number:08d}" for number in range(10000001, 10000006))
    LINES = tuple(build_line(int(number)) for number in NUMBERS)

    def count(self, order):
        draws = (rank_numbers(self.LINES, order, hash_hex(f"{n}")) for n in range(self.DRAWS))
        return Counter(map(tuple, draws))

    def is_uniform(self, observed):
        expected = expect_uniform(self.NUMBERS, self.DRAWS)
        return compute_chi_square(observed, expected) < compute_critical_value(119)

    @pytest.mark.parametrize("order", ["ticket", "last2:seed"])
    def test_every_order_of_five_is_as_likely(self, order):
        assert self.is_uniform(self.count(order))

    def test_a_byte_modulo_is_found_out(self):
        def shuffle(seed):
            # The classic fault: swap with `byte % m`, with one byte reused for every swap.
            items, byte = list(self.NUMBERS), int(seed[:2], 16)
            for last in range(4, 0, -1):
                chosen = byte % (last + 1)
                items[last], items[chosen] = items[chosen], items[last]
            return tuple(items)

        observed = Counter(shuffle(hash_hex(f"{n}")) for n in range(self.DRAWS))
        assert not self.is_uniform(observed)

    def test_a_random_comparator_is_found_out(self):
        def shuffle(seed):
            flips = iter(f"{int(seed, 16):0256b}")
            return tuple(
                sorted(self.NUMBERS, key=cmp_to_key(lambda _a, _b: 1 if next(flips) == "1" else -1))
            )

        observed = Counter(shuffle(hash_hex(f"{n}")) for n in range(self.DRAWS))
        assert not self.is_uniform(observed)


class TestExtraBallotNumbers:
    """P(order) is the product of k / sum of the k not yet placed."""

    DRAWS = 6000
    # Upper 0.001 point for 5 degrees of freedom; source: the same table.
    CRITICAL_VALUE = 20.515
    CHANCES = {"10000001": 1, "10000002": 2, "10000003": 3}
    LINES = (
        build_line(10000001),
        build_line(10000002, extras=(90000001,)),
        build_line(10000003, extras=(90000002, 90000004)),
    )

    def expect(self):
        expected = {}
        for order in permutations(self.CHANCES):
            left, probability = sum(self.CHANCES.values()), 1.0
            for number in order:
                probability *= self.CHANCES[number] / left
                left -= self.CHANCES[number]
            expected[order] = probability * self.DRAWS
        return expected

    def test_give_their_share_of_chances(self):
        draws = (rank_numbers(self.LINES, "ticket", hash_hex(f"{n}")) for n in range(self.DRAWS))
        observed = Counter(map(tuple, draws))
        assert compute_chi_square(observed, self.expect()) < self.CRITICAL_VALUE

    def test_applications_without_them_do_not_follow_that_law(self):
        lines = [build_line(int(number)) for number in self.CHANCES]
        draws = (rank_numbers(lines, "ticket", hash_hex(f"{n}")) for n in range(self.DRAWS))
        observed = Counter(map(tuple, draws))
        assert compute_chi_square(observed, self.expect()) > self.CRITICAL_VALUE
