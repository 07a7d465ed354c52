"""A moment as operators and other systems write it."""

from datetime import datetime

from applications.policy.errors import Fault, MalformedDocument
from applications.policy.hong_kong_time import HONG_KONG


def parse_moment(text: str, *, field: str) -> datetime:
    """
    Read an ISO 8601 moment; without an offset it is Hong Kong's time.

    A plus sign that was not escaped in an address arrives as a blank, and is taken for what it was.

    :param field: where a fault is said to be.
    :raises MalformedDocument: ``INVALID_DATE``.
    """
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
        return moment.astimezone(HONG_KONG) if moment.tzinfo else moment.replace(tzinfo=HONG_KONG)
    except (ValueError, OverflowError):
        raise MalformedDocument([Fault(field, "INVALID_DATE", {"reason": "FORMAT"})]) from None
