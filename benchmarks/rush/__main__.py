"""``python -m benchmarks.rush``: the last minutes before closing, and what must hold afterwards."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.rush.plan import Plan, write_plan
from benchmarks.rush.stack import Portal, named_portal, own_portal
from hos_portal.embedded.errors import EmbeddedServiceError
from hos_portal.environment import SettingError

RESULTS = Path(__file__).parent.parent / "results"
BURST = 50


def main(arguments: Sequence[str]) -> int:
    """Run a rush; exit code 0 when every promise was kept, 1 when one was not or nothing ran."""
    options = parse_arguments(arguments)
    portal: AbstractContextManager[Portal]
    say = Sayer()
    portal = named_portal(options.url) if options.url else own_portal(RESULTS / "rush-logs")
    say("Preparing " + (f"the portal at {options.url}" if options.url else "a portal"))
    try:
        with portal as running:
            return run(running, options, say)
    except (EmbeddedServiceError, SettingError, psycopg.OperationalError) as error:
        print(f"rush: {error}", file=sys.stderr)
        return 1


class Sayer:
    """Say on standard error how far a run is, with the seconds since it began."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, line: str) -> None:
        seconds = time.monotonic() - self._began
        print(f"[{seconds:5.0f} s] {line}", file=sys.stderr, flush=True)


def run(portal: Portal, options: argparse.Namespace, say: Sayer) -> int:
    """Prepare, let everybody come, settle, prove, and print the report."""
    from benchmarks.rush.preparation import prepare_rush
    from benchmarks.rush.proof import Evidence, prove, settle_rush
    from benchmarks.rush.report import Rush, render_report

    seconds = options.minutes * 60
    exercise, plan = prepare_rush(
        url=portal.url,
        rate=options.rate,
        seconds=seconds,
        burst=options.burst,
        late=options.late if options.late is not None else max(1, int(options.rate)),
    )
    come = f"{len(plan.households):,} households come to {exercise.code}"
    say(f"{come}, which closes in {seconds:.0f} s")
    portal.require_processes()
    load_before, cpu_before = os.getloadavg()[0], portal.read_cpu_seconds()
    result = let_them_come(plan)
    portal.require_processes()
    cpu_after = portal.read_cpu_seconds()
    cpu_seconds = {name: cpu_after[name] - used for name, used in cpu_before.items()}
    cpu_seconds["load process"] = result["cpu_seconds"]
    loads = (load_before, os.getloadavg()[0])
    say("Waiting until everything is screened")
    is_settled = settle_rush(exercise)
    told = (result["experiences"], result["errors"], result["unfinished"])
    claims = prove(Evidence(exercise, *told, is_settled, plan.closes_at))
    print(
        render_report(Rush(exercise, result, plan.closes_at, seconds, cpu_seconds, loads), claims)
    )
    return 1 if any(claim.breaches for claim in claims) else 0


def let_them_come(plan: Plan) -> dict[str, Any]:
    """Run the load process; return what it measured and what everybody was told."""
    with tempfile.TemporaryDirectory() as directory:
        plan_path, result_path = Path(directory) / "plan.json", Path(directory) / "result.json"
        write_plan(plan_path, plan)
        command = [sys.executable, "-m", "benchmarks.rush.load", str(plan_path), str(result_path)]
        subprocess.run(command, check=True)
        result: dict[str, Any] = json.loads(result_path.read_text(encoding="utf-8"))
    return result


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rush",
        description="Let households rush to a closing exercise, and prove that nobody was wronged.",
    )
    parser.add_argument("--rate", type=float, default=5, help="households a second; 5")
    parser.add_argument("--minutes", type=float, default=2, help="until closing; 2")
    parser.add_argument("--burst", type=int, default=BURST, help=f"who come at once; {BURST}")
    parser.add_argument("--late", type=int, help="who come after closing; as many as --rate")
    parser.add_argument(
        "--url",
        help="a portal that is up, never one with real applicants; "
        "its database and secrets are those of the environment, by default of the demonstration",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
