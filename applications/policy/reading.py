"""
Reading a part of a document: one table of fields, every fault noted, none hidden by another.

A parser takes a value and the day on which the document is read, and gives the value in its one
spelling or raises `InvalidValue`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from applications.policy.errors import Fault, InvalidValue

Parser = Callable[[Any, date], Any]
LONGEST_KEY_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Field:
    """
    One field of a part of the document.

    :param nullable: ``null`` is allowed, and reads as ``None``.
    :param optional: the field may be left out, and reads as ``None`` then.
    """

    name: str
    parse: Parser
    nullable: bool = False
    optional: bool = False


def join_path(path: str, name: str | int) -> str:
    """Join a dotted path: ``members.0`` and ``hkic`` give ``members.0.hkic``."""
    return f"{path}.{name}" if path else str(name)


def read_fields(
    value: object, path: str, fields: Sequence[Field], today: date, faults: list[Fault]
) -> dict[str, Any] | None:
    """
    Read the fields of one JSON object.

    :param path: where the object stands in the document.
    :param faults: every fault found is appended.
    :returns: the parsed values by field name, or ``None`` when there was any fault.
    """
    if not isinstance(value, Mapping):
        faults.append(Fault(path, "WRONG_TYPE", {"expected": "object"}))
        return None
    faults_before = len(faults)
    values = {field.name: _read_field(value, path, field, today, faults) for field in fields}
    faults += [
        Fault(join_path(path, _show_key(name)), "UNKNOWN_FIELD")
        for name in value
        if name not in values
    ]
    return values if len(faults) == faults_before else None


def _read_field(
    mapping: Mapping[str, object], path: str, field: Field, today: date, faults: list[Fault]
) -> Any:
    fault_path = join_path(path, field.name)
    if field.name not in mapping:
        if not field.optional:
            faults.append(Fault(fault_path, "MISSING_FIELD"))
        return None
    value = mapping[field.name]
    if value is None:
        if not field.nullable:
            faults.append(Fault(fault_path, "MISSING_FIELD"))
        return None
    try:
        return field.parse(value, today)
    except InvalidValue as error:
        faults.append(Fault(fault_path, error.code, error.params))
        return None


def _show_key(name: object) -> str:
    """Show an unknown key without control characters and not at any length."""
    return ascii(str(name)[:LONGEST_KEY_SHOWN])[1:-1]
