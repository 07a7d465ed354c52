"""Ceremonies for a benchmark, with balls from a seed as in a rehearsal, and their end."""

from datetime import timedelta

from applications.models import Officer
from applications.policy.timetable import HONG_KONG
from applications.selectors.clock import read_clock
from lottery.ballot.beacon import NO_BEACON
from lottery.ballot.ceremony import NO_SIGNATURE, Ceremony, render_ceremony
from lottery.models import Ceremony as StoredCeremony
from lottery.models import Draw, Reballot, Register
from lottery.services.ceremonies import record_ceremony
from lottery.services.reballots import approve_reballot, propose_reballot
from lottery.services.registers import publish_commitment
from lottery.services.rehearsals import choose_balls

OFFICERS = ("benchmark-1", "benchmark-2")


def hold_ceremony(exercise_pk: int, attempt: int) -> StoredCeremony:
    """Publish the commitment of a frozen register and put a ceremony on record."""
    register = Register.objects.select_related("exercise").get(
        exercise=exercise_pk, attempt=attempt
    )
    publication = publish_commitment(
        register=register, published_at=read_clock(), waiting=timedelta(0)
    )
    physical = register.exercise.parsed_terms.ballot.physical
    now = read_clock()
    ceremony = Ceremony(
        draw=register.exercise.code,
        attempt=attempt,
        commitment=register.commitment_sha256,
        balls="-".join(choose_balls(physical=physical, seed=attempt)),
        drawn_at=now.astimezone(HONG_KONG).replace(microsecond=0),
        keyed_by=OFFICERS,
        beacon=NO_BEACON,
        signature=NO_SIGNATURE,
    )
    return record_ceremony(
        publication=publication, ceremony_text=render_ceremony(ceremony), recorded_at=now
    )


def give_up(exercise_pk: int, attempt: int) -> None:
    """Decide on another attempt, as two officers do; again: nothing."""
    register = Register.objects.select_related("exercise").get(
        exercise=exercise_pk, attempt=attempt
    )
    if register.reballots.filter(approved_at__isnull=False).exists():
        return
    first, second = get_officers()
    reballot = propose_reballot(
        register=register,
        ground=Reballot.Ground.ORDERED_BY_AUTHORITY,
        statement="The benchmark draws once more.",
        officer=first,
        proposed_at=read_clock(),
    )
    approve_reballot(reballot=reballot, officer=second, approved_at=read_clock())


def get_officers() -> list[Officer]:
    """Return the two officers, storing them the first time."""
    return [_get_officer(reference) for reference in OFFICERS]


def get_draw(exercise_pk: int, attempt: int) -> Draw:
    """Return the draw of an attempt."""
    draws = Draw.objects.select_related("ceremony__publication__register__exercise")
    return draws.get(
        ceremony__publication__register__exercise=exercise_pk,
        ceremony__publication__register__attempt=attempt,
    )


def _get_officer(reference: str) -> Officer:
    stored = Officer.objects.filter(reference=reference).first()
    return stored or Officer.objects.create_user(
        reference, reference=reference, role=Officer.Role.OFFICER
    )
