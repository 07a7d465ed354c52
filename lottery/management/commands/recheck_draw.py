"""``manage.py recheck_draw WSM2024``"""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from applications.selectors.clock import read_clock
from lottery.management.ballot_command import BallotCommand, get_draw
from lottery.services.rechecks import RECHECKS


class Command(BallotCommand):
    help = (
        "Recompute a draw in SQL and with the public verifier, compare what is stored, and store "
        "both checks. Exit status 1 when one fails."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("exercise", help="code of the exercise, such as WSM2024")
        parser.add_argument("--attempt", type=int, help="by default the newest that was drawn")

    def handle(self, *args: Any, **options: Any) -> None:
        draw = get_draw(options["exercise"], options["attempt"])
        failed = []
        for kind, recheck in RECHECKS.items():
            check = recheck(draw=draw, checked_at=read_clock())
            self.stdout.write(f"{kind}: {'passed' if check.passed else 'FAILED'}\n{check.output}\n")
            if not check.passed:
                failed.append(str(kind))
        if failed:
            raise CommandError(f"The stored draw does not follow: {', '.join(failed)} failed.")
