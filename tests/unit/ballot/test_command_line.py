import shutil

import pytest

from lottery.ballot.__main__ import main
from lottery.ballot.canonical import read_text
from lottery.ballot.ceremony import parse_ceremony
from tests.unit.ballot.builders import VECTOR_NAMES, VECTORS


@pytest.fixture(params=VECTOR_NAMES)
def vector(request):
    return VECTORS / request.param


def run(*arguments):
    return main([str(argument) for argument in arguments])


def test_commit_prints_the_commitment_and_c(vector, capsys):
    assert run("commit", vector / "params.txt", vector / "register.txt") == 0
    captured = capsys.readouterr()
    assert captured.out == read_text(vector / "commitment.txt")
    assert captured.err.strip() == read_text(vector / "vectors.txt").splitlines()[0]


def test_seed_prints_k(vector, capsys):
    ceremony = parse_ceremony(read_text(vector / "ceremony.txt"))
    assert run("seed", vector / "commitment.txt", ceremony.balls, ceremony.beacon) == 0
    assert capsys.readouterr().out.strip() == ceremony.seed


@pytest.mark.parametrize(
    ("file", "balls", "beacon"),
    [
        ("ranking.txt", "07-93", "none"),
        ("commitment.txt", "１２", "none"),
        ("commitment.txt", "", "none"),
        ("commitment.txt", "07-93", "drand:1"),
        ("commitment.txt", "07-93", "１"),
    ],
)
def test_seed_refuses_what_no_ceremony_could_hold(file, balls, beacon, capsys):
    assert run("seed", VECTORS / "ticket" / file, balls, beacon) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "refused" in captured.err


def test_draw_writes_a_transcript_that_verify_accepts(vector, tmp_path, capsys):
    inputs = [vector / name for name in ("params.txt", "register.txt", "ceremony.txt")]
    dispositions = vector / "dispositions-1.txt"
    assert run("draw", *inputs, tmp_path / "out", "--dispositions", dispositions) == 0
    assert run("verify", tmp_path / "out") == 0
    assert "every check holds" in capsys.readouterr().out


def test_ticket_prints_one_line_for_each_number(vector, capsys):
    seed = parse_ceremony(read_text(vector / "ceremony.txt")).seed
    assert run("ticket", seed, "10000001", "90000018") == 0
    known = read_text(vector / "vectors.txt").splitlines()
    assert {f"ticket {line}" for line in capsys.readouterr().out.splitlines()} <= set(known)


def test_a_refusal_ends_with_two_and_names_the_place(tmp_path, capsys):
    register = tmp_path / "register.txt"
    register.write_bytes((VECTORS / "ticket" / "register.txt").read_bytes() + b"nonsense\n")
    assert run("commit", VECTORS / "ticket" / "params.txt", register) == 2
    assert "register.txt, line 8" in capsys.readouterr().err


def test_a_file_that_is_not_there_ends_with_two(tmp_path, capsys):
    assert run("commit", tmp_path / "params.txt", tmp_path / "register.txt") == 2
    assert "params.txt" in capsys.readouterr().err


def test_an_output_directory_that_cannot_be_made_ends_with_two(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    shutil.copytree(VECTORS / "ticket", tmp_path / "in")
    inputs = [tmp_path / "in" / name for name in ("params.txt", "register.txt", "ceremony.txt")]
    assert run("draw", *inputs, tmp_path / "file" / "out") == 2
    assert "file" in capsys.readouterr().err


@pytest.mark.parametrize("command", [(), ("commit",), ("draw",), ("ticket",), ("verify",)])
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as caught:
        run(*command, "--help")
    assert caught.value.code == 0
    assert "usage" in capsys.readouterr().out
