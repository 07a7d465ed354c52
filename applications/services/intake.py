"""Take in one application: once, numbered, with everything that is owed for it."""

from uuid import UUID

from django.db import connection, transaction

from applications.models import Application, Batch, Exercise, NumberCounter, Person
from applications.policy.errors import Refusal
from applications.policy.household import ApplicationDocument, Channel
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import is_open
from applications.services.application_rows import (
    Arrival,
    build_application,
    build_owed_screening,
    build_paper_form,
    build_payment,
    build_people,
    build_receipt_message,
    is_same_document,
)
from applications.services.journal import APPLICANT, record_deed


class ExerciseNotOpenYet(Refusal):
    """Something arrived before the exercise opened."""

    code = "EXERCISE_NOT_OPEN_YET"


class ExerciseClosed(Refusal):
    """Something arrived after the exercise closed."""

    code = "EXERCISE_CLOSED"


class SubmissionKeyReused(Refusal):
    """A submission key came again with another document."""

    code = "SUBMISSION_KEY_REUSED"


class PaperFormAlreadyKeyed(Refusal):
    """A paper form of this serial number has an application already."""

    code = "PAPER_FORM_ALREADY_KEYED"


class BatchClosed(Refusal):
    """A form was keyed from a batch that is closed, or is not of this exercise."""

    code = "BATCH_CLOSED"


@transaction.atomic
def store_application(
    *, exercise: Exercise, terms: ExerciseTerms, document: ApplicationDocument, arrival: Arrival
) -> tuple[Application, bool]:
    """
    Store one application; return it and whether it is new.

    Calling again with the same submission key and the same document returns the stored one, so a
    double click, a retry after a lost answer and thirty-two equal requests at once all get the same
    application and number. The number is taken last, so its lock is held for two statements and
    the commit only, and a refusal leaves no gap.

    :raises ExerciseNotOpenYet, ExerciseClosed: by ``arrival.received_at`` and the closing deed.
    :raises SubmissionKeyReused: the same key with another document.
    :raises PaperFormAlreadyKeyed: the serial number is taken.
    :raises BatchClosed: the form's batch takes no more.
    """
    _lock_submission(exercise, arrival.submission_key)
    stored = Application.objects.filter(
        exercise=exercise, submission_key=arrival.submission_key
    ).first()
    if stored:
        if not is_same_document(stored, document):
            raise SubmissionKeyReused
        return stored, False
    check_period(document.channel, arrival, terms)
    check_paper_form(exercise, document)
    if arrival.batch_id:
        check_batch(exercise, arrival.batch_id)
    return _insert(exercise, terms, document, arrival), True


@transaction.atomic
def store_new_application(
    *, exercise: Exercise, terms: ExerciseTerms, document: ApplicationDocument, arrival: Arrival
) -> Application:
    """
    Store one online application whose submission key is known to be unused.

    For a caller who has locked what the key is the name of, a draft, and has seen that nothing came
    of it: to look again costs a tenth of a submission. Were it wrong, the database would refuse.

    :raises ExerciseNotOpenYet, ExerciseClosed: by ``arrival.received_at`` and the closing deed.
    """
    check_period(document.channel, arrival, terms)
    return _insert(exercise, terms, document, arrival)


def check_period(channel: Channel, arrival: Arrival, terms: ExerciseTerms) -> None:
    """
    Refuse what comes outside the period, by the moment at which it was received.

    A paper form may be keyed after closing and may even have arrived late: screening judges its
    stamp and postmark, because a form that lies on the counter gets an answer, not a shrug.
    """
    if arrival.received_at < terms.opens_at:
        raise ExerciseNotOpenYet
    if channel is Channel.ONLINE and not is_open(arrival.received_at, terms):
        raise ExerciseClosed


def check_paper_form(exercise: Exercise, document: ApplicationDocument) -> None:
    """Refuse a serial number that has been keyed; two clerks at once are told apart by the lock."""
    serial = document.paper.form_serial if document.paper else None
    if serial is None:
        return
    _lock("form", f"{exercise.pk}|{serial}")
    if exercise.applications.filter(paper_form__form_serial=serial).exists():
        raise PaperFormAlreadyKeyed


def check_batch(exercise: Exercise, batch_id: int) -> None:
    """Refuse a batch that is closed; one that is open stays so until this form is stored."""
    batches = Batch.objects.select_for_update().filter(exercise=exercise, closed_at=None)
    if batches.filter(pk=batch_id).first() is None:
        raise BatchClosed


def reserve_application_ids(count: int) -> list[int]:
    """Take primary keys for rows that are written before their application."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Application._meta.db_table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def issue_numbers(exercise: Exercise, count: int) -> int:
    """
    Take the next ``count`` numbers of the exercise; return the first of them.

    Locks the counter until the transaction ends, so numbers have no gaps and nothing comes in
    after the closing deed.

    :raises ExerciseClosed: once the exercise was closed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {NumberCounter._meta.db_table} SET last_number = last_number + %s"  # noqa: S608
            " WHERE exercise_id = %s AND accepts RETURNING last_number",
            [count, exercise.pk],
        )
        row = cursor.fetchone()
    if row is None:
        raise ExerciseClosed
    return int(row[0]) - count + 1


def _insert(
    exercise: Exercise, terms: ExerciseTerms, document: ApplicationDocument, arrival: Arrival
) -> Application:
    (pk,) = reserve_application_ids(1)
    application = build_application(
        pk=pk, number=0, exercise=exercise, terms=terms, document=document, arrival=arrival
    )
    Person.objects.bulk_create(
        build_people(application_id=pk, exercise=exercise, document=document)
    )
    came_with_form = document.paper is not None
    for row in (
        build_paper_form(application_id=pk, exercise=exercise, document=document, arrival=arrival),
        build_payment(application_id=pk, terms=terms, document=document, arrival=arrival)
        if came_with_form
        else None,
        build_owed_screening(application_id=pk, arrival=arrival),
        build_receipt_message(application_id=pk, document=document, arrival=arrival),
    ):
        if row is not None:
            row.save(force_insert=True)
    record_deed(
        deed="APPLICATION_RECEIVED",
        subject=f"application:{pk}",
        recorded_at=arrival.recorded_at,
        exercise=exercise,
        actor=arrival.recorded_by or APPLICANT,
        details={"channel": document.channel.value},
    )
    application.number = issue_numbers(exercise, 1)
    application.save(force_insert=True)
    return application


def _lock_submission(exercise: Exercise, submission_key: UUID) -> None:
    _lock("submission", f"{exercise.pk}|{submission_key}")


def _lock(kind: str, subject: str) -> None:
    """Wait for whoever works on the same thing; let go when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{kind}|{subject}"]
        )
