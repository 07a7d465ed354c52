"""Whether the register of an exercise can still change."""

from applications.models import Exercise


def is_frozen(exercise: Exercise) -> bool:
    """
    Tell whether the register is frozen, and its attempt not given up for another.

    Registers belong to the lottery, which this app does not import. Django gives their rows through
    the exercise, so one question of the database answers it, in the caller's transaction and under
    its locks; a copy of the answer in a column here could be wrong.
    """
    frozen = exercise.registers.exclude(reballots__approved_at__isnull=False)
    return bool(frozen.exists())
