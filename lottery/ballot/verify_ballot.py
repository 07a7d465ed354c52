#!/usr/bin/env python3
"""
Verify the transcript of a WSM-BALLOT/1 draw.

    python verify_ballot.py DIRECTORY
    python verify_ballot.py DIRECTORY --application 10000001
    python verify_ballot.py DIRECTORY --application 10000001 --identity SALT ID[,ID...]
    python verify_ballot.py DIRECTORY --commitment C

Everything that follows from params.txt, register.txt and ceremony.txt is computed again and
compared with the other files byte for byte. Where SHA256SUMS names them, intake-log.txt is
checked in itself and against the register, and reinstatements.txt is computed again too.
One line is printed for each check: `ok`, `FAIL`, or `note` for what was not or cannot be
checked. --commitment takes the hash C that you saw published before the draw, in a newspaper
or on a notice, and fails when this transcript is not of that one.

Exit status: 0 if every check that could be made holds, 1 if one fails, 2 if the transcript
cannot be read.

This file needs Python 3.9 or later and nothing else, and shares no code with the software
that made the draw. Two kinds of signature need a package beside it: the beacon's
(py_arkworks_bls12381) and those of the intake log (cryptography). Without them the last line
says what was not checked, and the exit status is 0 still: every rank and place follows from
the files whether or not a signature was checked.

It is written to be read: from top to bottom, the files, the tree, the seed, the order, the
places, the intake log. `Wrong` is raised with the file, the line and the two values.
"""

import sys

# Python looks for modules beside the script first. Inside a transcript, a file hashlib.py would
# run in place of Python's own and could report anything. For the same reason nothing, not even
# __future__, is imported above.
if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    del sys.path[0]

import argparse
import bisect
import hashlib
import hmac
import os
import re
import stat
from datetime import datetime, timedelta
from typing import Any, NamedTuple

SUMS = "SHA256SUMS"
REQUIRED = (
    "allocation.txt",
    "ceremony.txt",
    "commitment.txt",
    "params.txt",
    "ranking.txt",
    "register.txt",
)
INTAKE_LOG = "intake-log.txt"
INTAKE_SIGNER = "intake-signer.pem"
REINSTATEMENTS = "reinstatements.txt"
OPTIONAL = (INTAKE_LOG, INTAKE_SIGNER, REINSTATEMENTS)
NUMBERED = re.compile(r"(allocation|dispositions)-([1-9][0-9]*)\.txt")

# Far above anything lawful; a file beyond it is refused before it fills the memory.
SMALL_FILE_BYTES = 1 << 20
LARGE_FILE_BYTES = 1 << 31

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
QUICKNET_GENESIS = 1692803367
QUICKNET_PERIOD = 3
QUICKNET_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)


BEACON_SIGNATURE = "the beacon's signature"
INTAKE_SIGNATURES = "the intake log's signatures"


class Unreadable(Exception):
    """The transcript is not there, or not in a form that can be read at all."""


class Wrong(Exception):
    """A check does not hold."""

    def __init__(self, file: str, line: int, expected: Any, found: Any) -> None:
        place = f"{file} line {line}" if line else file
        super().__init__(f"{place}: expected {show(expected)}, found {show(found)}")


def show(value: Any) -> str:
    """Make any value safe to print: ASCII, no control characters, not too long."""
    if value is None:
        return "nothing"
    if isinstance(value, bytes):
        value = value[:400].decode("latin-1")
    text = ascii(value[:400])[1:-1] if isinstance(value, str) else ascii(value)
    return text if len(text) <= 300 else text[:300] + "..."


class Report:
    """Prints one line for each check; remembers whether one failed and what was not checked."""

    def __init__(self) -> None:
        self.failed = False
        self.unchecked: list[str] = []

    def ok(self, text: str) -> None:
        print(f"ok    {text}")

    def fail(self, text: str) -> None:
        self.failed = True
        print(f"FAIL  {text}")

    def note(self, text: str) -> None:
        print(f"note  {text}")

    def skip(self, what: str, text: str) -> None:
        """Note a check that could not be made, and name it again in the last line."""
        self.unchecked.append(what)
        self.note(text)

    def close(self) -> str:
        """The last line."""
        if self.failed:
            return "FAILED"
        if not self.unchecked:
            return "every check holds"
        verb = "was" if self.unchecked == [BEACON_SIGNATURE] else "were"
        what = " and ".join(self.unchecked)
        return f"every check that could be made holds; {what} {verb} not checked"


# ---------------------------------------------------------------------------------- files


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def open_plain(directory: str, name: str, limit: int) -> Any:
    """Open a regular file; not a link, a directory or a device, and not one too large."""
    path = os.path.join(directory, name)
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"{show(name)} is not a plain file")
        if status.st_size > limit:
            raise Unreadable(f"{show(name)} is larger than {limit} bytes")
        return open(path, "rb")
    except OSError as error:
        raise Unreadable(f"{show(name)} cannot be read: {error.strerror}") from None


def read(directory: str, name: str, limit: int) -> bytes:
    with open_plain(directory, name, limit) as stream:
        return bytes(stream.read(limit + 1))


def hash_file(directory: str, name: str) -> str:
    digest = hashlib.sha256()
    with open_plain(directory, name, LARGE_FILE_BYTES) as stream:
        for chunk in iter(lambda: stream.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def split(name: str, data: bytes) -> list[bytes]:
    """Split a file into lines, refusing every byte that the text rules do not allow."""
    strange = re.search(rb"[^\n -~]| (?=\n|\Z)", data)
    if strange:
        line = data.count(b"\n", 0, strange.start()) + 1
        raise Wrong(name, line, "printable ASCII, LF line ends, no trailing blank", strange[0])
    if data and not data.endswith(b"\n"):
        raise Wrong(name, data.count(b"\n") + 1, "a line end at the end of the file", None)
    return data.split(b"\n")[:-1]


def compare(name: str, expected: bytes, found: bytes) -> None:
    """Refuse the first line that differs."""
    if expected == found:
        return
    expected_lines, found_lines = expected.split(b"\n"), found.split(b"\n")
    for index in range(max(len(expected_lines), len(found_lines))):
        one = expected_lines[index] if index < len(expected_lines) else None
        other = found_lines[index] if index < len(found_lines) else None
        if one != other:
            raise Wrong(name, index + 1, one, other)


def match_lines(name: str, lines: list[bytes], shapes: list[tuple[str, str]]) -> list[str]:
    """Match the first lines of a file with `key=shape`; return the values."""
    values = []
    for index, (key, shape) in enumerate([("", "WSM-BALLOT/1"), *shapes]):
        line = lines[index].decode("ascii") if index < len(lines) else None
        prefix = f"{key}=" if key else ""
        if line is None or not re.fullmatch(re.escape(prefix) + f"(?:{shape})", line):
            raise Wrong(name, index + 1, f"{prefix}{shape}", line)
        values.append(line[len(prefix) :])
    return values[1:]


# ----------------------------------------------------------------------------- SHA256SUMS


def read_sums(directory: str) -> dict[str, str]:
    """Read SHA256SUMS: hash, two blanks, name; names ascend, none is a path."""
    sums: dict[str, str] = {}
    last = ""
    for number, line in enumerate(split(SUMS, read(directory, SUMS, SMALL_FILE_BYTES)), 1):
        match = re.fullmatch(rb"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._-]{0,99})", line)
        if not match:
            raise Wrong(SUMS, number, "<64 hexadecimal digits>  <file name>", line)
        name = match[2].decode("ascii")
        if name <= last:
            raise Wrong(SUMS, number, f"a name after {last}", name)
        if name == SUMS:
            raise Wrong(SUMS, number, "any other file", name)
        sums[name] = match[1].decode("ascii")
        last = name
    return sums


def check_sums(report: Report, directory: str) -> dict[str, str]:
    """Check every file that SHA256SUMS names; return what it names."""
    sums: dict[str, str] = {}
    try:
        sums = read_sums(directory)
        report.ok(f"{SUMS}: names {len(sums)} files")
    except Wrong as wrong:
        report.fail(str(wrong))
    for name in REQUIRED:
        if name not in sums:
            report.fail(str(Wrong(SUMS, 0, f"a line for {name}", None)))
    for name, expected in sums.items():
        try:
            found = hash_file(directory, name)
        except Unreadable as unreadable:
            report.fail(f"{SUMS}: {unreadable}")
            continue
        if found == expected:
            report.ok(f"{name}: SHA-256 is {found}")
        else:
            report.fail(str(Wrong(name, 0, f"SHA-256 {expected}", found)))
        if name not in (*REQUIRED, *OPTIONAL) and not NUMBERED.fullmatch(name):
            report.note(f"{name} is no part of a transcript: nothing but its SHA-256 is judged")
    if INTAKE_SIGNER in sums and INTAKE_LOG not in sums:
        report.fail(str(Wrong(SUMS, 0, f"a line for {INTAKE_LOG}", None)))
    mention_unnamed(report, directory, sums)
    return sums


def count_dispositions(report: Report, sums: dict[str, str]) -> int:
    """Count the numbered pairs, which go from 1 without a gap."""
    numbers = [int(match[2]) for match in map(NUMBERED.fullmatch, sums) if match]
    count = max(numbers, default=0)
    for number in range(1, count + 1):
        for name in (f"dispositions-{number}.txt", f"allocation-{number}.txt"):
            if name not in sums:
                report.fail(str(Wrong(SUMS, 0, f"a line for {name}", None)))
                return number - 1
    return count


def mention_unnamed(report: Report, directory: str, sums: dict[str, str]) -> None:
    others = sorted(set(os.listdir(directory)) - set(sums) - {SUMS})
    for name in others[:20]:
        report.note(f"{show(name)} is not named in {SUMS} and is not judged")
    if len(others) > 20:
        report.note(f"{len(others) - 20} more files are not named in {SUMS}")


# ----------------------------------------------------------------------------- params.txt

COUNT = "0|[1-9][0-9]{0,7}"
ROUND = "[1-9][0-9]{0,11}"
HEX = "[0-9a-f]{64}"
MOMENT = "[0-9]{4}(?:-[0-9]{2}){2}T[0-9]{2}(?::[0-9]{2}){2}[+-][0-9]{2}:[0-9]{2}"


class Step(NamedTuple):
    name: str
    categories: str
    tracks: str
    quota: int
    letters: int
    spill_to: str


class Params(NamedTuple):
    draw: str
    attempt: str
    order: str
    ball_count: int
    drawn_count: int
    rounds: list[int]  # none: no beacon was announced
    steps: list[Step]


def read_params(data: bytes) -> Params:
    name = "params.txt"
    lines = split(name, data)
    draw, attempt, order, physical, beacon, _ = match_lines(
        name,
        lines,
        [
            ("draw", "[A-Z0-9-]{1,32}"),
            ("attempt", "[1-9][0-9]?"),
            ("order", "last2:balls|last2:seed|ticket"),
            ("physical", "balls:[1-9][0-9]{0,2}:[1-9][0-9]{0,2}"),
            ("beacon", f"none|drand:{QUICKNET}:{ROUND}(?:,{ROUND})*"),
            ("fallback", "physical2"),
        ],
    )
    ball_count, drawn_count = (int(number) for number in physical.split(":")[1:])
    if not drawn_count <= ball_count <= 100:
        raise Wrong(name, 5, "k <= n <= 100", physical)
    if order == "last2:balls" and physical != "balls:100:100":
        raise Wrong(name, 5, "balls:100:100, for last2:balls", physical)
    rounds = [int(number) for number in beacon.split(":")[2].split(",")] if ":" in beacon else []
    if rounds != sorted(set(rounds)):
        raise Wrong(name, 6, "ascending rounds", beacon)
    return Params(
        draw, attempt, order, ball_count, drawn_count, rounds, read_steps(name, lines[7:])
    )


def read_steps(name: str, lines: list[bytes]) -> list[Step]:
    shape = re.compile(
        f"step=([A-Z0-9_]{{1,16}}):(F|P|FP):(G|Y|GY):({COUNT}):({COUNT}):([A-Z0-9_]{{1,16}}|-)"
    )
    if not 1 <= len(lines) <= 99:
        raise Wrong(name, 8, "1 to 99 steps", len(lines))
    steps = []
    for number, line in enumerate(lines, 8):
        match = shape.fullmatch(line.decode("ascii"))
        if not match:
            raise Wrong(name, number, shape.pattern, line)
        step, categories, tracks, quota, letters, spill_to = match.groups()
        if int(letters) < int(quota):
            raise Wrong(name, number, f"letters from {quota} on", letters)
        steps.append(Step(step, categories, tracks, int(quota), int(letters), spill_to))
    names = [step.name for step in steps]
    for index, step in enumerate(steps):
        if step.name in names[:index]:
            raise Wrong(name, index + 8, "a new name", step.name)
        if step.spill_to != "-" and step.spill_to not in names[index + 1 :]:
            raise Wrong(name, index + 8, "a spill to a later step", step.spill_to)
    return steps


# --------------------------------------------------------------------------- register.txt

REGISTER_LINE = re.compile(
    rb"([0-9]{8})\|(A|X[DINVW])\|([FP])\|([GY])\|([0-9]{8}(?:,[0-9]{8}){0,2})\|([0-9a-f]{64})"
)


def check_register(data: bytes) -> list[bytes]:
    """Check that the register is canonical; return its lines."""
    name = "register.txt"
    lines = split(name, data)
    if not lines:
        raise Wrong(name, 1, "a line", None)
    first = 0
    extras: dict[int, int] = {}  # extra ballot number -> line
    for number, line in enumerate(lines, 1):
        match = REGISTER_LINE.fullmatch(line)
        if not match:
            raise Wrong(name, number, "APPNO|STATUS|CATEGORY|TRACK|BALLOTS|IDC", line)
        if number == 1:
            first = int(match[1])
        if int(match[1]) != first + number - 1:
            raise Wrong(name, number, f"application {first + number - 1:08d}", match[1])
        if match[5] == match[1]:
            continue
        ballots = match[5].split(b",")
        if ballots[0] != match[1] or ballots != sorted(set(ballots)):
            raise Wrong(name, number, f"ballots from {match[1].decode()} ascending", match[5])
        if len({ballot[-2:] for ballot in ballots}) != len(ballots):
            raise Wrong(name, number, "ballots with different last digits", match[5])
        for ballot in ballots[1:]:
            if int(ballot) in extras:
                raise Wrong(name, number, "a ballot number not used before", ballot)
            extras[int(ballot)] = number
    for extra, number in extras.items():
        if first <= extra < first + len(lines):
            raise Wrong(name, number, "extra ballots that are no application's number", extra)
    return lines


def active(line: bytes) -> bool:
    return line[9:11] == b"A|"


# ----------------------------------------------------------- Merkle tree (RFC 9162, 2.1.1)


def tree_split(count: int) -> int:
    """The largest power of two smaller than count."""
    return 1 << ((count - 1).bit_length() - 1)


def tree_root(leaves: list[bytes], start: int, end: int) -> bytes:
    """The root over leaves[start:end]."""
    if end - start == 1:
        return leaves[start]
    middle = start + tree_split(end - start)
    return sha(b"\x01" + tree_root(leaves, start, middle) + tree_root(leaves, middle, end))


def tree_path(leaves: list[bytes], index: int, start: int, end: int) -> list[bytes]:
    """The inclusion proof of leaves[index] in the tree over leaves[start:end]."""
    if end - start == 1:
        return []
    middle = start + tree_split(end - start)
    if index < middle:
        return [*tree_path(leaves, index, start, middle), tree_root(leaves, middle, end)]
    return [*tree_path(leaves, index, middle, end), tree_root(leaves, start, middle)]


# ------------------------------------------------------------------------- commitment.txt


def make_commitment(
    params: Params, params_data: bytes, register_data: bytes, lines: list[bytes], root: bytes
) -> bytes:
    ballots = [line.split(b"|")[4].count(b",") + 1 for line in lines if active(line)]
    return (
        "WSM-BALLOT/1\n"
        f"draw={params.draw}\n"
        f"attempt={params.attempt}\n"
        f"params={sha(params_data).hex()}\n"
        f"register={sha(register_data).hex()}\n"
        f"lines={len(lines)}\n"
        f"active={len(ballots)}\n"
        f"ballots={sum(ballots)}\n"
        f"root={root.hex()}\n"
    ).encode("ascii")


# --------------------------------------------------------------------------- ceremony.txt


class Ceremony(NamedTuple):
    draw: str
    attempt: str
    commitment: str
    balls: str
    drawn_at: str
    keyed_by: str
    beacon: str
    signature: str
    seed: str


def read_ceremony(data: bytes) -> Ceremony:
    officer = "[A-Za-z0-9._@-]{1,64}"
    shapes = [
        ("draw", "[A-Z0-9-]{1,32}"),
        ("attempt", "[1-9][0-9]?"),
        ("commitment", HEX),
        ("balls", "[0-9]{2}(?:[-/][0-9]{2}){0,199}"),
        ("drawn_at", MOMENT),
        ("keyed_by", f"{officer},{officer}"),
        ("beacon", f"none|drand:{QUICKNET}:{ROUND}:{HEX}"),
        ("signature", "none|[0-9a-f]{96}"),
        ("seed", HEX),
    ]
    lines = split("ceremony.txt", data)
    values = match_lines("ceremony.txt", lines, shapes)
    if len(lines) > len(shapes) + 1:
        raise Wrong("ceremony.txt", len(shapes) + 2, None, lines[len(shapes) + 1])
    return Ceremony(*values)


def check_published(computed: str, seen: str) -> str:
    """Check what the reader saw published before the draw."""
    if computed != seen:
        raise Wrong("commitment.txt", 0, f"the published C = {seen}", f"C = {computed}")
    return f"commitment.txt: C is the one given, {seen}"


def check_belonging(ceremony: Ceremony, params: Params, commitment_hash: str) -> str:
    name = "ceremony.txt"
    if ceremony.draw != params.draw:
        raise Wrong(name, 2, params.draw, ceremony.draw)
    if ceremony.attempt != params.attempt:
        raise Wrong(name, 3, params.attempt, ceremony.attempt)
    if ceremony.commitment != commitment_hash:
        raise Wrong(name, 4, commitment_hash, ceremony.commitment)
    return f"{name}: belongs to C = {commitment_hash}"


def check_balls(ceremony: Ceremony, params: Params) -> str:
    name = "ceremony.txt"
    draws = ceremony.balls.split("/")
    if len(draws) > 2:
        raise Wrong(name, 5, "one draw, or two", len(draws))
    for draw in draws:
        balls = draw.split("-")
        if len(balls) != params.drawn_count:
            raise Wrong(name, 5, f"{params.drawn_count} balls", len(balls))
        for index, ball in enumerate(balls):
            if int(ball) >= params.ball_count:
                raise Wrong(name, 5, f"balls up to {params.ball_count - 1:02d}", ball)
            if ball in balls[:index]:
                raise Wrong(name, 5, "different balls", f"{ball} twice")
    return f"{name}: {params.drawn_count} of {params.ball_count} balls, {len(draws)} draw(s)"


def check_officers(ceremony: Ceremony) -> str:
    one, other = ceremony.keyed_by.lower().split(",")
    if one == other:
        raise Wrong("ceremony.txt", 7, "two different officers", ceremony.keyed_by)
    return "ceremony.txt: two different officers are named"


def seconds(name: str, line: int, text: str) -> int:
    """Unix seconds of a moment with offset."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.isoformat() != text:
            raise ValueError
        return (moment - EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError):
        raise Wrong(name, line, "a moment that exists", text) from None


def check_beacon(ceremony: Ceremony, params: Params) -> str:
    """Check all of the beacon but its signature, which `check_beacon_signature` does."""
    name = "ceremony.txt"
    drawn = seconds(name, 6, ceremony.drawn_at)
    second_draw = "/" in ceremony.balls
    if ceremony.beacon == "none":
        if ceremony.signature != "none":
            raise Wrong(name, 9, "none, as there is no beacon", ceremony.signature)
        if params.rounds and not second_draw:
            raise Wrong(name, 5, "a second draw, as there is no beacon", "one draw")
        if second_draw and not params.rounds:
            raise Wrong(name, 5, "one draw, as no beacon was announced", "a second draw")
        return (
            f"{name}: no beacon, as announced"
            if not params.rounds
            else (f"{name}: the fallback was used, a second draw in place of the beacon")
        )
    if second_draw:
        raise Wrong(name, 5, "one draw, as there is a beacon", "a second draw")
    later = [r for r in params.rounds if QUICKNET_GENESIS + (r - 1) * QUICKNET_PERIOD > drawn]
    expected = str(later[0]) if later else "none"
    _, _, found, randomness = ceremony.beacon.split(":")
    if found != expected:
        raise Wrong(name, 8, f"round {expected}, the first announced after the last ball", found)
    if ceremony.signature == "none":
        raise Wrong(name, 9, "the signature of the round", "none")
    hashed = sha(bytes.fromhex(ceremony.signature)).hex()
    if hashed != randomness:
        raise Wrong(name, 8, f"randomness {hashed}, the hash of the signature", randomness)
    return f"{name}: beacon round {found} is later than the last ball; its hash holds"


def check_beacon_signature(report: Report, ceremony: Ceremony) -> None:
    """Check who made the beacon's value, which takes a package that computes pairings."""
    number = int(ceremony.beacon.split(":")[2])
    problem = ""
    try:
        holds = is_signed_by_quicknet(number, bytes.fromhex(ceremony.signature))
    except ImportError:
        problem = "py_arkworks_bls12381 is not installed"
    except AttributeError:
        problem = "this py_arkworks_bls12381 is too old"
    text = f"ceremony.txt: signature of beacon round {number}"
    if problem:
        report.skip(BEACON_SIGNATURE, f"{text} NOT checked ({problem})")
    elif holds:
        report.ok(f"{text} is quicknet's")
    else:
        what = f"quicknet's signature of round {number}"
        report.fail(str(Wrong("ceremony.txt", 9, what, ceremony.signature)))


def is_signed_by_quicknet(number: int, signature: bytes) -> bool:
    from py_arkworks_bls12381 import GT, G1Point, G2Point

    message = sha(number.to_bytes(8, "big"))
    domain = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
    try:
        point = G1Point.from_compressed_bytes(signature)
        key = G2Point.from_compressed_bytes(bytes.fromhex(QUICKNET_KEY))
        return bool(
            GT.pairing(point, G2Point()) == GT.pairing(G1Point.hash_to_curve(message, domain), key)
        )
    except ValueError:
        return False


def check_seed(ceremony: Ceremony) -> str:
    text = f"WSM-BALLOT/1|seed|{ceremony.commitment}|{ceremony.balls}|{ceremony.beacon}"
    seed = sha(text.encode("ascii")).hex()
    if ceremony.seed != seed:
        raise Wrong("ceremony.txt", 10, seed, ceremony.seed)
    return f"ceremony.txt: the seed K is {seed}"


# ------------------------------------------------------------------------------- ranking


class Placed(NamedTuple):
    """An active application with its sort key first, so that tuples compare as the key."""

    group: int
    ticket: str
    ballot: bytes
    number: bytes
    category: str
    track: str


def hmac_hex(seed: str, message: bytes) -> str:
    return hmac.digest(seed.encode("ascii"), message, "sha256").hex()


def order_groups(order: str, seed: str, balls: str) -> dict[bytes, int]:
    """The position of each pair of last digits."""
    groups = [b"%02d" % number for number in range(100)]
    if order == "ticket":
        return dict.fromkeys(groups, 0)
    if order == "last2:seed":
        groups.sort(key=lambda group: (hmac_hex(seed, b"group|" + group), group))
    else:
        groups = balls.split("/")[0].encode("ascii").split(b"-")
    return {group: position for position, group in enumerate(groups)}


def place(line: bytes, groups: dict[bytes, int], seed: str) -> Placed:
    """Give an application the smallest key of its ballot numbers."""
    number, _, category, track, ballots, _ = line.split(b"|")
    group, ticket, ballot = min(
        (groups[ballot[-2:]], hmac_hex(seed, b"ticket|" + ballot), ballot)
        for ballot in ballots.split(b",")
    )
    return Placed(group, ticket, ballot, number, category.decode(), track.decode())


def order_applications(lines: list[bytes], groups: dict[bytes, int], seed: str) -> list[Placed]:
    """Everybody in the draw, best first, families and one-person applications together."""
    return sorted(place(line, groups, seed) for line in lines if active(line))


def make_ranking(everybody: list[Placed]) -> bytes:
    lines = []
    for category in ("F", "P"):
        rank = 0
        for placed in everybody:
            if placed.category == category:
                rank += 1
                lines.append(
                    b"%s|%d|%s|%s|%s|%02d|%s\n"
                    % (
                        category.encode(),
                        rank,
                        placed.number,
                        placed.track.encode(),
                        placed.ballot,
                        placed.group,
                        placed.ticket.encode(),
                    )
                )
    return b"".join(lines)


# ---------------------------------------------------------------------------- allocation


def allocate(
    everybody: list[Placed], steps: list[Step], gone: set[bytes]
) -> list[tuple[str, int, bytes]]:
    """The places as (step, sequence, application), given to the best first, step by step."""
    places: list[tuple[str, int, bytes]] = []
    taken = set(gone)
    spilled = {step.name: 0 for step in steps}
    for step in steps:
        quota = step.quota + spilled[step.name]
        letters = step.letters + spilled[step.name]
        sequence = 0
        for placed in everybody:
            if sequence == letters:
                break
            admitted = placed.category in step.categories and placed.track in step.tracks
            if admitted and placed.number not in taken:
                sequence += 1
                taken.add(placed.number)
                places.append((step.name, sequence, placed.number))
        if step.spill_to != "-" and sequence < quota:
            spilled[step.spill_to] += quota - sequence
    return places


def make_allocation(everybody: list[Placed], steps: list[Step], gone: set[bytes]) -> bytes:
    return b"".join(
        b"%s|%d|%s\n" % (step.encode(), sequence, number)
        for step, sequence, number in allocate(everybody, steps, gone)
    )


def read_dispositions(name: str, data: bytes, ranked: set[bytes]) -> set[bytes]:
    gone: set[bytes] = set()
    last = b""
    for index, line in enumerate(split(name, data), 1):
        match = re.fullmatch(rb"([0-9]{8})\|(VETTING_FAILED|WITHDRAWN|LAPSED|CANCELLED)", line)
        if not match:
            raise Wrong(name, index, "APPNO|CODE", line)
        if match[1] <= last:
            raise Wrong(name, index, f"a number after {last.decode()}", match[1])
        if match[1] not in ranked:
            raise Wrong(name, index, "an application that has a rank", match[1])
        last = match[1]
        gone.add(last)
    return gone


# ------------------------------------------------------------------- reinstatements.txt


class Ranked(NamedTuple):
    """What a place in addition is measured against: the draw as it was published."""

    categories: dict[str, list[Placed]]  # everybody, best first
    foremost: list[Placed]  # everybody who could ever hold a place, best first
    steps: list[Step]
    groups: dict[bytes, int]
    seed: str


def find_foremost(everybody: list[Placed], steps: list[Step]) -> list[Placed]:
    """Leave out whoever is too far down for a place even if all letters went to their kind."""
    letters = sum(step.letters for step in steps)
    counts: dict[str, int] = {}
    foremost = []
    for placed in everybody:
        kind = placed.category + placed.track
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= letters:
            foremost.append(placed)
    return foremost


def make_reinstatement(line: bytes, ranked: Ranked) -> bytes:
    """The place in addition of one excluded application, as if it alone had been in the draw."""
    placed = place(line, ranked.groups, ranked.seed)
    places = allocate(sorted([*ranked.foremost, placed]), ranked.steps, set())
    steps = [step for step, _, number in places if number == placed.number]
    return b"%s|%s|%s|%s|%02d|%s|%d|%s" % (
        placed.number,
        placed.category.encode(),
        placed.track.encode(),
        placed.ballot,
        placed.group,
        placed.ticket.encode(),
        bisect.bisect(ranked.categories[placed.category], placed),
        (steps or ["-"])[0].encode(),
    )


def check_reinstatements(data: bytes, lines: list[bytes], ranked: Ranked) -> str:
    name = REINSTATEMENTS
    found = split(name, data)
    if not found:
        raise Wrong(name, 1, "a line, as the file is there", None)
    last = b""
    for index, line in enumerate(found, 1):
        number = line[:8]
        if not re.fullmatch(rb"[0-9]{8}", number):
            raise Wrong(name, index, "APPNO|CATEGORY|TRACK|BALLOT|GROUP|TICKET|AFTER|STEP", line)
        if number <= last:
            raise Wrong(name, index, f"a number after {last.decode()}", number)
        own = find_line(lines, number)
        if own is None or active(own):
            raise Wrong(name, index, "an application that the register excludes", number)
        expected = make_reinstatement(own, ranked)
        if line != expected:
            raise Wrong(name, index, expected, line)
        last = number
    return f"{name}: {len(found)} places in addition, each as computed"


def find_line(lines: list[bytes], number: bytes) -> "bytes | None":
    """An application's line; the numbers have no gaps."""
    index = int(number) - int(lines[0][:8])
    return lines[index] if 0 <= index < len(lines) else None


# ------------------------------------------------------------------------ intake-log.txt


class Head(NamedTuple):
    """One head: how many applications there were at one moment, and the tree over them."""

    at: int  # Unix seconds
    size: int
    root: bytes
    previous: bytes
    journal: bytes
    proof: list[bytes]
    signature: bytes  # empty where there is none
    statement: bytes  # what the signature is over, and the next head's `previous` the hash of


HEAD = re.compile(
    f"({MOMENT})\\|(0|[1-9][0-9]{{0,8}})\\|({HEX})\\|({HEX})"
    f"\\|(0:0{{64}}|[1-9][0-9]{{0,17}}:{HEX})"
    f"\\|(-|{HEX}(?:,{HEX})*)\\|(-|(?:[0-9a-f]{{2}}){{8,72}})"
)
FIRST_HEAD_LINE = 3


def read_intake_log(data: bytes, draw: str) -> list[Head]:
    lines = split(INTAKE_LOG, data)
    for index, expected in enumerate((b"WSM-INTAKE/1", b"draw=" + draw.encode("ascii"))):
        if lines[index : index + 1] != [expected]:
            found = lines[index] if index < len(lines) else None
            raise Wrong(INTAKE_LOG, index + 1, expected, found)
    heads = [read_head(n, line, draw) for n, line in enumerate(lines[2:], FIRST_HEAD_LINE)]
    if not heads:
        raise Wrong(INTAKE_LOG, FIRST_HEAD_LINE, "a head", None)
    return heads


def read_head(number: int, line: bytes, draw: str) -> Head:
    match = HEAD.fullmatch(line.decode("ascii"))
    if not match:
        raise Wrong(INTAKE_LOG, number, "AT|SIZE|ROOT|PREVIOUS|JOURNAL|PROOF|SIGNATURE", line)
    at, size, root, previous, journal, proof, signature = match.groups()
    return Head(
        seconds(INTAKE_LOG, number, at),
        int(size),
        bytes.fromhex(root),
        bytes.fromhex(previous),
        journal.encode("ascii"),
        [] if proof == "-" else [bytes.fromhex(node) for node in proof.split(",")],
        b"" if signature == "-" else bytes.fromhex(signature),
        f"WSM-INTAKE/1|{draw}|{at}|{size}|{root}|{previous}|{journal}".encode("ascii"),
    )


def check_chain(heads: list[Head]) -> str:
    """Check each head against the one before, which needs no register."""
    first, number = heads[0], FIRST_HEAD_LINE
    if first.previous != bytes(32):
        raise Wrong(INTAKE_LOG, number, "64 zeros, as no head is before", first.previous.hex())
    if first.proof:
        raise Wrong(INTAKE_LOG, number, "no proof, as no head is before", first.proof[0].hex())
    for before, head in zip(heads, heads[1:]):  # noqa: B905, RUF007 - Python 3.9 has no others
        number += 1
        if head.previous != sha(before.statement):
            raise Wrong(INTAKE_LOG, number, sha(before.statement).hex(), head.previous.hex())
        if head.at <= before.at:
            raise Wrong(INTAKE_LOG, number, "a later moment than before", head.statement)
        if head.journal != before.journal and position(head) <= position(before):
            raise Wrong(INTAKE_LOG, number, f"a journal after {position(before)}", head.journal)
        if head.size < before.size:
            raise Wrong(INTAKE_LOG, number, f"{before.size} applications or more", head.size)
        if not goes_on(before, head):
            what = f"a proof that the first {before.size} applications are those from before"
            raise Wrong(INTAKE_LOG, number, what, "another proof or root")
    return f"{INTAKE_LOG}: {len(heads)} heads, each the one before and more"


def position(head: Head) -> int:
    """How far the portal's journal had come."""
    return int(head.journal.split(b":")[0])


def goes_on(before: Head, head: Head) -> bool:
    """Tell whether the proof leads from the root before to this one (RFC 9162, 2.1.4)."""
    if before.size == 0:
        return not head.proof
    proof = list(head.proof)
    try:
        roots = rebuild_roots(before.size, head.size, before.root, proof)
    except IndexError:  # the proof is too short
        return False
    return not proof and roots == (before.root, head.root)


def rebuild_roots(
    old_size: int, size: int, old_root: "bytes | None", proof: list[bytes]
) -> "tuple[bytes, bytes]":
    """
    The old and the new root of a tree of `size` leaves, taking nodes from the proof.

    Where the old leaves are the whole of it both are the same node: the old root itself, or
    in a part of the tree to the right the next node of the proof.
    """
    if old_size == size:
        node = old_root or proof.pop(0)
        return node, node
    middle = tree_split(size)
    if old_size <= middle:
        old, left = rebuild_roots(old_size, middle, old_root, proof)
        return old, sha(b"\x01" + left + proof.pop(0))
    old, right = rebuild_roots(old_size - middle, size - middle, None, proof)
    left = proof.pop(0)
    return sha(b"\x01" + left + old), sha(b"\x01" + left + right)


def check_intake_roots(heads: list[Head], lines: list[bytes]) -> str:
    """Check every head's root against the first lines of the register."""
    roots = compute_roots(lines, {head.size for head in heads})
    for number, head in enumerate(heads, FIRST_HEAD_LINE):
        if head.size not in roots:
            raise Wrong(INTAKE_LOG, number, f"{len(lines)} applications at most", head.size)
        if head.root != roots[head.size]:
            raise Wrong(INTAKE_LOG, number, roots[head.size].hex(), head.root.hex())
    if heads[-1].size != len(lines):
        number = len(heads) + FIRST_HEAD_LINE - 1
        raise Wrong(INTAKE_LOG, number, f"{len(lines)} applications", heads[-1].size)
    return f"{INTAKE_LOG}: every head is of the register's first lines, the last of all"


def compute_roots(lines: list[bytes], sizes: set[int]) -> dict[int, bytes]:
    """The roots over APPNO|IDC of the first so many lines, in one pass."""
    roots = {0: sha(b"")}
    complete: list[bytes] = []  # roots of complete trees side by side, the largest first
    for size, line in enumerate(lines, 1):
        node, count = sha(b"\x00" + line[:8] + b"|" + line[-64:]), size
        while count % 2 == 0:
            node, count = sha(b"\x01" + complete.pop() + node), count // 2
        complete.append(node)
        if size in sizes:
            *others, root = complete
            for other in reversed(others):
                root = sha(b"\x01" + other + root)
            roots[size] = root
    return roots


def mention_late_heads(report: Report, heads: list[Head], ceremony: Ceremony) -> None:
    """Say so when a head was made after the last ball, as one that was made up later would be."""
    drawn = seconds("ceremony.txt", 6, ceremony.drawn_at)
    late = sum(head.at > drawn for head in heads)
    if late:
        report.note(f"{INTAKE_LOG}: {late} of {len(heads)} heads are later than the last ball")


def check_intake_signatures(report: Report, heads: list[Head], pem: "bytes | None") -> None:
    """Check the signatures under intake-signer.pem, which takes a package for elliptic curves."""
    signed = [head for head in heads if head.signature]
    if pem is None and not signed:
        report.note(f"{INTAKE_LOG}: no head is signed")
    elif pem is None:
        text = f"{len(signed)} signatures NOT checked (there is no {INTAKE_SIGNER})"
        report.skip(INTAKE_SIGNATURES, f"{INTAKE_LOG}: {text}")
    else:
        try:
            report.ok(check_signatures(heads, pem))
            if len(signed) < len(heads):
                missing = f"{len(heads) - len(signed)} heads are not signed"
                report.note(f"{INTAKE_LOG}: {missing}; the last head, which is, binds them")
        except ImportError:
            text = f"{len(signed)} signatures NOT checked (cryptography is not installed)"
            report.skip(INTAKE_SIGNATURES, f"{INTAKE_LOG}: {text}")


def check_signatures(heads: list[Head], pem: bytes) -> str:
    if not heads[-1].signature:
        number = len(heads) + FIRST_HEAD_LINE - 1
        raise Wrong(INTAKE_LOG, number, f"a signature, as {INTAKE_SIGNER} is there", "-")

    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise Wrong(INTAKE_SIGNER, 0, "a public key of the curve P-256 in PEM", pem)
    # A second spelling of the same key is refused as in any other file.
    written = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    compare(INTAKE_SIGNER, written, pem)
    signed = [(n, head) for n, head in enumerate(heads, FIRST_HEAD_LINE) if head.signature]
    for number, head in signed:
        try:
            key.verify(head.signature, head.statement, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            what = f"a signature under {INTAKE_SIGNER}"
            raise Wrong(INTAKE_LOG, number, what, head.signature.hex()) from None
    return f"{INTAKE_LOG}: {len(signed)} signatures hold under {INTAKE_SIGNER}"


# --------------------------------------------------------------------- one application


def normalise_identity(text: str) -> list[str]:
    """Write identity numbers as the register hashes them: no brackets, upper case, sorted."""
    return sorted(re.sub(r"[() ]", "", number).upper() for number in text.split(","))


def check_identity(report: Report, lines: list[bytes], salt: str, identities: str) -> None:
    """Look for the line, among those given, that the salt and the numbers stand behind."""
    salt, numbers = re.sub(r"\s", "", salt).lower(), normalise_identity(identities)
    # Of any other form, one IDC could be said to stand for more than one household.
    if not re.fullmatch(HEX, salt):
        report.fail("identity: a salt has 64 hexadecimal digits")
        return
    known = [number for number in numbers if re.fullmatch("[A-Z0-9]{1,20}", number)]
    if len(set(known)) != len(numbers):
        report.fail("identity: the numbers are of A-Z and 0-9, joined by commas, each once")
        return
    found = sha(f"WSM-BALLOT/1|id|{salt}|{','.join(numbers)}".encode("ascii")).hex()
    for line in lines:
        if line.endswith(found.encode("ascii")):
            report.ok(f"identity: IDC {found} stands in the line of {line[:8].decode()}")
            return
    expected = lines[0][-64:] if len(lines) == 1 else "a line with this IDC"
    report.fail(str(Wrong("register.txt", 0, expected, f"IDC {found} from the numbers given")))


def show_application(
    report: Report, application: str, lines: list[bytes], leaves: list[bytes]
) -> "bytes | None":
    """Print an application's line and its proof; return the line."""
    line = find_line(lines, application.encode("ascii"))
    if line is None:
        report.fail(f"register.txt: there is no application {application}")
        return None
    index = int(application) - int(lines[0][:8])
    print(f"      line        {line.decode('ascii')}")
    print(f"      index       {index} of {len(lines)} lines, from 0")
    print(f"      leaf        {leaves[index].hex()}")
    for node in tree_path(leaves, index, 0, len(leaves)):
        print(f"      proof       {node.hex()}")
    return line


def show_rank(line: bytes, seed: str, everybody: list[Placed]) -> None:
    number, status, category, _, ballots, _ = line.split(b"|")
    for ballot in ballots.split(b","):
        print(f"      ticket      {ballot.decode()} {hmac_hex(seed, b'ticket|' + ballot)}")
    if not active(line):
        print(f"      rank        none: excluded with status {status.decode()}")
        return
    rivals = [placed.number for placed in everybody if placed.category == category.decode()]
    rank = rivals.index(number) + 1
    print(f"      rank        {rank} of {len(rivals)} in category {category.decode()}")


def show_place(name: str, number: bytes, allocation: bytes) -> None:
    place = re.search(rb"^.*\|" + number + rb"$", allocation, re.MULTILINE)
    text = place[0].decode() if place else "none"
    print(f"      place       {text} ({name})")


def show_reinstatement(number: bytes, lines: list[bytes], ranked: Ranked) -> None:
    """Print the place in addition, as it is computed."""
    line = find_line(lines, number)
    if line is None:
        return
    fields = make_reinstatement(line, ranked).decode("ascii").split("|")
    category, after, step = fields[1], fields[6], fields[7]
    print(f"      reinstated  after rank {after} in category {category} ({REINSTATEMENTS})")
    print(f"      place       {'none' if step == '-' else step} in addition ({REINSTATEMENTS})")


# ------------------------------------------------------------------------------- all of it


def attempt(report: Report, check: Any, *arguments: Any) -> bool:
    """Run one check that returns its own line."""
    try:
        report.ok(check(*arguments))
        return True
    except Wrong as wrong:
        report.fail(str(wrong))
        return False


def compared(name: str, expected: bytes, found: bytes, text: str) -> str:
    split(name, found)
    compare(name, expected, found)
    return f"{name}: {text}"


class Inputs(NamedTuple):
    """What everything else follows from."""

    params: Params
    lines: list[bytes]
    ceremony: Ceremony


class Asked(NamedTuple):
    """What else the reader wants to know."""

    application: "str | None" = None
    identity: "list[str] | None" = None
    commitment: "str | None" = None

    @property
    def number(self) -> "bytes | None":
        return self.application.encode("ascii") if self.application else None


def verify(directory: str, asked: Asked) -> int:
    """Check a transcript, printing as it goes; return 0 or 1, or raise Unreadable."""
    if not os.path.isdir(directory):
        raise Unreadable(f"{show(directory)} is not a directory")
    report = Report()
    files = {
        name: read(directory, name, SMALL_FILE_BYTES)
        for name in ("params.txt", "commitment.txt", "ceremony.txt")
    }
    for name in ("register.txt", "ranking.txt", "allocation.txt"):
        files[name] = read(directory, name, LARGE_FILE_BYTES)
    sums = check_sums(report, directory)
    dispositions = count_dispositions(report, sums)
    try:
        inputs = read_inputs(report, files)
    except Wrong as wrong:
        report.fail(str(wrong))
        report.note("the other checks need this file and were not made")
    else:
        everybody = check_draw(report, files, inputs, asked)
        if everybody is not None:
            steps = inputs.params.steps
            check_allocation(report, "allocation.txt", files, everybody, steps, set(), asked.number)
            for n in range(1, dispositions + 1):
                check_numbered(report, directory, n, everybody, steps, asked.number)
            if REINSTATEMENTS in sums:
                check_in_addition(report, directory, inputs, everybody, asked.number)
        if INTAKE_LOG in sums:
            check_intake(report, directory, inputs, INTAKE_SIGNER in sums)
        else:
            report.note(f"{INTAKE_LOG}: there is none, so nothing shows how the register grew")
    # Flushed here, so that an output that cannot be written is noticed by `main`.
    print(report.close(), flush=True)
    return 1 if report.failed else 0


def read_inputs(report: Report, files: dict[str, bytes]) -> Inputs:
    params = read_params(files["params.txt"])
    report.ok(f"params.txt: draw {params.draw}, attempt {params.attempt}, {params.order}")
    lines = check_register(files["register.txt"])
    report.ok(f"register.txt: {len(lines)} lines, canonical, no gap")
    ceremony = read_ceremony(files["ceremony.txt"])
    report.ok("ceremony.txt: canonical")
    return Inputs(params, lines, ceremony)


def check_draw(
    report: Report,
    files: dict[str, bytes],
    inputs: Inputs,
    asked: Asked,
) -> "list[Placed] | None":
    """Check commitment, ceremony and ranking; return the order, if there are balls for one."""
    params, lines, ceremony = inputs
    leaves = [sha(b"\x00" + line) for line in lines]
    root = tree_root(leaves, 0, len(leaves))
    commitment = make_commitment(params, files["params.txt"], files["register.txt"], lines, root)
    what = "commits to these parameters and this register"
    attempt(report, compared, "commitment.txt", commitment, files["commitment.txt"], what)
    if asked.commitment:
        attempt(report, check_published, sha(commitment).hex(), asked.commitment)
    else:
        report.note("C was compared with none that you saw published; --commitment does that")
    attempt(report, check_belonging, ceremony, params, sha(commitment).hex())
    has_balls = attempt(report, check_balls, ceremony, params)
    attempt(report, check_officers, ceremony)
    if attempt(report, check_beacon, ceremony, params) and ceremony.beacon != "none":
        check_beacon_signature(report, ceremony)
    attempt(report, check_seed, ceremony)
    report.note("drawn_at and keyed_by are statements of the officers; no computation shows them")
    own = show_application(report, asked.application, lines, leaves) if asked.application else None
    if asked.identity:
        check_identity(report, lines if own is None else [own], *asked.identity)
    if not has_balls:
        report.note("ranking and allocation need the balls and were not checked")
        return None
    groups = order_groups(params.order, ceremony.seed, ceremony.balls)
    everybody = order_applications(lines, groups, ceremony.seed)
    what = f"{len(everybody)} applications in the order that follows from the seed"
    attempt(report, compared, "ranking.txt", make_ranking(everybody), files["ranking.txt"], what)
    if own is not None:
        show_rank(own, ceremony.seed, everybody)
    return everybody


def check_allocation(
    report: Report,
    name: str,
    files: dict[str, bytes],
    everybody: list[Placed],
    steps: list[Step],
    gone: set[bytes],
    number: "bytes | None",
) -> None:
    expected = make_allocation(everybody, steps, gone)
    places = expected.count(b"\n")
    attempt(report, compared, name, expected, files[name], f"{places} places, as computed")
    if number is not None:
        show_place(name, number, expected)


def check_numbered(
    report: Report,
    directory: str,
    n: int,
    everybody: list[Placed],
    steps: list[Step],
    number: "bytes | None",
) -> None:
    source, name = f"dispositions-{n}.txt", f"allocation-{n}.txt"
    try:
        ranked = {placed.number for placed in everybody}
        gone = read_dispositions(source, read(directory, source, LARGE_FILE_BYTES), ranked)
        report.ok(f"{source}: {len(gone)} dispositions, canonical")
        report.note(f"{source}: who is named was decided by officers; no computation shows it")
        files = {name: read(directory, name, LARGE_FILE_BYTES)}
        check_allocation(report, name, files, everybody, steps, gone, number)
    except (Wrong, Unreadable) as problem:
        report.fail(str(problem))


def check_in_addition(
    report: Report,
    directory: str,
    inputs: Inputs,
    everybody: list[Placed],
    number: "bytes | None",
) -> None:
    params, lines, ceremony = inputs
    ranked = Ranked(
        {c: [placed for placed in everybody if placed.category == c] for c in ("F", "P")},
        find_foremost(everybody, params.steps),
        params.steps,
        order_groups(params.order, ceremony.seed, ceremony.balls),
        ceremony.seed,
    )
    try:
        data = read(directory, REINSTATEMENTS, LARGE_FILE_BYTES)
        report.ok(check_reinstatements(data, lines, ranked))
        report.note(
            f"{REINSTATEMENTS}: who is named was decided by officers; no computation shows it"
        )
    except (Wrong, Unreadable) as problem:
        report.fail(str(problem))
        return
    if number is not None and re.search(rb"^" + number + rb"\|", data, re.MULTILINE):
        show_reinstatement(number, lines, ranked)


def check_intake(report: Report, directory: str, inputs: Inputs, has_signer: bool) -> None:
    try:
        data = read(directory, INTAKE_LOG, SMALL_FILE_BYTES)
        pem = read(directory, INTAKE_SIGNER, SMALL_FILE_BYTES) if has_signer else None
        heads = read_intake_log(data, inputs.params.draw)
        attempt(report, check_chain, heads)
        attempt(report, check_intake_roots, heads, inputs.lines)
        check_intake_signatures(report, heads, pem)
        mention_late_heads(report, heads, inputs.ceremony)
        report.note(
            f"{INTAKE_LOG}: only heads and a key that you kept show that it is the same log"
        )
    except (Wrong, Unreadable) as problem:
        report.fail(str(problem))


def commitment_hash(text: str) -> str:
    text = text.strip().lower()
    if not re.fullmatch(HEX, text):
        raise argparse.ArgumentTypeError("a commitment has 64 hexadecimal digits")
    return text


def application_number(text: str) -> str:
    if not re.fullmatch("[0-9]{8}", text):
        raise argparse.ArgumentTypeError("an application number has 8 digits")
    return text


def main(arguments: "list[str] | None" = None) -> int:
    parser = argparse.ArgumentParser(
        description="Verify the transcript of a WSM-BALLOT/1 draw.",
        epilog="Exit status: 0 every check that could be made holds, and the last line says "
        "which could not; 1 one fails; 2 the transcript cannot be read. The beacon's signature "
        "needs the package py_arkworks_bls12381, those of the intake log need cryptography.",
    )
    parser.add_argument("directory", metavar="DIRECTORY", help="the transcript")
    parser.add_argument(
        "--application",
        type=application_number,
        metavar="N",
        help="print this application's line, proof, tickets, rank, places and reinstatement",
    )
    parser.add_argument(
        "--identity",
        nargs=2,
        metavar=("SALT", "ID[,ID...]"),
        help="check the salt and identity numbers of a receipt against the register",
    )
    parser.add_argument(
        "--commitment",
        type=commitment_hash,
        metavar="C",
        help="the hash that you saw published before the draw; it must be this transcript's",
    )
    options = parser.parse_args(arguments)
    try:
        asked = Asked(options.application, options.identity, options.commitment)
        return verify(options.directory, asked)
    except BrokenPipeError:
        # Whoever read the output has gone; nothing more can be printed, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Unreadable as unreadable:
        print(f"cannot be read: {unreadable}", file=sys.stderr)
    except (OSError, MemoryError, ValueError) as error:
        print(f"cannot be read: {type(error).__name__}: {show(str(error))}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
