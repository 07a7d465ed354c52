"""Give a wrongly excluded application its ticket and, where due, a place in addition."""

from datetime import datetime

from django.db import transaction

from applications.models import Officer
from applications.policy.errors import Refusal
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.parameters import parse_parameters
from lottery.ballot.register import parse_register_lines
from lottery.ballot.reinstatement import ReinstatementLine, reinstate
from lottery.models import Draw, RegisterEntry, Reinstatement
from lottery.selectors.registers import iterate_ranking
from lottery.services.attempt_locks import lock_attempt
from lottery.services.ballot_journal import record_ballot_deed
from lottery.services.reballots import ApprovedByProposer


class NotExcluded(Refusal):
    """The number was in the draw, or is not in the register: there is nothing to put right."""

    code = "NOT_EXCLUDED"


class ReinstatedAlready(Refusal):
    """Two officers have reinstated this application."""

    code = "REINSTATED_ALREADY"


@transaction.atomic
def propose_reinstatement(
    *, draw: Draw, number: int, statement: str, officer: Officer, proposed_at: datetime
) -> Reinstatement:
    """
    Propose to reinstate an excluded application; nothing changes until a second officer approves.

    What it would get follows from the same seed and is stored with the proposal, so both officers
    see the same. The same proposal by the same officer is the same row.

    :param statement: why it was excluded wrongly, in words for the public; no personal data.
    :raises NotExcluded: for a number that was in the draw, or that the register does not have.
    :raises ReinstatedAlready: when it was approved before.
    """
    lock_attempt(draw.pk)
    register = draw.ceremony.publication.register
    entry = register.entries.filter(number=number).exclude(status="A").first()
    if entry is None:
        raise NotExcluded(number=number)
    _check_not_reinstated(draw, entry)
    own = draw.reinstatements.filter(entry=entry, statement=statement, proposed_by=officer).first()
    if own:
        return own
    line = compute_reinstatement(draw, entry)
    reinstatement = Reinstatement.objects.create(
        draw=draw,
        entry=entry,
        ballot=line.ballot,
        group=line.group,
        ticket=line.ticket,
        rank_after=line.rank_after,
        step=line.step or "",
        statement=statement,
        proposed_by=officer,
        proposed_at=proposed_at,
    )
    record_ballot_deed(
        deed="REINSTATEMENT_PROPOSED",
        register=register,
        recorded_at=proposed_at,
        officer=officer,
        number=number,
    )
    return reinstatement


@transaction.atomic
def approve_reinstatement(
    *, reinstatement: Reinstatement, officer: Officer, approved_at: datetime
) -> Reinstatement:
    """
    Approve a reinstatement: from here on it is public and final. Again: nothing.

    :raises ApprovedByProposer: a second officer must.
    :raises ReinstatedAlready: when another proposal for the same application was approved.
    """
    lock_attempt(reinstatement.draw_id)
    draw = Draw.objects.get(pk=reinstatement.draw_id)
    stored = Reinstatement.objects.select_for_update(of=["self"]).get(pk=reinstatement.pk)
    if stored.is_approved:
        return stored
    if stored.proposed_by_id == officer.pk:
        raise ApprovedByProposer
    _check_not_reinstated(draw, stored.entry)
    stored.approved_by, stored.approved_at = officer, approved_at
    stored.save(update_fields=["approved_by", "approved_at"])
    record_ballot_deed(
        deed="REINSTATEMENT_APPROVED",
        register=draw.ceremony.publication.register,
        recorded_at=approved_at,
        officer=officer,
        number=stored.entry.number,
    )
    return stored


def _check_not_reinstated(draw: Draw, entry: RegisterEntry) -> None:
    if draw.reinstatements.filter(entry=entry, approved_at__isnull=False).exists():
        raise ReinstatedAlready(number=entry.number)


def compute_reinstatement(draw: Draw, entry: RegisterEntry) -> ReinstatementLine:
    """Compute what an excluded entry of a drawn register gets, from stored ranking and seed."""
    register = draw.ceremony.publication.register
    (line,) = parse_register_lines([entry.line])
    return reinstate(
        line,
        iterate_ranking(draw),
        parse_parameters(register.params_text),
        parse_ceremony(draw.ceremony.ceremony_text),
    )
