"""Read the intake log as it is published."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from applications.models import Exercise, Person
from lottery.ballot.intake_log import render_intake_leaf, render_intake_log
from lottery.models import IntakeHead

CHUNK = 10_000


def find_last_head(exercise: Exercise) -> IntakeHead | None:
    """Find the newest head of an exercise."""
    return exercise.intake_heads.order_by("-sequence").first()


def list_heads(exercise: Exercise) -> list[IntakeHead]:
    """List the heads of an exercise, the first one first."""
    return list(exercise.intake_heads.order_by("sequence"))


def list_exercises_with_intake() -> list[Exercise]:
    """List the exercises that have applications and no frozen register yet."""
    exercises = Exercise.objects.filter(registers=None).exclude(applications=None)
    return list(exercises.distinct().order_by("pk"))


def list_exercises_with_log() -> list[Exercise]:
    """List the exercises whose intake log has a head, the newest first."""
    with_log = Exercise.objects.filter(intake_heads__sequence=1)
    return list(with_log.order_by("-opens_at", "code"))


def iterate_leaves(exercise: Exercise) -> Iterator[str]:
    """Yield every leaf in order of number, in bounded memory."""
    leaves = exercise.intake_leaves.order_by("number")
    rows = leaves.values_list("number", "identity_commitment").iterator(chunk_size=CHUNK)
    for number, identity_commitment in rows:
        yield render_intake_leaf(f"{number:08d}", identity_commitment)


def read_identity_numbers(application_ids: Sequence[int]) -> dict[int, list[str]]:
    """Read the identity numbers of everybody on these applications, for their commitments."""
    identities: dict[int, list[str]] = defaultdict(list)
    people = Person.objects.filter(application_id__in=application_ids)
    for application_id, number in people.values_list("application_id", "identity_number"):
        identities[application_id].append(str(number))
    return identities


def write_intake_log(exercise: Exercise) -> str:
    """
    Write intake-log.txt of an exercise; of one without a head, its first two lines.

    One key signs for all heads, that of the last. A head that an earlier key signed stands there
    unsigned: the last one speaks for it.
    """
    signer_pem = find_signer_pem(exercise)
    heads = [
        head.as_published()
        if head.signer_pem == signer_pem
        else head.as_published()._replace(signature=None)
        for head in list_heads(exercise)
    ]
    return render_intake_log(exercise.code, heads)


def find_signer_pem(exercise: Exercise) -> str | None:
    """Find the public key of the newest head; ``None`` when that is not signed."""
    last = find_last_head(exercise)
    return last.signer_pem or None if last else None
