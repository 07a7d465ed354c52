"""What the ballot refuses, each with a public code."""

from typing import Literal, get_args

Code = Literal[
    "ALLOCATION_MALFORMED",
    "BALLOT_NUMBER_REPEATED",
    "BALLS_MALFORMED",
    "BALL_COUNT_WRONG",
    "BALL_NOT_TWO_DIGITS",
    "BALL_OUT_OF_RANGE",
    "BALL_REPEATED",
    "BEACON_CHAIN_UNKNOWN",
    "BEACON_MALFORMED",
    "BEACON_MISSING",
    "BEACON_NOT_ANNOUNCED",
    "BEACON_RANDOMNESS_WRONG",
    "BEACON_ROUND_WRONG",
    "BEACON_SIGNATURE_WRONG",
    "CEREMONY_MALFORMED",
    "CEREMONY_OF_OTHER_DRAW",
    "COMMITMENT_MALFORMED",
    "COMMITMENT_MISMATCH",
    "DISPOSITIONS_MALFORMED",
    "DISPOSITION_NOT_RANKED",
    "FILE_UNREADABLE",
    "IDENTITY_MALFORMED",
    "INTAKE_LOG_INCONSISTENT",
    "INTAKE_LOG_MALFORMED",
    "INTAKE_LOG_OF_OTHER_REGISTER",
    "LETTERS_BELOW_QUOTA",
    "OFFICERS_NOT_DIFFERENT",
    "ORDER_NEEDS_ALL_BALLS",
    "PARAMETERS_MALFORMED",
    "RANKING_MALFORMED",
    "REGISTER_EMPTY",
    "REGISTER_LINE_MALFORMED",
    "REGISTER_NUMBER_OUT_OF_SEQUENCE",
    "REINSTATEMENTS_MALFORMED",
    "REINSTATEMENT_OF_ACTIVE",
    "SECOND_DRAW_UNEXPECTED",
    "SEED_MISMATCH",
    "SPILL_NOT_TO_LATER_STEP",
    "STEP_NAME_REPEATED",
    "TEXT_NOT_CANONICAL",
    "TICKET_MALFORMED",
    "TRANSCRIPT_DIRECTORY_NOT_EMPTY",
]

CODES: tuple[str, ...] = get_args(Code)


class BallotRefusal(Exception):
    """
    Something that WSM-BALLOT/1 does not allow.

    :param code: public constant for programs; doors translate it for people.
    :param message: one English sentence for operators and the command line.
    :param file: name of the file at fault, when there is one.
    :param line: line in that file or input, counted from 1.
    """

    def __init__(
        self, code: Code, message: str, *, file: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(code, message, file, line)
        self.code = code
        self.message = message
        self.file = file
        self.line = line

    def __str__(self) -> str:
        place = ", ".join(
            part for part in (self.file, f"line {self.line}" if self.line else None) if part
        )
        return f"{place + ': ' if place else ''}{self.message} [{self.code}]"
