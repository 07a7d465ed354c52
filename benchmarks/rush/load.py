"""
``python -m benchmarks.rush.load PLAN RESULT``: let the planned households come, each at its moment.

A process of its own, because locust replaces the sockets of the one that it runs in. People come
when they come, however slow the portal is: nobody waits for somebody else's answer.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from dataclasses import asdict  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
import psutil  # noqa: E402
from gevent.pool import Pool  # noqa: E402
from locust.env import Environment  # noqa: E402
from locust.stats import StatsEntry  # noqa: E402

from benchmarks.rush.household import Experience, Household  # noqa: E402
from benchmarks.rush.plan import PlannedHousehold, read_plan  # noqa: E402

PATIENCE_SECONDS = 300
PROGRESS_SECONDS = 10
PERCENTILES = (0.50, 0.95, 0.99)


def main(plan_path: Path, result_path: Path) -> None:
    """Run the plan and write what was measured and what everybody was told."""
    plan = read_plan(plan_path)
    visitor = type("Visitor", (Household,), {"host": plan.url})
    environment = Environment(user_classes=[visitor])
    environment.create_local_runner()
    experiences: list[Experience] = []

    def live(planned: PlannedHousehold) -> None:
        gevent.sleep(max(0.0, plan.begins_at + planned.after_seconds - time.time()))
        household = visitor(environment, planned)
        experiences.append(household.experience)
        household.live()

    everybody = Pool()
    for planned in plan.households:
        everybody.spawn(live, planned)
    watcher = gevent.spawn(report_progress, experiences)
    last = max(plan.closes_at, plan.begins_at + plan.households[-1].after_seconds)
    everybody.join(timeout=last - time.time() + PATIENCE_SECONDS)
    watcher.kill()
    result = {
        "pages": [describe_page(entry) for entry in environment.stats.entries.values()],
        "errors": [
            {"page": error.name, "error": str(error.error), "count": error.occurrences}
            for error in environment.stats.errors.values()
        ],
        "experiences": [asdict(experience) for experience in experiences],
        "unfinished": len(everybody),
        "cpu_seconds": sum(psutil.Process().cpu_times()[:2]),
    }
    result_path.write_text(json.dumps(result), encoding="utf-8")


def describe_page(entry: StatsEntry) -> dict[str, Any]:
    """Describe how quick one page was, in milliseconds."""
    return {
        "page": entry.name,
        "count": entry.num_requests,
        "failures": entry.num_failures,
        **{
            f"p{int(share * 100)}": entry.get_response_time_percentile(share)
            for share in PERCENTILES
        },
        "longest": entry.max_response_time,
    }


def report_progress(experiences: list[Experience]) -> None:
    """Say every few seconds how many have come and how many have their number."""
    while True:
        gevent.sleep(PROGRESS_SECONDS)
        numbers = sum(bool(experience.told) for experience in experiences)
        line = f"{len(experiences):,} households have come, {numbers:,} have their number"
        print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
