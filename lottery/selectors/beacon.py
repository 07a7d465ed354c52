"""The beacon of a ballot: which announced round is due, and what is on record of it."""

from datetime import datetime
from typing import NamedTuple

from lottery.ballot.beacon import (
    SignatureCheck,
    check_signature,
    compute_round_at,
    find_round,
    parse_beacon_value,
)
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.parameters import parse_parameters
from lottery.models import Ceremony, Publication
from lottery.selectors.keyings import KeyingState, has_second_draw, tell_drawn_at


class DueBeacon(NamedTuple):
    """
    The beacon round that a ceremony needs.

    :ivar rounds: all that were announced.
    :ivar drawn_at: the moment of the last ball.
    :ivar round: the first one announced after it; ``None`` when all of them are before.
    :ivar falls_at: when that round comes out.
    :ivar is_out: whether it has.
    :ivar is_spoilt: whether somebody keyed balls when it was out, so that it can no longer be used.
    """

    rounds: tuple[int, ...]
    drawn_at: datetime
    round: int | None
    falls_at: datetime | None
    is_out: bool
    is_spoilt: bool


class RecordedBeacon(NamedTuple):
    """The round on record, and whether its signature can be verified here or only hashes right."""

    round: int
    randomness: str
    falls_at: datetime
    check: SignatureCheck


def find_due_beacon(
    publication: Publication, keyings: KeyingState, now: datetime
) -> DueBeacon | None:
    """
    Find the round that is due once the officers agree.

    ``None`` before that, when no beacon was announced, and when they keyed the fallback.
    """
    announced = parse_parameters(publication.register.params_text).beacon
    if announced is None or keyings.agreeing is None:
        return None
    if has_second_draw(keyings.agreeing[0].balls):
        return None
    drawn_at = tell_drawn_at(*keyings.agreeing)
    due = find_round(announced.rounds, drawn_at)
    falls_at = compute_round_at(due) if due else None
    last_keyed_at = max(row.keyed_at for row in keyings.latest)
    return DueBeacon(
        rounds=announced.rounds,
        drawn_at=drawn_at,
        round=due,
        falls_at=falls_at,
        is_out=falls_at is not None and now >= falls_at,
        is_spoilt=falls_at is not None and last_keyed_at >= falls_at,
    )


def has_beacon(publication: Publication) -> bool:
    """Tell whether a beacon was announced for this ballot."""
    return parse_parameters(publication.register.params_text).beacon is not None


def find_recorded_beacon(ceremony: Ceremony | None) -> RecordedBeacon | None:
    """Find the beacon round on record and check its signature again; ``None`` without one."""
    if ceremony is None:
        return None
    record = parse_ceremony(ceremony.ceremony_text)
    value = parse_beacon_value(record.beacon)
    if value is None:
        return None
    check = check_signature(value, record.signature)
    return RecordedBeacon(value.round, value.randomness, compute_round_at(value.round), check)
