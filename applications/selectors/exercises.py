"""Which exercises there are, and where each stands by the clock of record."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from applications.models import Exercise
from applications.policy.timetable import is_open
from applications.policy.values import EXERCISE_CODE


class Period(StrEnum):
    """Where an exercise stands. ``ENDED``: the period is over, no officer has closed it yet."""

    ANNOUNCED = "ANNOUNCED"
    OPEN = "OPEN"
    ENDED = "ENDED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class ExerciseOverview:
    """An exercise and where it stands."""

    exercise: Exercise
    period: Period


def find_period(exercise: Exercise, at: datetime) -> Period:
    """Say where an exercise stands at a moment; the closing deed closes it for good."""
    if exercise.closed_at is not None and exercise.closed_at <= at:
        return Period.CLOSED
    if at < exercise.opens_at:
        return Period.ANNOUNCED
    return Period.OPEN if at < exercise.closes_at else Period.ENDED


def takes_applications(exercise: Exercise, *, at: datetime) -> bool:
    """Tell whether a form that is sent at a moment is taken in: open, and not closed for good."""
    return exercise.closed_at is None and is_open(at, exercise.parsed_terms)


def find_exercise(code: object) -> Exercise | None:
    """Find the exercise of a code as it came from outside; what cannot be one is not asked for."""
    can_be_one = isinstance(code, str) and EXERCISE_CODE.fullmatch(code)
    return Exercise.objects.filter(code=code).first() if can_be_one else None


def list_exercises(*, at: datetime) -> list[ExerciseOverview]:
    """List every exercise, the one that opened last first."""
    exercises = Exercise.objects.defer("terms").order_by("-opens_at", "code")
    return [ExerciseOverview(exercise, find_period(exercise, at)) for exercise in exercises]


def find_current_exercise(*, at: datetime) -> Exercise | None:
    """Find the exercise that staff work on: the one that opened last, or the next to open."""
    opened = Exercise.objects.filter(opens_at__lte=at).order_by("-opens_at", "code").first()
    return opened or Exercise.objects.order_by("opens_at", "code").first()


def list_unclosed_exercises(*, at: datetime) -> list[Exercise]:
    """List the exercises that one can apply in, now or later, the one that closes first first."""
    return list(Exercise.objects.filter(closed_at=None, closes_at__gt=at).order_by("closes_at"))


def list_open_exercises(*, at: datetime) -> list[Exercise]:
    """List the exercises that one can apply in now, the one that closes first first."""
    return [exercise for exercise in list_unclosed_exercises(at=at) if exercise.opens_at <= at]
