"""The header of a CSV file of application documents: which columns there are, and which must be."""

from collections import Counter
from collections.abc import Sequence

from applications.policy.document import MAXIMUM_MEMBERS, PLAIN_FIELDS
from applications.policy.document_csv import show_header
from applications.policy.document_parts import (
    CONTACT_FIELDS,
    DECLARATION_FIELDS,
    FEE_FIELDS,
    MEMBER_FIELDS,
    PAPER_FIELDS,
    PERSON_FIELDS,
)
from applications.policy.errors import Fault
from applications.policy.reading import Field


def _list_columns(prefix: str, fields: Sequence[Field]) -> dict[str, bool]:
    """Give each column of a section, and whether it may be missing."""
    return {prefix + field.name: field.optional for field in fields}


REQUIRED_SECTIONS = (
    _list_columns("", PLAIN_FIELDS)
    | _list_columns("applicant.", PERSON_FIELDS)
    | _list_columns("contact.", CONTACT_FIELDS)
    | _list_columns("declarations.", DECLARATION_FIELDS)
)
OTHER_SECTIONS = (
    _list_columns("paper.", PAPER_FIELDS)
    | _list_columns("fee.", FEE_FIELDS)
    | {
        column: optional
        for position in range(MAXIMUM_MEMBERS)
        for column, optional in _list_columns(f"members.{position}.", MEMBER_FIELDS).items()
    }
)


def find_header_faults(headers: Sequence[str]) -> list[Fault]:
    """
    Find what is wrong with a header before any row is read.

    :returns: ``UNKNOWN_FIELD``, ``DUPLICATE_KEY`` and ``MISSING_FIELD``, each with its column. A
        column that a rule needs in every row must be there, even if no cell in it is filled.
    """
    counts = Counter(headers)
    columns = REQUIRED_SECTIONS | OTHER_SECTIONS
    return [
        *(Fault(show_header(name), "UNKNOWN_FIELD") for name in counts if name not in columns),
        *(Fault(show_header(name), "DUPLICATE_KEY") for name in counts if counts[name] > 1),
        *(
            Fault(name, "MISSING_FIELD")
            for name, optional in REQUIRED_SECTIONS.items()
            if not optional and name not in counts
        ),
    ]
