"""What a run found: a table for people, JSON for programs."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks.measuring import (
    Comparison,
    Sample,
    median_cpu,
    median_wall,
    peak_bytes,
    percentile,
)

HEADINGS = (
    "subject",
    "work",
    "count",
    "wall s",
    "CPU s",
    "each",
    "floor",
    "wall s",
    "CPU s",
    "ratio",
    "CPU ratio",
    "target",
    "besides",
)
NUMERIC = frozenset({"count", "wall s", "CPU s", "each", "ratio", "CPU ratio"})


def describe_machine() -> dict[str, str]:
    """Describe the machine in general words; nothing in it names anything."""
    with connection.cursor() as cursor:
        settings = {name: _show(cursor, name) for name in ("server_version", "fsync")}
    return {
        "cores": str(os.cpu_count()),
        "processor": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "postgresql": settings["server_version"].split(" ")[0],
        "fsync": settings["fsync"],
    }


def render_table(comparisons: Sequence[Comparison]) -> str:
    """Render a Markdown table that is readable as it stands."""
    rows = [HEADINGS, *(_render_row(comparison) for comparison in comparisons)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    head, *body = [_join_cells(row, widths) for row in rows]
    rule = [
        "-" * (width - 1) + ":" if heading in NUMERIC else "-" * width
        for heading, width in zip(HEADINGS, widths, strict=True)
    ]
    return "\n".join([head, _join_cells(rule, widths), *body])


def summarise(comparison: Comparison) -> str:
    """Say in one line what a comparison found."""
    return (
        f"{comparison.subject}: {comparison.work}: {comparison.ratio:.2f} × {comparison.floor} "
        f"({median_wall(comparison.samples):.3f} s for {comparison.count:,})"
    )


def write_results(path: Path, comparisons: Sequence[Comparison], about: dict[str, Any]) -> None:
    """Write everything that was measured, each round of it, as JSON."""
    document = about | {"comparisons": [_as_json(comparison) for comparison in comparisons]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _render_row(comparison: Comparison) -> tuple[str, ...]:
    wall = median_wall(comparison.samples)
    return (
        comparison.subject,
        comparison.work,
        f"{comparison.count:,}",
        f"{wall:.3f}",
        f"{median_cpu(comparison.samples):.3f}",
        _render_duration(wall / comparison.count),
        comparison.floor,
        f"{median_wall(comparison.floor_samples):.3f}",
        f"{median_cpu(comparison.floor_samples):.3f}",
        f"{comparison.ratio:.2f}",
        f"{comparison.cpu_ratio:.2f}",
        comparison.target,
        _render_details(comparison),
    )


def _render_details(comparison: Comparison) -> str:
    details = []
    if (own := percentile(comparison.samples, 95)) is not None:
        details.append(f"p95 {_render_duration(own)}")
    own, floor = percentile(comparison.samples, 99), percentile(comparison.floor_samples, 99)
    if own is not None and floor is not None:
        details.append(f"p99 {_render_duration(own)}, floor {_render_duration(floor)}")
    if peak := peak_bytes(comparison.samples):
        details.append(f"peak {peak / 1e6:,.0f} MB")
    return "; ".join(details)


def _render_duration(seconds: float) -> str:
    if seconds < 0.001:
        return f"{seconds * 1e6:.1f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _join_cells(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if heading in NUMERIC else cell.ljust(width)
        for cell, width, heading in zip(cells, widths, HEADINGS, strict=True)
    ]
    return f"| {' | '.join(padded)} |"


def _as_json(comparison: Comparison) -> dict[str, Any]:
    return asdict(comparison) | {
        "samples": [_sample_as_json(sample) for sample in comparison.samples],
        "floor_samples": [_sample_as_json(sample) for sample in comparison.floor_samples],
        "ratio": comparison.ratio,
        "cpu_ratio": comparison.cpu_ratio,
        "p99_seconds": percentile(comparison.samples, 99),
        "floor_p99_seconds": percentile(comparison.floor_samples, 99),
    }


def _sample_as_json(sample: Sample) -> dict[str, Any]:
    return {
        "wall_seconds": sample.wall_seconds,
        "cpu_seconds": sample.cpu_seconds,
        "peak_bytes": sample.peak_bytes,
    }


def _show(cursor: Any, name: str) -> str:
    cursor.execute(f"SHOW {name}")
    return str(cursor.fetchone()[0])
