"""A row of CSV with dotted headers, as the mapping that JSON would have given."""

import re
from collections.abc import Mapping
from typing import Any

from applications.policy.errors import Fault, MalformedDocument

SECTIONS = frozenset({"applicant", "members", "contact", "declarations", "paper", "fee"})
SECTION_HEADER = re.compile(r"(?:applicant|contact|declarations|paper|fee|members\.[0-9])\.[a-z_]+")
FLAGS = frozenset({"youth_scheme", "previous_subsidy", "accurate", "privacy"})
LONGEST_HEADER_SHOWN = 40


def unflatten_row(row: Mapping[str, str]) -> dict[str, Any]:
    """
    Turn a row, by header, into the mapping that `parse_document` reads.

    An empty cell is ``null``; ``true`` and ``false`` are what JSON means by them. Members that are
    empty to the last one are not there; neither is an empty ``paper`` or ``fee``.

    :param row: ``{"applicant.hkic": "A123456(3)", "members.0.hkic": …}``.
    :raises MalformedDocument: ``UNKNOWN_FIELD`` for each header that is no dotted path.
    """
    unknown = [header for header in row if not _is_header(header)]
    if unknown:
        raise MalformedDocument(Fault(show_header(header), "UNKNOWN_FIELD") for header in unknown)
    mapping: dict[str, Any] = {}
    for header, cell in row.items():
        *sections, field = header.split(".")
        target = mapping
        for section in sections:
            target = target.setdefault(section, {})
        target[field] = _read_cell(field, cell)
    for name in ("paper", "fee"):
        if _is_empty(mapping.get(name, {})):
            mapping.pop(name, None)
    return mapping | {"members": _list_members(mapping.get("members", {}))}


def _is_header(header: str) -> bool:
    is_plain = re.fullmatch(r"[a-z_]+", header) is not None and header not in SECTIONS
    return is_plain or SECTION_HEADER.fullmatch(header) is not None


def _read_cell(field: str, cell: str) -> str | bool | None:
    if not cell.strip():
        return None
    if field in FLAGS and cell.strip().lower() in ("true", "false"):
        return cell.strip().lower() == "true"
    return cell


def _is_empty(section: Mapping[str, object]) -> bool:
    return all(value is None for value in section.values())


def _list_members(by_position: Mapping[str, Mapping[str, object]]) -> list[Mapping[str, object]]:
    """List the members up to the last who is not empty; a gap stays and will be a fault."""
    filled = [int(position) for position in by_position if not _is_empty(by_position[position])]
    return [by_position.get(str(position), {}) for position in range(max(filled, default=-1) + 1)]


def show_header(header: str) -> str:
    """Show an unknown header without control characters and not at any length."""
    return ascii(header[:LONGEST_HEADER_SHOWN])[1:-1]
