"""What must hold of every allocation."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.ballot.allocation import (
    AllocationLine,
    Disposition,
    allocate,
    parse_allocation_line,
    parse_dispositions,
    render_dispositions,
)
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import Step
from lottery.ballot.ranking import RankingLine

FIXED = settings(derandomize=True, max_examples=200, deadline=None)


def build_ranking(*members):
    """A ranking of members such as "FG" or "PY", best first, numbered from 10000001."""
    ranks = {"F": 0, "P": 0}
    lines = []
    for index, (category, track) in enumerate(members, 1):
        ranks[category] += 1
        number = f"{10000000 + index}"
        lines.append(
            RankingLine(category, ranks[category], number, track, number, 0, f"{index:064x}")
        )
    return sorted(lines, key=lambda line: line.category)


def hold(ranking, steps, gone=()):
    """Step and last two digits of everybody who holds a place."""
    dispositions = [Disposition(number, "WITHDRAWN") for number in gone]
    return [(line.step, line.number[-2:]) for line in allocate(ranking, steps, dispositions)]


@st.composite
def step_lists(draw):
    count = draw(st.integers(1, 4))
    steps = []
    for index in range(count):
        quota = draw(st.integers(0, 4))
        later = [f"S{n}" for n in range(index + 1, count)]
        steps.append(
            Step(
                f"S{index}",
                draw(st.sampled_from(["F", "P", "FP"])),
                draw(st.sampled_from(["G", "Y", "GY"])),
                quota,
                quota + draw(st.integers(0, 2)),
                draw(st.sampled_from([None, *later])),
            )
        )
    return steps


rankings = st.lists(st.sampled_from(["FG", "FY", "PG", "PY"]), max_size=16).map(
    lambda members: build_ranking(*members)
)


class TestExamples:
    STEPS = (
        Step("OF", "F", "GY", 2, 2, "OP"),
        Step("YF", "F", "Y", 1, 1, "YP"),
        Step("OP", "P", "GY", 1, 1, None),
        Step("YP", "P", "Y", 1, 1, None),
    )

    def test_ordinary_places_go_first_to_everybody_then_youth_places(self):
        ranking = build_ranking("FY", "FG", "FG", "FY", "PY", "PY", "PG")
        assert hold(ranking, self.STEPS) == [
            ("OF", "01"),
            ("OF", "02"),
            ("YF", "04"),
            ("OP", "05"),
            ("YP", "06"),
        ]

    def test_family_places_left_over_go_to_one_person_applications(self):
        ranking = build_ranking("FG", "PG", "PG", "PG")
        assert hold(ranking, self.STEPS) == [("OF", "01"), ("OP", "02"), ("OP", "03")]

    def test_places_spill_on_from_step_to_step(self):
        steps = (
            Step("A", "F", "G", 2, 2, "B"),
            Step("B", "F", "Y", 0, 0, "C"),
            Step("C", "P", "GY", 0, 0, None),
        )
        assert hold(build_ranking("PG", "PY", "PG"), steps) == [("C", "01"), ("C", "02")]

    def test_more_letters_than_places_go_out_but_unused_letters_do_not_spill(self):
        steps = (Step("A", "F", "GY", 1, 3, "B"), Step("B", "P", "GY", 1, 1, None))
        ranking = build_ranking("FG", "FG", "PG", "PG")
        assert hold(ranking, steps) == [("A", "01"), ("A", "02"), ("B", "03")]

    def test_places_not_filled_spill_and_bring_as_many_letters(self):
        steps = (Step("A", "F", "GY", 2, 4, "B"), Step("B", "P", "GY", 1, 2, None))
        ranking = build_ranking("FG", "PG", "PG", "PG", "PG")
        assert [place for place in hold(ranking, steps) if place[0] == "B"] == [
            ("B", "02"),
            ("B", "03"),
            ("B", "04"),
        ]

    def test_a_step_of_both_categories_follows_the_tickets(self):
        steps = (Step("ALL", "FP", "GY", 3, 3, None),)
        ranking = build_ranking("PG", "FG", "PY", "FG")
        assert [number for _, number in hold(ranking, steps)] == ["01", "02", "03"]

    def test_a_place_given_up_goes_down_the_same_order(self):
        ranking = build_ranking("FG", "FG", "FG", "FY")
        assert hold(ranking, self.STEPS, ["10000001"]) == [
            ("OF", "02"),
            ("OF", "03"),
            ("YF", "04"),
        ]

    def test_a_disposition_of_nobody_is_refused(self):
        with pytest.raises(BallotRefusal, match="DISPOSITION_NOT_RANKED"):
            hold(build_ranking("FG"), self.STEPS, ["10000009"])


class TestEveryAllocation:
    @FIXED
    @given(rankings, step_lists())
    def test_keeps_the_steps_terms(self, ranking, steps):
        members = {line.number: line for line in ranking}
        places = list(allocate(ranking, steps))
        numbers = [line.number for line in places]
        assert len(set(numbers)) == len(numbers) <= sum(step.letters for step in steps)
        for step in steps:
            own = [line for line in places if line.step == step.name]
            holders = [members[line.number] for line in own]
            assert [line.sequence for line in own] == list(range(1, len(own) + 1))
            assert all(h.category in step.categories and h.track in step.tracks for h in holders)
            keys = [(h.group, h.ticket, h.ballot) for h in holders]
            assert keys == sorted(keys)

    @FIXED
    @given(rankings, step_lists())
    def test_leaves_nobody_better_out(self, ranking, steps):
        """Who holds no place is admitted by no step that gave a place to a worse rank."""
        places = {line.number: line.step for line in allocate(ranking, steps)}
        terms = {step.name: step for step in steps}
        for line in ranking:
            for worse in ranking:
                if line.number in places or worse.number not in places:
                    continue
                step = terms[places[worse.number]]
                admitted = line.category in step.categories and line.track in step.tracks
                assert not (admitted and line.ticket < worse.ticket)


class TestFiles:
    def test_dispositions_are_written_ascending(self):
        entries = [Disposition("10000002", "LAPSED"), Disposition("10000001", "WITHDRAWN")]
        text = render_dispositions(entries)
        assert text == "10000001|WITHDRAWN\n10000002|LAPSED\n"
        assert parse_dispositions(text) == sorted(entries)

    def test_no_dispositions_are_an_empty_file(self):
        assert parse_dispositions("") == []

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("10000001|LOST\n", 1),
            ("10000001|LAPSED\n10000001|LAPSED\n", 2),
            ("10000002|LAPSED\n10000001|LAPSED\n", 2),
            ("10000001|LAPSED\n\n", 2),
            ("10000001|LAPSED\r\n", 1),
            ("10000001|LAPSED", 1),
        ],
    )
    def test_malformed_dispositions_are_refused_with_their_line(self, text, line):
        with pytest.raises(BallotRefusal) as caught:
            parse_dispositions(text)
        assert caught.value.line == line

    def test_an_allocation_line_is_read(self):
        assert parse_allocation_line("OF|12|10000001") == AllocationLine("OF", 12, "10000001")
        with pytest.raises(BallotRefusal):
            parse_allocation_line("OF|012|10000001")
