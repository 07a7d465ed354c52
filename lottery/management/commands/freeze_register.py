"""``manage.py freeze_register WSM2024``"""

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from applications.management.operator_command import get_exercise
from applications.selectors.clock import read_clock
from applications.services.exercises import close_exercise
from lottery.management.ballot_command import BallotCommand
from lottery.selectors.progress import get_progress
from lottery.services.registers import freeze_register


class Command(BallotCommand):
    help = (
        "Close an exercise whose closing time has passed, freeze its register and print C, the "
        "number to publish before any ball is drawn. Again: prints the same C. Once two officers "
        "have decided on another attempt, it freezes that one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("exercise", help="code of the exercise, such as WSM2024")

    def handle(self, *args: Any, **options: Any) -> None:
        exercise = get_exercise(options["exercise"])
        now = read_clock()
        with transaction.atomic():  # refused together: an exercise is not closed by a failed freeze
            closed = close_exercise(exercise=exercise, closed_at=now)
            attempt = get_progress(closed).attempt
            register = freeze_register(exercise=closed, attempt=attempt, frozen_at=now)
        self.stdout.write(register.commitment_sha256)
