"""``manage.py load_exercise wsm_2024``"""

from typing import Any

from django.core.management.base import CommandParser

from applications.management.operator_command import OperatorCommand
from applications.policy.terms import list_exercise_files, load_terms
from applications.selectors.clock import read_clock
from applications.services.exercises import load_exercise


class Command(OperatorCommand):
    help = (
        "Store the exercise of each terms file. Again with the same file: nothing. "
        "With another one after opening: refused. "
        "Files: " + ", ".join(list_exercise_files()) + "."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "names", nargs="+", metavar="NAME", help="name of a terms file, such as wsm_2024"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files = [load_terms(name) for name in options["names"]]
        for terms, mapping in files:
            exercise, changed = load_exercise(mapping=mapping, loaded_at=read_clock())
            what = "stored" if changed else "already stored with these terms"
            self.stdout.write(f"{terms.code}: {what} (sha256 {exercise.terms_sha256})")
