"""``manage.py freeze_register WSM2024``"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from applications.models import Exercise
from applications.selectors.clock import read_clock
from applications.services.exercises import close_exercise
from lottery.services.registers import freeze_register


class Command(BaseCommand):
    help = (
        "Close an exercise whose closing time has passed, freeze its register and print C, the "
        "number to publish before any ball is drawn. Again: prints the same C."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("exercise", help="code of the exercise, such as WSM2024")

    def handle(self, *args: Any, **options: Any) -> None:
        exercise = Exercise.objects.filter(code=options["exercise"]).first()
        if exercise is None:
            raise CommandError(f"There is no exercise {options['exercise']}.")
        now = read_clock()
        with transaction.atomic():  # refused together: an exercise is not closed by a failed freeze
            closed = close_exercise(exercise=exercise, closed_at=now)
            register = freeze_register(exercise=closed, attempt=1, frozen_at=now)
        self.stdout.write(register.commitment_sha256)
