"""What the look-up page says of one number: nothing but the number when nobody knows it."""

from typing import Any

from applications.models import Exercise
from lottery.models import Draw, RegisterEntry
from lottery.selectors.progress import BallotProgress
from lottery.selectors.registers import get_inclusion_proof
from lottery.selectors.results import (
    DrawSummary,
    find_binding_head,
    find_entry,
    find_reinstatement,
    list_neighbours,
    read_result,
    summarise_draw,
)


def describe_number(progress: BallotProgress, number: int) -> dict[str, Any]:
    """Gather what is known of a number in one attempt."""
    known = {"number": f"{number:08d}"}
    entry = find_entry(progress.get_register(), number)
    if entry is None:
        return known
    summary = summarise_draw(progress.draw) if progress.draw else None
    return {
        **known,
        **(_describe_outcome(progress.draw, entry, summary) if progress.draw and summary else {}),
        "entry": entry,
        "proof": get_inclusion_proof(entry),
        "binding_head": find_binding_head(progress.exercise, number),
        "reinstatement": find_reinstatement(progress.draw, entry) if progress.draw else None,
        "steps": [
            row
            for row in (summary.steps if summary else ())
            if entry.category in row.step.categories
        ],
        "all_steps": {row.step.name: row.step for row in summary.steps} if summary else {},
    }


def describe_waiting_number(exercise: Exercise, number: int) -> dict[str, Any]:
    """Gather what is known of a number before any commitment is public: its place in the log."""
    return {
        "number": f"{number:08d}",
        "exercise": exercise,
        "is_waiting": True,
        "binding_head": find_binding_head(exercise, number),
    }


def _describe_outcome(draw: Draw, entry: RegisterEntry, summary: DrawSummary) -> dict[str, Any]:
    result = read_result(draw, entry)
    if result.ranking is None:
        return {}
    place = result.place
    return {
        "result": result,
        "neighbours": list_neighbours(draw, result.ranking),
        "place_step": next(
            (row.step for row in summary.steps if place and row.step.name == place.step), None
        ),
    }
