"""Record the public ceremony: balls keyed by two officers who do not see each other's entry."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from applications.models import Officer
from applications.policy.errors import Refusal
from lottery.ballot import ceremony as ceremony_file
from lottery.ballot.beacon import NO_BEACON, BeaconRound, compute_round_at
from lottery.ballot.ceremony import check_ceremony, parse_draws
from lottery.ballot.parameters import parse_parameters
from lottery.models import BallKeying, Ceremony, Publication
from lottery.selectors.keyings import get_keying_state, tell_drawn_at
from lottery.selectors.progress import check_under_way
from lottery.services.attempt_locks import lock_attempt
from lottery.services.ballot_journal import record_ballot_deed


class CeremonySettled(Refusal):
    """The ceremony is on record and its balls cannot be keyed again."""

    code = "CEREMONY_SETTLED"


class OfficersDisagree(Refusal):
    """The two officers keyed different balls; ``positions`` counts from 1."""

    code = "OFFICERS_DISAGREE"


class SecondOfficerMissing(Refusal):
    """The balls have not been keyed by two different officers."""

    code = "SECOND_OFFICER_MISSING"


class CeremonyBeforePublication(Refusal):
    """The balls were drawn before the commitment was published, so they bind nothing."""

    code = "CEREMONY_BEFORE_PUBLICATION"


class WaitingPeriodNotOver(Refusal):
    """The public has until ``ceremony_from`` to take note of the commitment."""

    code = "WAITING_PERIOD_NOT_OVER"


class CeremonyInTheFuture(Refusal):
    """The record says that its last ball was drawn later than now."""

    code = "CEREMONY_IN_THE_FUTURE"


class BeaconBeforeKeying(Refusal):
    """
    Somebody keyed balls when the beacon's round was out: the second draw takes its place.

    Otherwise whoever keyed several sequences in time could choose among them afterwards.
    """

    code = "BEACON_BEFORE_KEYING"


class ThirdLookNeeded(Refusal):
    """Two officers saw different balls: somebody else looks before they may key again."""

    code = "THIRD_LOOK_NEEDED"


@transaction.atomic
def key_balls(
    *, publication: Publication, officer: Officer, balls: str, keyed_at: datetime
) -> BallKeying:
    """
    Store what an officer saw. The same balls again are the same row.

    Once two officers have keyed and disagree, both know what the other saw: then only a third one
    may key, who has seen neither. If that settles nothing either, all of them may look again.

    :param balls: two-digit numbers in drawn order joined by ``-``; a second draw, the fallback of a
        beacon that cannot be had, is appended after ``/``.
    :raises BallotRefusal: for balls that this draw cannot give.
    :raises CeremonySettled: once the ceremony is on record.
    :raises WaitingPeriodNotOver: before the time that was fixed with the publication.
    :raises ThirdLookNeeded: for the first two officers while they disagree.
    :raises AttemptGivenUp: once two officers have decided on another attempt.
    """
    lock_attempt(publication.pk)
    stored = Publication.objects.get(pk=publication.pk)
    if Ceremony.objects.filter(publication=stored).exists():
        raise CeremonySettled
    check_under_way(stored.register)
    if keyed_at < stored.ceremony_from:
        raise WaitingPeriodNotOver(ceremony_from=stored.ceremony_from)
    parse_draws(balls, parse_parameters(stored.register.params_text).physical)
    state = get_keying_state(stored)
    own = state.find_own(officer)
    if own and own.balls == balls:
        return own
    if state.must_wait(officer):
        raise ThirdLookNeeded(positions=[row.position for row in state.differences])
    keying = BallKeying.objects.create(
        publication=stored,
        officer=officer,
        sequence=own.sequence + 1 if own else 1,
        balls=balls,
        keyed_at=keyed_at,
    )
    record_ballot_deed(
        deed="BALLS_KEYED",
        register=stored.register,
        recorded_at=keyed_at,
        officer=officer,
        sequence=keying.sequence,
    )
    return keying


@transaction.atomic
def settle_ceremony(
    *,
    publication: Publication,
    settled_at: datetime,
    beacon_round: BeaconRound | None = None,
    officer: Officer | None = None,
) -> Ceremony:
    """
    Put the ceremony on record when two officers agree; again: the stored one.

    The moment of the last ball is taken to be when the first of them had keyed it: by the
    database's clock, and never earlier than the ball itself.

    :param beacon_round: what the announced beacon published; without it the officers key its
        fallback, a second draw.
    :raises SecondOfficerMissing: before two have keyed.
    :raises OfficersDisagree: with the positions; nothing is stored.
    :raises CeremonyBeforePublication: when the balls were keyed before the commitment was public.
    :raises BeaconBeforeKeying: when somebody keyed after the beacon's round was out.
    :raises BallotRefusal: when the balls or the beacon break a rule announced for this draw.
    """
    lock_attempt(publication.pk)
    stored = Publication.objects.get(pk=publication.pk)
    settled = Ceremony.objects.filter(publication=stored).first()
    if settled:
        return settled
    first, second = _get_agreeing(stored)
    if beacon_round:
        _check_keyed_before(stored, beacon_round)
    ceremony = ceremony_file.Ceremony(
        draw=stored.register.exercise.code,
        attempt=stored.register.attempt,
        commitment=stored.register.commitment_sha256,
        balls=first.balls,
        drawn_at=tell_drawn_at(first, second),
        keyed_by=(first.officer.reference, second.officer.reference),
        beacon=beacon_round.value if beacon_round else NO_BEACON,
        signature=beacon_round.signature if beacon_round else ceremony_file.NO_SIGNATURE,
    )
    return _record(stored, ceremony, settled_at, officer)


@transaction.atomic
def record_ceremony(
    *, publication: Publication, ceremony_text: str, recorded_at: datetime
) -> Ceremony:
    """
    Put a ceremony on record that was keyed elsewhere; again with the same text: the stored one.

    :param ceremony_text: the whole of ceremony.txt.
    :raises BallotRefusal: when it is malformed or breaks a rule announced for this draw.
    :raises CeremonySettled: when another one is on record.
    :raises CeremonyBeforePublication: when it is older than the publication.
    :raises WaitingPeriodNotOver: when it is older than the time fixed with the publication.
    :raises CeremonyInTheFuture: when its last ball has not been drawn yet.
    :raises AttemptGivenUp: once two officers have decided on another attempt.
    """
    lock_attempt(publication.pk)
    stored = Publication.objects.get(pk=publication.pk)
    settled = Ceremony.objects.filter(publication=stored).first()
    if settled:
        if settled.ceremony_text != ceremony_text:
            raise CeremonySettled
        return settled
    return _record(stored, ceremony_file.parse_ceremony(ceremony_text), recorded_at)


def _get_agreeing(publication: Publication) -> tuple[BallKeying, BallKeying]:
    keyings = get_keying_state(publication)
    if len(keyings.compared) < 2:
        raise SecondOfficerMissing
    if keyings.agreeing is None:
        raise OfficersDisagree(positions=[row.position for row in keyings.differences])
    return keyings.agreeing


def _check_keyed_before(publication: Publication, beacon_round: BeaconRound) -> None:
    last = publication.ball_keyings.aggregate(last=Max("keyed_at"))["last"]
    if last >= compute_round_at(beacon_round.round):
        raise BeaconBeforeKeying(round=beacon_round.round)


def _record(
    publication: Publication,
    ceremony: ceremony_file.Ceremony,
    recorded_at: datetime,
    officer: Officer | None = None,
) -> Ceremony:
    register = publication.register
    check_under_way(register)
    # Whole seconds, because the record has no more.
    if ceremony.drawn_at < publication.published_at.replace(microsecond=0):
        raise CeremonyBeforePublication
    if ceremony.drawn_at < publication.ceremony_from.replace(microsecond=0):
        raise WaitingPeriodNotOver(ceremony_from=publication.ceremony_from)
    if recorded_at < publication.ceremony_from:
        raise WaitingPeriodNotOver(ceremony_from=publication.ceremony_from)
    if ceremony.drawn_at > recorded_at:
        raise CeremonyInTheFuture
    check_ceremony(ceremony, parse_parameters(register.params_text), register.commitment_sha256)
    row = Ceremony.objects.create(
        publication=publication,
        ceremony_text=ceremony_file.render_ceremony(ceremony),
        recorded_at=recorded_at,
    )
    record_ballot_deed(
        deed="CEREMONY_RECORDED",
        register=register,
        recorded_at=recorded_at,
        officer=officer,
        keyed_by=list(ceremony.keyed_by),
    )
    return row
