"""Every tampering is found: each byte of each file, with and without its checksum repaired."""

import shutil
from hashlib import sha256

import pytest

from lottery.ballot import verify_ballot
from tests.unit.ballot.builders import VECTOR_NAMES, VECTORS

NAMES = (
    "SHA256SUMS",
    "allocation-1.txt",
    "allocation.txt",
    "ceremony.txt",
    "commitment.txt",
    "dispositions-1.txt",
    "params.txt",
    "ranking.txt",
    "register.txt",
)
DATA_NAMES = NAMES[1:]
# What officers state about the ceremony follows from nothing else, so only the checksum, when
# it was published elsewhere, can tell that it was rewritten.
STATEMENTS = (b"drawn_at=", b"keyed_by=")


@pytest.fixture(params=VECTOR_NAMES)
def transcript(request, tmp_path):
    directory = tmp_path / request.param
    shutil.copytree(VECTORS / request.param, directory)
    (directory / "vectors.txt").unlink()
    return directory


def verify(directory, capsys):
    status = verify_ballot.main([str(directory)])
    return status, capsys.readouterr().out


def repair_sums(directory, names=DATA_NAMES):
    """Write SHA256SUMS anew, as somebody would who covers their traces."""
    lines = [f"{sha256((directory / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (directory / "SHA256SUMS").write_text("".join(lines))


@pytest.mark.parametrize(
    ("transcript", "name"),
    [
        *(("ticket", name) for name in NAMES),
        *((vector, name) for vector in VECTOR_NAMES[:2] for name in ("params.txt", "ceremony.txt")),
    ],
    indirect=["transcript"],
)
def test_every_byte_counts(transcript, name, capsys):
    original = (transcript / name).read_bytes()
    for position in range(len(original)):
        changed = bytearray(original)
        changed[position] ^= 1
        (transcript / name).write_bytes(changed)
        assert verify(transcript, capsys)[0] == 1, position


@pytest.mark.parametrize("name", DATA_NAMES)
@pytest.mark.parametrize("transcript", ["ticket"], indirect=True)
def test_every_byte_counts_when_the_checksum_is_repaired(transcript, name, capsys):
    original = (transcript / name).read_bytes()
    for position in range(len(original)):
        changed = bytearray(original)
        changed[position] ^= 1
        (transcript / name).write_bytes(changed)
        repair_sums(transcript)
        if verify(transcript, capsys)[0] == 0:
            line = original[original.rfind(b"\n", 0, position) + 1 :]
            assert line.startswith(STATEMENTS), (position, line[:40])


def list_rewritings(data):
    lines = data.splitlines(keepends=True)
    yield "a missing first line", b"".join(lines[1:])
    yield "a missing last line", b"".join(lines[:-1])
    yield "a line twice", b"".join([*lines, lines[-1]])
    yield "an empty line more", data + b"\n"
    yield "a byte less", data[:-1]
    yield "half of it", data[: len(data) // 2]
    yield "nothing", b""
    yield "a byte-order mark", b"\xef\xbb\xbf" + data
    yield "CRLF", data.replace(b"\n", b"\r\n")
    yield "UTF-16", data.decode().encode("utf-16")
    yield "trailing blanks", data.replace(b"\n", b" \n")
    yield "a tab at the end", data[:-1] + b"\t\n"
    yield "a NUL", data + b"\0"
    yield "upper case", data.upper()
    yield "full-width digits", data.replace(b"1", "１".encode())
    if len(lines) > 1:
        yield "reordered lines", b"".join([lines[1], lines[0], *lines[2:]])
        yield "reversed lines", b"".join(reversed(lines))


def is_without_effect(directory, name, repaired, changed):
    """A disposition of somebody without a place changes nothing but its own checksum."""
    allocations = {(directory / f"allocation{suffix}.txt").read_bytes() for suffix in ("", "-1")}
    return repaired and name == "dispositions-1.txt" and not changed and len(allocations) == 1


@pytest.mark.parametrize("repaired", [False, True], ids=["", "with the checksum repaired"])
@pytest.mark.parametrize("name", NAMES)
def test_every_rewriting_is_found(transcript, name, repaired, capsys):
    original = (transcript / name).read_bytes()
    for what, changed in list_rewritings(original):
        if changed == original or is_without_effect(transcript, name, repaired, changed):
            continue
        (transcript / name).write_bytes(changed)
        if repaired and name != "SHA256SUMS":
            repair_sums(transcript)
        status, output = verify(transcript, capsys)
        assert status == 1, what
        assert "FAIL" in output
        assert name in output


def test_swapped_files_are_found(transcript, capsys):
    one, other = transcript / "params.txt", transcript / "commitment.txt"
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    repair_sums(transcript)
    assert verify(transcript, capsys)[0] == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_found(transcript, name, capsys):
    (transcript / name).unlink()
    expected = 1 if name in ("allocation-1.txt", "dispositions-1.txt") else 2
    assert verify(transcript, capsys)[0] == expected


@pytest.mark.parametrize("name", DATA_NAMES)
def test_a_file_that_the_sums_do_not_name_is_missed(transcript, name, capsys):
    sums = transcript / "SHA256SUMS"
    lines = sums.read_text().splitlines(keepends=True)
    sums.write_text("".join(line for line in lines if not line.endswith(f"  {name}\n")))
    status, output = verify(transcript, capsys)
    assert status == 1
    assert f"a line for {name}" in output


def test_a_file_more_is_mentioned_and_not_judged(transcript, capsys):
    (transcript / "notes.txt").write_text("anything")
    status, output = verify(transcript, capsys)
    assert status == 0
    assert "notes.txt is not named" in output


def test_a_named_file_that_is_no_part_of_a_transcript_is_said_not_to_be_judged(transcript, capsys):
    (transcript / "allocation-01.txt").write_text("OF|1|10000002\n")
    repair_sums(transcript, sorted([*DATA_NAMES, "allocation-01.txt"]))
    status, output = verify(transcript, capsys)
    assert status == 0
    assert "note  allocation-01.txt is no part of a transcript" in output


@pytest.mark.parametrize("number", [3, 1000, 10**80])
def test_no_number_of_an_allocation_is_too_large_to_be_judged(transcript, number, capsys):
    name = f"allocation-{number}.txt"
    (transcript / name).write_text("OF|1|10000002\n")
    repair_sums(transcript, sorted([*DATA_NAMES, name]))
    status, output = verify(transcript, capsys)
    assert status == 1
    assert "a line for dispositions-2.txt" in output


def test_a_difference_is_named_with_file_line_and_both_values(transcript, capsys):
    path = transcript / "ranking.txt"
    path.write_bytes(path.read_bytes().replace(b"F|2|", b"F|3|"))
    _, output = verify(transcript, capsys)
    failure = next(line for line in output.splitlines() if "ranking.txt line 2" in line)
    assert "expected F|2|" in failure
    assert "found F|3|" in failure


def test_another_application_in_a_disposition_is_found(transcript, capsys):
    (transcript / "dispositions-1.txt").write_text("10000004|VETTING_FAILED\n")
    repair_sums(transcript)
    status, output = verify(transcript, capsys)
    assert status == 1
    assert "allocation-1.txt line" in output
