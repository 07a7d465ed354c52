"""Read stored applications back as the values that the rules judge."""

from collections.abc import Sequence

from applications.models import Application, Exercise, Person
from applications.models.application import APPLICANT
from applications.policy import household
from applications.policy.duplicates import DuplicateEntry, FormRole

# The rules read none of these; leaving them encrypted is quicker and shows nothing to anybody.
IDENTIFYING = ("identity_number", "name_zh", "surname_en", "given_name_en")
CONTACT = ("phone", "email", "address", "salt")


def read_facts(application: Application, people: Sequence[Person]) -> household.ApplicationDocument:
    """
    Return an application as screening sees it: every fact that a rule reads, nobody's identity.

    :param people: its rows in order of position; identifying columns may be deferred.
    """
    return household.ApplicationDocument(
        exercise=application.exercise.code,
        channel=household.Channel(application.channel),
        language=household.Language(application.language),
        youth_scheme=application.youth_opted_in,
        household=household.Household(
            applicant=_read_person(people[0]),
            members=tuple(
                household.Member(household.Relationship(row.relationship), _read_person(row))
                for row in people[1:]
            ),
        ),
        monthly_income_hkd=application.monthly_income_hkd,
        net_assets_hkd=application.net_assets_hkd,
        contact=household.Contact(
            phone="", email=None, address="", district=household.District(application.district)
        ),
        declarations=household.Declarations(accurate=True, privacy=True),
        signed_on=application.signed_on,
        paper=_read_paper(application),
        fee=None,
    )


def read_duplicate_entry(application: Application, people: Sequence[Person]) -> DuplicateEntry:
    """Return an application as the rule on duplicates sees it."""
    return DuplicateEntry(
        number=application.pk,
        received_at=application.received_at,
        withdrawn_at=application.withdrawn_at,
        people=tuple((bytes(row.identity_key), read_role(row.relationship)) for row in people),
    )


def find_sharing_applications(exercise: Exercise, application_ids: Sequence[int]) -> set[int]:
    """Find the applications that share a person with one of these, themselves included."""
    # Two queries: as one, PostgreSQL reads the whole table when its statistics lag behind a load.
    people = Person.objects.filter(application_id__in=application_ids)
    keys = [bytes(key) for key in people.values_list("identity_key", flat=True)]
    sharing = Person.objects.filter(exercise=exercise, identity_key__in=keys)
    return set(sharing.values_list("application_id", flat=True)) | set(application_ids)


def find_numbers_of_people(
    exercise: Exercise, identity_keys: Sequence[bytes]
) -> dict[bytes, list[int]]:
    """
    Find on which standing applications these people are; for clerks and for the live check.

    :returns: for each identity key that is found, the application numbers in ascending order.
    """
    found: dict[bytes, list[int]] = {}
    rows = (
        Person.objects.filter(
            exercise=exercise,
            identity_key__in=list(identity_keys),
            application__withdrawn_at=None,
        )
        .order_by("application__number")
        .values_list("identity_key", "application__number")
    )
    for key, number in rows:
        found.setdefault(bytes(key), []).append(number)
    return found


def _read_paper(application: Application) -> household.PaperDetails | None:
    if application.channel != household.Channel.PAPER:
        return None
    form = application.paper_form
    return household.PaperDetails(form.received_at, form.postmark_date, form.form_serial)


def _read_person(row: Person) -> household.Person:
    return household.Person(
        hkic=None,
        birth_certificate=None,
        name_zh=None,
        surname_en="",
        given_name_en=None,
        birth_date=row.birth_date,
        sex=household.Sex(row.sex),
        marital_status=household.MaritalStatus(row.marital_status),
        spouse_absence=(
            household.SpouseAbsence(row.spouse_absence) if row.spouse_absence else None
        ),
        resident_since=row.resident_since,
        last_owned_property_on=row.last_owned_property_on,
        previous_subsidy=row.previous_subsidy,
    )


def read_role(relationship: str) -> FormRole:
    """Return what somebody is on a form, as far as duplicates go."""
    if relationship == APPLICANT:
        return FormRole.APPLICANT
    if relationship == household.Relationship.SPOUSE:
        return FormRole.SPOUSE
    return FormRole.MEMBER
