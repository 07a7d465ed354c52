"""What the draw gave one application number, and why: for applicants and the public."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Min, QuerySet

from applications.models import Exercise
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.parameters import Step, parse_parameters
from lottery.models import (
    Draw,
    DrawCheck,
    IntakeHead,
    Place,
    RankingEntry,
    Register,
    RegisterEntry,
    Reinstatement,
)

# Part of the name under which a summary is kept: count it up with every change of its form.
VERSION = 1
CHUNK = 10_000


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


class LastReached(NamedTuple):
    """The last application that a quota reached."""

    rank: int
    ballot: str
    group: int


@dataclass(frozen=True, slots=True)
class StepSummary:
    """
    What one quota gave out, and the last application that it reached.

    :ivar last: ``None`` when nobody was there to take.
    """

    step: Step
    place_count: int
    last: LastReached | None


class GroupSpan(NamedTuple):
    """The ranks that one group takes up in a category: they follow each other without gaps."""

    first_rank: int
    size: int


@dataclass(frozen=True, slots=True)
class DrawSummary:
    """
    A draw at a glance: applications ranked by category, places by step.

    :ivar groups: by category and group position.
    """

    order: str
    ranked: Mapping[str, int]
    steps: tuple[StepSummary, ...]
    groups: Mapping[tuple[str, int], GroupSpan]


class RankedLine(NamedTuple):
    """A line of the ranking beside the place that it was given, if any."""

    rank: int
    number: int
    track: str
    ballot: str
    group: int
    ticket: str
    place: str


def find_draw(code: str, attempt: int | None = None) -> Draw | None:
    """Find the draw of an attempt of an exercise, by default the newest."""
    draws = Draw.objects.filter(ceremony__publication__register__exercise__code=code)
    if attempt is not None:
        draws = draws.filter(ceremony__publication__register__attempt=attempt)
    return draws.order_by("ceremony__publication__register__attempt").last()


def find_entry(register: Register, number: int) -> RegisterEntry | None:
    """Find a number's line in a frozen register."""
    return register.entries.select_related("register").filter(number=number).first()


def find_reinstatement(draw: Draw, entry: RegisterEntry) -> Reinstatement | None:
    """Find the approved reinstatement of an application."""
    return _select_reinstatements(draw).filter(entry=entry).first()


def list_reinstatements(draw: Draw) -> list[Reinstatement]:
    """List the approved reinstatements of a draw, ascending by number."""
    return list(_select_reinstatements(draw))


def list_checks(draw: Draw) -> list[DrawCheck]:
    """List the newest check of each kind and every one that failed, the first one first."""
    checks = list(draw.checks.order_by("checked_at", "id"))
    newest = {check.kind: check.pk for check in checks}
    return [check for check in checks if not check.passed or check.pk == newest[check.kind]]


def _select_reinstatements(draw: Draw) -> QuerySet[Reinstatement]:
    approved = draw.reinstatements.filter(approved_at__isnull=False)
    related = approved.select_related("entry", "proposed_by", "approved_by")
    return related.order_by("entry__number")


def find_binding_head(exercise: Exercise, number: int) -> IntakeHead | None:
    """Find the first head of the intake log that binds a number; ``None`` where none does yet."""
    leaves = exercise.intake_leaves.order_by("number")
    if not leaves.filter(number=number).exists():
        return None
    # Numbers have no gaps, so a leaf's place follows from the first one.
    index = number - leaves.values_list("number", flat=True)[0]
    return exercise.intake_heads.filter(size__gt=index).order_by("sequence").first()


def summarise_draw(draw: Draw) -> DrawSummary:
    """
    Count what a stored draw ranked and gave out, and say how far each quota reached.

    A draw never changes, so it is counted once and kept: in this process, and in the cache for the
    others.
    """
    commitment = draw.ceremony.publication.register.commitment_sha256
    return _get_kept_summary(draw.pk, commitment, draw.run_at.timestamp())


# The commitment and the time in the key keep a draw that never reached the database from standing
# for a later one of the same id.
@lru_cache(maxsize=16)
def _get_kept_summary(draw_id: int, commitment_sha256: str, run_at: float) -> DrawSummary:
    key = f"draw-summary:{VERSION}:{draw_id}:{commitment_sha256}:{run_at}"
    kept: DrawSummary | None = cache.get(key)
    if kept is None:
        draws = Draw.objects.select_related("ceremony__publication__register")
        kept = _count(draws.get(pk=draw_id))
        cache.set(key, kept, timeout=None)
    return kept


def _count(draw: Draw) -> DrawSummary:
    parameters = parse_parameters(draw.ceremony.publication.register.params_text)
    groups = _count_groups(draw)
    ranked: Counter[str] = Counter()
    for (category, _), span in sorted(groups.items()):
        ranked[category] += span.size
    return DrawSummary(
        order=parameters.order,
        ranked=dict(ranked),
        steps=tuple(_summarise_step(draw, step) for step in parameters.steps),
        groups=groups,
    )


def _count_groups(draw: Draw) -> dict[tuple[str, int], GroupSpan]:
    """Count every group of every category, in one pass over the ranking."""
    groups = draw.ranking.values_list("category", "group").annotate(Min("rank"), Count("id"))
    return {
        (category, group): GroupSpan(first_rank, size)
        for category, group, first_rank, size in groups.order_by()
    }


def _summarise_step(draw: Draw, step: Step) -> StepSummary:
    places = draw.places.filter(step=step.name)
    last = places.order_by("-sequence").values_list("entry_id", flat=True).first()
    reached = draw.ranking.filter(entry_id=last).values_list("rank", "ballot", "group").first()
    return StepSummary(
        step=step,
        place_count=places.count(),
        last=LastReached(*reached) if reached else None,
    )


def read_result(draw: Draw, entry: RegisterEntry) -> BallotResult:
    """Read what a draw gave to a line of its register."""
    ranking = draw.ranking.filter(entry=entry).first()
    summary = summarise_draw(draw)
    group_size, rank_in_group = _locate_in_group(summary, ranking)
    return BallotResult(
        entry=entry,
        ranking=ranking,
        place=draw.places.filter(entry=entry).first(),
        ranked_in_category=summary.ranked.get(entry.category, 0),
        order=summary.order,
        group_digits=ranking.ballot[-2:] if ranking and summary.order != "ticket" else None,
        group_size=group_size,
        rank_in_group=rank_in_group,
        seed=parse_ceremony(draw.ceremony.ceremony_text).seed,
    )


def _locate_in_group(summary: DrawSummary, ranking: RankingEntry | None) -> tuple[int, int]:
    if ranking is None:
        return 0, 0
    span = summary.groups[ranking.category, ranking.group]
    return span.size, ranking.rank - span.first_rank + 1


def list_neighbours(draw: Draw, ranking: RankingEntry) -> list[RankedLine]:
    """List the line before an application's own, its own, and the one after, as far as there."""
    first = max(ranking.rank - 1, 1)
    return list(iterate_ranked(draw, ranking.category, first, ranking.rank + 1))


def iterate_ranked(
    draw: Draw, category: str, first_rank: int, last_rank: int
) -> Iterator[RankedLine]:
    """Yield the stored ranking of a category between two ranks, in bounded memory."""
    rows = draw.ranking.filter(category=category, rank__range=(first_rank, last_rank))
    values = rows.order_by("rank").values_list(
        "rank", "entry__number", "entry__track", "ballot", "group", "ticket", "entry_id"
    )
    places = _read_places(draw, category, first_rank, last_rank)
    for row in values.iterator(chunk_size=CHUNK):
        yield RankedLine(*row[:-1], places.get(row[-1], ""))


def _read_places(draw: Draw, category: str, first_rank: int, last_rank: int) -> dict[int, str]:
    places = draw.places.filter(
        entry__ranking_entries__draw=draw,
        entry__ranking_entries__category=category,
        entry__ranking_entries__rank__range=(first_rank, last_rank),
    )
    rows = places.values_list("entry_id", "step", "sequence")
    return {entry_id: f"{step} {sequence}" for entry_id, step, sequence in rows}
