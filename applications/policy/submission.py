"""When an online application counts as submitted: by the press of the button, not by the money."""

from datetime import datetime, timedelta

PAYING_TIME = timedelta(minutes=15)
ANSWER_TIME = timedelta(hours=1)


def find_submission_moment(*, pressed_at: datetime, taken_at: datetime) -> datetime:
    """
    Give the moment at which an application was submitted.

    It is when its applicant pressed "pay and send", provided that the fee is taken within
    `PAYING_TIME` of it, the last instant included; otherwise it is when the fee was taken. So
    whoever presses before closing is in, however slow the provider and its messages are, and
    nobody keeps a place open by pressing and paying hours later.

    Source: Housing Authority: unpaid is not submitted, and the closing minute is that of the
    system's own clock. The quarter of an hour is our reading.

    :param taken_at: by the provider's clock. One that is behind ours changes nothing.
    """
    return pressed_at if taken_at - pressed_at <= PAYING_TIME else taken_at


def find_paying_end(pressed_at: datetime) -> datetime:
    """Give the last instant at which the fee may be taken for the press to count."""
    return pressed_at + PAYING_TIME


def is_paying_over(*, pressed_at: datetime, at: datetime) -> bool:
    """Tell whether a payment that nobody has made is closed: its press counts no more."""
    return at > find_paying_end(pressed_at)


def find_answer_end(pressed_at: datetime) -> datetime:
    """Give the instant from which an officer may say that the provider will not answer."""
    return pressed_at + ANSWER_TIME


def is_answer_overdue(*, pressed_at: datetime, asked_at: datetime | None, at: datetime) -> bool:
    """
    Tell whether an officer may look at the provider's statement instead of waiting for its answer.

    That is an hour after the press, if the provider was asked since paying was over and said
    nothing. The hour is our own: from a quarter of an hour on it is asked every minute.
    """
    is_asked = asked_at is not None and is_paying_over(pressed_at=pressed_at, at=asked_at)
    return is_asked and at >= find_answer_end(pressed_at)
