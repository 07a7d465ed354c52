"""Keep the intake log: a leaf for every application, and a signed head for every day."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from applications.models import Application, Exercise, JournalSeal
from applications.policy.timetable import HONG_KONG
from applications.services.copying import copy_values
from applications.services.journal import SYSTEM, record_deed
from lottery.ballot import intake_log
from lottery.ballot.merkle import hash_leaf
from lottery.ballot.register import compute_identity_commitment
from lottery.models import IntakeHead, IntakeLeaf
from lottery.selectors.intake_log import find_last_head, iterate_leaves, read_identity_numbers
from lottery.services.signing import SigningNotConfigured, get_signer_pem, sign_statement

CHUNK = 5_000


@transaction.atomic
def take_daily_head(*, exercise: Exercise, taken_at: datetime) -> IntakeHead | None:
    """Take the head of this day in Hong Kong, unless there is one; ``None`` then."""
    last = find_last_head(exercise)
    if last and _day_of(last.taken_at) >= _day_of(taken_at):
        return None
    return take_intake_head(exercise=exercise, taken_at=taken_at, daily=True)


@transaction.atomic
def take_intake_head(*, exercise: Exercise, taken_at: datetime, daily: bool = False) -> IntakeHead:
    """
    Bind all applications received so far, in order of number, into a signed head.

    Numbers are issued one after another under a lock, so what can be seen here is the beginning of
    what will ever be. Intake goes on meanwhile. Again with nothing new: the last head.

    :param taken_at: aware; cut to whole seconds, and never earlier than the head before.
    :param daily: take one although nothing is new, to say that nothing is.
    :raises BallotRefusal: ``INTAKE_LOG_INCONSISTENT`` when a leaf was changed since the last head.
    """
    # Weaker than a lock for deletion, so that submissions do not wait.
    stored = Exercise.objects.select_for_update(no_key=True).get(pk=exercise.pk)
    added = _add_leaves(stored)
    last = find_last_head(stored)
    if last and not added and not daily:
        return last
    head = intake_log.extend_log(
        stored.code,
        last.as_published() if last else None,
        [hash_leaf(leaf) for leaf in iterate_leaves(stored)],
        _choose_moment(taken_at, last),
        _describe_journal(),
    )
    return _store_head(stored, head, sequence=last.sequence + 1 if last else 1)


def _store_head(exercise: Exercise, head: intake_log.IntakeHead, *, sequence: int) -> IntakeHead:
    signature, signer_pem = _sign(intake_log.render_statement(exercise.code, head))
    row = IntakeHead.objects.create(
        exercise=exercise,
        sequence=sequence,
        taken_at=head.at,
        size=head.size,
        root=head.root,
        previous=head.previous,
        journal=head.journal,
        proof=",".join(head.proof),
        signature=signature,
        signer_pem=signer_pem,
    )
    record_deed(
        deed="INTAKE_HEAD_TAKEN",
        subject=f"exercise:{exercise.code}",
        recorded_at=head.at,
        exercise=exercise,
        actor=SYSTEM,
        details={"size": head.size, "root": head.root},
    )
    return row


def _sign(statement: str) -> tuple[str, str]:
    """Sign a head, or leave it unsigned: a head that is late is worse than one without."""
    try:
        return sign_statement(statement), get_signer_pem()
    except SigningNotConfigured:
        return "", ""


def _add_leaves(exercise: Exercise) -> int:
    """Write the leaves of applications that have none yet; return how many."""
    last = exercise.intake_leaves.order_by("-number").values_list("number", flat=True).first()
    applications = Application.objects.filter(exercise=exercise, number__gt=last or 0)
    rows = applications.order_by("number").values_list("pk", "number", "salt").iterator(CHUNK)
    count = 0
    while chunk := [(pk, number, str(salt)) for pk, number, salt in islice(rows, CHUNK)]:
        count += copy_values(
            IntakeLeaf._meta.db_table,
            ("application_id", "exercise_id", "number", "identity_commitment"),
            list(_build_leaves(exercise, chunk)),
        )
    return count


def _build_leaves(
    exercise: Exercise, applications: Sequence[tuple[int, int, str]]
) -> Iterator[tuple[int, int, int, str]]:
    identities = read_identity_numbers([pk for pk, _, _ in applications])
    for pk, number, salt in applications:
        yield pk, exercise.pk, number, compute_identity_commitment(salt, identities[pk])


def _choose_moment(taken_at: datetime, last: IntakeHead | None) -> datetime:
    moment = taken_at.astimezone(HONG_KONG).replace(microsecond=0)
    if last is None:
        return moment
    return max(moment, last.taken_at.astimezone(HONG_KONG) + timedelta(seconds=1))


def _describe_journal() -> str:
    """Name the journal's last sealed entry, so that its end cannot be cut off unseen."""
    seal = JournalSeal.objects.order_by("-position").first()
    return f"{seal.position}:{seal.chain_sha256}" if seal else intake_log.NO_JOURNAL


def _day_of(moment: datetime) -> str:
    return moment.astimezone(HONG_KONG).date().isoformat()
