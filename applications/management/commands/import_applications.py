"""``manage.py import_applications FILE --exercise WSM2024``"""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from applications.management.operator_command import (
    OperatorCommand,
    describe_fault,
    get_exercise,
)
from applications.management.progress import open_progress
from applications.models import Officer
from applications.policy.household import Channel
from applications.selectors.clock import read_clock
from applications.services.import_files import FileFormat
from applications.services.imports import (
    MAXIMUM_BYTES,
    MAXIMUM_FAULTS,
    ImportReport,
    import_applications,
)
from applications.services.keying import NotAPaperForm

MEGABYTE = 1024 * 1024
FORMATS = {"jsonl": FileFormat.JSON_LINES, "csv": FileFormat.CSV}


class Command(OperatorCommand):
    help = (
        "Take in a file of paper forms: JSON Lines, one application document on each line, or CSV "
        "with the same fields and dotted headers (applicant.hkic, members.0.hkic). All good forms "
        "or none: each fault is printed with line, field and code, and then nothing is stored. "
        "Importing the same forms again stores nothing new."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="JSON Lines or CSV, in UTF-8")
        parser.add_argument("--exercise", required=True, help="code of the exercise: WSM2024")
        parser.add_argument(
            "--channel",
            choices=[channel.value for channel in Channel],
            default=Channel.PAPER.value,
            help="PAPER, the default; online applications are their applicants' own deed and "
            "cannot be imported",
        )
        parser.add_argument(
            "--format", choices=FORMATS, help="by default csv for a name that ends so, else jsonl"
        )
        parser.add_argument("--officer", help="reference of who answers for it, such as clerk-1")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything and store nothing"
        )
        parser.add_argument(
            "--maximum-megabytes",
            type=int,
            default=MAXIMUM_BYTES // MEGABYTE,
            help="refuse a larger file before reading it (default %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["channel"] != Channel.PAPER:
            raise NotAPaperForm
        exercise = get_exercise(options["exercise"])
        officer = get_officer(options["officer"]) if options["officer"] else None
        path: Path = options["file"]
        label = "Checking" if options["dry_run"] else "Checking and storing"
        with (
            path.open("rb") as source,
            open_progress(
                total=path.stat().st_size, label=label, stream=sys.stderr, unit="B"
            ) as progress,
        ):
            report = import_applications(
                exercise=exercise,
                source=source,
                file_format=FORMATS[options["format"] or guess_format(path)],
                imported_at=read_clock(),
                officer=officer,
                dry_run=options["dry_run"],
                maximum_bytes=options["maximum_megabytes"] * MEGABYTE,
                report_bytes=progress.update,
            )
        self._show(report, dry_run=options["dry_run"])

    def _show(self, report: ImportReport, *, dry_run: bool) -> None:
        for fault in report.faults:
            self.stdout.write(f"line {fault.line}: {describe_fault(fault.fault)}")
        if report.faults:
            at_least = "at least " if len(report.faults) == MAXIMUM_FAULTS else ""
            raise CommandError(f"Nothing was stored: {at_least}{len(report.faults):,} faults.")
        if report.already_stored_count:
            self.stdout.write(f"Already stored: {report.already_stored_count:,}")
        if dry_run:
            self.stdout.write(f"No fault; {report.new_count:,} would be stored.")
        else:
            self.stdout.write(f"Stored: {report.stored_count:,}")
        if report.stored_count:
            self.stdout.write(f"Numbers: {report.first_number} to {report.last_number}")


def guess_format(path: Path) -> str:
    """Guess the format by the end of the name."""
    return "csv" if path.suffix.lower() == ".csv" else "jsonl"


def get_officer(reference: str) -> Officer:
    """
    Get an active officer by the reference.

    :raises CommandError: there is none.
    """
    officer = Officer.objects.filter(reference=reference, is_active=True).first()
    if officer is None:
        raise CommandError(f"There is no officer {reference}.")
    return officer
