"""Read frozen registers, rankings and places back as the lines that were hashed."""

from collections.abc import Iterator

from applications.models import Exercise
from lottery.ballot.allocation import AllocationLine
from lottery.ballot.ranking import RankingLine
from lottery.models import Draw, Register

CHUNK = 10_000


def get_register(exercise: Exercise, attempt: int = 1) -> Register:
    """
    Return the register of an attempt.

    :raises Register.DoesNotExist: before it was frozen.
    """
    return Register.objects.select_related("exercise").get(exercise=exercise, attempt=attempt)


def iterate_register_lines(register: Register) -> Iterator[str]:
    """Yield every line, ascending, in bounded memory."""
    rows = register.entries.order_by("number").values_list("line", flat=True)
    return rows.iterator(chunk_size=CHUNK)


def iterate_ranking(draw: Draw) -> Iterator[RankingLine]:
    """Yield the stored ranking, families first, in order of rank."""
    rows = draw.ranking.order_by("category", "rank").values_list(
        "category", "rank", "entry__number", "entry__track", "ballot", "group", "ticket"
    )
    for category, rank, number, track, ballot, group, ticket in rows.iterator(chunk_size=CHUNK):
        yield RankingLine(category, rank, f"{number:08d}", track, ballot, group, ticket)


def iterate_places(draw: Draw, step_names: list[str]) -> Iterator[AllocationLine]:
    """Yield the stored places, step after step in processing order."""
    for step in step_names:
        rows = draw.places.filter(step=step).order_by("sequence")
        for sequence, number in rows.values_list("sequence", "entry__number"):
            yield AllocationLine(step, sequence, f"{number:08d}")
