"""Record the public ceremony: balls keyed by two officers who do not see each other's entry."""

from datetime import datetime

from django.db import transaction

from applications.models import Officer
from applications.policy.errors import Refusal
from applications.policy.timetable import HONG_KONG
from lottery.ballot import ceremony as ceremony_file
from lottery.ballot.ceremony import check_ceremony, parse_balls
from lottery.ballot.parameters import parse_parameters
from lottery.models import BallKeying, Ceremony, Publication
from lottery.selectors.keyings import get_keying_state
from lottery.services.ballot_journal import record_ballot_deed

NO_BEACON = "none"


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


@transaction.atomic
def key_balls(
    *, publication: Publication, officer: Officer, balls: str, keyed_at: datetime
) -> BallKeying:
    """
    Store what an officer saw. The same balls again are the same row.

    :param balls: two-digit numbers in drawn order joined by ``-``.
    :raises BallotRefusal: for balls that this draw cannot give.
    :raises CeremonySettled: once both officers agreed.
    """
    stored = Publication.objects.select_for_update().get(pk=publication.pk)
    if Ceremony.objects.filter(publication=stored).exists():
        raise CeremonySettled
    parse_balls(balls, parse_parameters(stored.register.params_text).physical)
    own = stored.ball_keyings.filter(officer=officer).order_by("-sequence").first()
    if own and own.balls == balls:
        return own
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
def settle_ceremony(*, publication: Publication, settled_at: datetime) -> Ceremony:
    """
    Put the ceremony on record when two officers agree; again: the stored one.

    The moment of the last ball is taken to be when the first of them had keyed it: by the
    database's clock, and never earlier than the ball itself.

    When two disagree, either may key again, or a third officer may: any two who saw the same settle
    it.

    :raises SecondOfficerMissing: before two have keyed.
    :raises OfficersDisagree: with the positions; nothing is stored.
    :raises CeremonyBeforePublication: when the balls were keyed before the commitment was public.
    :raises BallotRefusal: when the balls break a rule announced for this draw. A beacon's value is
        not keyed here: where one was announced, officers key its fallback, the second draw.
    """
    stored = Publication.objects.select_for_update().get(pk=publication.pk)
    settled = Ceremony.objects.filter(publication=stored).first()
    if settled:
        return settled
    keyings = get_keying_state(stored)
    if len(keyings.latest) < 2:
        raise SecondOfficerMissing
    if keyings.agreeing is None:
        raise OfficersDisagree(positions=[position for position, _, _ in keyings.disagreements])
    first, second = keyings.agreeing
    drawn_at = min(first.keyed_at, second.keyed_at).astimezone(HONG_KONG).replace(microsecond=0)
    ceremony = ceremony_file.Ceremony(
        draw=stored.register.exercise.code,
        attempt=stored.register.attempt,
        commitment=stored.register.commitment_sha256,
        balls=first.balls,
        drawn_at=drawn_at,
        keyed_by=(first.officer.reference, second.officer.reference),
        beacon=NO_BEACON,
        signature=ceremony_file.NO_SIGNATURE,
    )
    return _record(stored, ceremony, settled_at)


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
    """
    stored = Publication.objects.select_for_update().get(pk=publication.pk)
    settled = Ceremony.objects.filter(publication=stored).first()
    if settled:
        if settled.ceremony_text != ceremony_text:
            raise CeremonySettled
        return settled
    return _record(stored, ceremony_file.parse_ceremony(ceremony_text), recorded_at)


def _record(
    publication: Publication, ceremony: ceremony_file.Ceremony, recorded_at: datetime
) -> Ceremony:
    register = publication.register
    # Whole seconds, because the record has no more.
    if ceremony.drawn_at < publication.published_at.replace(microsecond=0):
        raise CeremonyBeforePublication
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
        keyed_by=list(ceremony.keyed_by),
    )
    return row
