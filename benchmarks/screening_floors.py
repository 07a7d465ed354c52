"""Floors of screening: the same rules on the same facts, in memory or with COPY around them."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection, transaction

from applications.models import Exercise
from applications.policy.duplicates import DuplicateEntry, find_duplicates
from applications.policy.eligibility import ScreeningResult, screen
from applications.policy.fees import FeeState
from applications.policy.household import ApplicationDocument
from applications.selectors.households import read_duplicate_entry, read_facts
from benchmarks.measuring import Sample, stopwatch

SOURCE = """
COPY (
    SELECT p.application_id, a.channel, a.language, a.youth_opted_in, a.fee_state,
        a.monthly_income_hkd, a.net_assets_hkd, a.signed_on, a.district, a.received_at,
        a.withdrawn_at, f.form_serial, f.received_at, f.postmark_date,
        p.relationship, p.identity_key, p.birth_date, p.sex, p.marital_status, p.spouse_absence,
        p.resident_since, p.last_owned_property_on, p.previous_subsidy
    FROM applications_person p
    JOIN applications_application a ON a.id = p.application_id
    LEFT JOIN applications_paperform f ON f.application_id = a.id
    WHERE a.exercise_id = {exercise} AND a.id BETWEEN {first} AND {last}
    ORDER BY p.application_id, p.position
) TO STDOUT (FORMAT BINARY)
"""
TYPES = (
    *("int8", "text", "text", "bool", "text", "int8", "int8", "date", "text", "timestamptz"),
    *("timestamptz", "text", "timestamptz", "date"),
    *("text", "bytea", "date", "text", "text", "text", "date", "date", "bool"),
)
COLUMNS_BEFORE_PERSON = 14


class PaperFormRow(NamedTuple):
    """What the rules read of a paper form."""

    form_serial: str | None
    received_at: datetime
    postmark_date: date | None


class PersonRow(NamedTuple):
    """What the rules read of somebody, under the names that the selectors know."""

    relationship: str
    identity_key: bytes
    birth_date: date
    sex: str
    marital_status: str
    spouse_absence: str
    resident_since: date | None
    last_owned_property_on: date | None
    previous_subsidy: bool


class ApplicationRow(NamedTuple):
    """What the rules read of an application."""

    pk: int
    channel: str
    language: str
    youth_opted_in: bool
    fee_state: str
    monthly_income_hkd: int
    net_assets_hkd: int
    signed_on: date | None
    district: str
    received_at: datetime
    withdrawn_at: datetime | None
    paper_form: PaperFormRow
    exercise: Exercise


class Case(NamedTuple):
    """One application as the rules see it."""

    document: ApplicationDocument
    fee_state: FeeState
    entry: DuplicateEntry


def judge_in_memory(exercise: Exercise, ids: list[int]) -> Sample:
    """Judge facts that have been read already, and keep nothing."""
    cases = list(_read_cases(exercise, ids))
    with stopwatch() as watch:
        for _ in _judge(exercise, cases):
            pass
    return watch.sample


def judge_with_copy(exercise: Exercise, ids: list[int]) -> Sample:
    """Read, judge and store in a new table, as a bare program would."""
    table = f"bare_screening_{ids[0]}"
    with stopwatch() as watch, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {table} (application_id bigint, eligible boolean, category text,"
            " track text, reasons text[])"
        )
        cases = list(_read_cases(exercise, ids))
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for number, result in _judge(exercise, cases):
                row = (number, result.eligible, result.category, result.track, result.codes)
                copy.write_row(row)
        cursor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (application_id)")
    return watch.sample


def _judge(exercise: Exercise, cases: list[Case]) -> Iterator[tuple[int | str, ScreeningResult]]:
    terms = exercise.parsed_terms
    duplicates = find_duplicates(case.entry for case in cases)
    for document, fee_state, entry in cases:
        reasons = duplicates.get(entry.number, ())
        result = screen(document, terms, fee_state=fee_state, duplicate_reasons=reasons)
        yield entry.number, result


def _read_cases(exercise: Exercise, ids: list[int]) -> Iterator[Case]:
    rows = _copy_out(exercise, min(ids), max(ids))
    for _, household in groupby(rows, key=itemgetter(0)):
        columns = list(household)
        head = columns[0][: COLUMNS_BEFORE_PERSON - 3]
        paper = PaperFormRow(*columns[0][COLUMNS_BEFORE_PERSON - 3 : COLUMNS_BEFORE_PERSON])
        application: Any = ApplicationRow._make([*head, paper, exercise])
        people: Any = [PersonRow(*row[COLUMNS_BEFORE_PERSON:]) for row in columns]
        yield Case(
            read_facts(application, people),
            FeeState(application.fee_state),
            read_duplicate_entry(application, people),
        )


def _copy_out(exercise: Exercise, first: int, last: int) -> Iterator[tuple[Any, ...]]:
    statement = SOURCE.format(exercise=exercise.pk, first=first, last=last)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(TYPES)
        yield from copy.rows()
