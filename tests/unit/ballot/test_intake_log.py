"""The daily heads of what was received: one chain, and the register at its end."""

from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.ballot import intake_log
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.intake_log import (
    NO_HASH,
    check_intake_chain,
    check_intake_log,
    extend_log,
    hash_statement,
    parse_intake_log,
    render_intake_leaf,
    render_intake_log,
    render_statement,
)
from lottery.ballot.merkle import compute_root, hash_leaf
from tests.unit.ballot.builders import build_line, hash_hex
from tests.unit.ballot.intake import DRAW, OPENS_AT, build_heads, build_log, hash_leaves

LINES = [build_line(number) for number in range(10000001, 10000012)]
SIZES = (0, 0, 1, 4, 4, 7, 11)
HEADS = build_heads(LINES, SIZES)
LOG = render_intake_log(DRAW, HEADS)
FIXED = settings(derandomize=True, max_examples=80, deadline=None)


def refuse(action, *arguments):
    """The code and the line of the refusal that must come."""
    with pytest.raises(BallotRefusal) as caught:
        action(*arguments)
    return caught.value.code, caught.value.line


def exchange(position, **changes):
    """The heads with one changed, and the hashes of those that follow put right."""
    heads = list(HEADS)
    heads[position] = heads[position]._replace(**changes)
    for index in range(position + 1, len(heads)):
        heads[index] = heads[index]._replace(previous=hash_statement(DRAW, heads[index - 1]))
    return heads


class TestExtending:
    def test_a_head_binds_number_and_identity_in_order(self):
        first, second = LINES[0].split("|"), LINES[1].split("|")
        leaves = [hash_leaf(f"{line[0]}|{line[5]}") for line in (first, second)]
        assert render_intake_leaf(first[0], first[5]) == f"{first[0]}|{first[5]}"
        assert extend_log(DRAW, None, leaves, OPENS_AT).root == compute_root(leaves).hex()

    def test_a_head_of_nothing_is_the_hash_of_nothing(self):
        assert HEADS[0].root == sha256(b"").hexdigest()

    def test_the_statement_is_what_the_specification_says(self):
        head = HEADS[3]
        assert render_statement(DRAW, head) == (
            f"WSM-INTAKE/1|{DRAW}|2026-04-04T23:59:00+08:00|4|{head.root}|"
            f"{sha256(render_statement(DRAW, HEADS[2]).encode()).hexdigest()}|{head.journal}"
        )

    def test_a_proof_is_there_only_when_something_came_to_something(self):
        assert [bool(head.proof) for head in HEADS] == [
            False,  # the first
            False,  # nothing to nothing
            False,  # from nothing
            True,
            False,  # nothing new
            True,
            True,
        ]

    @pytest.mark.parametrize(
        ("leaves", "at"),
        [
            (hash_leaves(LINES)[:6], OPENS_AT + timedelta(days=9)),
            (hash_leaves(LINES)[1:], OPENS_AT + timedelta(days=9)),
            (hash_leaves(LINES)[:7][::-1], OPENS_AT + timedelta(days=9)),
            (hash_leaves(LINES), HEADS[5].at),
            (hash_leaves(LINES), OPENS_AT),
        ],
        ids=["fewer", "the first removed", "another order", "the same moment", "before"],
    )
    def test_what_does_not_go_on_is_refused(self, leaves, at):
        code, _ = refuse(extend_log, DRAW, HEADS[5], leaves, at, HEADS[5].journal)
        assert code == "INTAKE_LOG_INCONSISTENT"

    @pytest.mark.parametrize(
        ("at", "journal"),
        [
            (OPENS_AT.replace(tzinfo=None), f"0:{NO_HASH}"),
            (OPENS_AT.replace(microsecond=1), f"0:{NO_HASH}"),
            (OPENS_AT, f"0:{hash_hex('entry')}"),
            (OPENS_AT, f"01:{hash_hex('entry')}"),
            (OPENS_AT, "1"),
        ],
    )
    def test_a_moment_or_entry_that_could_not_be_read_again_is_refused(self, at, journal):
        assert refuse(extend_log, DRAW, None, [], at, journal)[0] == "INTAKE_LOG_MALFORMED"


class TestReading:
    def test_a_log_is_read_as_it_was_written(self):
        assert parse_intake_log(LOG) == (DRAW, HEADS)
        signed = [head._replace(signature="3045" * 18) for head in HEADS]
        assert parse_intake_log(render_intake_log(DRAW, signed)) == (DRAW, signed)

    def test_a_log_without_a_head_can_be_begun_but_does_not_hold(self):
        draw, heads = parse_intake_log(render_intake_log(DRAW, []))
        assert (draw, heads) == (DRAW, [])
        assert refuse(check_intake_chain, draw, heads) == ("INTAKE_LOG_INCONSISTENT", 2)

    @pytest.mark.parametrize(
        ("old", "new", "line"),
        [
            ("WSM-INTAKE/1", "WSM-INTAKE/2", 1),
            ("draw=", "name=", 2),
            (f"draw={DRAW}", "draw=test", 2),
            ("2026-04-01T23:59:00+08:00", "2026-04-01 23:59:00+08:00", 3),
            ("2026-04-01T23:59:00+08:00", "2026-04-01T23:59:00Z", 3),
            ("2026-04-01T23:59:00+08:00", "2026-04-31T23:59:00+08:00", 3),
            ("2026-04-01T23:59:00+08:00", "2026-04-01T23:59:00.5+08:00", 3),
            ("2026-04-01T23:59:00+08:00", "2026-04-01T23:59:00", 3),
            ("+08:00|4|", "+08:00|04|", 6),
            ("+08:00|4|", "+08:00|-4|", 6),
            ("+08:00|4|", "+08:00|4|4|", 6),
            (HEADS[3].root, HEADS[3].root.upper(), 6),
            (HEADS[3].root, HEADS[3].root[1:], 6),
            (HEADS[3].proof[0], HEADS[3].proof[0] + ",", 6),
            (HEADS[3].journal, "12", 6),
            ("|-\n", "|\n", 3),
            ("|-\n", "|3045\n", 3),
            ("|-\n", f"|{'3045' * 18}0\n", 3),
            ("|-\n", "|- \n", 3),
            ("|-\n", "|-\r\n", 3),
            ("|-\n", "|-\n\n", 4),
        ],
    )
    def test_a_second_spelling_is_refused_with_its_line(self, old, new, line):
        changed = LOG.replace(old, new, 1)
        assert changed != LOG
        code, found = refuse(parse_intake_log, changed)
        assert code in {"INTAKE_LOG_MALFORMED", "TEXT_NOT_CANONICAL", "PARAMETERS_MALFORMED"}
        assert found == line

    @pytest.mark.parametrize("text", ["", "WSM-INTAKE/1\n", f"WSM-INTAKE/1\ndraw={DRAW}"])
    def test_a_cut_log_is_refused(self, text):
        refuse(parse_intake_log, text)


class TestTheChain:
    def test_holds_without_the_register(self):
        check_intake_chain(DRAW, HEADS)

    def test_a_beginning_of_it_holds_too(self):
        for count in range(1, len(HEADS)):
            check_intake_chain(DRAW, HEADS[:count])

    @pytest.mark.parametrize("position", range(len(HEADS) - 1))
    def test_a_head_left_out_is_found(self, position):
        heads = [*HEADS[:position], *HEADS[position + 1 :]]
        assert refuse(check_intake_chain, DRAW, heads) == (
            "INTAKE_LOG_INCONSISTENT",
            position + 3,
        )

    def test_the_log_of_another_draw_is_found(self):
        assert refuse(check_intake_chain, "TEST2027", HEADS) == ("INTAKE_LOG_INCONSISTENT", 4)

    @pytest.mark.parametrize(
        ("position", "changes", "line"),
        [
            (5, {"at": HEADS[4].at}, 8),
            (5, {"size": 3}, 8),
            (5, {"root": hash_hex("another")}, 8),
            (5, {"proof": ()}, 8),
            (5, {"proof": HEADS[6].proof}, 8),
            (5, {"journal": f"11:{hash_hex('entry')}"}, 8),
            (5, {"journal": f"12:{hash_hex('another entry')}"}, 8),
            (4, {"root": HEADS[5].root}, 7),
            (4, {"proof": HEADS[3].proof}, 7),
            (2, {"proof": HEADS[3].proof}, 5),
            (1, {"root": HEADS[2].root}, 4),
            (0, {"previous": hash_hex("something before")}, 3),
        ],
    )
    def test_a_changed_head_is_found_though_the_hashes_are_put_right(self, position, changes, line):
        heads = exchange(position, **changes)
        assert refuse(check_intake_chain, DRAW, heads) == ("INTAKE_LOG_INCONSISTENT", line)


class TestTheRegister:
    @FIXED
    @given(st.lists(st.integers(0, 11), max_size=8))
    def test_of_its_own_applications_holds(self, sizes):
        draw, heads = parse_intake_log(build_log(LINES, [*sorted(sizes), 11]))
        check_intake_log(draw, heads, iter(LINES))

    def test_may_change_in_status_and_track_after_intake(self):
        changed = [line.replace("|A|F|G|", "|XW|F|Y|") for line in LINES]
        check_intake_log(DRAW, HEADS, changed)

    @pytest.mark.parametrize("position", range(len(LINES)))
    def test_of_another_person_behind_a_number_is_found_at_the_first_head_after(self, position):
        changed = list(LINES)
        changed[position] = changed[position][:-64] + hash_hex("somebody else")
        first = next(index for index, size in enumerate(SIZES) if size > position)
        assert refuse(check_intake_log, DRAW, HEADS, changed) == (
            "INTAKE_LOG_OF_OTHER_REGISTER",
            first + 3,
        )

    @pytest.mark.parametrize("lines", [LINES[:-1], LINES[:5]])
    def test_with_applications_removed_is_found(self, lines):
        code, _ = refuse(check_intake_log, DRAW, HEADS, lines)
        assert code == "INTAKE_LOG_OF_OTHER_REGISTER"

    def test_with_an_application_inserted_late_is_found(self):
        lines = [*LINES, build_line(10000012)]
        assert refuse(check_intake_log, DRAW, HEADS, lines) == (
            "INTAKE_LOG_OF_OTHER_REGISTER",
            len(HEADS) + 2,
        )

    def test_is_read_once_and_no_tree_is_built_twice(self, monkeypatch):
        built = []
        builder = intake_log.RootBuilder
        monkeypatch.setattr(intake_log, "RootBuilder", lambda: built.append(builder()) or built[-1])
        check_intake_log(DRAW, HEADS, iter(LINES))
        assert [tree.size for tree in built] == [len(LINES)]
