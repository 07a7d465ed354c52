"""Importing paper forms, beside reading them alone and beside storing them bare."""

import json
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from io import BytesIO
from typing import Any

from applications.models import Exercise
from applications.policy.document import parse_document
from applications.policy.document_json import load_json_document
from applications.policy.timetable import hong_kong_date
from applications.selectors.clock import read_clock
from applications.services.import_files import FileFormat
from applications.services.imports import import_applications
from benchmarks.bare_tables import copy_bare
from benchmarks.measuring import Comparison, Floor, Sample, compare, stopwatch
from benchmarks.population import Bench, open_exercise, take_documents

SUBJECT = "import"
PAPER = Fraction(1)
FIRST_BARE_KEY = 1_000_000_000


def measure(bench: Bench) -> Iterator[Comparison]:
    """Import new forms in each round; the floors get forms of the same making."""
    exercise = open_exercise("BENCH-IMPORT")
    count = bench.share(20, at_least=10, at_most=100_000)
    yield from compare(
        subject=SUBJECT,
        work="paper forms from JSON Lines",
        count=count,
        run=partial(_import, bench, exercise, count),
        floors=[
            Floor("reading and checking each form once", partial(_read, bench, exercise, count)),
            Floor(
                "COPY of the same columns, plain",
                partial(_copy, bench, exercise, count),
                "100,000 in under 60 s",
            ),
        ],
        rounds=bench.long_rounds,
    )


def _import(bench: Bench, exercise: Exercise, count: int, number: int) -> Sample:
    source = BytesIO(b"".join(_make_lines(bench, exercise, count)))
    with stopwatch() as watch:
        report = import_applications(
            exercise=exercise,
            source=source,
            file_format=FileFormat.JSON_LINES,
            imported_at=read_clock(),
        )
    if report.stored_count != count:
        raise RuntimeError(f"{report.stored_count} of {count} forms were stored")
    return watch.sample


def _read(bench: Bench, exercise: Exercise, count: int, number: int) -> Sample:
    lines = _make_lines(bench, exercise, count)
    today = hong_kong_date(read_clock())
    with stopwatch() as watch:
        for line in lines:
            parse_document(load_json_document(line), today=today)
    return watch.sample


def _copy(bench: Bench, exercise: Exercise, count: int, number: int) -> Sample:
    first_key = FIRST_BARE_KEY + bench.next_serial
    numbered = list(enumerate(_make_documents(bench, exercise, count), start=first_key))
    with stopwatch() as watch:
        copy_bare(numbered)
    return watch.sample


def _make_lines(bench: Bench, exercise: Exercise, count: int) -> list[bytes]:
    documents = _make_documents(bench, exercise, count)
    return [json.dumps(document, ensure_ascii=False).encode() + b"\n" for document in documents]


def _make_documents(bench: Bench, exercise: Exercise, count: int) -> list[dict[str, Any]]:
    return [document for _, document in take_documents(bench, exercise, count, paper_share=PAPER)]
