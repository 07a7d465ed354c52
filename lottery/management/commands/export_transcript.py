"""``manage.py export_transcript WSM2024 DIR``"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from lottery.management.ballot_command import BallotCommand, get_draw
from lottery.services.transcripts import export_transcript


class Command(BallotCommand):
    help = (
        "Write the transcript of a draw, with the verifier, into a new or empty directory. "
        "Anybody checks it with: python verify_ballot.py DIR"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("exercise", help="code of the exercise, such as WSM2024")
        parser.add_argument("directory", type=Path, help="a new or empty directory")
        parser.add_argument("--attempt", type=int, help="by default the newest that was drawn")

    def handle(self, *args: Any, **options: Any) -> None:
        draw = get_draw(options["exercise"], options["attempt"])
        export_transcript(draw=draw, directory=options["directory"])
        self.stdout.write(f"{options['directory']}: transcript of {draw.ranked_count} ranks")
