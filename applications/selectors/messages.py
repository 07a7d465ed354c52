"""E-mails for staff: what was given up, what waits, and what an applicant was told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from applications.models import Application, Exercise, Message

NO_LONGER_NEEDED = "NO_LONGER_NEEDED"


@dataclass(frozen=True, slots=True)
class WaitingMessages:
    """How many e-mails are owed and not sent, and since when the oldest is."""

    count: int
    oldest_owed_at: datetime | None


def find_given_up(exercise: Exercise) -> QuerySet[Message]:
    """Find the e-mails that somebody should have got and did not."""
    return _find_given_up().filter(_of(exercise))


def list_given_up(exercise: Exercise, *, limit: int) -> list[Message]:
    """List e-mails that were given up, the newest first, each with its application, if any."""
    rows = find_given_up(exercise).select_related("application").order_by("-given_up_at", "pk")
    return list(
        rows.defer("application__phone", "application__address", "application__salt")[:limit]
    )


def count_given_up() -> Mapping[int, int]:
    """Count the e-mails that were given up, by the primary key of their exercise."""
    rows = _find_given_up().annotate(of=Coalesce("application__exercise", "draft__exercise"))
    return dict(rows.values("of").annotate(count=Count("pk")).values_list("of", "count"))


def count_waiting(exercise: Exercise) -> WaitingMessages:
    """Count the e-mails of an exercise that are still to go."""
    rows = Message.objects.filter(_of(exercise), sent_at=None, given_up_at=None)
    return WaitingMessages(**rows.aggregate(count=Count("pk"), oldest_owed_at=Min("owed_at")))


def list_told(application: Application) -> list[Message]:
    """List what an applicant was told, or was to be, about an application, the oldest first."""
    return list(application.messages.order_by("owed_at", "pk"))


def _find_given_up() -> QuerySet[Message]:
    return Message.objects.filter(given_up_at__isnull=False).exclude(refusal=NO_LONGER_NEEDED)


def _of(exercise: Exercise) -> Q:
    return Q(application__exercise=exercise) | Q(draft__exercise=exercise)
