"""The verifier on what a transcript may hold besides: intake log, signatures, reinstatements."""

import os
import shutil
import subprocess
import sys
from datetime import datetime

import pytest

from lottery.ballot import verify_ballot
from lottery.ballot.intake_log import parse_intake_log, render_statement
from lottery.ballot.reinstatement import parse_reinstatements
from tests.unit.ballot.builders import VECTORS, hash_hex
from tests.unit.ballot.intake import DRAW, SIGNER_PEM, build_log
from tests.unit.ballot.transcripts import (
    LINES,
    REINSTATED,
    SIZES,
    repair_sums,
    write_whole_transcript,
)

# Source: RFC 8410, section 10.1.
ED25519_PEM = """\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
"""
CLOSING = "every check that could be made holds; "
# A minute before the tests' last ball, so that of the daily heads all but the first are later.
LATE = datetime.fromisoformat("2026-06-01T10:30:07+08:00")


@pytest.fixture
def transcript(tmp_path):
    directory = tmp_path / "whole"
    write_whole_transcript(directory)
    return directory


def verify(directory, capsys, *arguments):
    status = verify_ballot.main([str(directory), *arguments])
    return status, capsys.readouterr().out.splitlines()


def verify_without_packages(directory):
    """Run the verifier as on a machine that has Python and nothing else."""
    command = [sys.executable, "-I", "-S", verify_ballot.__file__, str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def write_beacon_transcript(directory, *, signed):
    """The vector with the real beacon round, and an intake log of its register."""
    shutil.copytree(VECTORS / "ticket", directory)
    (directory / "vectors.txt").unlink()
    lines = (directory / "register.txt").read_text().splitlines()
    log = build_log(lines, (3, 7), draw="TEST2026", signed=signed)
    (directory / "intake-log.txt").write_text(log)
    if signed:
        (directory / "intake-signer.pem").write_text(SIGNER_PEM)
    repair_sums(directory)


class TestTheLastLine:
    def test_is_short_when_everything_was_checked(self, transcript, capsys):
        status, output = verify(transcript, capsys)
        assert (status, output[-1]) == (0, "every check holds")
        assert not [line for line in output if "NOT" in line]

    def test_is_short_when_the_beacons_signature_was_checked(self, capsys):
        pytest.importorskip("py_arkworks_bls12381")
        status, output = verify(VECTORS / "ticket", capsys)
        assert (status, output[-1]) == (0, "every check holds")
        assert "ok    ceremony.txt: signature of beacon round 657413 is quicknet's" in output

    def test_says_that_the_beacons_signature_was_not_checked(self):
        status, output = verify_without_packages(VECTORS / "ticket")
        assert (status, output[-1]) == (0, CLOSING + "the beacon's signature was not checked")
        (line,) = [line for line in output if "NOT" in line]
        assert line.startswith("note  ceremony.txt: signature of beacon round 657413 NOT checked")

    def test_says_that_the_intake_logs_signatures_were_not_checked(self, transcript):
        status, output = verify_without_packages(transcript)
        assert (status, output[-1]) == (0, CLOSING + "the intake log's signatures were not checked")
        (line,) = [line for line in output if "NOT" in line]
        assert line == (
            f"note  intake-log.txt: {len(SIZES)} signatures NOT checked "
            "(cryptography is not installed)"
        )

    def test_says_both(self, tmp_path):
        write_beacon_transcript(tmp_path / "both", signed=True)
        status, output = verify_without_packages(tmp_path / "both")
        both = "the beacon's signature and the intake log's signatures were not checked"
        assert (status, output[-1]) == (0, CLOSING + both)

    def test_says_failed_whatever_else_was_not_checked(self, transcript):
        (transcript / "ranking.txt").write_text("")
        status, output = verify_without_packages(transcript)
        assert (status, output[-1]) == (1, "FAILED")


class TestIntakeSignatures:
    def test_that_are_not_there_are_said_not_to_be(self, tmp_path, capsys):
        write_whole_transcript(tmp_path / "unsigned", signed=False)
        status, output = verify(tmp_path / "unsigned", capsys)
        assert (status, output[-1]) == (0, "every check holds")
        assert "note  intake-log.txt: no head is signed" in output

    def test_cannot_be_checked_without_the_key(self, tmp_path, capsys):
        write_whole_transcript(tmp_path / "keyless", signer_pem=None)
        status, output = verify(tmp_path / "keyless", capsys)
        assert (status, output[-1]) == (0, CLOSING + "the intake log's signatures were not checked")

    def write_with_one_missing(self, directory, line):
        log = build_log(LINES, SIZES, signed=True).splitlines()
        log[line - 1] = log[line - 1].rsplit("|", 1)[0] + "|-"
        write_whole_transcript(directory, intake_log="\n".join([*log, ""]))

    def test_may_be_missing_where_a_later_head_binds_what_it_says(self, tmp_path, capsys):
        self.write_with_one_missing(tmp_path / "gap", 5)
        status, output = verify(tmp_path / "gap", capsys)
        assert (status, output[-1]) == (0, "every check holds")
        assert "ok    intake-log.txt: 3 signatures hold under intake-signer.pem" in output
        note = "1 heads are not signed; the last head, which is, binds them"
        assert f"note  intake-log.txt: {note}" in output

    def test_must_be_there_of_the_last_head_when_the_key_is(self, tmp_path, capsys):
        last = len(SIZES) + 2
        self.write_with_one_missing(tmp_path / "gap", last)
        status, output = verify(tmp_path / "gap", capsys)
        assert status == 1
        assert any(f"intake-log.txt line {last}: expected a signature" in line for line in output)

    def test_hold_as_openssl_says(self, transcript, tmp_path):
        draw, heads = parse_intake_log((transcript / "intake-log.txt").read_text())
        signature, statement = tmp_path / "signature", tmp_path / "statement"
        command = ["openssl", "dgst", "-sha256", "-verify", str(transcript / "intake-signer.pem")]
        command += ["-signature", str(signature), str(statement)]
        for head in heads:
            signature.write_bytes(bytes.fromhex(head.signature))
            statement.write_text(render_statement(draw, head))
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stdout) == (0, "Verified OK\n")
        statement.write_text(render_statement("TEST2027", heads[-1]))
        assert subprocess.run(command, capture_output=True, check=False).returncode == 1

    @pytest.mark.parametrize(
        "pem",
        [
            "nonsense\n",
            SIGNER_PEM.replace("PUBLIC", "PRIVATE"),
            SIGNER_PEM.replace("\n", "\r\n"),
            SIGNER_PEM + "\n",
            ED25519_PEM,
        ],
        ids=["nonsense", "no public key", "CRLF", "a line more", "Ed25519"],
    )
    def test_need_a_key_of_p_256_in_its_one_spelling(self, tmp_path, pem, capsys):
        write_whole_transcript(tmp_path / "pem", signer_pem=pem)
        status, output = verify(tmp_path / "pem", capsys)
        assert status == 1
        assert any(line.startswith("FAIL  intake-signer.pem") for line in output)

    def test_of_another_key_fail(self, transcript, tmp_path, capsys):
        key = tmp_path / "key.pem"
        command = ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key]
        subprocess.run(command, capture_output=True, check=True)
        command = ["openssl", "ec", "-in", key, "-pubout", "-out", transcript / "intake-signer.pem"]
        subprocess.run(command, capture_output=True, check=True)
        repair_sums(transcript)
        status, output = verify(transcript, capsys)
        assert status == 1
        assert any("intake-log.txt line 3: expected a signature under" in line for line in output)


class TestIntakeLog:
    def test_is_reported_in_two_lines(self, transcript, capsys):
        _, output = verify(transcript, capsys)
        assert f"ok    intake-log.txt: {len(SIZES)} heads, each the one before and more" in output
        assert (
            "ok    intake-log.txt: every head is of the register's first lines, the last of all"
            in output
        )

    @pytest.mark.parametrize("sizes", [(11,), (0, 0, 11), (1, 2, 3, 11, 11), (8, 11), range(12)])
    def test_of_any_sizes_holds(self, tmp_path, sizes, capsys):
        log = build_log(LINES, sizes)
        write_whole_transcript(tmp_path / "log", intake_log=log, signer_pem=None)
        status, output = verify(tmp_path / "log", capsys)
        assert (status, output[-1]) == (0, "every check holds")

    @pytest.mark.parametrize(
        ("lines", "sizes", "draw"),
        [
            (LINES, (2, 8), DRAW),
            (LINES, (2, 11), "TEST2027"),
            (LINES[1:], (2, 10), DRAW),
            ((*LINES, LINES[0].replace("10000001", "10000012")), (2, 12), DRAW),
            ((LINES[0][:-64] + hash_hex("somebody else"), *LINES[1:]), (0, 11), DRAW),
        ],
        ids=["unfinished", "another draw", "removed", "more than the register", "somebody else"],
    )
    def test_that_is_not_of_this_register_fails(self, tmp_path, lines, sizes, draw, capsys):
        log = build_log(lines, sizes, draw=draw)
        write_whole_transcript(tmp_path / "log", intake_log=log, signer_pem=None)
        status, output = verify(tmp_path / "log", capsys)
        assert status == 1
        assert any(line.startswith("FAIL  intake-log.txt line") for line in output)

    def test_without_a_head_fails(self, tmp_path, capsys):
        log = f"WSM-INTAKE/1\ndraw={DRAW}\n"
        write_whole_transcript(tmp_path / "log", intake_log=log, signer_pem=None)
        assert verify(tmp_path / "log", capsys)[0] == 1

    def test_is_judged_even_when_the_balls_are_not_there_to_rank(self, transcript, capsys):
        path = transcript / "ceremony.txt"
        path.write_bytes(path.read_bytes().replace(b"balls=00", b"balls=99"))
        _, output = verify(transcript, capsys)
        assert any(line.startswith("ok    intake-log.txt: every head") for line in output)

    def test_that_is_a_pipe_is_refused_and_not_waited_for(self, transcript, capsys):
        (transcript / "intake-log.txt").unlink()
        os.mkfifo(transcript / "intake-log.txt")
        status, output = verify(transcript, capsys)
        assert status == 1
        assert any(
            "'intake-log.txt' is not" in line or "not a plain file" in line for line in output
        )

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"WSM-INTAKE/1", b"WSM-INTAKE/1\n" * 100_000),
            (b"|5|", b"|" + b"9" * 100_000 + b"|"),
            (b"|5|", b"|999999999|"),
            (b"2026-04-01", b"0000-00-00"),
            (b"2026-04-01T23:59:00+08:00", b"0001-01-01T00:00:00+23:59"),
            (b"2026-04-02", b"9999-12-31"),
            (b"|-|", b"|" + b"a" * 64 + b",|"),
            (b"|-|", b"|" + b",".join([b"a" * 64] * 10_000) + b"|"),
            (b"draw=", b"draw=\x1b[2J"),
        ],
    )
    def test_of_absurd_content_fails_in_plain_words(self, transcript, old, new, capsys):
        path = transcript / "intake-log.txt"
        changed = path.read_bytes().replace(old, new)
        assert changed != path.read_bytes()
        path.write_bytes(changed)
        repair_sums(transcript)
        status, output = verify(transcript, capsys)
        assert status == 1
        assert max(map(len, output)) < 1000
        assert all(line.isascii() and line.isprintable() for line in output)


class TestWhatOnlyTheReaderCanJudge:
    """Somebody who holds all the pens can write these so that everything agrees: it is said."""

    KEPT = "only heads and a key that you kept show that it is the same log"

    def test_a_log_under_another_key_is_noted_like_any(self, tmp_path, capsys):
        log = build_log(LINES, (11,), signed=True)
        write_whole_transcript(tmp_path / "late", intake_log=log)
        status, output = verify(tmp_path / "late", capsys)
        assert status == 0
        assert f"note  intake-log.txt: {self.KEPT}" in output

    def test_that_there_is_no_log(self, transcript, capsys):
        for name in ("intake-log.txt", "intake-signer.pem"):
            (transcript / name).unlink()
        repair_sums(transcript)
        status, output = verify(transcript, capsys)
        assert status == 0
        note = "there is none, so nothing shows how the register grew"
        assert f"note  intake-log.txt: {note}" in output

    def test_that_heads_came_after_the_last_ball(self, transcript, capsys):
        path = transcript / "intake-log.txt"
        status, output = verify(transcript, capsys)
        assert not [line for line in output if "later than the last ball" in line]
        log = build_log(LINES, range(12), opens_at=LATE)
        path.write_text(log)
        (transcript / "intake-signer.pem").unlink()
        repair_sums(transcript)
        status, output = verify(transcript, capsys)
        assert status == 0
        assert "note  intake-log.txt: 11 of 12 heads are later than the last ball" in output

    @pytest.mark.parametrize("file", ["dispositions-1.txt", "reinstatements.txt"])
    def test_whom_officers_named(self, transcript, file, capsys):
        _, output = verify(transcript, capsys)
        note = "who is named was decided by officers; no computation shows it"
        assert f"note  {file}: {note}" in output

    def test_whether_c_is_the_one_that_was_published(self, transcript, capsys):
        note = "note  C was compared with none that you saw published; --commitment does that"
        assert note in verify(transcript, capsys)[1]
        published = hash_hex((transcript / "commitment.txt").read_text())
        assert note not in verify(transcript, capsys, "--commitment", published)[1]


class TestReinstatements:
    def test_are_computed_again(self, transcript, capsys):
        _, output = verify(transcript, capsys)
        assert "ok    reinstatements.txt: 3 places in addition, each as computed" in output

    @pytest.mark.parametrize("number", REINSTATED)
    def test_are_printed_for_their_application(self, transcript, number, capsys):
        lines = parse_reinstatements((transcript / "reinstatements.txt").read_text())
        own = next(line for line in lines if line.number == number)
        status, output = verify(transcript, capsys, "--application", number)
        assert status == 0
        words = [line.split() for line in output]
        rank = f"reinstated after rank {own.rank_after} in category {own.category}"
        assert [*rank.split(), "(reinstatements.txt)"] in words
        assert f"place {own.step or 'none'} in addition (reinstatements.txt)".split() in words

    def test_are_not_printed_for_others(self, transcript, capsys):
        status, output = verify(transcript, capsys, "--application", "10000004")
        assert status == 0
        assert not [line for line in output if "reinstated" in line]

    def test_of_only_some_excluded_applications_hold(self, transcript, capsys):
        path = transcript / "reinstatements.txt"
        path.write_text("".join(path.read_text().splitlines(keepends=True)[1:2]))
        repair_sums(transcript)
        assert verify(transcript, capsys)[0] == 0

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("10000003", "10000001"),
            ("10000003", "10000099"),
            ("10000003", "ABCDEFGH"),
            ("10000003", ""),
            ("10000003|F|", "10000003|P|"),
            ("|F|G|", "|F|Y|"),
        ],
        ids=["active", "not there", "no number", "nothing", "category", "track"],
    )
    def test_of_anybody_else_or_otherwise_fail(self, transcript, old, new, capsys):
        path = transcript / "reinstatements.txt"
        changed = path.read_text().replace(old, new, 1)
        assert changed != path.read_text()
        path.write_text(changed)
        repair_sums(transcript)
        status, output = verify(transcript, capsys)
        assert status == 1
        assert any(line.startswith("FAIL  reinstatements.txt line 1") for line in output)
