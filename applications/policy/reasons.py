"""Why an application is not in the ballot: public codes, in the order in which they are told."""

from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    """The README explains each. The order here is the order of every list of reasons."""

    APPLICANT_UNDER_18 = "APPLICANT_UNDER_18"
    RESIDENT_UNDER_SEVEN_YEARS = "RESIDENT_UNDER_SEVEN_YEARS"
    INCOME_OVER_LIMIT = "INCOME_OVER_LIMIT"
    ASSETS_OVER_LIMIT = "ASSETS_OVER_LIMIT"
    OWNED_PROPERTY_IN_WINDOW = "OWNED_PROPERTY_IN_WINDOW"
    PREVIOUS_SUBSIDY = "PREVIOUS_SUBSIDY"
    SPOUSE_NOT_ON_FORM = "SPOUSE_NOT_ON_FORM"
    DUPLICATE_PERSON = "DUPLICATE_PERSON"
    DUPLICATE_SPOUSE = "DUPLICATE_SPOUSE"
    RECEIVED_LATE = "RECEIVED_LATE"
    POSTMARK_OUTSIDE_PERIOD = "POSTMARK_OUTSIDE_PERIOD"
    NOT_SIGNED = "NOT_SIGNED"
    SIGNED_OUTSIDE_PERIOD = "SIGNED_OUTSIDE_PERIOD"
    FEE_UNPAID = "FEE_UNPAID"
    CHEQUE_DISHONOURED = "CHEQUE_DISHONOURED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Reason:
    """
    One reason against an application.

    :param person: whom it is about: 0 the applicant, n the nth member, ``None`` the whole form.
    """

    code: ReasonCode
    person: int | None = None


def write_finding(reason: Reason) -> str:
    """Write a reason as a screening keeps it: ``CODE``, or ``CODE:n`` of person n."""
    return reason.code.value if reason.person is None else f"{reason.code.value}:{reason.person}"


def read_finding(finding: str) -> Reason:
    """Read a reason as a screening keeps it."""
    code, _colon, person = finding.partition(":")
    return Reason(ReasonCode(code), int(person) if person else None)
