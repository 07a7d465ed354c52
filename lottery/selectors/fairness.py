"""Read a draw as counts, and compare it with what a fair ballot gives."""

from functools import lru_cache
from threading import Lock

from django.core.cache import cache
from django.db import connection

from lottery.ballot.ceremony import parse_ceremony, parse_draws
from lottery.ballot.commitment import parse_commitment
from lottery.ballot.parameters import parse_parameters
from lottery.ballot.ranking import order_groups
from lottery.fairness.census import Cell
from lottery.fairness.report import FairnessReport, compile_report
from lottery.models import Draw, Register

# Part of the name under which a report is kept: count it up with every change of the report.
VERSION = 1

_COUNT_CELLS = """
    SELECT admitted.number %% 100, category, track, channel, decile, count(*), count(place.id)
    FROM (
        SELECT entry.id, entry.number, entry.category, entry.track, application.channel,
               ntile(10) OVER (ORDER BY entry.number) AS decile
        FROM lottery_registerentry entry
        JOIN applications_application application ON application.id = entry.application_id
        WHERE entry.register_id = %s AND entry.status = 'A'
    ) admitted
    LEFT JOIN lottery_place place ON place.entry_id = admitted.id AND place.draw_id = %s
    GROUP BY 1, 2, 3, 4, 5
    ORDER BY 1, 2, 3, 4, 5
"""

_one_at_a_time = Lock()


def get_fairness_report(draw: Draw) -> FairnessReport:
    """
    Return the fairness report of a draw.

    A draw never changes, so its report is worked out once, in some seconds, and kept: in this
    process, and in the cache for the others. Readers that come meanwhile wait for the first.
    """
    register = draw.ceremony.publication.register
    with _one_at_a_time:
        return _get_kept_report(draw.pk, register.commitment_sha256, draw.run_at.timestamp())


# The commitment and the time in the key keep a draw that never reached the database from standing
# for a later one of the same id.
@lru_cache(maxsize=8)
def _get_kept_report(draw_id: int, commitment_sha256: str, run_at: float) -> FairnessReport:
    key = f"fairness:{VERSION}:{draw_id}:{commitment_sha256}:{run_at}"
    kept: FairnessReport | None = cache.get(key)
    if kept is None:
        kept = _work_out(draw_id)
        cache.set(key, kept, timeout=None)
    return kept


def _work_out(draw_id: int) -> FairnessReport:
    draw = Draw.objects.select_related("ceremony__publication__register").get(pk=draw_id)
    register = draw.ceremony.publication.register
    parameters = parse_parameters(register.params_text)
    ceremony = parse_ceremony(draw.ceremony.ceremony_text)
    drawn = parse_draws(ceremony.balls, parameters.physical)[0]
    return compile_report(
        count_cells(draw, register),
        order=parameters.order,
        steps=parameters.steps,
        commitment=register.commitment_sha256,
        positions=order_groups(parameters.order, ceremony.seed, drawn),
    )


def count_cells(draw: Draw, register: Register) -> list[Cell]:
    """
    Count the applications in the draw, and those with a place, by all that the report looks at.

    One pass over the register, whatever its size.
    """
    commitment = parse_commitment(register.commitment_text)
    if commitment.ballot_count != commitment.active_count:
        raise ValueError("the report knows one ballot number for each application")
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_CELLS, [register.pk, draw.pk])
        return [Cell(*row) for row in cursor.fetchall()]
