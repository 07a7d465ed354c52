"""Store an exercise from its terms, and close it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from applications.models import Exercise, NumberCounter, Officer, Payment
from applications.policy.errors import Refusal
from applications.policy.terms import hash_terms, parse_terms
from applications.policy.timetable import has_closed
from applications.services.journal import SYSTEM, record_deed


class TermsChangedAfterOpening(Refusal):
    """The published terms of an exercise that has opened cannot be replaced."""

    code = "TERMS_CHANGED_AFTER_OPENING"


class ExerciseStillOpen(Refusal):
    """The exercise cannot be closed before its closing time; a demonstration can."""

    code = "EXERCISE_STILL_OPEN"


class PaymentsUnderWay(Refusal):
    """
    The exercise cannot be closed while a payment begun before closing may still bring money.

    The provider is asked about each a quarter of an hour after it was begun.
    """

    code = "PAYMENTS_UNDER_WAY"


@transaction.atomic
def load_exercise(*, mapping: Mapping[str, Any], loaded_at: datetime) -> tuple[Exercise, bool]:
    """
    Store the exercise of these terms; return it and whether anything changed.

    Again with the same terms: nothing. Before opening, other terms replace them.

    :param mapping: the terms as :func:`applications.policy.terms.load_terms` gives them.
    :raises TermsChangedAfterOpening: other terms for an exercise that has opened.
    """
    terms = parse_terms(mapping)
    sha256 = hash_terms(mapping)
    stored = Exercise.objects.select_for_update().filter(code=terms.code).first()
    if stored and stored.terms_sha256 == sha256:
        return stored, False
    if stored and (stored.opens_at <= loaded_at or stored.applications.exists()):
        raise TermsChangedAfterOpening
    exercise, _ = Exercise.objects.update_or_create(
        code=terms.code,
        defaults={
            "title_en": terms.title_en,
            "title_zh_hant": terms.title_zh_hant,
            "terms": dict(mapping),
            "terms_sha256": sha256,
            "opens_at": terms.opens_at,
            "closes_at": terms.closes_at,
            "demonstration": terms.demonstration,
            "loaded_at": loaded_at,
        },
    )
    NumberCounter.objects.update_or_create(
        exercise=exercise, defaults={"last_number": terms.first_application_number - 1}
    )
    record_deed(
        deed="EXERCISE_LOADED",
        subject=f"exercise:{exercise.code}",
        recorded_at=loaded_at,
        exercise=exercise,
        details={"terms_sha256": sha256},
    )
    return exercise, True


@transaction.atomic
def close_exercise(
    *, exercise: Exercise, closed_at: datetime, officer: Officer | None = None
) -> Exercise:
    """
    Close an exercise for good: from here on no application gets a number.

    Waits for submissions under way, because it takes the lock that numbers are issued under, and
    is not done while a payment waits for its answer: what was sent before closing counts even if
    the money is told of afterwards. Calling again changes nothing.

    :raises ExerciseStillOpen: before the closing time, unless it is a demonstration.
    :raises PaymentsUnderWay: while a payment may still bring money.
    """
    _lock_payments(exercise.pk, "pg_advisory_xact_lock")
    counter = NumberCounter.objects.select_for_update().get(exercise=exercise)
    stored = Exercise.objects.select_for_update().get(pk=exercise.pk)
    if stored.closed_at:
        return stored
    if not stored.demonstration and not has_closed(closed_at, stored.parsed_terms):
        raise ExerciseStillOpen
    if Payment.objects.filter(draft__exercise=stored, state=Payment.State.PENDING).exists():
        raise PaymentsUnderWay
    counter.accepts = False
    counter.save(update_fields=["accepts"])
    stored.closed_at = closed_at
    stored.save(update_fields=["closed_at"])
    record_deed(
        deed="EXERCISE_CLOSED",
        subject=f"exercise:{stored.code}",
        recorded_at=closed_at,
        exercise=stored,
        actor=officer or SYSTEM,
        details={"last_number": counter.last_number},
    )
    return stored


def keep_from_closing(*, exercise_id: int) -> None:
    """
    Let nobody close an exercise until the caller's transaction has ended; shared with others.

    Without it, closing could look for payments just before the last one is stored.
    """
    _lock_payments(exercise_id, "pg_advisory_xact_lock_shared")


def _lock_payments(exercise_id: int, take: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {take}(hashtextextended(%s, 0))", [f"payments|{exercise_id}"])
