"""Where a ballot stands, as the steps that the console shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from applications.models import JournalEntry, Officer
from lottery.selectors.keyings import KeyingState
from lottery.selectors.progress import BallotProgress, Stage
from lottery.templatetags.ballot_tags import actor_name, moment

_ = gettext_lazy

TITLES: tuple[tuple[Stage, Promise], ...] = (
    (Stage.CLOSED, _("Applications closed")),
    (Stage.FROZEN, _("Register frozen")),
    (Stage.PUBLISHED, _("Commitment published")),
    (Stage.CEREMONY_SETTLED, _("Balls keyed by two officers, who agree")),
    (Stage.DRAWN, _("Draw run and transcript public")),
)


@dataclass(frozen=True, slots=True)
class ConsoleStep:
    """
    One step of the ballot.

    :ivar state: ``done``, ``next`` or ``later``.
    :ivar notes: who did it and when.
    """

    title: str | Promise
    state: str
    notes: tuple[str, ...]


def build_steps(
    progress: BallotProgress, keyings: KeyingState | None, deeds: Sequence[JournalEntry]
) -> list[ConsoleStep]:
    """Build the five steps with what is known of each."""
    notes = {
        Stage.CLOSED: [
            _sign(actor_name(deed.actor), deed.recorded_at)
            for deed in deeds
            if deed.deed == "EXERCISE_CLOSED"
        ],
        Stage.FROZEN: _list_notes(progress.register, "frozen"),
        Stage.PUBLISHED: _list_notes(progress.publication, "published"),
        Stage.CEREMONY_SETTLED: _list_keyings(keyings),
        Stage.DRAWN: _list_notes(progress.draw, "run"),
    }
    reached = [progress.has_reached(stage) for stage, _title in TITLES]
    return [
        ConsoleStep(title, _tell_state(reached, position), tuple(notes[stage]))
        for position, (stage, title) in enumerate(TITLES)
    ]


def _tell_state(reached: Sequence[bool], position: int) -> str:
    if reached[position]:
        return "done"
    return "next" if all(reached[:position]) else "later"


def _list_notes(row: object, deed: str) -> list[str]:
    if row is None:
        return []
    officer: Officer | None = getattr(row, f"{deed}_by")
    name = officer.reference if officer else gettext("the portal")
    return [_sign(name, getattr(row, f"{deed}_at"))]


def _list_keyings(keyings: KeyingState | None) -> list[str]:
    rows = keyings.latest if keyings else ()
    return [_sign(row.officer.reference, row.keyed_at) for row in rows]


def _sign(name: str, at: datetime) -> str:
    return gettext("%(officer)s, %(moment)s") % {"officer": name, "moment": moment(at)}
