"""
What must hold between a draw and the same draw changed a little.

Each property stands beside a broken control: a procedure with a known fault, for which the same
property must find a counterexample.
"""

from hashlib import sha256

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from lottery.ballot.allocation import Disposition, allocate
from lottery.ballot.commitment import commit, hash_commitment, render_commitment
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import render_parameters
from lottery.ballot.register import parse_register_lines
from tests.unit.ballot.builders import (
    build_ceremony,
    build_line,
    build_parameters,
    hash_hex,
    rank_numbers,
    registers,
)
from tests.unit.ballot.test_allocation_properties import rankings, step_lists

FIXED = settings(derandomize=True, max_examples=150, deadline=None)
SOME_C = hash_hex("C")
orders = st.sampled_from(["last2:balls", "last2:seed", "ticket"])


@st.composite
def registers_with_one_changed(draw):
    """A register, the same with one line excluded or admitted, and whose line it is."""
    lines = draw(registers(min_size=2))
    index = draw(st.integers(0, len(lines) - 1))
    fields = lines[index].split("|")
    fields[1] = "XW" if fields[1] == "A" else "A"
    return lines, [*lines[:index], "|".join(fields), *lines[index + 1 :]], fields[0]


def list_by_shuffle(lines, order):
    """A broken control: one list of everybody, shuffled by a generator seeded with C."""
    numbers = [entry.number for entry in parse_register_lines(lines) if entry.status == "A"]
    for last in range(len(numbers) - 1, 0, -1):
        chosen = int(hash_hex(f"{SOME_C}{order}{last}"), 16) % (last + 1)
        numbers[last], numbers[chosen] = numbers[chosen], numbers[last]
    return numbers


def list_by_rank(lines, order):
    return rank_numbers(lines, order, SOME_C)


class TestAnApplicationMoreOrLess:
    def keeps_the_others(self, draw, case, order):
        before, after, number = case
        one, other = ([n for n in draw(lines, order) if n != number] for lines in (before, after))
        return one == other

    @FIXED
    @given(registers_with_one_changed(), orders)
    def test_keeps_the_order_of_the_others(self, case, order):
        assert self.keeps_the_others(list_by_rank, case, order)

    def test_changes_the_order_of_the_others_in_a_shuffled_list(self):
        case = find(
            registers_with_one_changed(),
            lambda case: not self.keeps_the_others(list_by_shuffle, case, "ticket"),
            settings=FIXED,
        )
        assert self.keeps_the_others(list_by_rank, case, "ticket")

    @FIXED
    @given(registers(min_size=2), orders)
    def test_at_the_end_keeps_the_order_of_those_there(self, lines, order):
        fewer = list_by_rank(lines[: len(lines) // 2], order)
        assert [number for number in list_by_rank(lines, order) if number in fewer] == fewer


class TestOneByte:
    """Whatever is changed in terms or register is refused, or changes C and with it K."""

    LINES = (
        build_line(10000001, extras=(90000002,)),
        build_line(10000002, status="XD", track="Y"),
        build_line(10000003, category="P"),
    )
    PARAMETERS = build_parameters()
    TEXTS = (render_parameters(PARAMETERS), "".join(f"{line}\n" for line in LINES))

    def commit(self, parameters_text, register_text):
        assert register_text.endswith("\n")
        lines = register_text.removesuffix("\n").split("\n")
        return hash_commitment(render_commitment(commit(parameters_text, lines)))

    def commit_to_numbers(self, parameters_text, register_text):
        """A broken control: binds the terms and who has a number, and nothing else of a line."""
        self.commit(parameters_text, register_text)
        numbers = ",".join(line[:8] for line in register_text.split("\n"))
        return sha256(f"{parameters_text}{numbers}".encode()).hexdigest()

    def list_unnoticed(self, make_commitment):
        """Every change of one byte that is accepted and leaves C or K as they were."""
        original = make_commitment(*self.TEXTS)
        for which, text in enumerate(self.TEXTS):
            for position in range(len(text)):
                for bit in (1, 2, 4, 8, 16, 32, 64):
                    changed = list(self.TEXTS)
                    byte = chr(ord(text[position]) ^ bit)
                    changed[which] = text[:position] + byte + text[position + 1 :]
                    try:
                        found = make_commitment(*changed)
                    except (AssertionError, BallotRefusal):
                        continue
                    if self.compute_seed(found) == self.compute_seed(original):
                        yield which, position, bit

    def compute_seed(self, commitment_hex):
        return build_ceremony(self.PARAMETERS, commitment_hex).seed

    def test_changes_c_and_k(self):
        assert list(self.list_unnoticed(self.commit)) == []

    def test_goes_unnoticed_in_a_commitment_to_the_numbers_only(self):
        unnoticed = list(self.list_unnoticed(self.commit_to_numbers))
        assert {which for which, _, _ in unnoticed} == {1}
        assert len(unnoticed) > 64

    def test_is_accepted_in_many_places(self):
        """Otherwise the test above would only show that everything is refused."""
        accepted = 0
        for position in range(len(self.TEXTS[1])):
            byte = chr(ord(self.TEXTS[1][position]) ^ 1)
            changed = self.TEXTS[1][:position] + byte + self.TEXTS[1][position + 1 :]
            try:
                self.commit(self.TEXTS[0], changed)
            except (AssertionError, BallotRefusal):
                continue
            accepted += 1
        assert accepted > 100


@st.composite
def allocations_with_some_gone(draw):
    ranking, steps = draw(rankings), draw(step_lists())
    numbers = [line.number for line in ranking]
    gone = draw(st.lists(st.sampled_from(numbers), unique=True)) if numbers else []
    return ranking, steps, gone


def list_holders(ranking, steps, gone):
    entries = [Disposition(number, "LAPSED") for number in gone]
    return {line.number for line in allocate(ranking, steps, entries)}


def list_holders_by_share(ranking, steps, gone):
    """A broken control: each step's places are a share of those who are left to take them."""
    left = [line for line in ranking if line.number not in gone]
    holders = set()
    for step in steps:
        waiting = [
            line.number
            for line in left
            if line.category in step.categories and line.track in step.tracks
        ]
        holders |= set(waiting[: len(waiting) // 2])
    return holders


def list_holders_drawn_anew(ranking, steps, gone):
    """A broken control: whenever somebody has gone, the others are drawn again."""
    left = [line for line in ranking if line.number not in gone]
    anew = [line._replace(ticket=hash_hex(f"{len(left)}{line.number}")) for line in left]
    anew.sort(key=lambda line: (line.category, line.ticket))
    return {line.number for line in allocate(anew, steps)}


class TestTakingOneOut:
    def takes_no_place(self, hold, case):
        ranking, steps, gone = case
        before, after = hold(ranking, steps, []), hold(ranking, steps, gone)
        return before - set(gone) <= after and not after & set(gone)

    @FIXED
    @given(allocations_with_some_gone())
    def test_never_takes_a_place_from_another(self, case):
        assert self.takes_no_place(list_holders, case)

    @pytest.mark.parametrize("hold", [list_holders_by_share, list_holders_drawn_anew])
    def test_takes_one_where_places_are_shared_out_or_drawn_anew(self, hold):
        case = find(
            allocations_with_some_gone(),
            lambda case: not self.takes_no_place(hold, case),
            settings=FIXED,
        )
        assert self.takes_no_place(list_holders, case)
