"""What the draw gave one application number, and why: for applicants and the public."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from applications.models import Exercise
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.parameters import Step, parse_parameters
from lottery.models import Draw, Place, RankingEntry, Register, RegisterEntry
from lottery.selectors.progress import get_progress


@dataclass(frozen=True, slots=True)
class BallotResult:
    """
    One number's register line and what followed from it.

    :ivar order: ``last2:balls``, ``last2:seed`` or ``ticket``.
    :ivar group_digits: the last two digits that placed it, ``None`` in the order ``ticket``.
    :ivar group_size: ranked applications of its category in the same group.
    :ivar rank_in_group: its position among them, from 1.
    """

    entry: RegisterEntry
    ranking: RankingEntry | None
    place: Place | None
    ranked_in_category: int
    order: str
    group_digits: str | None
    group_size: int
    rank_in_group: int
    seed: str

    @property
    def ahead_of_group(self) -> int:
        """Applications of its category whose group comes before its own."""
        return self.ranking.rank - self.rank_in_group if self.ranking else 0


@dataclass(frozen=True, slots=True)
class StepSummary:
    """
    What one quota gave out, and the last application that it reached.

    :ivar last: ``None`` when nobody was there to take.
    """

    step: Step
    place_count: int
    last: RankingEntry | None


@dataclass(frozen=True, slots=True)
class DrawSummary:
    """A draw at a glance: applications ranked by category, places by step."""

    order: str
    ranked: Mapping[str, int]
    steps: tuple[StepSummary, ...]


def find_entry(register: Register, number: int) -> RegisterEntry | None:
    """Find a number's line in a frozen register."""
    return register.entries.select_related("register").filter(number=number).first()


def summarise_draw(draw: Draw) -> DrawSummary:
    """Count what a stored draw ranked and gave out, and say how far each quota reached."""
    parameters = parse_parameters(draw.ceremony.publication.register.params_text)
    ranked = draw.ranking.values_list("category").annotate(Count("id")).order_by("category")
    return DrawSummary(
        order=parameters.order,
        ranked=dict(ranked),
        steps=tuple(_summarise_step(draw, step) for step in parameters.steps),
    )


def _summarise_step(draw: Draw, step: Step) -> StepSummary:
    places = draw.places.filter(step=step.name)
    last = places.order_by("-sequence").values_list("entry_id", flat=True).first()
    return StepSummary(
        step=step,
        place_count=places.count(),
        last=draw.ranking.filter(entry_id=last).first() if last else None,
    )


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
        order=order,
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
