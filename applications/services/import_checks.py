"""What makes a form of an imported file acceptable, besides being well formed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from applications.models import Application, Exercise, PaperForm
from applications.policy.document_receipt import parse_received_document
from applications.policy.errors import Fault, MalformedDocument
from applications.policy.household import ApplicationDocument, Channel
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import hong_kong_date
from applications.services.application_rows import fingerprint_document, is_same_document
from applications.services.import_files import Row
from applications.services.intake import ExerciseNotOpenYet, PaperFormAlreadyKeyed
from applications.services.keying import NotAPaperForm

KEYS = UUID("0a4f0d4e-8f0f-5f0e-b0f5-3a8b7c1d9e20")


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with one line of the file, counted from 1."""

    line: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Form:
    """A well-formed paper form, where it stands in the file, and by what it is known."""

    line: int
    document: ApplicationDocument
    key: UUID

    @property
    def serial(self) -> str | None:
        return self.document.paper.form_serial if self.document.paper else None


class FormReader:
    """Reads the rows of one file as forms of one exercise."""

    def __init__(self, exercise: Exercise, terms: ExerciseTerms, imported_at: datetime) -> None:
        self._exercise = exercise
        self._terms = terms
        self._imported_at = imported_at
        self._today = hong_kong_date(imported_at)
        self._lines_of_serials: dict[str, int] = {}

    def read(self, row: Row) -> Form:
        """
        Read one row.

        :raises MalformedDocument: with every fault.
        """
        if row.mapping is None:
            raise MalformedDocument(row.faults)
        document = parse_received_document(row.mapping, today=self._today)
        faults = [*self._find_faults(document), *self._find_serial_faults(document, row.line)]
        if faults:
            raise MalformedDocument(faults)
        return Form(row.line, document, self._make_key(document, row.line))

    def _find_faults(self, document: ApplicationDocument) -> list[Fault]:
        faults = []
        if document.exercise != self._exercise.code:
            faults.append(Fault("exercise", "OTHER_EXERCISE"))
        if document.channel is not Channel.PAPER or document.paper is None:
            faults.append(Fault("channel", NotAPaperForm.code))
        elif document.paper.received_at < self._terms.opens_at:
            faults.append(Fault("paper.received_at", ExerciseNotOpenYet.code))
        elif document.paper.received_at > self._imported_at:
            faults.append(Fault("paper.received_at", "DATE_IN_FUTURE"))
        return faults

    def _find_serial_faults(self, document: ApplicationDocument, line: int) -> list[Fault]:
        serial = document.paper.form_serial if document.paper else None
        if serial is None or self._lines_of_serials.setdefault(serial, line) == line:
            return []
        params = {"first_line": self._lines_of_serials[serial]}
        return [Fault("paper.form_serial", "DUPLICATE_SERIAL", params)]

    def _make_key(self, document: ApplicationDocument, line: int) -> UUID:
        serial = document.paper.form_serial if document.paper else None
        if serial is not None:
            return uuid5(KEYS, f"{self._exercise.code}|{serial}")
        content = fingerprint_document(document).hex()
        return uuid5(KEYS, f"{self._exercise.code}|{line}|{content}")


def compare_with_stored(
    exercise: Exercise, forms: Sequence[Form]
) -> tuple[list[Form], list[LineFault]]:
    """
    Tell which forms are new, and which have a serial that is stored with another content.

    What is stored with the same content is neither: it needs nothing more.
    """
    by_serial, by_key = _find_stored_serials(exercise, forms), _find_stored_keys(exercise, forms)
    new, faults = [], []
    for form in forms:
        stored = by_serial.get(form.serial) if form.serial else by_key.get(form.key)
        if stored is None:
            new.append(form)
        elif not is_same_document(stored, form.document):
            fault = Fault("paper.form_serial", PaperFormAlreadyKeyed.code)
            faults.append(LineFault(form.line, fault))
    return new, faults


def _find_stored_serials(
    exercise: Exercise, forms: Sequence[Form]
) -> dict[str | None, Application]:
    serials = [form.serial for form in forms if form.serial]
    papers = PaperForm.objects.filter(exercise=exercise, form_serial__in=serials)
    rows = papers.select_related("application").only(
        "form_serial", "application__submission_fingerprint"
    )
    return {row.form_serial: row.application for row in rows}


def _find_stored_keys(exercise: Exercise, forms: Sequence[Form]) -> dict[UUID, Application]:
    keys = [form.key for form in forms if not form.serial]
    rows = Application.objects.filter(exercise=exercise, submission_key__in=keys)
    only = rows.only("submission_key", "submission_fingerprint")
    return {row.submission_key: row for row in only}
