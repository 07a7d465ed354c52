"""
A document that is not whole yet: the parts that are there, each in its one spelling.

What a program may put into a draft is what the pages of the form could have put there: a part is
missing or right, and of a person the page on residence and property may be still to come.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from applications.policy.document import MAXIMUM_MEMBERS, PLAIN_FIELDS, check_household
from applications.policy.document_parts import (
    read_contact,
    read_declarations,
    read_member,
    read_person,
)
from applications.policy.document_rendering import render_fields, render_value
from applications.policy.errors import Fault, MalformedDocument
from applications.policy.household import Channel, Member, Person
from applications.policy.reading import join_path, read_fields

# The signature and the fee come with the submission, the counter's notes with a paper form.
DRAFT_FIELDS = tuple(
    replace(field, optional=True) for field in PLAIN_FIELDS if field.name != "signed_on"
)
DRAFT_SECTIONS = ("applicant", "members", "contact", "declarations")
DRAFT_PARTS = (*(field.name for field in DRAFT_FIELDS), *DRAFT_SECTIONS)
# What a person is taken to have answered on the second page while only the first is there.
UNANSWERED_RESIDENCE: Mapping[str, Any] = {
    "resident_since": None,
    "last_owned_property_on": None,
    "previous_subsidy": False,
}


def read_partial_document(mapping: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """
    Read the parts of a document that are there, and write each in its one spelling.

    :returns: a mapping whose keys are among `DRAFT_PARTS`; reading it again gives the same.
    :raises MalformedDocument: with every fault; that a part is missing is none.
    """
    faults: list[Fault] = []
    plain = {name: value for name, value in mapping.items() if name not in DRAFT_SECTIONS}
    values = read_fields(plain, "", DRAFT_FIELDS, today, faults) or {}
    if values.get("channel") is Channel.PAPER:
        faults.append(Fault("channel", "INVALID_CHOICE", {"choices": [Channel.ONLINE.value]}))
    found = {name: render_value(value) for name, value in values.items() if name in mapping}
    given = {name: mapping[name] for name in DRAFT_SECTIONS if mapping.get(name) is not None}
    if "contact" in given and (contact := read_contact(given["contact"], "contact", today, faults)):
        found["contact"] = render_fields(contact)
    if "declarations" in given and (
        made := read_declarations(given["declarations"], "declarations", today, faults)
    ):
        found["declarations"] = render_fields(made)
    found |= _read_people(given, today, faults)
    if faults:
        raise MalformedDocument(faults)
    return found


def _read_people(
    given: Mapping[str, Any], today: date, faults: list[Fault]
) -> dict[str, dict[str, Any] | list[dict[str, Any]]]:
    """Read the applicant and the members, each alone and then together."""
    found: dict[str, dict[str, Any] | list[dict[str, Any]]] = {}
    applicant: Person | None = None
    if "applicant" in given:
        typed = given["applicant"]
        applicant = read_person(_fill_in(typed), "applicant", today, faults)
        found["applicant"] = _write(applicant, typed) if applicant else {}
    if "members" in given:
        rows = _list_rows(given["members"], faults)
        members = [
            read_member(_fill_in(row), join_path("members", position), today, faults)
            for position, row in enumerate(rows)
        ]
        found["members"] = [
            {"relationship": member.relationship.value, **_write(member.person, row)}
            for member, row in zip(members, rows, strict=True)
            if member
        ]
        faults += _find_faults_between(applicant, members)
    return found


def _list_rows(members: object, faults: list[Fault]) -> list[Any]:
    if not isinstance(members, list):
        faults.append(Fault("members", "WRONG_TYPE", {"expected": "list"}))
        return []
    if len(members) > MAXIMUM_MEMBERS:
        faults.append(Fault("members", "TOO_MANY_MEMBERS", {"maximum": MAXIMUM_MEMBERS}))
        return []
    return members


def _fill_in(person: Any) -> Any:
    """Take the second page on a person as unanswered where it is not there."""
    return {**UNANSWERED_RESIDENCE, **person} if isinstance(person, Mapping) else person


def _write(person: Person, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Write a person as the pages store one, without what was only taken as unanswered."""
    return {
        name: value
        for name, value in render_fields(person).items()
        if name in typed or name not in UNANSWERED_RESIDENCE
    }


def _find_faults_between(applicant: Person | None, members: list[Member | None]) -> list[Fault]:
    try:
        check_household(applicant, members)
    except MalformedDocument as refusal:
        return list(refusal.faults)
    return []
