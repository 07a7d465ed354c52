"""The application document from frozen values back to what JSON can hold."""

from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any

from applications.policy.hkid import format_hkic
from applications.policy.household import (
    ApplicationDocument,
    Contact,
    Declarations,
    FeeDetails,
    PaperDetails,
    Person,
)


def render_document(document: ApplicationDocument) -> dict[str, Any]:
    """
    Write a document as the mapping that `parse_document` reads: parsing it again gives an equal
    document on the same day.
    """
    rendered: dict[str, Any] = {
        "exercise": document.exercise,
        "channel": document.channel.value,
        "language": document.language.value,
        "youth_scheme": document.youth_scheme,
        "applicant": render_person(document.household.applicant),
        "members": [
            {"relationship": member.relationship.value, **render_person(member.person)}
            for member in document.household.members
        ],
        "monthly_income_hkd": document.monthly_income_hkd,
        "net_assets_hkd": document.net_assets_hkd,
        "contact": render_fields(document.contact),
        "declarations": render_fields(document.declarations),
        "signed_on": render_value(document.signed_on),
    }
    if document.paper is not None:
        rendered["paper"] = render_fields(document.paper)
    if document.fee is not None:
        rendered["fee"] = render_fields(document.fee)
    return rendered


def render_person(person: Person) -> dict[str, Any]:
    """Write a person with the one identity number that there is: the card's as it is printed."""
    rendered = render_fields(person)
    hkic, birth_certificate = rendered.pop("hkic"), rendered.pop("birth_certificate")
    if hkic is None:
        return {"birth_certificate": birth_certificate, **rendered}
    return {"hkic": format_hkic(hkic), **rendered}


def render_fields(
    value: Person | Contact | Declarations | PaperDetails | FeeDetails,
) -> dict[str, Any]:
    """Write each field of a part as JSON has it."""
    return {field.name: render_value(getattr(value, field.name)) for field in fields(value)}


def render_value(value: Any) -> Any:
    """Write a date as ISO text and a choice as its value; anything else is JSON already."""
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
