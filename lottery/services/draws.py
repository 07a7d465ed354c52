"""Run the draw: once, whole, from the register and the ceremony alone."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from applications.models import Officer
from applications.services.copying import copy_values
from lottery.ballot.allocation import AllocationLine, allocate
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.parameters import parse_parameters
from lottery.ballot.ranking import RankingLine, rank
from lottery.models import Ceremony, Draw, Place, Publication, RankingEntry, Register
from lottery.selectors.registers import iterate_register_lines
from lottery.services.ballot_journal import record_ballot_deed


@transaction.atomic
def run_draw(*, ceremony: Ceremony, run_at: datetime, officer: Officer | None = None) -> Draw:
    """
    Rank and allocate, and store both. Calling again returns the stored draw.

    Two calls at the same moment give one draw: the second waits for the first and returns its
    result. Killed at any point, nothing is stored, and the next call gives the same bytes.
    """
    publication = Publication.objects.select_for_update().get(pk=ceremony.pk)
    stored = Draw.objects.filter(ceremony=ceremony).first()
    if stored:
        return stored
    register = publication.register
    parameters = parse_parameters(register.params_text)
    record = parse_ceremony(ceremony.ceremony_text)
    ranking = list(rank(iterate_register_lines(register), parameters, record))
    places = list(allocate(ranking, parameters.steps))
    draw = Draw.objects.create(
        ceremony=ceremony,
        run_at=run_at,
        run_by=officer,
        ranked_count=len(ranking),
        place_count=len(places),
    )
    _store_lines(draw, register, ranking, places)
    record_ballot_deed(
        deed="DRAW_RUN",
        register=register,
        recorded_at=run_at,
        officer=officer,
        seed=record.seed,
        ranked=len(ranking),
        places=len(places),
    )
    return draw


def _store_lines(
    draw: Draw,
    register: Register,
    ranking: Sequence[RankingLine],
    places: Sequence[AllocationLine],
) -> None:
    entry_ids = {
        f"{number:08d}": pk
        for pk, number in register.entries.filter(status="A").values_list("pk", "number")
    }
    copy_values(
        RankingEntry._meta.db_table,
        ("draw_id", "entry_id", "category", "rank", "ballot", "group", "ticket"),
        (
            (
                draw.pk,
                entry_ids[line.number],
                line.category,
                line.rank,
                line.ballot,
                line.group,
                line.ticket,
            )
            for line in ranking
        ),
    )
    copy_values(
        Place._meta.db_table,
        ("draw_id", "entry_id", "step", "sequence"),
        ((draw.pk, entry_ids[place.number], place.step, place.sequence) for place in places),
    )
