"""Find one application, and why it stands as it does, for whoever holds its two numbers."""

from applications.models import Application, Exercise, Person
from applications.models.encrypted import hash_for_lookup
from applications.policy.reasons import Reason, read_finding


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


def list_last_reasons(application: Application) -> list[Reason]:
    """List what the last screening found against an application; nothing before the first one."""
    last = application.screenings.order_by("sequence").last()
    return [read_finding(finding) for finding in (last.findings if last else ())]


def get_application(pk: int) -> Application:
    """Return an application with its exercise."""
    return Application.objects.select_related("exercise").get(pk=pk)
