"""A ceremony for a benchmark: balls from a seed, as in a rehearsal."""

from applications.policy.timetable import HONG_KONG
from applications.selectors.clock import read_clock
from lottery.ballot.ceremony import NO_SIGNATURE, Ceremony, render_ceremony
from lottery.models import Ceremony as StoredCeremony
from lottery.models import Register
from lottery.services.ceremonies import NO_BEACON, record_ceremony
from lottery.services.registers import publish_commitment
from lottery.services.rehearsals import choose_balls

OFFICERS = ("benchmark-1", "benchmark-2")


def hold_ceremony(exercise_pk: int, attempt: int) -> StoredCeremony:
    """Publish the commitment of a frozen register and put a ceremony on record."""
    register = Register.objects.select_related("exercise").get(
        exercise=exercise_pk, attempt=attempt
    )
    publication = publish_commitment(register=register, published_at=read_clock())
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
