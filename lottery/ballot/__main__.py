"""The ballot from a command line: python -m lottery.ballot."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from lottery.ballot import verify_ballot
from lottery.ballot.allocation import parse_dispositions
from lottery.ballot.beacon import NO_BEACON
from lottery.ballot.canonical import read_lines, read_text
from lottery.ballot.ceremony import compute_seed, parse_ceremony
from lottery.ballot.commitment import (
    commit,
    hash_commitment,
    parse_commitment,
    render_commitment,
)
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import parse_parameters
from lottery.ballot.ranking import compute_ticket
from lottery.ballot.transcript import write_transcript

REFUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 2 when something was refused."""
    options = build_parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except BallotRefusal as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    return REFUSED


def build_parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    parser = argparse.ArgumentParser(
        prog="python -m lottery.ballot",
        description="The ballot WSM-BALLOT/1: commit, draw, recompute, verify.",
        epilog="Exit status: 0 done; 1 verify found a difference; 2 refused or unreadable.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("commit", help="print commitment.txt, and C on standard error")
    command.add_argument("params", type=Path, metavar="PARAMS")
    command.add_argument("register", type=Path, metavar="REGISTER")
    command.set_defaults(run=run_commit)

    command = commands.add_parser("seed", help="print the seed K of a ceremony")
    command.add_argument("commitment", metavar="COMMITMENT", help="commitment.txt", type=Path)
    command.add_argument("balls", metavar="BALLS", help="as in ceremony.txt: 07-93-00-...")
    command.add_argument("beacon", metavar="BEACON", nargs="?", default=NO_BEACON)
    command.set_defaults(run=run_seed)

    command = commands.add_parser("draw", help="write the transcript of a draw")
    command.add_argument("params", type=Path, metavar="PARAMS")
    command.add_argument("register", type=Path, metavar="REGISTER")
    command.add_argument("ceremony", type=Path, metavar="CEREMONY")
    command.add_argument("directory", type=Path, metavar="OUTDIR", help="new or empty")
    command.add_argument(
        "--dispositions",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="may be given again; the n-th becomes dispositions-<n>.txt",
    )
    command.set_defaults(run=run_draw)

    command = commands.add_parser("ticket", help="print the tickets of ballot numbers")
    command.add_argument("seed", metavar="SEED", help="K, 64 hexadecimal digits")
    command.add_argument("ballots", nargs="+", metavar="BALLOT", help="eight digits")
    command.set_defaults(run=run_ticket)

    command = commands.add_parser("verify", help="verify a transcript")
    command.add_argument("directory", metavar="DIRECTORY")
    command.set_defaults(run=run_verify)
    return parser


def run_commit(options: argparse.Namespace) -> int:
    text = render_commitment(commit(read_text(options.params), read_lines(options.register)))
    sys.stdout.write(text)
    print(f"C={hash_commitment(text)}", file=sys.stderr)
    return 0


def run_seed(options: argparse.Namespace) -> int:
    text = read_text(options.commitment)
    parse_commitment(text)  # the seed of any other file would look like one
    print(compute_seed(hash_commitment(text), options.balls, options.beacon))
    return 0


def run_draw(options: argparse.Namespace) -> int:
    write_transcript(
        options.directory,
        parameters=parse_parameters(read_text(options.params)),
        register_lines=read_lines(options.register),
        ceremony=parse_ceremony(read_text(options.ceremony)),
        dispositions=[
            parse_dispositions(read_text(path), path.name) for path in options.dispositions
        ],
    )
    return 0


def run_ticket(options: argparse.Namespace) -> int:
    for ballot in options.ballots:
        print(ballot, compute_ticket(options.seed, ballot))
    return 0


def run_verify(options: argparse.Namespace) -> int:
    return verify_ballot.main([options.directory])


if __name__ == "__main__":
    sys.exit(main())
