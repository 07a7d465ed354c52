"""Where an exercise stands on its way from closing to the published draw."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from applications.models import Exercise, OwedWork
from applications.policy.errors import Refusal
from applications.policy.status import ApplicationState
from lottery.models import Ceremony, Draw, Publication, Register


class BallotOutOfOrder(Refusal):
    """Something was asked of a ballot that has not come so far yet."""

    code = "BALLOT_OUT_OF_ORDER"


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
    """The rows that exist so far; each hangs on the one before it."""

    exercise: Exercise
    register: Register | None
    publication: Publication | None
    ceremony: Ceremony | None
    draw: Draw | None

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


ORDER = tuple(Stage)
Row = TypeVar("Row")


def _demand(row: Row | None) -> Row:
    if row is None:
        raise BallotOutOfOrder
    return row


@dataclass(frozen=True, slots=True)
class FreezeChecklist:
    """What stands between a closed exercise and its frozen register; every count must be 0."""

    unscreened_count: int
    owed_count: int

    @property
    def is_clear(self) -> bool:
        return self.unscreened_count == self.owed_count == 0


def get_progress(exercise: Exercise, attempt: int = 1) -> BallotProgress:
    """Read where an attempt of the ballot stands."""
    register = (
        Register.objects.select_related("exercise", "frozen_by")
        .filter(exercise=exercise, attempt=attempt)
        .first()
    )
    publication = (
        Publication.objects.select_related("published_by", "register__exercise")
        .filter(register=register)
        .first()
        if register
        else None
    )
    ceremony = Ceremony.objects.filter(publication=publication).first() if publication else None
    draw = (
        Draw.objects.select_related("run_by").filter(ceremony=ceremony).first()
        if ceremony
        else None
    )
    return BallotProgress(exercise, register, publication, ceremony, draw)


def list_published(attempt: int = 1) -> list[BallotProgress]:
    """List the ballots whose commitment is public, the newest first."""
    exercises = Exercise.objects.filter(
        registers__attempt=attempt, registers__publication__isnull=False
    ).order_by("-registers__publication__published_at")
    return [get_progress(exercise, attempt) for exercise in exercises]


def find_published(code: str, attempt: int = 1) -> BallotProgress | None:
    """Find the ballot of an exercise by its code; ``None`` before its commitment is public."""
    exercise = Exercise.objects.filter(code=code).first()
    progress = get_progress(exercise, attempt) if exercise else None
    return progress if progress and progress.publication else None


def get_freeze_checklist(exercise: Exercise) -> FreezeChecklist:
    """Count what is unfinished before the register can be frozen."""
    return FreezeChecklist(
        unscreened_count=exercise.applications.filter(
            state=ApplicationState.RECEIVED.value
        ).count(),
        owed_count=OwedWork.objects.filter(application__exercise=exercise, done_at=None).count(),
    )
