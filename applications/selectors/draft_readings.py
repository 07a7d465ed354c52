"""A draft as the document that it would be, were it submitted today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from applications.policy.document import parse_document
from applications.policy.errors import Fault, MalformedDocument
from applications.policy.household import ApplicationDocument


@dataclass(frozen=True, slots=True)
class DraftReading:
    """
    What became of reading a draft.

    :ivar document: the whole document, or ``None`` while there are faults.
    :ivar faults: what is missing, and what is wrong between its parts.
    """

    document: ApplicationDocument | None
    faults: tuple[Fault, ...]


def read_draft(answers: Mapping[str, Any], *, today: date) -> DraftReading:
    """Read a draft's answers as a document signed today, of which the fee is still to come."""
    try:
        whole = {**answers, "signed_on": today.isoformat(), "fee": None}
        return DraftReading(parse_document(whole, today=today), ())
    except MalformedDocument as refusal:
        return DraftReading(None, refusal.faults)
