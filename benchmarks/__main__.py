"""``python -m benchmarks``: measure, beside a floor in the same run, and print the ratios."""

import argparse
import sys
from pathlib import Path

import psycopg

from benchmarks.surroundings import own_database
from hos_portal.embedded.errors import EmbeddedServiceError
from hos_portal.environment import SettingError

SUBJECTS = ("submission", "pages", "screening", "counts", "import", "ballot", "ballot-sql", "pdf")
SCALES = {"default": 20_000, "large": 1_000_000}
RESULTS = Path(__file__).parent / "results" / "latest.json"


def main(arguments: list[str]) -> int:
    """Run what the command line asks for; an error of the surroundings is one line and exit 1."""
    options = parse_arguments(arguments)
    try:
        with own_database() as name:
            # Only now: these modules need the settings.
            from benchmarks.suite import run_suite

            run_suite(
                applications=options.applications or SCALES[options.scale],
                rounds=options.rounds,
                subjects=options.subjects or SUBJECTS,
                results=options.results,
                database=name,
            )
    except (EmbeddedServiceError, SettingError, psycopg.errors.InsufficientPrivilege) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    return 0


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the portal's work, each piece beside a floor in the same run.",
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--applications", type=_parse_applications, help="in the large exercise, 100 or more"
    )
    size.add_argument("--scale", choices=SCALES, default="default", help="20,000 or 1,000,000")
    parser.add_argument(
        "--rounds", type=int, choices=range(1, 51), metavar="N", default=5, help="1 to 50; 5"
    )
    parser.add_argument(
        "--subject",
        action="append",
        choices=SUBJECTS,
        dest="subjects",
        help="only this; repeatable",
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help=f"default: {RESULTS}")
    return parser.parse_args(arguments)


def _parse_applications(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) >= 100):
        raise argparse.ArgumentTypeError("at least 100 applications")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
