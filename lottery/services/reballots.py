"""Give up an attempt for another one: a written ground, and two officers."""

from datetime import datetime

from django.db import transaction

from applications.models import Exercise, Officer
from applications.policy.errors import Refusal
from lottery.models import Ceremony, Reballot, Register
from lottery.selectors.progress import FIRST_ATTEMPT, check_under_way
from lottery.services.attempt_locks import lock_attempt
from lottery.services.ballot_journal import record_ballot_deed


class ReballotNotApproved(Refusal):
    """A further attempt follows a decision of two officers on the one before."""

    code = "REBALLOT_NOT_APPROVED"


class GroundNotOpen(Refusal):
    """A ceremony is void only while no seed follows from it: its record is made."""

    code = "GROUND_NOT_OPEN"


class ApprovedByProposer(Refusal):
    """Whoever proposed a decision cannot approve it: that takes a second officer."""

    code = "APPROVED_BY_PROPOSER"


@transaction.atomic
def propose_reballot(
    *,
    register: Register,
    ground: Reballot.Ground,
    statement: str,
    officer: Officer,
    proposed_at: datetime,
) -> Reballot:
    """
    Propose another attempt; nothing changes until a second officer approves.

    The same proposal by the same officer is the same row.

    :param statement: why, in words for the public; no personal data.
    :raises AttemptGivenUp: when it was approved already.
    :raises GroundNotOpen: ``CEREMONY_VOID`` once the ceremony is on record, for then the seed is
        known and a new draw would be a second chance.
    """
    lock_attempt(register.pk)
    check_under_way(register)
    if ground == Reballot.Ground.CEREMONY_VOID and _has_seed(register):
        raise GroundNotOpen
    own = Reballot.objects.filter(
        register=register, ground=ground, statement=statement, proposed_by=officer
    ).first()
    if own:
        return own
    reballot = Reballot.objects.create(
        register=register,
        ground=ground,
        statement=statement,
        proposed_by=officer,
        proposed_at=proposed_at,
    )
    record_ballot_deed(
        deed="REBALLOT_PROPOSED",
        register=register,
        recorded_at=proposed_at,
        officer=officer,
        ground=ground.value,
    )
    return reballot


@transaction.atomic
def approve_reballot(*, reballot: Reballot, officer: Officer, approved_at: datetime) -> Reballot:
    """
    Approve another attempt: from here on the one before can go no further. Again: nothing.

    :raises ApprovedByProposer: a second officer must.
    :raises AttemptGivenUp: when another proposal was approved.
    :raises GroundNotOpen: as for the proposal; a ceremony may have been recorded since.
    """
    lock_attempt(reballot.register_id)
    register = Register.objects.get(pk=reballot.register_id)
    stored = Reballot.objects.select_for_update().get(pk=reballot.pk)
    if stored.is_approved:
        return stored
    if stored.proposed_by_id == officer.pk:
        raise ApprovedByProposer
    check_under_way(register)
    if stored.ground == Reballot.Ground.CEREMONY_VOID and _has_seed(register):
        raise GroundNotOpen
    stored.approved_by, stored.approved_at = officer, approved_at
    stored.save(update_fields=["approved_by", "approved_at"])
    record_ballot_deed(
        deed="REBALLOT_APPROVED",
        register=register,
        recorded_at=approved_at,
        officer=officer,
        ground=stored.ground,
    )
    return stored


def get_decision_before(exercise: Exercise, attempt: int) -> Reballot | None:
    """
    Return the decision that an attempt follows; ``None`` for the first.

    :raises ReballotNotApproved: when there is none for a further attempt.
    """
    if attempt == FIRST_ATTEMPT:
        return None
    decision = Reballot.objects.filter(
        register__exercise=exercise,
        register__attempt=attempt - 1,
        approved_at__isnull=False,
    ).first()
    if decision is None:
        raise ReballotNotApproved(attempt=attempt)
    return decision


def _has_seed(register: Register) -> bool:
    return Ceremony.objects.filter(publication__register=register).exists()
