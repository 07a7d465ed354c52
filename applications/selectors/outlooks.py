"""How a stored application will be judged, before its screening has run."""

from collections import defaultdict
from dataclasses import dataclass

from applications.models import Application, Person
from applications.policy.duplicates import find_duplicates
from applications.policy.eligibility import ScreeningResult, screen
from applications.policy.fees import FeeState
from applications.policy.status import ApplicationState
from applications.policy.youth import YouthAssessment, assess_document
from applications.selectors.households import (
    IDENTIFYING,
    find_sharing_applications,
    read_duplicate_entry,
    read_facts,
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What screening will find, and why the application counts for its track."""

    result: ScreeningResult
    youth: YouthAssessment


def foresee_screening(application: Application) -> Outlook:
    """Judge an application by what is stored now, as its screening does."""
    people = _read_people(find_sharing_applications(application.exercise, [application.pk]))
    entries = [read_duplicate_entry(rows[0].application, rows) for rows in people.values()]
    facts = read_facts(application, people[application.pk])
    terms = application.exercise.parsed_terms
    result = screen(
        facts,
        terms,
        fee_state=FeeState(application.fee_state),
        duplicate_reasons=find_duplicates(entries).get(application.pk, ()),
        withdrawn=application.state == ApplicationState.WITHDRAWN,
    )
    return Outlook(result=result, youth=assess_document(facts, terms))


def _read_people(application_ids: set[int]) -> dict[int, list[Person]]:
    people: dict[int, list[Person]] = defaultdict(list)
    rows = Person.objects.filter(application_id__in=application_ids).select_related("application")
    for row in rows.defer(*IDENTIFYING).order_by("application_id", "position"):
        people[row.application_id].append(row)
    return people
