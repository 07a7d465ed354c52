"""Register batches of paper forms, and close them when the count is right or explained."""

from datetime import datetime

from django.db import transaction

from applications.models import Batch, Exercise, Officer, PaperForm
from applications.policy.errors import Refusal
from applications.services.intake import ExerciseClosed
from applications.services.journal import record_deed


class BatchCodeTaken(Refusal):
    """Another batch of the exercise has this code."""

    code = "BATCH_CODE_TAKEN"


class BatchCountDiffers(Refusal):
    """Fewer or more forms were keyed than declared; only an officer closes that, with a reason."""

    code = "BATCH_COUNT_DIFFERS"


@transaction.atomic
def register_batch(
    *,
    exercise: Exercise,
    code: str,
    declared_count: int,
    registered_at: datetime,
    officer: Officer,
) -> Batch:
    """
    Register paper forms that were counted together, before the first of them is keyed.

    Calling again with the same code and count returns the stored batch while it is open.

    :raises ExerciseClosed: once the exercise was closed: none of the forms could be keyed.
    :raises BatchCodeTaken: by a batch with another count, or by a closed one.
    """
    stored = Exercise.objects.select_for_update(no_key=True).get(pk=exercise.pk)
    if stored.closed_at:
        raise ExerciseClosed
    batch = Batch.objects.filter(exercise=stored, code=code).first()
    if batch:
        if batch.closed_at or batch.declared_count != declared_count:
            raise BatchCodeTaken
        return batch
    batch = Batch.objects.create(
        exercise=stored,
        code=code,
        declared_count=declared_count,
        registered_by=officer,
        registered_at=registered_at,
    )
    _record("BATCH_REGISTERED", batch, registered_at, officer, declared=declared_count)
    return batch


@transaction.atomic
def close_batch(
    *, batch: Batch, closed_at: datetime, officer: Officer, difference: str = ""
) -> Batch:
    """
    Close a batch: every form that was declared has been keyed.

    Waits for forms of it that are being stored. Calling again changes nothing.

    :param difference: an officer's reason why the counts differ; unused when they agree.
    :raises BatchCountDiffers: when they differ and there is no reason, or a clerk's.
    """
    stored = Batch.objects.select_for_update().select_related("exercise").get(pk=batch.pk)
    if stored.closed_at:
        return stored
    stored.keyed_count = PaperForm.objects.filter(batch=stored).count()
    if stored.keyed_count != stored.declared_count:
        if not difference or not officer.may_run_ballot:
            raise BatchCountDiffers(declared=stored.declared_count, keyed=stored.keyed_count)
        stored.difference = difference
    stored.closed_by, stored.closed_at = officer, closed_at
    stored.save(update_fields=["keyed_count", "difference", "closed_by", "closed_at"])
    counts = {"declared": stored.declared_count, "keyed": stored.keyed_count}
    _record("BATCH_CLOSED", stored, closed_at, officer, **counts)
    return stored


def _record(deed: str, batch: Batch, at: datetime, officer: Officer, **counts: int) -> None:
    record_deed(
        deed=deed,
        subject=f"batch:{batch.pk}",
        recorded_at=at,
        exercise=batch.exercise,
        actor=officer,
        details={"code": batch.code, **counts},
    )
