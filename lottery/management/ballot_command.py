"""What the commands of the ballot share: what it refuses is one line too, without a traceback."""

from typing import Any

from django.core.management.base import CommandError

from applications.management.operator_command import OperatorCommand
from lottery.ballot.errors import BallotRefusal
from lottery.models import Draw
from lottery.selectors.results import find_draw


class BallotCommand(OperatorCommand):
    """A command for operators that WSM-BALLOT/1 may refuse as well."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except BallotRefusal as refusal:
            raise CommandError(str(refusal)) from None


def get_draw(code: str, attempt: int | None) -> Draw:
    """
    Get a draw of an exercise, by default the newest.

    :raises CommandError: when there is none.
    """
    draw = find_draw(code, attempt)
    if draw is None:
        raise CommandError(f"{code} has not been drawn.")
    return draw
