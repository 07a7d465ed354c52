"""``manage.py run_draw WSM2024 --ceremony ceremony.txt``"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from applications.selectors.clock import read_clock
from lottery.ballot.canonical import read_text
from lottery.management.ballot_command import BallotCommand
from lottery.models import Publication
from lottery.services.ceremonies import record_ceremony
from lottery.services.draws import run_draw


class Command(BallotCommand):
    help = (
        "Record a ceremony that was keyed elsewhere and run the draw. The normal way is the "
        "console with two officers. Again with the same file: nothing happens a second time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("exercise", help="code of the exercise, such as WSM2024")
        parser.add_argument("--ceremony", required=True, type=Path, help="the file ceremony.txt")
        parser.add_argument("--attempt", type=int, help="by default the newest that is published")

    def handle(self, *args: Any, **options: Any) -> None:
        published = Publication.objects.filter(
            register__exercise__code=options["exercise"]
        ).order_by("-register__attempt")
        if options["attempt"] is not None:
            published = published.filter(register__attempt=options["attempt"])
        publication = published.first()
        if publication is None:
            raise CommandError(
                f"No commitment of {options['exercise']} has been published; balls that are drawn "
                "before that bind nothing."
            )
        ceremony = record_ceremony(
            publication=publication,
            ceremony_text=read_text(options["ceremony"]),
            recorded_at=read_clock(),
        )
        draw = run_draw(ceremony=ceremony, run_at=read_clock())
        self.stdout.write(f"{draw.ranked_count} ranked, {draw.place_count} places allocated")
