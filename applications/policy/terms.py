"""
The terms of an exercise: every figure that a rule uses, with its unit and its source.

The figures stand in ``exercises/*.toml`` and are stored, as the JSON mapping that `load_terms`
gives, with the exercise that was opened under them. `parse_terms` reads either.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from applications.policy.ballot_terms import BallotTerms, StepTerms, parse_ballot
from applications.policy.terms_table import MalformedTerms, TermsTable

__all__ = [
    "BallotTerms",
    "ExerciseTerms",
    "FeeTerms",
    "LimitTerms",
    "MalformedTerms",
    "MpfTerms",
    "StepTerms",
    "YouthTerms",
    "hash_terms",
    "list_exercise_files",
    "load_terms",
    "parse_terms",
    "shift_period",
]

EXERCISES = Path(__file__).parent / "exercises"


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """What an application costs."""

    application_hkd: int


@dataclass(frozen=True, slots=True)
class LimitTerms:
    """The two bands of monthly income and net assets: one person, and two or more."""

    income_one_person_hkd: int
    income_family_hkd: int
    assets_one_person_hkd: int
    assets_family_hkd: int


@dataclass(frozen=True, slots=True)
class MpfTerms:
    """The statutory contribution to the Mandatory Provident Fund that income is net of."""

    rate_percent: int
    minimum_income_hkd: int
    cap_hkd: int


@dataclass(frozen=True, slots=True)
class YouthTerms:
    """``minimum_age`` on the closing date, under ``below_age`` on the opening date."""

    minimum_age: int
    below_age: int


@dataclass(frozen=True, slots=True)
class ExerciseTerms:
    """The terms of one exercise, times in Hong Kong's. ``sources`` names each table's source."""

    code: str
    title_en: str
    title_zh_hant: str
    opens_at: datetime
    closes_at: datetime
    demonstration: bool
    first_application_number: int
    minimum_age: int
    residence_years: int
    property_window_months: int
    fee: FeeTerms
    limits: LimitTerms
    mpf: MpfTerms
    youth: YouthTerms | None
    ballot: BallotTerms
    sources: Mapping[str, str] = field(hash=False)


def parse_terms(mapping: Mapping[str, Any]) -> ExerciseTerms:
    """
    Read the terms of an exercise.

    :param mapping: as `load_terms` gives and the database stores it.
    :raises MalformedTerms: names the first table and key that is missing, unknown or impossible.
    """
    reader = _TermsReader(mapping)
    exercise = reader.table("exercise")
    terms = ExerciseTerms(
        code=_parse_code(exercise),
        title_en=exercise.text("title_en"),
        title_zh_hant=exercise.text("title_zh_hant"),
        opens_at=exercise.moment("opens_at"),
        closes_at=exercise.moment("closes_at"),
        demonstration=exercise.flag("demonstration"),
        first_application_number=_parse_first_number(exercise),
        minimum_age=reader.number("applicant", "minimum_age"),
        residence_years=reader.number("residence", "minimum_years"),
        property_window_months=reader.number("property", "window_months"),
        fee=FeeTerms(application_hkd=reader.number("fee", "application_hkd")),
        limits=_parse_limits(reader.table("limits")),
        mpf=_parse_mpf(reader.table("mpf")),
        youth=_parse_youth(reader.table("youth")) if "youth" in mapping else None,
        ballot=parse_ballot(reader.table("ballot")),
        sources=reader.sources,
    )
    reader.finish()
    if terms.closes_at <= terms.opens_at:
        raise MalformedTerms("exercise.closes_at", "CLOSES_BEFORE_OPENING")
    return terms


class _TermsReader:
    """The tables of one mapping, and the source of each one that was read."""

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self._mapping = mapping
        self._tables: dict[str, TermsTable] = {}

    def table(self, name: str) -> TermsTable:
        return self._tables.setdefault(name, TermsTable(self._mapping.get(name), name))

    def number(self, name: str, key: str) -> int:
        return self.table(name).number(key)

    @property
    def sources(self) -> dict[str, str]:
        return {name: table.source for name, table in self._tables.items()}

    def finish(self) -> None:
        for name in self._mapping:
            if name not in self._tables:
                raise MalformedTerms(name, "UNKNOWN_TABLE")
            self._tables[name].finish()


def _parse_code(table: TermsTable) -> str:
    code = table.text("code")
    if not re.fullmatch(r"[A-Z0-9-]{1,32}", code):
        raise MalformedTerms("exercise.code", "NOT_A_CODE")
    return code


def _parse_first_number(table: TermsTable) -> int:
    number = table.number("first_application_number")
    if not 10_000_000 <= number <= 99_999_999:
        raise MalformedTerms("exercise.first_application_number", "NOT_EIGHT_DIGITS")
    return number


def _parse_limits(table: TermsTable) -> LimitTerms:
    return LimitTerms(
        income_one_person_hkd=table.number("income_one_person_hkd"),
        income_family_hkd=table.number("income_family_hkd"),
        assets_one_person_hkd=table.number("assets_one_person_hkd"),
        assets_family_hkd=table.number("assets_family_hkd"),
    )


def _parse_mpf(table: TermsTable) -> MpfTerms:
    return MpfTerms(
        rate_percent=table.number("rate_percent"),
        minimum_income_hkd=table.number("minimum_income_hkd"),
        cap_hkd=table.number("cap_hkd"),
    )


def _parse_youth(table: TermsTable) -> YouthTerms:
    youth = YouthTerms(minimum_age=table.number("minimum_age"), below_age=table.number("below_age"))
    if youth.below_age <= youth.minimum_age:
        raise MalformedTerms("youth.below_age", "NOT_ABOVE_MINIMUM_AGE")
    return youth


def list_exercise_files() -> list[str]:
    """List the names of the terms files, ``wsm_2018`` first."""
    return sorted(path.stem for path in EXERCISES.glob("*.toml"))


def load_terms(name: str) -> tuple[ExerciseTerms, dict[str, Any]]:
    """
    Load a terms file of ``exercises/``.

    :param name: ``wsm_2024``.
    :returns: the terms, and the mapping that JSON can hold and `parse_terms` reads again.
    :raises MalformedTerms: no such file, or a file that is not in order.
    """
    if name not in list_exercise_files():
        raise MalformedTerms(name, "NO_SUCH_FILE")
    mapping = read_terms_text((EXERCISES / f"{name}.toml").read_text(encoding="utf-8"))
    return parse_terms(mapping), mapping


def read_terms_text(text: str) -> dict[str, Any]:
    """Read TOML into the mapping that JSON can hold: times become ISO 8601 text."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedTerms("file", "NOT_TOML") from error
    mapping: dict[str, Any] = json.loads(json.dumps(tables, default=lambda time: time.isoformat()))
    return mapping


def hash_terms(mapping: Mapping[str, Any]) -> str:
    """Give the SHA-256, in hex, of the terms as canonical JSON: the same terms, the same hash."""
    canonical = json.dumps(mapping, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def shift_period(
    mapping: Mapping[str, Any],
    opens_at: datetime,
    code: str,
    first_application_number: int | None = None,
) -> dict[str, Any]:
    """
    Give the same terms with the period moved, for a demonstration or a rehearsal.

    The period keeps its length; whatever is reckoned from its dates follows. The result says of
    itself that it is a demonstration.

    :param opens_at: timezone-aware.
    """
    terms = parse_terms(mapping)
    exercise = dict(mapping["exercise"])
    exercise |= {
        "code": code,
        "title_en": f"{terms.title_en} (demonstration)",
        "title_zh_hant": f"{terms.title_zh_hant}（示範）",
        "opens_at": opens_at.isoformat(),
        "closes_at": (opens_at + (terms.closes_at - terms.opens_at)).isoformat(),
        "demonstration": True,
        "first_application_number": first_application_number or terms.first_application_number,
    }
    shifted = {**mapping, "exercise": exercise}
    parse_terms(shifted)
    return shifted
