"""What the draw gave one application number, and why: for applicants and the public."""

from dataclasses import dataclass

from applications.models import Exercise
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.parameters import parse_parameters
from lottery.models import Draw, Place, RankingEntry, RegisterEntry
from lottery.selectors.progress import get_progress


@dataclass(frozen=True, slots=True)
class BallotResult:
    """
    One number's register line and what followed from it.

    :ivar group_digits: the last two digits that placed it, ``None`` in the order ``ticket``.
    :ivar group_size: ranked applications of its category in the same group.
    :ivar rank_in_group: its position among them, from 1.
    """

    entry: RegisterEntry
    ranking: RankingEntry | None
    place: Place | None
    ranked_in_category: int
    group_digits: str | None
    group_size: int
    rank_in_group: int
    seed: str


def find_result(exercise: Exercise, number: int, attempt: int = 1) -> BallotResult | None:
    """Find what became of a number; ``None`` when it is not in the register, or not drawn yet."""
    draw = get_progress(exercise, attempt).draw
    if draw is None:
        return None
    register = draw.ceremony.publication.register
    entry = register.entries.filter(number=number).first()
    if entry is None:
        return None
    ranking = draw.ranking.filter(entry=entry).first()
    order = parse_parameters(register.params_text).order
    group_size, rank_in_group = _locate_in_group(draw, ranking)
    return BallotResult(
        entry=entry,
        ranking=ranking,
        place=draw.places.filter(entry=entry).first(),
        ranked_in_category=draw.ranking.filter(category=entry.category).count(),
        group_digits=ranking.ballot[-2:] if ranking and order != "ticket" else None,
        group_size=group_size,
        rank_in_group=rank_in_group,
        seed=parse_ceremony(draw.ceremony.ceremony_text).seed,
    )


def _locate_in_group(draw: Draw, ranking: RankingEntry | None) -> tuple[int, int]:
    if ranking is None:
        return 0, 0
    group = draw.ranking.filter(category=ranking.category, group=ranking.group)
    return group.count(), group.filter(rank__lte=ranking.rank).count()
