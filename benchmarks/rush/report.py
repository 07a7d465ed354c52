"""What a rush found: how quick each page was, how many submitted, what was proved."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from applications.models import Exercise
from benchmarks.rush.plan import Journey
from benchmarks.rush.proof import SHOWN, Claim

WINDOW = timedelta(seconds=10)
PAGE_HEADINGS = ("page", "requests", "failed", "p50 ms", "p95 ms", "p99 ms", "longest ms")


@dataclass(frozen=True, slots=True)
class Rush:
    """
    What is known of a run that is over.

    :ivar cpu_seconds: of each process, while the load ran.
    :ivar loads: of the machine before and after, as the system reports them for a minute.
    """

    exercise: Exercise
    result: Mapping[str, Any]
    closes_at: float
    seconds: float
    cpu_seconds: Mapping[str, float]
    loads: tuple[float, float]


def render_report(rush: Rush, claims: Sequence[Claim]) -> str:
    """Render everything as Markdown that is readable as it stands."""
    parts = [_render_pages(rush.result), _render_errors(rush.result), _render_numbers(rush)]
    return "\n\n".join([*(part for part in parts if part), _render_claims(claims)])


def _render_pages(result: Mapping[str, Any]) -> str:
    rows = [
        tuple(str(round(value)) if isinstance(value, float) else str(value) for value in cells)
        for page in sorted(result["pages"], key=lambda page: str(page["page"]))
        for cells in [tuple(page.values())]
    ]
    return render_table([PAGE_HEADINGS, *rows])


def render_table(rows: Sequence[Sequence[str]]) -> str:
    """Render a table whose first column is text and whose others are numbers."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        " | ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    ]
    rule = " | ".join(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
    return "\n".join(f"| {line} |" for line in [lines[0], rule, *lines[1:]])


def _render_errors(result: Mapping[str, Any]) -> str:
    return "\n".join(
        f"- {error['page']}: {error['error']}, {error['count']} times" for error in result["errors"]
    )


def _render_numbers(rush: Rush) -> str:
    moments = sorted(rush.exercise.applications.values_list("recorded_at", flat=True))
    portal = rush.cpu_seconds.get("portal")
    lines = [
        f"applications: {len(moments):,}; {_describe_pace(moments)}",
        _describe_experiences(rush),
        "CPU seconds: "
        + ", ".join(f"{name} {used:.1f}" for name, used in rush.cpu_seconds.items()),
        f"load of the machine ({os.cpu_count()} cores): "
        f"{rush.loads[0]:.1f} before, {rush.loads[1]:.1f} after",
    ]
    if portal:
        lines.insert(
            1, f"applications for each CPU second of the portal: {len(moments) / portal:.1f}"
        )
    return "\n".join(f"- {line}" for line in lines)


def _describe_pace(moments: Sequence[datetime]) -> str:
    """Say how many were stored a second: over all, and in the best ten seconds."""
    if len(moments) < 2:
        return "too few for a pace"
    length = (moments[-1] - moments[0]).total_seconds()
    best = max(
        sum(start <= moment < start + WINDOW for moment in moments) for start in moments[::20]
    )
    gap = max((later - earlier).total_seconds() for earlier, later in pairwise(moments))
    return (
        f"{len(moments) / length:.1f} a second over {length:.0f} s, "
        f"{best / WINDOW.total_seconds():.1f} in the best ten seconds, longest pause {gap:.1f} s"
    )


def _describe_experiences(rush: Rush) -> str:
    experiences = rush.result["experiences"]
    reasons = Counter(one["refusal"] for one in experiences if not one["told"])
    waited = sum(
        not one["told"]
        and one["journey"] != Journey.LATE
        and one["pressed_at"] is not None
        and one["pressed_at"] < rush.closes_at
        for one in experiences
    )
    told = sum(bool(one["told"]) for one in experiences)
    refused = ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items(), key=str))
    return (
        f"households: {len(experiences):,}; {told:,} saw their number; without one: "
        f"{refused or 'nobody'}; pressed before closing and came too late by waiting: {waited:,}"
    )


def _render_claims(claims: Sequence[Claim]) -> str:
    lines = []
    for claim in claims:
        lines.append(f"- {'BROKEN' if claim.breaches else 'holds'}: {claim.sentence}")
        lines += [f"    {breach}" for breach in claim.breaches[:SHOWN]]
        if len(claim.breaches) > SHOWN:
            lines.append(f"    and {len(claim.breaches) - SHOWN:,} more")
    return "\n".join(lines)
