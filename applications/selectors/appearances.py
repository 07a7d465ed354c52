"""Where somebody stands already: for the clerk who has a form with the same person in hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from applications.models import Exercise, Person
from applications.models.encrypted import hash_for_lookup
from applications.models.identity import hash_identity
from applications.policy.household import ApplicationDocument


@dataclass(frozen=True, slots=True)
class Appearance:
    """An application on which somebody stands: numbers and times, nobody's name."""

    number: int
    channel: str
    received_at: datetime


def find_appearances_of_hkic(*, exercise: Exercise, hkic: str) -> list[Appearance]:
    """
    Find the standing applications that name the holder of this identity card.

    :param hkic: normalised, ``A1234563``.
    """
    key = hash_for_lookup("hkic", hkic)
    return _find_appearances(exercise, [key]).get(key, [])


def find_appearances_of_household(
    *, exercise: Exercise, document: ApplicationDocument, submission_key: UUID
) -> list[list[Appearance]]:
    """
    Find for everybody on a form, the applicant first, where he or she stands already.

    :param submission_key: of this form; what was stored under it is no other application.
    """
    keys = [hash_identity(person) for person in document.household.people]
    found = _find_appearances(exercise, keys, besides=submission_key)
    return [found.get(key, []) for key in keys]


def _find_appearances(
    exercise: Exercise, keys: Iterable[bytes], besides: UUID | None = None
) -> dict[bytes, list[Appearance]]:
    rows = Person.objects.filter(
        exercise=exercise, identity_key__in=list(keys), application__withdrawn_at=None
    )
    if besides is not None:
        rows = rows.exclude(application__submission_key=besides)
    found: dict[bytes, list[Appearance]] = {}
    for key, number, channel, received_at in rows.order_by("application__number").values_list(
        "identity_key",
        "application__number",
        "application__channel",
        "application__received_at",
    ):
        found.setdefault(bytes(key), []).append(Appearance(number, channel, received_at))
    return found
