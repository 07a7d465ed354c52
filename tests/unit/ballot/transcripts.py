"""A transcript with everything that one can hold: a signed intake log and reinstatements."""

from hashlib import sha256

from lottery.ballot.allocation import Disposition
from lottery.ballot.ranking import rank
from lottery.ballot.register import parse_register_lines
from lottery.ballot.reinstatement import reinstate
from lottery.ballot.transcript import write_transcript
from tests.unit.ballot.builders import build_ceremony, build_line, build_parameters, commit_to
from tests.unit.ballot.intake import DRAW, SIGNER_PEM, build_log

LINES = (
    build_line(10000001),
    build_line(10000002, extras=(90000001,)),
    build_line(10000003, status="XD"),
    build_line(10000004, track="Y"),
    build_line(10000005, category="P"),
    build_line(10000006, status="XI", category="P", track="Y", extras=(90000002, 90000003)),
    build_line(10000007, category="P", track="Y"),
    build_line(10000008, status="XN", track="Y"),
    build_line(10000009),
    build_line(10000010, track="Y"),
    build_line(10000011),
)
SIZES = (0, 5, 5, 11)
REINSTATED = ("10000003", "10000006", "10000008")


def list_reinstatements(lines, parameters, ceremony):
    ranking = list(rank(lines, parameters, ceremony))
    return [
        reinstate(entry, ranking, parameters, ceremony)
        for entry in parse_register_lines(lines)
        if entry.status != "A"
    ]


def write_whole_transcript(directory, *, lines=LINES, order="last2:seed", signed=True, **changes):
    parameters = build_parameters(order)
    ceremony = build_ceremony(parameters, commit_to(parameters, lines))
    values = {
        "parameters": parameters,
        "register_lines": lines,
        "ceremony": ceremony,
        "dispositions": [[Disposition("10000001", "LAPSED")]],
        "reinstatements": list_reinstatements(lines, parameters, ceremony),
        "intake_log": build_log(lines, SIZES, draw=DRAW, signed=signed),
        "signer_pem": SIGNER_PEM if signed else None,
    }
    write_transcript(directory, **(values | changes))


def repair_sums(directory):
    """Write SHA256SUMS anew for all files, as somebody would who covers their traces."""
    paths = sorted(path for path in directory.iterdir() if path.name != "SHA256SUMS")
    sums = [f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths]
    (directory / "SHA256SUMS").write_text("".join(sums))
