"""The place in addition: what it would have been, and nobody else's changes."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lottery.ballot.allocation import allocate
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.ranking import rank
from lottery.ballot.register import parse_register_lines
from lottery.ballot.reinstatement import (
    ReinstatementLine,
    parse_reinstatements,
    reinstate,
    render_reinstatements,
)
from tests.unit.ballot.builders import (
    build_ceremony,
    build_line,
    build_parameters,
    hash_hex,
    registers,
)
from tests.unit.ballot.test_allocation_properties import step_lists

FIXED = settings(derandomize=True, max_examples=150, deadline=None)
orders = st.sampled_from(["last2:balls", "last2:seed", "ticket"])


def draw(lines, order, steps):
    """Parameters, ceremony and ranking; C is the same whatever the register."""
    parameters = build_parameters(order, steps)
    ceremony = build_ceremony(parameters, hash_hex("C"))
    return parameters, ceremony, list(rank(lines, parameters, ceremony))


def activate(line):
    fields = line.split("|")
    return "|".join([fields[0], "A", *fields[2:]])


class TestAReinstatement:
    @FIXED
    @given(registers(), orders, step_lists(), st.data())
    def test_is_what_it_would_have_been_from_the_start(self, lines, order, steps, data):
        excluded = [line for line in parse_register_lines(lines) if line.status != "A"]
        assume(excluded)
        chosen = data.draw(st.sampled_from(excluded))
        parameters, ceremony, ranking = draw(lines, order, steps)
        found = reinstate(chosen, iter(ranking), parameters, ceremony)

        from_the_start = [
            activate(line) if line.startswith(chosen.number) else line for line in lines
        ]
        _, _, merged = draw(from_the_start, order, steps)
        own = next(line for line in merged if line.number == chosen.number)
        places = {place.number: place.step for place in allocate(merged, steps)}
        assert found == ReinstatementLine(
            own.number,
            own.category,
            own.track,
            own.ballot,
            own.group,
            own.ticket,
            own.rank - 1,
            places.get(own.number),
        )

    @FIXED
    @given(registers(), orders, step_lists())
    def test_is_written_and_read_alike(self, lines, order, steps):
        parameters, ceremony, ranking = draw(lines, order, steps)
        found = [
            reinstate(line, ranking, parameters, ceremony)
            for line in parse_register_lines(lines)
            if line.status != "A"
        ]
        assert parse_reinstatements(render_reinstatements(reversed(found))) == found

    def test_of_an_application_in_the_draw_is_refused(self):
        lines = [build_line(10000001)]
        parameters, ceremony, ranking = draw(lines, "ticket", build_parameters().steps)
        (entry,) = parse_register_lines(lines)
        with pytest.raises(BallotRefusal, match="REINSTATEMENT_OF_ACTIVE"):
            reinstate(entry, ranking, parameters, ceremony)

    def test_into_an_empty_category_comes_first(self):
        lines = [build_line(10000001), build_line(10000002, status="XD", category="P")]
        parameters, ceremony, ranking = draw(lines, "ticket", build_parameters().steps)
        _, entry = parse_register_lines(lines)
        found = reinstate(entry, ranking, parameters, ceremony)
        assert (found.rank_after, found.step) == (0, "OP")


class TestTheFile:
    LINE = f"10000003|F|Y|10000003|07|{hash_hex('ticket')}|12|OF\n"

    def test_a_line_without_a_place_has_a_hyphen(self):
        text = self.LINE.replace("|OF", "|-")
        assert parse_reinstatements(text)[0].step is None
        assert render_reinstatements(parse_reinstatements(text)) == text

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            (LINE.replace("|12|", "|012|"), 1),
            (LINE.replace("|12|", "|-1|"), 1),
            (LINE.replace("|07|", "|7|"), 1),
            (LINE.replace("|OF", "|"), 1),
            (LINE.replace("|F|", "|A|F|"), 1),
            (LINE.upper(), 1),
            (LINE + LINE, 2),
            (LINE + LINE.replace("10000003", "10000002"), 2),
            (LINE + "\n", 2),
            (LINE[:-1], 1),
        ],
    )
    def test_a_malformed_one_is_refused_with_its_line(self, text, line):
        with pytest.raises(BallotRefusal) as caught:
            parse_reinstatements(text)
        assert caught.value.code in {"REINSTATEMENTS_MALFORMED", "TEXT_NOT_CANONICAL"}
        assert caught.value.line == line
