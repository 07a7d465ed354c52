"""Where an attempt of a ballot stands on its way from closing to the published draw."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from applications.models import Exercise
from applications.policy.errors import Refusal
from lottery.models import Ceremony, Draw, Publication, Reballot, Register

FIRST_ATTEMPT = 1


class BallotOutOfOrder(Refusal):
    """Something was asked of a ballot that has not come so far yet."""

    code = "BALLOT_OUT_OF_ORDER"


class AttemptGivenUp(Refusal):
    """Two officers have given up this attempt for another one; it stays public as it is."""

    code = "ATTEMPT_GIVEN_UP"


class Stage(StrEnum):
    """What was done last; each stage allows the next and no other."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    FROZEN = "FROZEN"
    PUBLISHED = "PUBLISHED"
    CEREMONY_SETTLED = "CEREMONY_SETTLED"
    DRAWN = "DRAWN"


@dataclass(frozen=True, slots=True)
class BallotProgress:
    """
    The rows of an attempt that exist so far; each hangs on the one before it.

    :ivar follows: the decision that led to this attempt; ``None`` for the first.
    :ivar given_up: the decision that ended this attempt; ``None`` unless there is another.
    """

    exercise: Exercise
    attempt: int
    register: Register | None
    publication: Publication | None
    ceremony: Ceremony | None
    draw: Draw | None
    follows: Reballot | None
    given_up: Reballot | None

    @property
    def stage(self) -> Stage:
        if self.draw:
            return Stage.DRAWN
        if self.ceremony:
            return Stage.CEREMONY_SETTLED
        if self.publication:
            return Stage.PUBLISHED
        if self.register:
            return Stage.FROZEN
        return Stage.CLOSED if self.exercise.closed_at else Stage.OPEN

    def has_reached(self, stage: Stage) -> bool:
        """Tell whether a stage is reached or past."""
        return ORDER.index(self.stage) >= ORDER.index(stage)

    def get_register(self) -> Register:
        """Return the frozen register, or refuse with :class:`BallotOutOfOrder`."""
        return _demand(self.register)

    def get_publication(self) -> Publication:
        """Return the publication of the commitment, or refuse likewise."""
        return _demand(self.publication)

    def get_ceremony(self) -> Ceremony:
        """Return the ceremony on record, or refuse likewise."""
        return _demand(self.ceremony)

    def get_draw(self) -> Draw:
        """Return the draw, or refuse likewise."""
        return _demand(self.draw)


ORDER = tuple(Stage)
Row = TypeVar("Row")


def _demand(row: Row | None) -> Row:
    if row is None:
        raise BallotOutOfOrder
    return row


def get_progress(exercise: Exercise, attempt: int | None = None) -> BallotProgress:
    """
    Read where an attempt of the ballot stands.

    :param attempt: by default the one under way: the one after the last that was given up.
    """
    registers = Register.objects.select_related("exercise", "frozen_by", "follows")
    register = registers.filter(exercise=exercise).order_by("-attempt").first()
    given_up = _find_given_up(register)
    if attempt is None and register and given_up:
        next_attempt = register.attempt + 1
        return BallotProgress(exercise, next_attempt, None, None, None, None, given_up, None)
    if attempt is not None and (register is None or register.attempt != attempt):
        register = registers.filter(exercise=exercise, attempt=attempt).first()
        given_up = _find_given_up(register)
    return _read_attempt(exercise, attempt or FIRST_ATTEMPT, register, given_up)


def _read_attempt(
    exercise: Exercise, attempt: int, register: Register | None, given_up: Reballot | None
) -> BallotProgress:
    if register is None:
        return BallotProgress(exercise, attempt, None, None, None, None, None, None)
    publications = Publication.objects.select_related("published_by", "register__exercise")
    publication = publications.filter(register=register).first()
    ceremony = Ceremony.objects.filter(pk=register.pk).first() if publication else None
    draws = Draw.objects.select_related("run_by", "ceremony__publication__register__exercise")
    draw = draws.filter(pk=register.pk).first() if ceremony else None
    return BallotProgress(
        exercise=exercise,
        attempt=register.attempt,
        register=register,
        publication=publication,
        ceremony=ceremony,
        draw=draw,
        follows=register.follows,
        given_up=given_up,
    )


def _find_given_up(register: Register | None) -> Reballot | None:
    if register is None:
        return None
    return register.reballots.filter(approved_at__isnull=False).first()


def is_given_up(register: Register) -> bool:
    """Tell whether two officers have given this attempt up for another one."""
    return _find_given_up(register) is not None


def check_under_way(register: Register) -> None:
    """
    Refuse what belongs to an attempt that was given up.

    :raises AttemptGivenUp: once two officers have decided on another attempt.
    """
    if _find_given_up(register):
        raise AttemptGivenUp(attempt=register.attempt)


def list_published() -> list[BallotProgress]:
    """List the newest published attempt of each ballot, the newest first."""
    published = Publication.objects.order_by("-published_at").values_list(
        "register__exercise_id", "register__attempt"
    )
    newest: dict[int, int] = {}
    for exercise_id, attempt in published:
        newest.setdefault(exercise_id, attempt)
    exercises = Exercise.objects.in_bulk(list(newest))
    return [get_progress(exercises[pk], attempt) for pk, attempt in newest.items()]


def find_published(code: str, attempt: int | None = None) -> BallotProgress | None:
    """
    Find the ballot of an exercise by its code; ``None`` before its commitment is public.

    :param attempt: by default the newest whose commitment is public.
    """
    published = Publication.objects.filter(register__exercise__code=code)
    if attempt is not None:
        published = published.filter(register__attempt=attempt)
    newest = published.select_related("register__exercise").order_by("register__attempt").last()
    return get_progress(newest.register.exercise, newest.register.attempt) if newest else None
