"""Where an exercise stands on its way from closing to the published draw."""

from dataclasses import dataclass
from enum import StrEnum

from applications.models import Exercise, OwedWork
from applications.policy.status import ApplicationState
from lottery.models import Ceremony, Draw, Publication, Register


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
        Register.objects.select_related("exercise")
        .filter(exercise=exercise, attempt=attempt)
        .first()
    )
    publication = Publication.objects.filter(register=register).first() if register else None
    ceremony = Ceremony.objects.filter(publication=publication).first() if publication else None
    draw = Draw.objects.filter(ceremony=ceremony).first() if ceremony else None
    return BallotProgress(exercise, register, publication, ceremony, draw)


def get_freeze_checklist(exercise: Exercise) -> FreezeChecklist:
    """Count what is unfinished before the register can be frozen."""
    return FreezeChecklist(
        unscreened_count=exercise.applications.filter(
            state=ApplicationState.RECEIVED.value
        ).count(),
        owed_count=OwedWork.objects.filter(application__exercise=exercise, done_at=None).count(),
    )
