"""``manage.py counts WSM2024 [--at ISO]``"""

import json
from typing import Any

from django.core.management.base import CommandParser

from applications.forms.moments import parse_moment
from applications.management.operator_command import OperatorCommand, get_exercise
from applications.selectors.clock import read_clock
from applications.selectors.counts import get_counts


class Command(OperatorCommand):
    help = (
        "Print how many applications had been received, as JSON: in all, by channel, track and "
        "category, and the cross table. Provisional until an officer has closed the exercise."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("exercise", metavar="CODE", help="code of the exercise: WSM2024")
        parser.add_argument(
            "--at",
            metavar="ISO",
            help="as at this moment, such as 2025-03-06T17:00 (Hong Kong time unless it says "
            "otherwise); by default now. Nothing is known of moments to come: those give now",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        exercise = get_exercise(options["exercise"])
        now = read_clock()
        as_at = min(parse_moment(options["at"], field="at"), now) if options["at"] else now
        answer = get_counts(exercise=exercise, as_at=as_at).as_json()
        self.stdout.write(json.dumps(answer, indent=2))
