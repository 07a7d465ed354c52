"""Screen applications: judge what was declared, find duplicates, keep every judgement."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from applications.models import Application, Exercise, OwedWork, Person, Screening
from applications.policy.duplicates import find_duplicates
from applications.policy.eligibility import ScreeningResult, screen
from applications.policy.fees import FeeState
from applications.policy.reasons import write_finding
from applications.policy.status import ApplicationState
from applications.selectors.households import (
    CONTACT,
    IDENTIFYING,
    find_sharing_applications,
    read_duplicate_entry,
    read_facts,
)
from applications.services.copying import copy_rows
from applications.services.journal import record_deed
from applications.services.owed import mark_done

Outcome = tuple[str, tuple[str, ...], str, str]


@transaction.atomic
def screen_owed_work(*, rows: Sequence[OwedWork], screened_at: datetime) -> int:
    """Screen the applications of claimed work and mark it done, in one transaction."""
    changed = 0
    by_exercise: dict[int, list[int]] = defaultdict(list)
    owed = Application.objects.filter(pk__in=[row.application_id for row in rows])
    for pk, exercise_id in owed.values_list("pk", "exercise_id"):
        by_exercise[exercise_id].append(pk)
    for exercise_id, ids in sorted(by_exercise.items()):
        exercise = Exercise.objects.get(pk=exercise_id)
        changed += screen_applications(
            exercise=exercise, application_ids=ids, screened_at=screened_at
        )
    mark_done(rows=list(rows), done_at=screened_at)
    return changed


@transaction.atomic
def screen_applications(
    *, exercise: Exercise, application_ids: Sequence[int], screened_at: datetime
) -> int:
    """
    Screen these applications, and again those that share a person with them.

    Both sides of a duplicate are judged anew whichever arrives last, so all the forms concerned
    become void. A judgement equal to the last one is not stored again: calling twice is harmless.
    Withdrawn applications stay withdrawn.

    :returns: how many judgements changed.
    """
    judged = find_sharing_applications(exercise, application_ids)
    applications = _lock_applications(exercise, judged)
    people = _read_people(find_sharing_applications(exercise, sorted(judged)))
    duplicates = _find_duplicates(people)
    terms = exercise.parsed_terms
    latest = _read_latest(judged)
    screenings: list[Screening] = []
    outcomes: dict[Outcome, list[int]] = defaultdict(list)
    for application in applications:
        result = screen(
            read_facts(application, people[application.pk]),
            terms,
            fee_state=FeeState(application.fee_state),
            duplicate_reasons=duplicates.get(application.pk, ()),
        )
        screening = _build_screening(
            application, exercise, result, latest.get(application.pk), screened_at
        )
        if screening is not None:
            screenings.append(screening)
            outcomes[_outcome_of(result)].append(application.pk)
    copy_rows(Screening, screenings)
    _apply_outcomes(outcomes)
    if screenings:
        record_deed(
            deed="APPLICATIONS_SCREENED",
            subject=f"exercise:{exercise.code}",
            recorded_at=screened_at,
            exercise=exercise,
            details={"count": len(screenings), "terms_sha256": exercise.terms_sha256},
        )
    return len(screenings)


def _lock_applications(exercise: Exercise, ids: Iterable[int]) -> list[Application]:
    """Lock in order of id, so that two screenings never wait for each other in a circle."""
    rows = list(
        Application.objects.select_for_update(of=["self"])
        .filter(pk__in=ids)
        .exclude(state=ApplicationState.WITHDRAWN)
        .select_related("paper_form")
        .defer(*CONTACT)
        .order_by("pk")
    )
    for application in rows:
        application.exercise = exercise
    return rows


def _read_people(ids: Iterable[int]) -> dict[int, list[Person]]:
    people: dict[int, list[Person]] = defaultdict(list)
    rows = Person.objects.filter(application_id__in=ids).defer(*IDENTIFYING)
    for row in (
        rows.select_related("application")
        .defer(*IDENTIFYING, *(f"application__{name}" for name in CONTACT))
        .order_by("application_id", "position")
    ):
        people[row.application_id].append(row)
    return people


def _find_duplicates(people: dict[int, list[Person]]) -> dict[int, list[str]]:
    entries = (read_duplicate_entry(rows[0].application, rows) for rows in people.values())
    return {
        int(number): [reason.value for reason in reasons]
        for number, reasons in find_duplicates(entries).items()
    }


def _read_latest(ids: Iterable[int]) -> dict[int, Screening]:
    rows = Screening.objects.filter(application_id__in=ids).order_by("application_id", "sequence")
    return {row.application_id: row for row in rows}


def _build_screening(
    application: Application,
    exercise: Exercise,
    result: ScreeningResult,
    last: Screening | None,
    screened_at: datetime,
) -> Screening | None:
    screening = Screening(
        application=application,
        sequence=last.sequence + 1 if last else 1,
        screened_at=screened_at,
        terms_sha256=exercise.terms_sha256,
        eligible=result.eligible,
        category=result.category.value,
        track=result.track.value,
        findings=[write_finding(reason) for reason in result.reasons],
    )
    if last and all(
        getattr(last, name) == getattr(screening, name)
        for name in ("terms_sha256", "eligible", "category", "track", "findings")
    ):
        return None
    return screening


def _outcome_of(result: ScreeningResult) -> Outcome:
    state = ApplicationState.ADMITTED if result.eligible else ApplicationState.EXCLUDED
    return state.value, tuple(result.codes), result.category.value, result.track.value


def _apply_outcomes(outcomes: dict[Outcome, list[int]]) -> None:
    """One statement for each different outcome: there are few, however many applications."""
    for (state, reasons, category, track), ids in outcomes.items():
        Application.objects.filter(pk__in=ids).update(
            state=state, reasons=list(reasons), category=category, track=track
        )
