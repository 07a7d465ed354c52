"""Find applications for staff, and read everything about one of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from applications.models import (
    Application,
    Exercise,
    JournalEntry,
    Message,
    Payment,
    Person,
    Screening,
)
from applications.models.encrypted import hash_for_lookup
from applications.policy.hkid import mask_hkic
from applications.selectors.messages import list_told

PAGE_SIZE = 50
VISIBLE_OF_CERTIFICATE = 3


@dataclass(frozen=True, slots=True)
class ListedApplications:
    """One page of a list, newest number first. ``older_than`` asks for the next page."""

    applications: list[Application]
    older_than: int | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything that is stored of one application; screenings, deeds and e-mails oldest first."""

    application: Application
    people: list[Person]
    payments: list[Payment]
    screenings: list[Screening]
    deeds: list[JournalEntry]
    told: list[Message]


def list_applications(
    *, exercise: Exercise, wanted: Mapping[str, str], older_than: int | None = None
) -> ListedApplications:
    """
    List a page of applications by number, newest first.

    Pages go by number, not by offset, so the last page of a million comes as fast as the first.

    :param wanted: exact values by column: ``channel``, ``state``, ``track``, ``category``.
    """
    rows = Application.objects.filter(exercise=exercise, **wanted)
    if older_than is not None:
        rows = rows.filter(number__lt=older_than)
    found = list(_without_contact(rows).order_by("-number")[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    return ListedApplications(page, page[-1].number if len(found) > PAGE_SIZE else None)


def find_by_number(exercise: Exercise, number: int) -> Application | None:
    """Find an application by its public number."""
    return Application.objects.filter(exercise=exercise, number=number).first()


def find_by_hkic(exercise: Exercise, hkic: str) -> list[Application]:
    """
    Find every application, withdrawn ones too, that names the holder of this identity card.

    :param hkic: normalised, ``A1234563``.
    """
    people = Person.objects.filter(exercise=exercise, identity_key=hash_for_lookup("hkic", hkic))
    rows = Application.objects.filter(pk__in=people.values("application_id"))
    return list(_without_contact(rows).order_by("number"))


def read_case_file(application: Application) -> CaseFile:
    """Read an application with its people, payments, screenings, deeds and e-mails."""
    return CaseFile(
        application=application,
        people=list(application.people.order_by("position")),
        payments=list(application.payments.order_by("opened_at", "pk")),
        screenings=list(application.screenings.order_by("sequence")),
        deeds=list(
            JournalEntry.objects.filter(subject=f"application:{application.pk}").order_by("pk")
        ),
        told=list_told(application),
    )


def mask_identity(person: Person) -> str:
    """Hide most of an identity number: enough to compare it with a card in the hand."""
    number: str = person.identity_number
    if person.identity_kind == "HKIC":
        return mask_hkic(number)
    return number[:VISIBLE_OF_CERTIFICATE] + "*" * (len(number) - VISIBLE_OF_CERTIFICATE)


def _without_contact(rows: QuerySet[Application]) -> QuerySet[Application]:
    return rows.defer("phone", "email", "address", "salt")
