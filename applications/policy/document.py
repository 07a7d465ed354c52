"""
The application document: from JSON to frozen values.

The README describes the shape. Everything that is wrong is told at once, each fault with its
dotted path and code; what was typed is never repeated.
"""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar, cast

from applications.policy.document_csv import unflatten_row
from applications.policy.document_json import load_json_document
from applications.policy.document_parts import (
    Reader,
    parse_contact,
    parse_declarations,
    parse_fee,
    parse_member,
    parse_paper,
    parse_person,
    read_contact,
    read_declarations,
    read_fee,
    read_member,
    read_paper,
    read_person,
)
from applications.policy.document_rendering import render_document, render_person
from applications.policy.errors import Fault, MalformedDocument
from applications.policy.household import (
    ApplicationDocument,
    Channel,
    Contact,
    Declarations,
    Household,
    Language,
    Member,
    Person,
    Relationship,
)
from applications.policy.numbers import parse_amount_hkd
from applications.policy.reading import Field, join_path, read_fields
from applications.policy.values import (
    choice_parser,
    parse_exercise_code,
    parse_flag,
    parse_past_date,
    text_parser,
)

__all__ = [
    "MAXIMUM_MEMBERS",
    "check_household",
    "load_json_document",
    "parse_contact",
    "parse_declarations",
    "parse_document",
    "parse_fee",
    "parse_member",
    "parse_paper",
    "parse_person",
    "render_document",
    "render_person",
    "unflatten_row",
]

MAXIMUM_MEMBERS = 8  # besides the applicant; our assumption of what a form has room for
PLAIN_FIELDS = (
    Field("exercise", text_parser(parse_exercise_code)),
    Field("channel", choice_parser(Channel)),
    Field("language", choice_parser(Language)),
    Field("youth_scheme", parse_flag),
    Field("monthly_income_hkd", lambda value, today: parse_amount_hkd(value)),
    Field("net_assets_hkd", lambda value, today: parse_amount_hkd(value)),
    Field("signed_on", parse_past_date, nullable=True),
)
SECTIONS = ("applicant", "members", "contact", "declarations", "paper", "fee")
MAY_BE_LEFT_OUT = ("paper", "fee")

T = TypeVar("T")


def parse_document(mapping: object, *, today: date) -> ApplicationDocument:
    """
    Read a whole document.

    :param mapping: what `load_json_document` or `unflatten_row` gave, or a draft.
    :param today: the day on which the document was received, in Hong Kong. No date lies after it.
    :raises MalformedDocument: with every fault.
    """
    faults: list[Fault] = []
    if not isinstance(mapping, Mapping):
        raise MalformedDocument([Fault("", "WRONG_TYPE", {"expected": "object"})])
    plain = {name: value for name, value in mapping.items() if name not in SECTIONS}
    values = read_fields(plain, "", PLAIN_FIELDS, today, faults) or {}
    applicant = _read_section(read_person, mapping, "applicant", today, faults)
    members = _read_section(_read_members, mapping, "members", today, faults)
    contact = _read_section(read_contact, mapping, "contact", today, faults)
    declarations = _read_section(read_declarations, mapping, "declarations", today, faults)
    paper = _read_section(read_paper, mapping, "paper", today, faults)
    fee = _read_section(read_fee, mapping, "fee", today, faults)
    faults += _find_household_faults(applicant, members or [])
    faults += _find_paper_faults(mapping)
    if faults:
        raise MalformedDocument(faults)
    return ApplicationDocument(
        household=Household(cast(Person, applicant), tuple(cast(list[Member], members))),
        contact=cast(Contact, contact),
        declarations=cast(Declarations, declarations),
        paper=paper,
        fee=fee,
        **values,
    )


def check_household(applicant: Person | None, members: list[Member | None]) -> None:
    """
    Refuse a household that names somebody twice or two spouses.

    People who are not there yet, or not well formed, are ``None`` and are passed over.

    :raises MalformedDocument: with every fault.
    """
    if faults := _find_household_faults(applicant, members):
        raise MalformedDocument(faults)


def _read_section(
    read: Reader[T], mapping: Mapping[str, object], name: str, today: date, faults: list[Fault]
) -> T | None:
    value = mapping.get(name)
    if value is not None:
        return read(value, name, today, faults)
    if name not in MAY_BE_LEFT_OUT:
        faults.append(Fault(name, "MISSING_FIELD"))
    return None


def _read_members(
    value: object, path: str, today: date, faults: list[Fault]
) -> list[Member | None] | None:
    if not isinstance(value, list | tuple):
        faults.append(Fault(path, "WRONG_TYPE", {"expected": "list"}))
        return None
    if len(value) > MAXIMUM_MEMBERS:
        faults.append(Fault(path, "TOO_MANY_MEMBERS", {"maximum": MAXIMUM_MEMBERS}))
        return None
    return [
        read_member(member, join_path(path, position), today, faults)
        for position, member in enumerate(value)
    ]


def _find_household_faults(applicant: Person | None, members: list[Member | None]) -> list[Fault]:
    """Find members who are on the form already and spouses beyond the first."""
    faults: list[Fault] = []
    numbers = {applicant.identity_number} if applicant else set()
    spouses = 0
    for position, member in enumerate(members):
        if member is None:
            continue
        path = join_path("members", position)
        if member.person.identity_number in numbers:
            field = "hkic" if member.person.hkic else "birth_certificate"
            faults.append(Fault(join_path(path, field), "SAME_PERSON_TWICE"))
        numbers.add(member.person.identity_number)
        spouses += member.relationship is Relationship.SPOUSE
        if member.relationship is Relationship.SPOUSE and spouses > 1:
            faults.append(Fault(join_path(path, "relationship"), "TWO_SPOUSES"))
    return faults


def _find_paper_faults(mapping: Mapping[str, object]) -> list[Fault]:
    """What the counter notes belongs to the paper channel, and to no other."""
    has_paper = mapping.get("paper") is not None
    if mapping.get("channel") == Channel.PAPER and not has_paper:
        return [Fault("paper", "MISSING_FIELD")]
    if mapping.get("channel") == Channel.ONLINE and has_paper:
        return [Fault("paper", "PAPER_DETAILS_ONLINE")]
    return []
