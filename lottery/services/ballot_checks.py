"""
Recompute what must hold of the stored ballots: intake log, register, ranking, places.

The database refuses to change any of it; this finds what an owner of the tables changed all the
same. The public finds it too, in the transcript.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice, zip_longest

from django.db.models import QuerySet

from applications.models import Exercise, JournalEntry
from applications.selectors.invariants import Breach
from lottery.ballot.allocation import allocate
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.commitment import commit, render_commitment
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.intake_log import check_intake_chain, check_intake_log
from lottery.ballot.parameters import parse_parameters
from lottery.ballot.ranking import rank
from lottery.ballot.register import compute_identity_commitment
from lottery.models import (
    BallKeying,
    Ceremony,
    Draw,
    IntakeLeaf,
    Publication,
    Reballot,
    Register,
    Reinstatement,
)
from lottery.selectors.intake_log import list_heads, read_identity_numbers
from lottery.selectors.register_blocks import BlockRoots
from lottery.selectors.registers import (
    iterate_places,
    iterate_ranking,
    iterate_register_lines,
    iterate_reinstatements,
)
from lottery.services.reinstatements import compute_reinstatement

CHUNK = 2_000


def find_breaches_of_ballot(exercise: Exercise) -> Iterator[Breach]:
    """Find everything that does not hold of the ballot of one exercise."""
    yield from find_changed_leaves(exercise)
    for register in exercise.registers.order_by("attempt"):
        yield from find_unrecorded_deeds(register)
        for find in (find_changed_registers, find_other_intake):
            yield from find(register)
        draw = Draw.objects.filter(pk=register.pk).first()
        if draw:
            for find_in_draw in (find_changed_rankings, find_changed_places, find_reinstated):
                yield from find_in_draw(draw)
    if not exercise.registers.exists():
        yield from find_broken_heads(exercise)


def find_unrecorded_deeds(register: Register) -> Iterator[Breach]:
    """Find deeds on an attempt that are in its tables and not, at that time, in the journal."""
    journal = JournalEntry.objects.filter(
        exercise=register.exercise, details__attempt=register.attempt
    )
    recorded = set(journal.values_list("deed", "recorded_at"))
    for deed, done_at in _list_deeds(register):
        if (deed, done_at) not in recorded:
            details = f"{deed} at {done_at.isoformat()} is not in the journal"
            yield Breach("ballot_deeds_are_in_the_journal", _name(register), details)


def _list_deeds(register: Register) -> Iterator[tuple[str, datetime]]:
    yield "REGISTER_FROZEN", register.frozen_at
    for publication in Publication.objects.filter(register=register):
        yield "COMMITMENT_PUBLISHED", publication.published_at
    for keying in BallKeying.objects.filter(publication_id=register.pk):
        yield "BALLS_KEYED", keying.keyed_at
    for ceremony in Ceremony.objects.filter(publication_id=register.pk):
        yield "CEREMONY_RECORDED", ceremony.recorded_at
    for draw in Draw.objects.filter(pk=register.pk):
        yield "DRAW_RUN", draw.run_at
    decisions: dict[str, QuerySet[Reballot] | QuerySet[Reinstatement]] = {
        "REBALLOT": Reballot.objects.filter(register=register),
        "REINSTATEMENT": Reinstatement.objects.filter(draw_id=register.pk),
    }
    for name, rows in decisions.items():
        for row in rows:
            yield f"{name}_PROPOSED", row.proposed_at
            if row.approved_at:
                yield f"{name}_APPROVED", row.approved_at


def find_changed_leaves(exercise: Exercise) -> Iterator[Breach]:
    """Find applications whose leaf of the intake log is not that of the people on them."""
    leaves = IntakeLeaf.objects.filter(exercise=exercise).order_by("number")
    rows = leaves.values_list(
        "application_id", "number", "identity_commitment", "application__salt"
    )
    found = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        identities = read_identity_numbers([pk for pk, _, _, _ in chunk])
        for pk, number, stored, salt in chunk:
            if compute_identity_commitment(str(salt), identities[pk]) != stored:
                subject = f"application {number} of {exercise.code}"
                yield Breach("intake_leaf_is_of_its_people", subject, "the leaf is of other people")


def find_broken_heads(exercise: Exercise) -> Iterator[Breach]:
    """Find a head of the intake log that does not follow from the one before."""
    heads = [head.as_published() for head in list_heads(exercise)]
    subject = f"exercise {exercise.code}"
    if heads:
        yield from _judge(
            "intake_heads_follow_each_other",
            subject,
            lambda: check_intake_chain(exercise.code, heads),
        )


def find_other_intake(register: Register) -> Iterator[Breach]:
    """
    Find heads of the intake log that are not of the register's lines.

    A ballot that was held before there were intake logs has neither leaves nor heads.
    """
    if not register.exercise.intake_leaves.exists():
        return
    code = register.exercise.code
    heads = [head.as_published() for head in list_heads(register.exercise)]
    yield from _judge(
        "register_is_what_was_received",
        _name(register),
        lambda: check_intake_log(code, heads, iterate_register_lines(register)),
    )


def find_changed_registers(register: Register) -> Iterator[Breach]:
    """Find a register whose lines or block roots are not those of its commitment."""
    blocks = BlockRoots()
    lines = blocks.watch(iterate_register_lines(register))
    try:
        text = render_commitment(commit(register.params_text, lines))
    except BallotRefusal as refusal:
        yield Breach("register_is_what_was_committed", _name(register), str(refusal))
        return
    if text != register.commitment_text:
        details = "the lines give another commitment"
        yield Breach("register_is_what_was_committed", _name(register), details)
    stored = list(register.blocks.order_by("index").values_list("root", flat=True))
    if stored != [root.hex() for root in blocks.roots]:
        details = "the lines give other block roots"
        yield Breach("register_blocks_are_of_its_lines", _name(register), details)


def find_changed_rankings(draw: Draw) -> Iterator[Breach]:
    """Find the first line of a ranking that does not follow from register and ceremony."""
    register = draw.ceremony.publication.register
    parameters = parse_parameters(register.params_text)
    ceremony = parse_ceremony(draw.ceremony.ceremony_text)
    rule = "ranking_follows_from_the_seed"
    try:
        expected = list(rank(iterate_register_lines(register), parameters, ceremony))
    except BallotRefusal as refusal:
        yield Breach(rule, _name(register), str(refusal))
    else:
        yield from _compare(rule, draw, expected, iterate_ranking(draw))


def find_changed_places(draw: Draw) -> Iterator[Breach]:
    """Find the first place that does not follow from the stored ranking."""
    parameters = parse_parameters(draw.ceremony.publication.register.params_text)
    expected = allocate(iterate_ranking(draw), parameters.steps)
    stored = iterate_places(draw, [step.name for step in parameters.steps])
    yield from _compare("places_follow_from_the_ranking", draw, expected, stored)


def find_reinstated(draw: Draw) -> Iterator[Breach]:
    """Find reinstatements that are not what the seed gives."""
    for line in iterate_reinstatements(draw):
        entry = draw.ceremony.publication.register.entries.get(number=int(line.number))
        rule = "reinstatement_follows_from_the_seed"
        subject = f"application {line.number} of {_name(draw.ceremony.publication.register)}"
        try:
            is_right = compute_reinstatement(draw, entry) == line
        except BallotRefusal as refusal:
            yield Breach(rule, subject, str(refusal))
        else:
            if not is_right:
                yield Breach(rule, subject, "the seed gives something else")


def _compare(
    rule: str, draw: Draw, expected: Iterable[object], stored: Iterable[object]
) -> Iterator[Breach]:
    for position, (right, found) in enumerate(zip_longest(expected, stored), 1):
        if right != found:
            subject = _name(draw.ceremony.publication.register)
            yield Breach(rule, subject, f"line {position} is {found}, it must be {right}")
            return


def _judge(rule: str, subject: str, check: Callable[[], None]) -> Iterator[Breach]:
    try:
        check()
    except BallotRefusal as refusal:
        yield Breach(rule, subject, str(refusal))


def _name(register: Register) -> str:
    return f"attempt {register.attempt} of {register.exercise.code}"
