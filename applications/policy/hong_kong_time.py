"""All times of the scheme are Hong Kong's."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

HONG_KONG = ZoneInfo("Asia/Hong_Kong")


def hong_kong_date(at: datetime) -> date:
    """Give the calendar day in Hong Kong on which an instant falls."""
    return at.astimezone(HONG_KONG).date()
