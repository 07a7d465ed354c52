"""Find one application for somebody who holds its number and the applicant's identity number."""

from applications.models import Application, Exercise, Person
from applications.models.encrypted import hash_for_lookup


def find_application(*, number: int, hkic: str) -> Application | None:
    """
    Find the application of this number whose applicant holds this identity card.

    One query, the same for a number that does not exist and for one that is somebody else's, so
    neither the answer nor the work tells the two apart.

    :param hkic: normalised.
    """
    person = (
        Person.objects.filter(
            exercise__in=Exercise.objects.values("pk"),
            identity_key=hash_for_lookup("hkic", hkic),
            position=0,
            application__number=number,
        )
        .select_related("application__exercise")
        .order_by("-application__received_at")
        .first()
    )
    return person.application if person else None


def get_application(pk: int) -> Application:
    """Return an application with its exercise."""
    return Application.objects.select_related("exercise").get(pk=pk)
