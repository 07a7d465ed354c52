"""The verifier as people use it: one file, any machine, any input."""

import ast
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from lottery.ballot import verify_ballot
from lottery.ballot.register import compute_identity_commitment
from lottery.ballot.transcript import write_transcript
from tests.unit.ballot.builders import (
    VECTOR_NAMES,
    VECTORS,
    build_ceremony,
    build_line,
    build_parameters,
    commit_to,
    hash_hex,
)

SOURCE = Path(verify_ballot.__file__)


@pytest.fixture
def transcript(tmp_path):
    directory = tmp_path / "ticket"
    shutil.copytree(VECTORS / "ticket", directory)
    return directory


def run(*arguments, source=SOURCE):
    command = [sys.executable, "-I", "-S", str(source), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class TestTheFile:
    TREE = ast.parse(SOURCE.read_text(encoding="ascii"))

    def test_imports_the_standard_library_only(self):
        names = set()
        for node in ast.walk(self.TREE):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names.add(node.module)
        optional = {"cryptography", "py_arkworks_bls12381"}
        packages = {name.split(".")[0] for name in names}
        assert packages - optional <= set(sys.stdlib_module_names)

    def test_is_python_3_9(self):
        ast.parse(SOURCE.read_text(encoding="ascii"), feature_version=(3, 9))

    def test_runs_alone_in_another_place(self, tmp_path):
        copy = tmp_path / "verify_ballot.py"
        shutil.copyfile(SOURCE, copy)
        done = run(VECTORS / "ticket", source=copy)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1].startswith("every check that could be made holds")

    @pytest.mark.parametrize("module", ["__future__", "argparse", "hashlib", "hmac", "os", "re"])
    def test_runs_no_module_that_lies_beside_it_in_a_transcript(self, transcript, module):
        shutil.copyfile(SOURCE, transcript / "verify_ballot.py")
        impostor = "import os; print('every check holds', flush=True); os._exit(0)"
        (transcript / f"{module}.py").write_text(impostor)
        (transcript / "ranking.txt").write_text("")
        command = [sys.executable, "-S", "verify_ballot.py", "."]
        done = subprocess.run(command, capture_output=True, text=True, cwd=transcript, check=False)
        assert (done.returncode, done.stderr) == (1, "")
        assert done.stdout.endswith("FAILED\n")


@pytest.mark.parametrize("name", VECTOR_NAMES)
def test_the_vectors_verify(name):
    done = run(VECTORS / name)
    assert (done.returncode, done.stderr) == (0, "")
    assert "FAIL" not in done.stdout


def test_a_tampered_transcript_ends_with_one(transcript):
    path = transcript / "allocation.txt"
    path.write_bytes(path.read_bytes()[:-1])
    done = run(transcript)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("arguments", [(), ("--application", "1", "x"), ("--identity", "a", "b")])
def test_wrong_usage_ends_with_two(arguments):
    assert run(*arguments).returncode == 2


def test_help_says_what_the_exit_status_means():
    done = run("--help")
    assert done.returncode == 0
    assert "Exit status" in done.stdout


def test_a_reader_who_leaves_early_sees_no_traceback():
    command = [sys.executable, str(SOURCE), str(VECTORS / "ticket")]
    read_end, write_end = os.pipe()
    os.close(read_end)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        command, stdout=write_end, stderr=subprocess.PIPE, text=True, check=False, env=environment
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (2, "")


class TestCommitment:
    C = (VECTORS / "ticket" / "vectors.txt").read_text()[2:66]

    @pytest.mark.parametrize("seen", [C, C.upper(), f" {C}\n"])
    def test_that_was_published_must_be_this_transcripts(self, seen, capsys):
        assert verify_ballot.main([str(VECTORS / "ticket"), "--commitment", seen]) == 0
        assert f"ok    commitment.txt: C is the one given, {self.C}" in capsys.readouterr().out

    def test_of_another_transcript_fails_with_both_values(self, capsys):
        seen = hash_hex("another register")
        assert verify_ballot.main([str(VECTORS / "ticket"), "--commitment", seen]) == 1
        failure = f"expected the published C = {seen}, found C = {self.C}"
        assert failure in capsys.readouterr().out

    @pytest.mark.parametrize("seen", ["", C[1:], C[1:] + "g", C + "0"])
    def test_of_another_form_is_wrong_usage(self, seen):
        with pytest.raises(SystemExit, match="2"):
            verify_ballot.main([str(VECTORS / "ticket"), "--commitment", seen])


class TestApplication:
    def show(self, capsys, *arguments):
        status = verify_ballot.main([str(VECTORS / "ticket"), *arguments])
        return status, capsys.readouterr().out

    def test_prints_line_proof_tickets_rank_and_places(self, capsys):
        status, output = self.show(capsys, "--application", "10000005")
        assert status == 0
        words = [line.split() for line in output.splitlines()]
        values = (VECTORS / "ticket" / "vectors.txt").read_text().splitlines()
        proof = next(line.split()[5:] for line in values if line.startswith("inclusion"))
        assert [word[1] for word in words if word[0] == "proof"] == proof
        assert ["index", "4", "of", "7", "lines,", "from", "0"] in words
        assert ["rank", "1", "of", "3", "in", "category", "P"] in words
        assert ["place", "OP|1|10000005", "(allocation.txt)"] in words
        assert len([word for word in words if word[0] == "ticket"]) == 3

    def test_says_why_an_excluded_one_has_no_rank(self, capsys):
        status, output = self.show(capsys, "--application", "10000003")
        assert status == 0
        assert "none: excluded with status XD" in output
        assert "place       none (allocation.txt)" in output

    def test_that_is_not_there_fails(self, capsys):
        status, output = self.show(capsys, "--application", "10000008")
        assert status == 1
        assert "there is no application 10000008" in output


class TestIdentity:
    SALT = hash_hex("salt")
    IDS = "A123456(3), ca182361(1)"

    @pytest.fixture
    def directory(self, tmp_path):
        idc = compute_identity_commitment(self.SALT, ["CA1823611", "A1234563"])
        lines = [build_line(10000001), build_line(10000002)[:-64] + idc]
        parameters = build_parameters()
        write_transcript(
            tmp_path,
            parameters=parameters,
            register_lines=lines,
            ceremony=build_ceremony(parameters, commit_to(parameters, lines)),
        )
        return str(tmp_path)

    @pytest.mark.parametrize("application", [(), ("--application", "10000002")])
    def test_of_the_receipt_is_found(self, directory, application, capsys):
        arguments = [directory, *application, "--identity", self.SALT, self.IDS]
        assert verify_ballot.main(arguments) == 0
        assert "stands in the line of 10000002" in capsys.readouterr().out

    def test_may_be_typed_in_groups_as_the_receipt_prints_it(self, directory):
        groups = " ".join(self.SALT[start : start + 4] for start in range(0, 64, 4)).upper()
        assert verify_ballot.main([directory, "--identity", groups, self.IDS]) == 0

    @pytest.mark.parametrize(
        ("salt", "ids"),
        [
            ("S|A1234563", "CA1823611"),
            ("S", "A1234563|CA1823611"),
            (SALT, ""),
            (SALT, "A1234563,"),
            (SALT, "A1234563,A123456(3)"),
        ],
    )
    def test_of_another_form_stands_for_nobody(self, tmp_path, salt, ids, capsys):
        """Whoever hashed a text of another form could read it in more ways than one."""
        joined = ",".join(verify_ballot.normalise_identity(ids))
        idc = hash_hex(f"WSM-BALLOT/1|id|{salt.lower()}|{joined}")
        parameters, lines = build_parameters(), [build_line(10000001)[:-64] + idc]
        ceremony = build_ceremony(parameters, commit_to(parameters, lines))
        write_transcript(tmp_path, parameters=parameters, register_lines=lines, ceremony=ceremony)
        assert verify_ballot.main([str(tmp_path), "--identity", salt, ids]) == 1
        assert "FAIL  identity: " in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("application", "salt", "ids"),
        [
            (("--application", "10000001"), SALT, IDS),
            ((), SALT, "A1234563"),
            ((), hash_hex("another"), IDS),
            ((), "陳", "大文"),
        ],
    )
    def test_of_somebody_else_fails(self, directory, application, salt, ids):
        assert verify_ballot.main([directory, *application, "--identity", salt, ids]) == 1


class TestHostileInput:
    """Exit status 1 or 2, a plain message, never a traceback."""

    NAMES = ("params.txt", "register.txt", "ceremony.txt", "ranking.txt", "SHA256SUMS")

    def verify(self, directory, capsys):
        status = verify_ballot.main([str(directory)])
        captured = capsys.readouterr()
        output = captured.out + captured.err
        assert output.isascii()
        assert all(character == "\n" or character.isprintable() for character in output)
        return status, output

    @pytest.mark.parametrize("name", NAMES)
    def test_a_directory_in_place_of_a_file(self, transcript, name, capsys):
        (transcript / name).unlink()
        (transcript / name).mkdir()
        status, output = self.verify(transcript, capsys)
        assert status == 2
        assert "not a plain file" in output

    @pytest.mark.parametrize("name", NAMES)
    def test_a_link_in_place_of_a_file(self, transcript, name, capsys):
        (transcript / name).rename(transcript / "elsewhere")
        (transcript / name).symlink_to(transcript / "elsewhere")
        assert self.verify(transcript, capsys)[0] == 2

    def test_a_pipe_in_place_of_a_file(self, transcript, capsys):
        (transcript / "params.txt").unlink()
        os.mkfifo(transcript / "params.txt")
        assert self.verify(transcript, capsys)[0] == 2

    @pytest.mark.parametrize("name", NAMES)
    def test_a_file_larger_than_anything_lawful(self, transcript, name, capsys):
        with (transcript / name).open("r+b") as stream:
            stream.truncate((1 << 31) + 1)
        status, output = self.verify(transcript, capsys)
        assert status == 2
        assert "larger than" in output

    @pytest.mark.parametrize(
        "line",
        [
            b"../../etc/passwd",
            b"/etc/passwd",
            b"..",
            b".hidden",
            b"a/b",
            b"SHA256SUMS",
            b"register.txt\0",
            b"x" * 500,
            "名".encode(),
            b"*register.txt",
            b"",
        ],
    )
    def test_a_name_that_is_no_plain_name(self, transcript, line, capsys):
        path = transcript / "SHA256SUMS"
        path.write_bytes(sha256(b"").hexdigest().encode() + b"  " + line + b"\n")
        status, output = self.verify(transcript, capsys)
        assert status == 1
        assert "root:" not in output

    @pytest.mark.parametrize(
        ("name", "old", "new"),
        [
            ("params.txt", b"attempt=1", b"attempt=" + b"9" * 10000),
            ("params.txt", b"OF:F:GY:1:1", b"OF:F:GY:1:" + b"9" * 100_000),
            ("params.txt", b":657413", b":" + b"9" * 10000),
            ("params.txt", b":657413", b":999999999999"),
            ("params.txt", b"step=YP", b"step=\x1b[31mYP"),
            ("params.txt", b"step=OF:F:GY:1:1:OP\n", b"step=A:F:G:0:0:-\n" * 500),
            ("params.txt", b"balls:100:20", b"balls:999:999"),
            ("ceremony.txt", b"balls=07", b"balls=" + b"07-" * 100_000 + b"07"),
            ("ceremony.txt", b"balls=07", b"balls=--"),
            ("ceremony.txt", b"2023-09-15T", b"0000-00-00T"),
            ("ceremony.txt", b"2023-09-15T19:00:00+08:00", b"0001-01-01T00:00:00+23:59"),
            ("ceremony.txt", b"2023-09-15T19:00:00+08:00", b"9999-12-31T23:59:59-23:59"),
            ("ceremony.txt", b"2023-09-15T19:00:00+08:00", b"2023-09-15T24:00:00+08:00"),
            ("ceremony.txt", b"+08:00", b"+99:99"),
            ("ceremony.txt", b"signature=b7", b"signature=\xff\xfe"),
            ("register.txt", b"10000001|A", b"99999999|A"),
            ("register.txt", b"10000004", b"1" * 1_000_000),
            ("ranking.txt", b"F|1|", "１|".encode()),
            ("ranking.txt", b"\n", b"\x85\n"),
            ("allocation.txt", b"OF|1|", b"\x07" * 100_000),
            ("dispositions-1.txt", b"10000001", b"10000003"),
            ("dispositions-1.txt", b"10000001", b"-1"),
        ],
    )
    def test_absurd_content(self, transcript, name, old, new, capsys):
        path = transcript / name
        changed = path.read_bytes().replace(old, new)
        assert changed != path.read_bytes()
        path.write_bytes(changed)
        status, output = self.verify(transcript, capsys)
        assert status == 1
        assert max(map(len, output.splitlines())) < 1000

    def test_files_with_names_that_could_deceive(self, transcript, capsys):
        (transcript / "ok\n\x1b[2Jevery check holds").write_text("")
        (transcript / "獎券").write_text("")
        for number in range(50):
            (transcript / f"more-{number}").write_text("")
        status, output = self.verify(transcript, capsys)
        assert status == 0
        assert "more files are not named" in output

    def test_a_place_that_is_no_directory(self, transcript, capsys):
        assert self.verify(transcript / "params.txt", capsys)[0] == 2
        assert self.verify(transcript / "nowhere", capsys)[0] == 2
        assert self.verify("a\0b", capsys)[0] == 2
