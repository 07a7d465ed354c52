"""The states of an application, and what the register says of it."""

from collections.abc import Iterable
from enum import StrEnum

from applications.policy.errors import Refusal
from applications.policy.reasons import ReasonCode


class ApplicationState(StrEnum):
    """Where an application stands before the ballot."""

    RECEIVED = "RECEIVED"
    ADMITTED = "ADMITTED"
    EXCLUDED = "EXCLUDED"
    WITHDRAWN = "WITHDRAWN"


class RegisterStatus(StrEnum):
    """The status of a line of the register, as WSM-BALLOT/1 defines it."""

    IN_DRAW = "A"
    DUPLICATE = "XD"
    INELIGIBLE = "XI"
    NOT_PAID = "XN"
    VOID = "XV"
    WITHDRAWN = "XW"


TRANSITIONS: dict[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.RECEIVED: frozenset(
        {ApplicationState.ADMITTED, ApplicationState.EXCLUDED, ApplicationState.WITHDRAWN}
    ),
    # A duplicate that arrives later excludes; a reconciled fee admits.
    ApplicationState.ADMITTED: frozenset({ApplicationState.EXCLUDED, ApplicationState.WITHDRAWN}),
    ApplicationState.EXCLUDED: frozenset({ApplicationState.ADMITTED, ApplicationState.WITHDRAWN}),
    ApplicationState.WITHDRAWN: frozenset(),
}

REASONS_OF_STATUS: dict[RegisterStatus, frozenset[ReasonCode]] = {
    RegisterStatus.WITHDRAWN: frozenset({ReasonCode.WITHDRAWN}),
    RegisterStatus.DUPLICATE: frozenset({ReasonCode.DUPLICATE_PERSON, ReasonCode.DUPLICATE_SPOUSE}),
    RegisterStatus.NOT_PAID: frozenset({ReasonCode.FEE_UNPAID, ReasonCode.CHEQUE_DISHONOURED}),
    RegisterStatus.VOID: frozenset(
        {
            ReasonCode.RECEIVED_LATE,
            ReasonCode.POSTMARK_OUTSIDE_PERIOD,
            ReasonCode.NOT_SIGNED,
            ReasonCode.SIGNED_OUTSIDE_PERIOD,
        }
    ),
}


class StateChangeNotAllowed(Refusal):
    """An application cannot go from its state to the one asked for."""

    code = "STATE_CHANGE_NOT_ALLOWED"


class ScreeningUnfinished(Refusal):
    """The register asks about an application that has not been screened."""

    code = "SCREENING_UNFINISHED"


def can_change_state(before: ApplicationState, after: ApplicationState) -> bool:
    """Tell whether an application may go from one state to another. Staying is no change."""
    return after in TRANSITIONS[before]


def check_state_change(before: ApplicationState, after: ApplicationState) -> None:
    """
    Refuse a change of state that `TRANSITIONS` does not name.

    :raises StateChangeNotAllowed: with ``before`` and ``after``.
    """
    if not can_change_state(before, after):
        raise StateChangeNotAllowed(before=before.value, after=after.value)


def register_status(state: ApplicationState, reasons: Iterable[str]) -> RegisterStatus:
    """
    Give the status that an application's line has in the frozen register.

    An application with reasons of several kinds gets the first of: withdrawn, duplicate, not
    paid, void, ineligible. Withdrawal is the applicant's own last word. A duplicate comes before
    what is wrong with the one form, because it voids the other form too and the two lines should
    tell the same. Fee and formal faults come before the household's circumstances: nobody needs
    to look at an income that was never validly put forward.

    Source: README, register status; the order among kinds is our assumption.

    :param reasons: reason codes of the last screening.
    :raises ScreeningUnfinished: the application is still ``RECEIVED``.
    """
    if state is ApplicationState.RECEIVED:
        raise ScreeningUnfinished()
    if state is ApplicationState.WITHDRAWN:
        return RegisterStatus.WITHDRAWN
    codes = frozenset(reasons)
    for status, codes_of_status in REASONS_OF_STATUS.items():
        if codes & codes_of_status:
            return status
    return RegisterStatus.INELIGIBLE if codes else RegisterStatus.IN_DRAW
