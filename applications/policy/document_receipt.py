"""Reading a document that is not of today: a paper form is judged on the day it arrived."""

from collections.abc import Mapping
from datetime import date

from applications.policy.document import parse_document
from applications.policy.errors import InvalidValue
from applications.policy.hong_kong_time import hong_kong_date
from applications.policy.household import ApplicationDocument
from applications.policy.values import parse_past_moment


def parse_received_document(mapping: object, *, today: date) -> ApplicationDocument:
    """
    Read a whole document by the day on which it was received.

    That is the day of a paper form's stamp, where it has a readable one that is not to come; else
    today. A child of ten is still a child of ten when the form is keyed after the birthday, and
    nothing on a form can be later than its arrival.

    :raises MalformedDocument: with every fault.
    """
    return parse_document(mapping, today=_find_receipt_date(mapping, today))


def _find_receipt_date(mapping: object, today: date) -> date:
    paper = mapping.get("paper") if isinstance(mapping, Mapping) else None
    received_at = paper.get("received_at") if isinstance(paper, Mapping) else None
    try:
        return hong_kong_date(parse_past_moment(received_at, today))
    except InvalidValue:
        return today
