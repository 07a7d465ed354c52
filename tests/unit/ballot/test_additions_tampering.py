"""Every tampering with the intake log, its key and the reinstatements is found."""

import pytest

from lottery.ballot import verify_ballot
from tests.unit.ballot.transcripts import repair_sums, write_whole_transcript

NAMES = ("intake-log.txt", "intake-signer.pem", "reinstatements.txt")
# Nothing but a signature binds the moment and the journal's entry of the last head.
STATED_FIELDS = (0, 4)


@pytest.fixture(scope="module")
def signed_whole(tmp_path_factory):
    directory = tmp_path_factory.mktemp("signed")
    write_whole_transcript(directory)
    return directory


@pytest.fixture(scope="module")
def unsigned_whole(tmp_path_factory):
    directory = tmp_path_factory.mktemp("unsigned")
    write_whole_transcript(directory, signed=False)
    return directory


@pytest.fixture
def tampering(capsys):
    """Return a function that verifies a transcript with one file rewritten, then put back."""

    def tamper(directory, name, content, *, repaired):
        sums, path = directory / "SHA256SUMS", directory / name
        saved = {kept: kept.read_bytes() for kept in (sums, path)}
        path.write_bytes(content)
        if repaired:
            repair_sums(directory)
        status = verify_ballot.main([str(directory)])
        for kept, original in saved.items():
            kept.write_bytes(original)
        return status, capsys.readouterr().out

    return tamper


def flip(data, position):
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


def list_rewritings(data):
    lines = data.splitlines(keepends=True)
    for index, line in enumerate(lines):
        yield f"line {index + 1} missing", b"".join([*lines[:index], *lines[index + 1 :]])
        yield f"line {index + 1} twice", b"".join([*lines[: index + 1], *lines[index:]])
        if index:
            swapped = [*lines[: index - 1], line, lines[index - 1], *lines[index + 1 :]]
            yield f"lines {index} and {index + 1} swapped", b"".join(swapped)
    yield "reversed lines", b"".join(reversed(lines))
    yield "an empty line more", data + b"\n"
    yield "a byte less", data[:-1]
    yield "half of it", data[: len(data) // 2]
    yield "nothing", b""
    yield "a byte-order mark", b"\xef\xbb\xbf" + data
    yield "CRLF", data.replace(b"\n", b"\r\n")
    yield "UTF-16", data.decode().encode("utf-16")
    yield "trailing blanks", data.replace(b"\n", b" \n")
    yield "a NUL", data + b"\0"
    yield "upper case", data.upper()
    yield "full-width digits", data.replace(b"1", "１".encode())


@pytest.mark.parametrize("name", NAMES)
def test_every_byte_counts(signed_whole, name, tampering):
    original = (signed_whole / name).read_bytes()
    for position in range(0, len(original), 3):
        changed = flip(original, position)
        assert tampering(signed_whole, name, changed, repaired=False)[0] == 1, position


@pytest.mark.parametrize("name", NAMES)
def test_every_byte_counts_when_the_checksum_is_repaired(signed_whole, name, tampering):
    original = (signed_whole / name).read_bytes()
    for position in range(len(original)):
        status, output = tampering(signed_whole, name, flip(original, position), repaired=True)
        assert status == 1, (position, original[max(0, position - 20) : position + 20])
        assert "FAIL  intake-" in output or f"FAIL  {name}" in output


def test_every_byte_of_an_unsigned_log_counts_but_what_its_last_head_states(
    unsigned_whole, tampering
):
    name = "intake-log.txt"
    original = (unsigned_whole / name).read_bytes()
    last = original.rstrip(b"\n").rfind(b"\n") + 1
    for position in range(len(original)):
        if tampering(unsigned_whole, name, flip(original, position), repaired=True)[0] == 0:
            assert position >= last
            assert original[last:position].count(b"|") in STATED_FIELDS, position


@pytest.mark.parametrize("repaired", [False, True], ids=["", "with the checksum repaired"])
@pytest.mark.parametrize("name", NAMES)
def test_every_rewriting_is_found(signed_whole, name, repaired, tampering):
    original = (signed_whole / name).read_bytes()
    for what, changed in list_rewritings(original):
        if changed == original:
            continue
        # Leaving out a whole reinstatement gives a lawful file, so only its checksum tells.
        if repaired and name == "reinstatements.txt" and what.endswith("missing"):
            continue
        status, output = tampering(signed_whole, name, changed, repaired=repaired)
        assert status == 1, what
        assert name in output


@pytest.mark.parametrize("name", NAMES)
def test_a_named_file_that_is_missing_is_found(tmp_path, name):
    write_whole_transcript(tmp_path)
    (tmp_path / name).unlink()
    assert verify_ballot.main([str(tmp_path)]) == 1


def test_a_key_without_a_log_is_found(tmp_path, capsys):
    write_whole_transcript(tmp_path)
    (tmp_path / "intake-log.txt").unlink()
    repair_sums(tmp_path)
    assert verify_ballot.main([str(tmp_path)]) == 1
    assert "expected a line for intake-log.txt" in capsys.readouterr().out


def test_a_file_that_the_sums_do_not_name_is_said_not_to_be_judged(tmp_path, capsys):
    write_whole_transcript(tmp_path, reinstatements=(), intake_log=None, signer_pem=None)
    for name in NAMES:
        (tmp_path / name).write_text("anything\n")
    assert verify_ballot.main([str(tmp_path)]) == 0
    output = capsys.readouterr().out
    for name in NAMES:
        assert f"note  {name} is not named in SHA256SUMS and is not judged" in output
