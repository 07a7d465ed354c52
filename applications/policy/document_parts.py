"""
The parts of an application document: a person, a member, the contact details …

Each ``parse_`` function reads one part alone, as a page of the web form does, and raises with
every fault. Each ``read_`` function does the same inside a whole document, and notes the faults.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar, cast

from applications.policy.errors import Fault, MalformedDocument
from applications.policy.hkid import normalise_hkic
from applications.policy.household import (
    Contact,
    Declarations,
    District,
    FeeDetails,
    FeeMethod,
    MaritalStatus,
    Member,
    PaperDetails,
    Person,
    Relationship,
    Sex,
    SpouseAbsence,
)
from applications.policy.names import parse_address, parse_name_en, parse_name_zh
from applications.policy.numbers import parse_phone
from applications.policy.reading import Field, join_path, read_fields
from applications.policy.timetable import age_on
from applications.policy.values import (
    choice_parser,
    parse_birth_certificate,
    parse_declaration,
    parse_email,
    parse_flag,
    parse_past_date,
    parse_past_moment,
    parse_reference,
    text_parser,
)

BIRTH_CERTIFICATE_BELOW_AGE = 11  # an identity card is issued from this age on

PERSON_FIELDS = (
    Field("hkic", text_parser(normalise_hkic), nullable=True, optional=True),
    Field("birth_certificate", text_parser(parse_birth_certificate), nullable=True, optional=True),
    Field("name_zh", text_parser(parse_name_zh), nullable=True, optional=True),
    Field("surname_en", text_parser(parse_name_en)),
    Field("given_name_en", text_parser(parse_name_en), nullable=True),
    Field("birth_date", parse_past_date),
    Field("sex", choice_parser(Sex)),
    Field("marital_status", choice_parser(MaritalStatus)),
    Field("spouse_absence", choice_parser(SpouseAbsence), nullable=True, optional=True),
    Field("resident_since", parse_past_date, nullable=True),
    Field("last_owned_property_on", parse_past_date, nullable=True),
    Field("previous_subsidy", parse_flag),
)
MEMBER_FIELDS = (Field("relationship", choice_parser(Relationship)), *PERSON_FIELDS)
CONTACT_FIELDS = (
    Field("phone", text_parser(parse_phone)),
    Field("email", text_parser(parse_email), nullable=True, optional=True),
    Field("address", text_parser(parse_address)),
    Field("district", choice_parser(District)),
)
DECLARATION_FIELDS = (
    Field("accurate", parse_declaration),
    Field("privacy", parse_declaration),
)
PAPER_FIELDS = (
    Field("received_at", parse_past_moment),
    Field("postmark_date", parse_past_date, nullable=True, optional=True),
    Field("form_serial", text_parser(parse_reference), nullable=True, optional=True),
)
FEE_FIELDS = (
    Field("method", choice_parser(FeeMethod)),
    Field("reference", text_parser(parse_reference), nullable=True, optional=True),
)

T = TypeVar("T")
Reader = Callable[[object, str, date, list[Fault]], T | None]


def parse_person(mapping: object, path: str, today: date) -> Person:
    """
    Read one person; an applicant, say, from a page of the web form.

    :param path: where faults are said to be: ``applicant``.
    :raises MalformedDocument: with every fault.
    """
    return _parse_alone(read_person, mapping, path, today)


def parse_member(mapping: object, path: str, today: date) -> Member:
    """Read one member: a person and the relationship to the applicant. As `parse_person`."""
    return _parse_alone(read_member, mapping, path, today)


def parse_contact(mapping: object, path: str, today: date) -> Contact:
    """Read the contact details. As `parse_person`."""
    return _parse_alone(read_contact, mapping, path, today)


def parse_declarations(mapping: object, path: str, today: date) -> Declarations:
    """Read the declarations, both of which have to be made. As `parse_person`."""
    return _parse_alone(read_declarations, mapping, path, today)


def parse_paper(mapping: object, path: str, today: date) -> PaperDetails:
    """Read what the counter notes on a paper form. As `parse_person`."""
    return _parse_alone(read_paper, mapping, path, today)


def parse_fee(mapping: object, path: str, today: date) -> FeeDetails:
    """Read how the fee was paid. As `parse_person`."""
    return _parse_alone(read_fee, mapping, path, today)


def _parse_alone(read: Reader[T], mapping: object, path: str, today: date) -> T:
    faults: list[Fault] = []
    value = read(mapping, path, today, faults)
    if faults:
        raise MalformedDocument(faults)
    return cast(T, value)


def read_person(value: object, path: str, today: date, faults: list[Fault]) -> Person | None:
    """Read a person and note every fault; ``None`` when there was any."""
    values = read_fields(value, path, PERSON_FIELDS, today, faults)
    return None if values is None else _build_person(values, path, today, faults)


def read_member(value: object, path: str, today: date, faults: list[Fault]) -> Member | None:
    """As `read_person`."""
    values = read_fields(value, path, MEMBER_FIELDS, today, faults)
    if values is None:
        return None
    relationship: Relationship = values.pop("relationship")
    person = _build_person(values, path, today, faults)
    return None if person is None else Member(relationship=relationship, person=person)


def _build_person(
    values: dict[str, Any], path: str, today: date, faults: list[Fault]
) -> Person | None:
    person = Person(**values)
    found = [*_find_identity_faults(person, path, today), *_find_date_faults(person, path)]
    faults += found
    return None if found else person


def _find_identity_faults(person: Person, path: str, today: date) -> list[Fault]:
    """One number each: an identity card's, or a birth certificate's for a child under 11."""
    certificate_path = join_path(path, "birth_certificate")
    if person.birth_certificate is None:
        return [] if person.hkic else [Fault(join_path(path, "hkic"), "MISSING_FIELD")]
    if person.hkic is not None:
        return [Fault(certificate_path, "BIRTH_CERTIFICATE_BESIDE_HKIC")]
    if age_on(today, person.birth_date) >= BIRTH_CERTIFICATE_BELOW_AGE:
        params = {"below_age": BIRTH_CERTIFICATE_BELOW_AGE}
        return [Fault(certificate_path, "BIRTH_CERTIFICATE_NOT_A_CHILD", params)]
    return []


def _find_date_faults(person: Person, path: str) -> list[Fault]:
    """Nobody lives or owns anywhere before being born."""
    return [
        Fault(join_path(path, name), "INVALID_DATE", {"reason": "BEFORE_BIRTH"})
        for name, day in (
            ("resident_since", person.resident_since),
            ("last_owned_property_on", person.last_owned_property_on),
        )
        if day is not None and day < person.birth_date
    ]


def read_contact(value: object, path: str, today: date, faults: list[Fault]) -> Contact | None:
    """As `read_person`."""
    values = read_fields(value, path, CONTACT_FIELDS, today, faults)
    return None if values is None else Contact(**values)


def read_declarations(
    value: object, path: str, today: date, faults: list[Fault]
) -> Declarations | None:
    """As `read_person`."""
    values = read_fields(value, path, DECLARATION_FIELDS, today, faults)
    return None if values is None else Declarations(**values)


def read_paper(value: object, path: str, today: date, faults: list[Fault]) -> PaperDetails | None:
    """As `read_person`."""
    values = read_fields(value, path, PAPER_FIELDS, today, faults)
    return None if values is None else PaperDetails(**values)


def read_fee(value: object, path: str, today: date, faults: list[Fault]) -> FeeDetails | None:
    """As `read_person`."""
    values = read_fields(value, path, FEE_FIELDS, today, faults)
    return None if values is None else FeeDetails(**values)
