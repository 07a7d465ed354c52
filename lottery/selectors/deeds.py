"""Who did what of a ballot, and when, as the journal has it."""

from applications.models import Exercise, JournalEntry

BALLOT_DEEDS = (
    "EXERCISE_CLOSED",
    "INTAKE_HEAD_TAKEN",
    "REGISTER_FROZEN",
    "COMMITMENT_PUBLISHED",
    "NOTICE_ISSUED",
    "TIMESTAMP_STORED",
    "BALLS_KEYED",
    "CEREMONY_RECORDED",
    "DRAW_RUN",
    "REBALLOT_PROPOSED",
    "REBALLOT_APPROVED",
    "REINSTATEMENT_PROPOSED",
    "REINSTATEMENT_APPROVED",
)
DAILY_DEED = "INTAKE_HEAD_TAKEN"


def list_ballot_deeds(exercise: Exercise) -> list[JournalEntry]:
    """
    List the deeds of an exercise's ballot, oldest first; what was keyed is not in them.

    A head of the intake log is taken every day: only the last is a deed of the ballot, and only
    once the register is frozen, for until then there is another to come.
    """
    rows = JournalEntry.objects.filter(exercise=exercise, deed__in=BALLOT_DEEDS)
    deeds = list(rows.exclude(deed=DAILY_DEED).order_by("id"))
    if all(entry.deed != "REGISTER_FROZEN" for entry in deeds):
        return deeds
    last = rows.filter(deed=DAILY_DEED).order_by("-id").first()
    return sorted([*deeds, last], key=lambda entry: entry.pk) if last else deeds
