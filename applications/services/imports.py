"""Take in a file of paper forms: every form of it, or none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.db import IntegrityError, connection, transaction

from applications.models import Exercise, Officer
from applications.policy.errors import Fault, MalformedDocument, Refusal
from applications.services.application_rows import Arrival
from applications.services.bulk_intake import StagedApplications, stage_applications
from applications.services.import_checks import Form, FormReader, LineFault, compare_with_stored
from applications.services.import_files import FileFormat, ImportFile
from applications.services.intake import ExerciseClosed
from applications.services.journal import SYSTEM, record_deed
from applications.services.keying import describe_arrival

CHUNK = 2_000
MAXIMUM_FAULTS = 1_000
MAXIMUM_BYTES = 256 * 1024 * 1024


class ImportFileTooLarge(Refusal):
    """The file is larger than an import takes; it is refused before it is read."""

    code = "IMPORT_FILE_TOO_LARGE"


class ImportDisturbed(Refusal):
    """Somebody keyed one of the forms while the file was being imported."""

    code = "IMPORT_DISTURBED"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """
    What an import did, or what kept it from doing anything.

    :param form_count: the forms that are in order.
    :param new_count: those of them that were not stored before; ``stored_count`` is as many, or 0.
    :param faults: at most `MAXIMUM_FAULTS`; with any, nothing is stored.
    """

    file_sha256: str
    form_count: int
    new_count: int
    faults: tuple[LineFault, ...]
    stored_count: int = 0
    first_number: int | None = None
    last_number: int | None = None

    @property
    def already_stored_count(self) -> int:
        return self.form_count - self.new_count


def import_applications(
    *,
    exercise: Exercise,
    source: BinaryIO,
    file_format: FileFormat,
    imported_at: datetime,
    officer: Officer | None = None,
    dry_run: bool = False,
    maximum_bytes: int = MAXIMUM_BYTES,
    report_bytes: Callable[[int], object] = lambda count: None,
) -> ImportReport:
    """
    Store the paper forms of a file in one transaction, or nothing and say why.

    The file is read once, a chunk at a time; a fault undoes what was written before it and the
    rest is only checked. A form is known by its serial, or by its line and content where it has
    none: importing the same forms again stores nothing, another content under a known serial is a
    fault. Numbers are issued at the very end, so nobody who submits meanwhile waits long.

    :param source: seekable, open in binary mode.
    :param imported_at: the database's clock; nothing in the file may lie after it.
    :param report_bytes: is told how many bytes were read just now.
    :raises ExerciseClosed: once an officer has closed the exercise.
    :raises ImportFileTooLarge: over ``maximum_bytes``.
    :raises ImportDisturbed: one of the forms was keyed meanwhile. Importing again will do.
    """
    _check_size(source, maximum_bytes)
    if exercise.closed_at:
        raise ExerciseClosed
    file = ImportFile(source, file_format, report_bytes)
    with transaction.atomic():
        _lock_imports(exercise)
        terms = exercise.parsed_terms
        with stage_applications(exercise=exercise, terms=terms) as stage:
            reader = FormReader(exercise, terms, imported_at)
            work = _Import(exercise, reader, None if dry_run else stage, imported_at, officer)
            report = work.read(file)
            if stage.count and not report.faults:
                report = _finish(exercise, stage, report, imported_at, officer)
        if report.faults:
            transaction.set_rollback(True)
    return report


def _check_size(source: BinaryIO, maximum_bytes: int) -> None:
    size = source.seek(0, 2)
    if size > maximum_bytes:
        raise ImportFileTooLarge(size=size, maximum=maximum_bytes)


def _lock_imports(exercise: Exercise) -> None:
    """Let a second import of the exercise wait until the first is stored."""
    with connection.cursor() as cursor:
        subject = f"import|{exercise.pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [subject])


class _Import:
    """One reading of a file: chunk after chunk is checked and, while all is well, written."""

    def __init__(
        self,
        exercise: Exercise,
        reader: FormReader,
        stage: StagedApplications | None,
        imported_at: datetime,
        officer: Officer | None,
    ) -> None:
        self._exercise = exercise
        self._reader = reader
        self._stage = stage
        self._imported_at = imported_at
        self._officer = officer
        self._faults: list[LineFault] = []

    def read(self, file: ImportFile) -> ImportReport:
        forms = self._read_forms(file)
        form_count = new_count = 0
        while len(self._faults) < MAXIMUM_FAULTS and (chunk := list(islice(forms, CHUNK))):
            new, faults = compare_with_stored(self._exercise, chunk)
            self._faults += faults
            form_count += len(chunk)
            new_count += len(new)
            if self._stage and new and not self._faults:
                self._write(self._stage, new)
        if not form_count and not self._faults:
            self._faults.append(LineFault(1, Fault("", "EMPTY_DOCUMENT")))
        faults = sorted(self._faults, key=lambda fault: fault.line)[:MAXIMUM_FAULTS]
        return ImportReport(file.sha256, form_count, new_count, tuple(faults))

    def _read_forms(self, file: ImportFile) -> Iterator[Form]:
        for row in file.read_rows():
            try:
                form = self._reader.read(row)
            except MalformedDocument as error:
                self._faults += [LineFault(row.line, fault) for fault in error.faults]
                if len(self._faults) >= MAXIMUM_FAULTS:
                    return
            else:
                yield form

    def _write(self, stage: StagedApplications, forms: list[Form]) -> None:
        try:
            stage.add([(form.document, self._describe_arrival(form)) for form in forms])
        except IntegrityError as error:
            raise ImportDisturbed from error

    def _describe_arrival(self, form: Form) -> Arrival:
        return describe_arrival(
            form.document,
            submission_key=form.key,
            recorded_at=self._imported_at,
            officer=self._officer,
        )


def _finish(
    exercise: Exercise,
    stage: StagedApplications,
    report: ImportReport,
    imported_at: datetime,
    officer: Officer | None,
) -> ImportReport:
    """Number the forms and enter the deed into the journal."""
    first_number = stage.issue_numbers()
    report = replace(
        report,
        stored_count=stage.count,
        first_number=first_number,
        last_number=first_number + stage.count - 1,
    )
    record_deed(
        deed="APPLICATIONS_IMPORTED",
        subject=f"exercise:{exercise.code}",
        recorded_at=imported_at,
        exercise=exercise,
        actor=officer or SYSTEM,
        details={
            "count": report.stored_count,
            "first_number": report.first_number,
            "last_number": report.last_number,
            "file_sha256": report.file_sha256,
        },
    )
    return report
