"""Writing transcripts, and the two implementations agreeing on them byte for byte."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.ballot import verify_ballot
from lottery.ballot.allocation import Disposition, allocate
from lottery.ballot.canonical import read_lines
from lottery.ballot.commitment import commit
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import render_parameters
from lottery.ballot.ranking import rank
from lottery.ballot.register import parse_register_lines
from lottery.ballot.transcript import FILE_NAMES, OPTIONAL_FILE_NAMES, write_transcript
from tests.unit.ballot.builders import (
    build_ceremony,
    build_line,
    build_parameters,
    commit_to,
    disposition_lists,
    hash_hex,
    registers,
)
from tests.unit.ballot.intake import build_log
from tests.unit.ballot.test_allocation_properties import step_lists
from tests.unit.ballot.transcripts import list_reinstatements, write_whole_transcript

LINES = [build_line(number) for number in range(10000001, 10000009)]


def write(directory, lines=LINES, order="ticket", dispositions=(), steps=None, **changes):
    parameters = build_parameters(order, **({"steps": steps} if steps else {}))
    values = {
        "parameters": parameters,
        "register_lines": iter(lines),
        "ceremony": build_ceremony(parameters, commit_to(parameters, lines)),
        "dispositions": dispositions,
    }
    write_transcript(Path(directory), **(values | changes))


@settings(derandomize=True, max_examples=120, deadline=None)
@given(
    registers(),
    st.sampled_from(["last2:balls", "last2:seed", "ticket"]),
    step_lists(),
    st.data(),
)
def test_core_and_verifier_agree_byte_for_byte(lines, order, steps, data):
    numbers = [line.number for line in parse_register_lines(lines) if line.status == "A"]
    dispositions = data.draw(st.lists(disposition_lists(numbers), max_size=2))
    sizes = data.draw(st.lists(st.integers(0, len(lines)), max_size=4).map(sorted))
    parameters = build_parameters(order, steps=steps)
    ceremony = build_ceremony(parameters, commit_to(parameters, lines))
    additions = {
        "reinstatements": list_reinstatements(lines, parameters, ceremony),
        "intake_log": build_log(lines, [*sizes, len(lines)], draw=parameters.draw),
    }
    with TemporaryDirectory() as directory:
        write(directory, lines, order, dispositions, steps, **additions)
        assert verify_ballot.main([directory]) == 0


def test_all_files_are_written(tmp_path):
    write(tmp_path, dispositions=[[Disposition("10000001", "LAPSED")], []])
    numbered = {f"{kind}-{n}.txt" for kind in ("dispositions", "allocation") for n in (1, 2)}
    assert {path.name for path in tmp_path.iterdir()} == {*FILE_NAMES, *numbered}
    assert verify_ballot.main([str(tmp_path)]) == 0


def test_what_a_transcript_may_hold_besides_is_written_and_named(tmp_path):
    write_whole_transcript(tmp_path)
    numbered = {"dispositions-1.txt", "allocation-1.txt"}
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {*FILE_NAMES, *numbered, *OPTIONAL_FILE_NAMES}
    named = {line[66:] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()}
    assert named == names - {"SHA256SUMS", "verify_ballot.py"}


def test_what_there_is_nothing_to_say_of_is_not_written(tmp_path):
    write(tmp_path, reinstatements=iter(()), intake_log=None, signer_pem=None)
    assert not {path.name for path in tmp_path.iterdir()} & set(OPTIONAL_FILE_NAMES)


def test_a_directory_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BallotRefusal, match="TRANSCRIPT_DIRECTORY_NOT_EMPTY"):
        write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    "changes",
    [
        {"register_lines": LINES[1:]},
        {"register_lines": [LINES[0], "nonsense"]},
        {"dispositions": [[Disposition("99999999", "LAPSED")]]},
    ],
    ids=["another register", "a malformed line", "a disposition of nobody"],
)
def test_nothing_is_left_behind_when_it_is_refused(tmp_path, changes):
    with pytest.raises(BallotRefusal):
        write(tmp_path, **changes)
    assert list(tmp_path.iterdir()) == []


class TestStoredResults:
    """A service hands over what it stored, so a change made to a row shows."""

    PARAMETERS = build_parameters()
    COMMITMENT = commit(render_parameters(PARAMETERS), LINES)
    CEREMONY = build_ceremony(PARAMETERS, commit_to(PARAMETERS, LINES))
    RANKING = list(rank(LINES, PARAMETERS, CEREMONY))
    ALLOCATION = list(allocate(RANKING, PARAMETERS.steps))

    def verify(self, directory, capsys, **changes):
        stored = {
            "commitment": self.COMMITMENT,
            "ranking": self.RANKING,
            "allocations": [self.ALLOCATION],
        }
        write(directory, **(stored | changes))
        status = verify_ballot.main([str(directory)])
        return status, [line for line in capsys.readouterr().out.splitlines() if "FAIL " in line]

    def test_verify_when_nobody_touched_them(self, tmp_path, capsys):
        assert self.verify(tmp_path, capsys) == (0, [])

    def test_a_changed_row_of_the_ranking_is_found(self, tmp_path, capsys):
        swapped = [self.RANKING[1]._replace(rank=1), self.RANKING[0]._replace(rank=2)]
        status, failures = self.verify(tmp_path, capsys, ranking=[*swapped, *self.RANKING[2:]])
        assert status == 1
        assert any("ranking.txt line 1" in line for line in failures)

    def test_a_changed_row_of_an_allocation_is_found(self, tmp_path, capsys):
        status, failures = self.verify(tmp_path, capsys, allocations=[self.ALLOCATION[1:]])
        assert status == 1
        assert any("allocation.txt line 1" in line for line in failures)

    def test_a_changed_row_of_the_register_is_found(self, tmp_path, capsys):
        changed = [*LINES[:-1], LINES[-1][:-64] + hash_hex("somebody else")]
        status, failures = self.verify(tmp_path, capsys, register_lines=changed)
        assert status == 1
        assert any("commitment.txt line 5" in line for line in failures)


def test_a_file_is_read_line_by_line_and_refused_where_it_is_not_canonical(tmp_path):
    path = tmp_path / "register.txt"
    for content, line in [(b"a\nb", 2), (b"a\n\xff\n", 2), (b"x" * 5000 + b"\n", 1)]:
        path.write_bytes(content)
        with pytest.raises(BallotRefusal) as caught:
            list(read_lines(path))
        assert (caught.value.code, caught.value.line) == ("TEXT_NOT_CANONICAL", line)
    with pytest.raises(BallotRefusal, match="FILE_UNREADABLE"):
        list(read_lines(tmp_path))
