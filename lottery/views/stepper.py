"""Where a ballot stands, as the steps that the console shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from applications.models import JournalEntry, Officer
from lottery.models import DrawCheck
from lottery.selectors.keyings import KeyingState
from lottery.selectors.progress import BallotProgress, Stage
from lottery.selectors.waiting import WaitingTime
from lottery.templatetags.ballot_tags import actor_name, deed_name, moment

_ = gettext_lazy

ACCOMPANYING_DEEDS = ("NOTICE_ISSUED", "TIMESTAMP_STORED")
CHECKERS = {
    DrawCheck.Kind.SQL.value: _("SQL in the database"),
    DrawCheck.Kind.VERIFIER.value: _("The public verifier"),
}


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


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """
    What the steps of an attempt are told from.

    :ivar waiting: what is left of the waiting period.
    :ivar deeds: of the exercise, oldest first.
    :ivar checks: of the draw, oldest first.
    """

    progress: BallotProgress
    keyings: KeyingState | None
    waiting: WaitingTime | None
    deeds: Sequence[JournalEntry]
    checks: Sequence[DrawCheck]

    @property
    def is_checked(self) -> bool:
        """Tell whether each of the two others has recomputed the draw and found it right."""
        passed = {check.kind for check in self.checks if check.passed}
        return passed == set(CHECKERS) and all(check.passed for check in self.checks)


def build_steps(facts: AttemptFacts) -> list[ConsoleStep]:
    """Build the steps from closing to the checked draw, with what is known of each."""
    progress = facts.progress
    steps = (
        (_("Applications closed"), progress.has_reached(Stage.CLOSED), _list_closing(facts)),
        (
            _("Register frozen"),
            progress.has_reached(Stage.FROZEN),
            _list_notes(progress.register, "frozen"),
        ),
        (
            _("Commitment published"),
            progress.has_reached(Stage.PUBLISHED),
            [*_list_notes(progress.publication, "published"), *_list_accompanying(facts)],
        ),
        (_("Waiting period over"), _has_waited(facts), _list_waiting(facts)),
        (
            _("Balls keyed by two officers, who agree"),
            progress.has_reached(Stage.CEREMONY_SETTLED),
            _list_keyings(facts),
        ),
        (
            _("Draw run and transcript public"),
            progress.has_reached(Stage.DRAWN),
            _list_notes(progress.draw, "run"),
        ),
        (_("Draw recomputed by two others"), facts.is_checked, _list_checks(facts)),
    )
    reached = [is_reached for _title, is_reached, _notes in steps]
    return [
        ConsoleStep(title, _tell_state(reached, position), tuple(notes))
        for position, (title, _is_reached, notes) in enumerate(steps)
    ]


def _tell_state(reached: Sequence[bool], position: int) -> str:
    if reached[position]:
        return "done"
    return "next" if all(reached[:position]) else "later"


def _list_closing(facts: AttemptFacts) -> list[str]:
    return [
        _sign(actor_name(deed.actor), deed.recorded_at)
        for deed in facts.deeds
        if deed.deed == "EXERCISE_CLOSED"
    ]


def _list_accompanying(facts: AttemptFacts) -> list[str]:
    return [
        f"{deed_name(deed.deed)} · {_sign(actor_name(deed.actor), deed.recorded_at)}"
        for deed in facts.deeds
        if deed.deed in ACCOMPANYING_DEEDS and deed.details.get("attempt") == facts.progress.attempt
    ]


def _has_waited(facts: AttemptFacts) -> bool:
    return facts.progress.publication is not None and facts.waiting is None


def _list_waiting(facts: AttemptFacts) -> list[str]:
    publication = facts.progress.publication
    return [moment(publication.ceremony_from)] if publication else []


def _list_keyings(facts: AttemptFacts) -> list[str]:
    rows = facts.keyings.latest if facts.keyings else ()
    notes = [_sign(row.officer.reference, row.keyed_at) for row in rows]
    if facts.progress.ceremony:
        settled_at = moment(facts.progress.ceremony.recorded_at)
        notes.append(gettext("On record: %(moment)s") % {"moment": settled_at})
    return notes


def _list_checks(facts: AttemptFacts) -> list[str]:
    return [
        _sign(f"{CHECKERS.get(check.kind, check.kind)} · {_tell_verdict(check)}", check.checked_at)
        for check in facts.checks
    ]


def _tell_verdict(check: DrawCheck) -> str:
    return gettext("agrees") if check.passed else gettext("does not agree")


def _list_notes(row: object, deed: str) -> list[str]:
    if row is None:
        return []
    officer: Officer | None = getattr(row, f"{deed}_by")
    name = officer.reference if officer else gettext("the portal")
    return [_sign(name, getattr(row, f"{deed}_at"))]


def _sign(name: str, at: datetime) -> str:
    return gettext("%(officer)s, %(moment)s") % {"officer": name, "moment": moment(at)}
