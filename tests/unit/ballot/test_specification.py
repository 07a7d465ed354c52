"""The public specification says what the code does."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lottery.ballot import beacon, verify_ballot
from lottery.ballot.allocation import DISPOSITION_CODES
from lottery.ballot.canonical import read_text
from lottery.ballot.parameters import ORDERS
from lottery.ballot.transcript import DATA_FILE_NAMES, OPTIONAL_FILE_NAMES, SUMS
from tests.unit.ballot.builders import VECTORS
from tests.unit.ballot.transcripts import repair_sums

TEXT = Path(beacon.__file__).with_name("README.md").read_text(encoding="utf-8")
EXAMPLE = VECTORS / "ticket"
EXAMPLE_TEXT = TEXT.split("## A small example")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    "fact",
    [
        beacon.CHAIN_HASH,
        beacon.PUBLIC_KEY,
        str(beacon.GENESIS_SECONDS),
        *ORDERS,
        *DISPOSITION_CODES,
        verify_ballot.REGISTER_LINE.pattern.decode().replace("(?:", "(").split(r"\|")[-1][1:-1],
    ],
)
def test_constants_are_named(fact):
    assert fact in TEXT


def test_verifier_and_core_know_the_same_chain():
    assert verify_ballot.QUICKNET == beacon.CHAIN_HASH
    assert verify_ballot.QUICKNET_KEY == beacon.PUBLIC_KEY


def test_every_file_is_named():
    for name in (*DATA_FILE_NAMES, *OPTIONAL_FILE_NAMES, SUMS):
        assert f"`{name}`" in TEXT


def cut_out_files():
    """The files of the worked example: a name, a colon, and the indented lines that follow."""
    files = {}
    for name, block in re.findall(
        r"^`([a-z0-9.-]+)`:\n\n((?: {4}.*\n)+)", EXAMPLE_TEXT, re.MULTILINE
    ):
        files[name] = "".join(line[4:] for line in block.splitlines(keepends=True))
    return files


def cut_out_commands():
    """The commands of the worked example, each with the last line of its block: the answer."""
    for block in re.findall(r"\n\n((?: {4}.*\n)+)", EXAMPLE_TEXT):
        lines = [line[4:] for line in block.splitlines()]
        if lines[0].startswith(("printf", "openssl")):
            yield "\n".join(lines[:-1]), lines[-1]


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    directory = tmp_path_factory.mktemp("example")
    for name, content in cut_out_files().items():
        (directory / name).write_text(content)
    repair_sums(directory)
    return directory


class TestTheWorkedExample:
    def test_is_a_whole_transcript_that_verifies(self, directory, capsys):
        assert verify_ballot.main([str(directory), "--application", "10000003"]) == 0
        output = capsys.readouterr().out
        assert "NOT checked (cryptography" not in output
        assert "ok    intake-log.txt: 3 signatures hold under intake-signer.pem" in output
        assert "reinstated  after rank 1 in category F" in output
        assert "place       YF in addition" in output

    def test_holds_every_file_that_a_transcript_may_have(self, directory):
        names = {path.name for path in directory.iterdir()}
        numbered = {"dispositions-1.txt", "allocation-1.txt"}
        assert names == {*DATA_FILE_NAMES, *OPTIONAL_FILE_NAMES, SUMS, *numbered}

    def test_is_the_vector(self, directory):
        for path in EXAMPLE.iterdir():
            if path.name not in (SUMS, "vectors.txt"):
                assert (directory / path.name).read_bytes() == path.read_bytes()

    def test_commands_are_all_found(self):
        assert len(list(cut_out_commands())) == 6

    @pytest.mark.parametrize(("command", "answer"), list(cut_out_commands()))
    def test_commands_answer_what_the_page_says(self, directory, tmp_path, command, answer):
        shutil.copytree(directory, tmp_path / "copy")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=tmp_path / "copy",
            capture_output=True,
            text=True,
            check=True,
        )
        # What openssl writes before a hash depends on its version.
        assert done.stdout.strip().split("= ")[-1] == answer

    def test_numbers_in_the_text_are_those_of_the_files(self):
        tickets = dict(
            line.split()[1:]
            for line in read_text(EXAMPLE / "vectors.txt").splitlines()
            if line.startswith("ticket ")
        )
        for ballot in ("10000001", "90000018", "10000003", "10000004", "10000006"):
            assert f"| {ballot} | `{tickets[ballot][:8]}…` |" in TEXT
        cut_short = set(re.findall(r"`([0-9a-f]{8})…`", EXAMPLE_TEXT))
        whole = "\n".join([*cut_out_files().values(), *tickets.values()])
        assert {short for short in cut_short if short not in whole} == set()
