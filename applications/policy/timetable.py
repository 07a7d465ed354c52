"""When things count: the period of an exercise, ages, months back and forth. No clock in here."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from applications.policy.hong_kong_time import HONG_KONG, hong_kong_date
from applications.policy.household import PaperDetails
from applications.policy.terms import ExerciseTerms

__all__ = [
    "HONG_KONG",
    "add_months",
    "age_on",
    "closing_date",
    "has_closed",
    "hong_kong_date",
    "is_in_period",
    "is_open",
    "is_postmark_outside_period",
    "is_signed_outside_period",
    "opening_date",
    "property_window_start",
    "was_received_late",
]


def opening_date(terms: ExerciseTerms) -> date:
    """Give the day on which applications open."""
    return terms.opens_at.date()


def closing_date(terms: ExerciseTerms) -> date:
    """Give the day on which applications close: what ages and the property window look to."""
    return terms.closes_at.date()


def has_closed(at: datetime, terms: ExerciseTerms) -> bool:
    """Tell whether applications have closed. The closing instant itself is closed."""
    return at >= terms.closes_at


def is_open(at: datetime, terms: ExerciseTerms) -> bool:
    """
    Tell whether an online application may be submitted at this instant.

    From the opening instant, included, to the closing instant, excluded: at no instant is an
    exercise both open and closed. Source: Housing Authority, period of WSM 2024, 6 March 2025
    8 am to 26 March 2025 7 pm; that the instant of closing is out is our reading.
    """
    return terms.opens_at <= at and not has_closed(at, terms)


def is_in_period(day: date, terms: ExerciseTerms) -> bool:
    """Tell whether a day lies between the opening and the closing date, both included."""
    return opening_date(terms) <= day <= closing_date(terms)


def age_on(day: date, birth_date: date) -> int:
    """
    Count the full years from one date to another: an age, or years of residence.

    A year is full at the start of the anniversary; whoever was born on 29 February has it on
    1 March in a common year. Source: Age of Majority (Related Provisions) Ordinance
    (Cap. 410), section 5.
    """
    anniversary_to_come = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - anniversary_to_come


def add_months(day: date, months: int) -> date:
    """Move a date by calendar months; a day that the month lacks becomes the month's last."""
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    month = month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def property_window_start(terms: ExerciseTerms) -> date:
    """
    Give the first day from which nobody on the form may have owned domestic property.

    The closing date less ``property.window_months``, plus one day; for WSM 2024 27 March 2023.
    Source: Housing Authority, terms of WSM 2024.
    """
    return add_months(closing_date(terms), -terms.property_window_months) + timedelta(days=1)


def was_received_late(paper: PaperDetails, terms: ExerciseTerms) -> bool:
    """
    Tell whether a form handed in or dropped in a box arrived after closing.

    A form that came by post is judged by its postmark instead and may arrive later. The counter's
    stamp shows minutes, so a form stamped with the closing time itself is in time.
    Source: read for the sister schemes HOS and GSH and taken over.
    """
    return paper.postmark_date is None and paper.received_at > terms.closes_at


def is_postmark_outside_period(paper: PaperDetails, terms: ExerciseTerms) -> bool:
    """
    Tell whether a form that came by post was posted before opening or after closing.

    Source: read for the sister schemes HOS and GSH and taken over.
    """
    return paper.postmark_date is not None and not is_in_period(paper.postmark_date, terms)


def is_signed_outside_period(signed_on: date | None, terms: ExerciseTerms) -> bool:
    """
    Tell whether the signature's date lies outside the period. Online it is the submission's day.

    Source: read for the sister schemes HOS and GSH and taken over.
    """
    return signed_on is not None and not is_in_period(signed_on, terms)
