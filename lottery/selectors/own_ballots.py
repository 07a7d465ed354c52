"""What the ballot has given one application so far, attempt by attempt; only what is public."""

from dataclasses import dataclass
from datetime import datetime

from applications.models import Application
from lottery.ballot.parameters import Step
from lottery.models import Draw, RegisterEntry, Reinstatement
from lottery.selectors.progress import BallotProgress, Stage, get_progress
from lottery.selectors.published import list_public_attempts
from lottery.selectors.results import (
    BallotResult,
    DrawSummary,
    find_entry,
    find_reinstatement,
    read_result,
    summarise_draw,
)


@dataclass(frozen=True, slots=True)
class OwnAttempt:
    """
    An application's line in one attempt whose commitment is public, and what followed from it.

    :ivar ground: why the attempt was given up; empty while it stands.
    :ivar result: ``None`` before the draw, and of a line that took no part.
    :ivar step: the quota that its place is of, or that the place in addition is of.
    :ivar waiting_position: among the ranked of its category who have no place, from 1.
    """

    attempt: int
    ground: str
    entry: RegisterEntry
    is_drawn: bool
    result: BallotResult | None
    reinstatement: Reinstatement | None
    step: Step | None
    waiting_position: int | None


@dataclass(frozen=True, slots=True)
class OwnBallot:
    """
    How far the ballot of an application's exercise has come.

    :ivar standing: the attempt under way, once its commitment is public.
    :ivar given_up: the attempts before it that were public, the first one first.
    :ivar ceremony_from: before this no ball is drawn; ``None`` before the publication.
    """

    stage: Stage
    standing: OwnAttempt | None
    given_up: tuple[OwnAttempt, ...]
    ceremony_from: datetime | None


def read_own_ballot(application: Application) -> OwnBallot:
    """
    Read what is public of an application in every attempt of its ballot.

    In few queries however large the ballot: a draw is counted once and kept.
    """
    exercise = application.exercise
    public = [row for row in list_public_attempts(exercise) if row.is_published]
    attempts = [
        _read_attempt(get_progress(exercise, row.attempt), application.number, row.ground)
        for row in public
    ]
    present = [attempt for attempt in attempts if attempt]
    progress = get_progress(exercise)
    publication = progress.publication
    return OwnBallot(
        stage=progress.stage,
        standing=next((attempt for attempt in present if not attempt.ground), None),
        given_up=tuple(attempt for attempt in present if attempt.ground),
        ceremony_from=publication.ceremony_from if publication else None,
    )


def _read_attempt(progress: BallotProgress, number: int, ground: str) -> OwnAttempt | None:
    entry = find_entry(progress.get_register(), number)
    if entry is None:
        return None
    draw = progress.draw
    if draw is None:
        return OwnAttempt(progress.attempt, ground, entry, False, None, None, None, None)
    result = read_result(draw, entry)
    reinstatement = find_reinstatement(draw, entry)
    return OwnAttempt(
        attempt=progress.attempt,
        ground=ground,
        entry=entry,
        is_drawn=True,
        result=result if result.ranking else None,
        reinstatement=reinstatement,
        step=_find_step(summarise_draw(draw), result, reinstatement),
        waiting_position=_find_waiting_position(draw, result),
    )


def _find_step(
    summary: DrawSummary, result: BallotResult, reinstatement: Reinstatement | None
) -> Step | None:
    """Find the quota of the place, or of the place in addition; ``None`` without either."""
    place = result.place.step if result.place else ""
    name = reinstatement.step if reinstatement else place
    return next((row.step for row in summary.steps if row.step.name == name), None)


def _find_waiting_position(draw: Draw, result: BallotResult) -> int | None:
    """Count the places that went before a rank, of which there are never many."""
    ranking = result.ranking
    if ranking is None or result.place:
        return None
    before = draw.places.filter(
        entry__category=ranking.category,
        entry__ranking_entries__draw=draw,
        entry__ranking_entries__rank__lt=ranking.rank,
    )
    return ranking.rank - before.count()
