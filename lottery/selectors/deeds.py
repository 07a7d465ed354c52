"""Who did what of a ballot, and when, as the journal has it."""

from applications.models import Exercise, JournalEntry

BALLOT_DEEDS = (
    "EXERCISE_CLOSED",
    "REGISTER_FROZEN",
    "COMMITMENT_PUBLISHED",
    "BALLS_KEYED",
    "CEREMONY_RECORDED",
    "DRAW_RUN",
)


def list_ballot_deeds(exercise: Exercise) -> list[JournalEntry]:
    """List the deeds of an exercise's ballot, oldest first; what was keyed is not in them."""
    deeds = JournalEntry.objects.filter(exercise=exercise, deed__in=BALLOT_DEEDS)
    return list(deeds.order_by("id"))
