import pytest
from hypothesis import given, settings

from lottery.ballot.commitment import commit, parse_commitment, render_commitment
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import render_parameters
from lottery.ballot.register import (
    compute_identity_commitment,
    parse_register_lines,
    render_register_line,
)
from tests.unit.ballot.builders import build_line, build_parameters, hash_hex, registers

GOOD = build_line(10000001, extras=(90000018,))


def refuse(lines):
    with pytest.raises(BallotRefusal) as caught:
        list(parse_register_lines(lines))
    return caught.value.code, caught.value.line


@settings(derandomize=True, max_examples=50)
@given(registers())
def test_what_is_written_is_what_was_read(lines):
    assert [render_register_line(line) for line in parse_register_lines(lines)] == lines


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("", id="an empty line"),
        pytest.param(GOOD + "\n", id="a line end left on"),
        pytest.param(GOOD + " ", id="a trailing blank"),
        pytest.param(GOOD + "\r", id="a carriage return"),
        pytest.param("\ufeff" + GOOD, id="a byte-order mark"),
        pytest.param(GOOD.replace("|A|", "|B|"), id="an unknown status"),
        pytest.param(GOOD.replace("|A|", "|XX|"), id="an unknown exclusion"),
        pytest.param(GOOD.replace("|F|", "|f|"), id="a lower-case category"),
        pytest.param(GOOD.replace("|G|", "|X|"), id="an unknown track"),
        pytest.param(GOOD.replace("10000001", "1000001"), id="seven digits"),
        pytest.param(
            GOOD.replace("10000001", "１０００００01"),
            id="full-width digits",
        ),
        pytest.param(GOOD.replace("10000001", "١٠٠٠٠٠٠١"), id="Arabic-Indic digits"),
        pytest.param(GOOD[:-64] + GOOD[-64:].upper(), id="an upper-case commitment"),
        pytest.param(GOOD[:-1], id="a short commitment"),
        pytest.param(GOOD.replace("|10000001,", "|10000002,"), id="another first ballot"),
        pytest.param(GOOD.replace("90000018", "90000001"), id="the same last two digits"),
        pytest.param(GOOD.replace("90000018", "10000001"), id="its own number again"),
        pytest.param(GOOD.replace("90000018", "00000018"), id="ballots that do not ascend"),
        pytest.param(
            GOOD.replace("90000018", "90000018,90000026,90000034"), id="three extra numbers"
        ),
    ],
)
def test_a_line_that_is_not_canonical_is_refused_with_its_number(line):
    assert refuse([build_line(10000000), line]) == ("REGISTER_LINE_MALFORMED", 2)


@pytest.mark.parametrize("number", [10000000, 10000002, 9999999], ids=["again", "gap", "back"])
def test_numbers_ascend_without_gap(number):
    lines = [build_line(10000000), build_line(number)]
    assert refuse(lines) == ("REGISTER_NUMBER_OUT_OF_SEQUENCE", 2)


def test_an_extra_number_is_given_once():
    lines = [
        build_line(10000001, extras=(90000018,)),
        build_line(10000002, status="XW", extras=(90000018,)),
    ]
    assert refuse(lines) == ("BALLOT_NUMBER_REPEATED", 2)


def test_an_extra_number_is_nobody_elses_application_number():
    lines = [build_line(10000001, extras=(10000003,)), build_line(10000002), build_line(10000003)]
    assert refuse(lines) == ("BALLOT_NUMBER_REPEATED", 3)


def test_an_empty_register_is_refused():
    assert refuse([]) == ("REGISTER_EMPTY", None)


def test_lines_are_read_one_at_a_time():
    def endless():
        number = 1
        while True:
            yield build_line(number)
            number += 1

    reader = parse_register_lines(endless())
    assert [next(reader).number for _ in range(3)] == ["00000001", "00000002", "00000003"]


class TestCommitment:
    @settings(derandomize=True, max_examples=30)
    @given(registers(max_size=8))
    def test_counts_lines_active_lines_and_their_ballots(self, lines):
        commitment = commit(render_parameters(build_parameters()), iter(lines))
        active = [line for line in parse_register_lines(lines) if line.status == "A"]
        assert commitment.line_count == len(lines)
        assert commitment.active_count == len(active)
        assert commitment.ballot_count == sum(len(line.ballots) for line in active)
        assert parse_commitment(render_commitment(commitment)) == commitment

    @pytest.mark.parametrize("key", ["draw", "attempt", "params", "register", "lines", "root"])
    def test_a_malformed_field_is_refused(self, key):
        text = render_commitment(commit(render_parameters(build_parameters()), [GOOD]))
        with pytest.raises(BallotRefusal):
            parse_commitment(text.replace(f"\n{key}=", f"\n{key}=0 "))

    def test_a_further_line_is_refused(self):
        text = render_commitment(commit(render_parameters(build_parameters()), [GOOD]))
        with pytest.raises(BallotRefusal, match="no further line"):
            parse_commitment(text + "note=1\n")


class TestIdentityCommitment:
    SALT = hash_hex("salt")

    def test_hashes_the_sorted_numbers(self):
        # Source: the formula of README.md, by hand.
        expected = hash_hex(f"WSM-BALLOT/1|id|{self.SALT}|A1234563,C6686689")
        assert compute_identity_commitment(self.SALT, ["C6686689", "A1234563"]) == expected

    @pytest.mark.parametrize(
        ("salt", "numbers"),
        [
            (SALT, []),
            (SALT, ["A1234563", "A1234563"]),
            (SALT, ["A123456(3)"]),
            (SALT, ["a1234563"]),
            (SALT, ["A1234563,B1"]),
            (SALT, ["Ａ1234563"]),
            (SALT.upper(), ["A1234563"]),
            (SALT[:-2], ["A1234563"]),
        ],
    )
    def test_refuses_what_is_not_normalised(self, salt, numbers):
        with pytest.raises(BallotRefusal) as caught:
            compute_identity_commitment(salt, numbers)
        assert caught.value.code == "IDENTITY_MALFORMED"
