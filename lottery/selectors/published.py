"""What is public of ballots, in few queries: which exercises, and which attempts of one."""

from typing import NamedTuple

from django.db.models import Max

from applications.models import Exercise
from applications.policy.status import ApplicationState
from lottery.models import Draw, Publication, Reballot, Register, Reinstatement


class PublicAttempt(NamedTuple):
    """
    An attempt of which something is public.

    :ivar is_published: whether its commitment is; one may be given up before that.
    :ivar ground: on which it was given up, empty otherwise.
    """

    attempt: int
    is_published: bool
    ground: str


def list_published_exercises() -> list[Exercise]:
    """List the exercises of which a commitment is public, the newest first."""
    published = Exercise.objects.filter(registers__publication__isnull=False)
    return list(
        published.annotate(newest=Max("registers__publication__published_at")).order_by("-newest")
    )


def list_public_attempts(exercise: Exercise) -> list[PublicAttempt]:
    """List the attempts of an exercise that are published or given up, the first one first."""
    registers = Register.objects.filter(exercise=exercise).order_by("attempt")
    published = Publication.objects.filter(register__exercise=exercise)
    published_ids = set(published.values_list("pk", flat=True))
    grounds = {row.register_id: row.ground for row in list_decisions(exercise)}
    return [
        PublicAttempt(attempt, pk in published_ids, grounds.get(pk, ""))
        for pk, attempt in registers.values_list("pk", "attempt")
        if pk in published_ids or pk in grounds
    ]


def find_newest_drawn(code: str) -> int | None:
    """Find the last attempt of an exercise that was drawn; ``None`` before the first draw."""
    drawn = Draw.objects.filter(ceremony__publication__register__exercise__code=code)
    attempts = drawn.order_by("-ceremony__publication__register__attempt")
    return attempts.values_list("ceremony__publication__register__attempt", flat=True).first()


def list_reinstated(exercise: Exercise) -> set[int]:
    """List the numbers that two officers reinstated in any attempt, unless since withdrawn."""
    approved = Reinstatement.objects.filter(
        entry__register__exercise=exercise, approved_at__isnull=False
    )
    still_there = approved.exclude(entry__application__state=ApplicationState.WITHDRAWN.value)
    return set(still_there.values_list("entry__number", flat=True))


def list_decisions(exercise: Exercise) -> list[Reballot]:
    """List the decisions that gave up attempts of an exercise, the first one first."""
    approved = Reballot.objects.filter(register__exercise=exercise, approved_at__isnull=False)
    related = approved.select_related("register", "proposed_by", "approved_by")
    return list(related.order_by("register__attempt"))
