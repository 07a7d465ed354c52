"""What must hold of every ranking, whatever the register and the seed."""

import subprocess

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
    build_parameters,
    hash_hex,
    registers,
)

ORDERS = ["last2:balls", "last2:seed", "ticket"]
orders = st.sampled_from(ORDERS)
SOME_C = hash_hex("C")
FIXED = settings(derandomize=True, max_examples=60, deadline=None)


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
    @given(registers(), orders)
    def test_puts_the_drawn_groups_before_each_other(self, lines, order):
        parameters = build_parameters(order)
        ceremony = build_ceremony(parameters, SOME_C)
        groups = order_groups(order, ceremony.seed, ALL_BALLS)
        for line in rank(lines, parameters, ceremony):
            assert line.group == groups[line.ballot[-2:]]


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
