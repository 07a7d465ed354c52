"""``manage.py export_transcript WSM2024 DIR``"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lottery.models import Draw
from lottery.services.transcripts import export_transcript


class Command(BaseCommand):
    help = (
        "Write the transcript of a draw, with the verifier, into a new or empty directory. "
        "Anybody checks it with: python verify_ballot.py DIR"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("exercise", help="code of the exercise, such as WSM2024")
        parser.add_argument("directory", type=Path, help="a new or empty directory")
        parser.add_argument("--attempt", type=int, default=1, help="1 unless it is a re-ballot")

    def handle(self, *args: Any, **options: Any) -> None:
        draw = Draw.objects.filter(
            ceremony__publication__register__exercise__code=options["exercise"],
            ceremony__publication__register__attempt=options["attempt"],
        ).first()
        if draw is None:
            raise CommandError(f"{options['exercise']} has not been drawn.")
        export_transcript(draw=draw, directory=options["directory"])
        self.stdout.write(f"{options['directory']}: transcript of {draw.ranked_count} ranks")
