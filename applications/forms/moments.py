"""A moment as operators and other systems write it."""

from datetime import date, datetime

from applications.policy.errors import Fault, MalformedDocument
from applications.policy.hong_kong_time import HONG_KONG

STANDARD_TIME_SINCE = date(
    1904, 10, 31
)  # before, Hong Kong's offset had seconds, which ISO has not


def parse_moment(text: str, *, field: str) -> datetime:
    """
    Read an ISO 8601 moment; without an offset it is Hong Kong's time.

    A plus sign that was not escaped in an address arrives as a blank, and is taken for what it was.

    :param field: where a fault is said to be.
    :raises MalformedDocument: ``INVALID_DATE``.
    """
    try:
        typed = datetime.fromisoformat(text.strip().replace(" ", "+"))
        moment = typed.astimezone(HONG_KONG) if typed.tzinfo else typed.replace(tzinfo=HONG_KONG)
    except (ValueError, OverflowError):
        raise MalformedDocument([Fault(field, "INVALID_DATE", {"reason": "FORMAT"})]) from None
    if moment.date() < STANDARD_TIME_SINCE:
        raise MalformedDocument([Fault(field, "INVALID_DATE", {"reason": "TOO_EARLY"})])
    return moment
