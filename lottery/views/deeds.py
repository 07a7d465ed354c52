"""The deeds of the console as a table: when each is due, what is confirmed, what is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.models import Officer
from applications.selectors.clock import read_clock
from applications.services.exercises import close_exercise
from lottery.forms.beacon import BeaconForm
from lottery.forms.confirmation import ConfirmationForm
from lottery.selectors.beacon import find_due_beacon
from lottery.selectors.keyings import get_keying_state
from lottery.selectors.progress import BallotProgress, Stage
from lottery.services.ceremonies import settle_ceremony
from lottery.services.draws import run_draw
from lottery.services.notices import accompany_publication
from lottery.services.registers import freeze_register, publish_commitment

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deed:
    """
    One final deed of the officer.

    :ivar name: of its address, ``ballot:<name>``.
    :ivar stage: at which it is due.
    :ivar pledge: what the officer confirms with a tick.
    :ivar perform: the service call with the form's answers; safe to make twice.
    """

    name: str
    stage: Stage
    title: Promise
    button: Promise
    pledge: Promise
    done: Promise
    perform: Callable[[BallotProgress, Officer, Answers], object]

    @property
    def template(self) -> str:
        return f"lottery/console/{self.name}.html"

    @property
    def address(self) -> str:
        return f"ballot:{self.name}"

    def make_form(self, progress: BallotProgress, *given: Any) -> ConfirmationForm:
        """Make the form that asks for the confirmation, and for the beacon where one is due."""
        if self.stage is Stage.PUBLISHED and progress.publication:
            keyings = get_keying_state(progress.publication)
            due = find_due_beacon(progress.publication, keyings, read_clock())
            if due:
                return BeaconForm(*given, label=self.pledge, attempt=progress.attempt, due=due)
        return ConfirmationForm(*given, label=self.pledge, attempt=progress.attempt)


def _close(progress: BallotProgress, officer: Officer, answers: Answers) -> object:
    return close_exercise(exercise=progress.exercise, closed_at=read_clock(), officer=officer)


def _freeze(progress: BallotProgress, officer: Officer, answers: Answers) -> object:
    return freeze_register(
        exercise=progress.exercise,
        attempt=progress.attempt,
        frozen_at=read_clock(),
        officer=officer,
    )


@transaction.atomic
def _publish(progress: BallotProgress, officer: Officer, answers: Answers) -> object:
    now = read_clock()
    publication = publish_commitment(
        register=progress.get_register(),
        published_at=now,
        waiting=settings.BALLOT_WAITING,
        officer=officer,
    )
    return accompany_publication(publication=publication, at=now, officer=officer)


def _settle(progress: BallotProgress, officer: Officer, answers: Answers) -> object:
    return settle_ceremony(
        publication=progress.get_publication(),
        settled_at=read_clock(),
        beacon_round=answers.get("beacon_round"),
        officer=officer,
    )


def _draw(progress: BallotProgress, officer: Officer, answers: Answers) -> object:
    return run_draw(ceremony=progress.get_ceremony(), run_at=read_clock(), officer=officer)


DEEDS: Mapping[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed(
            "close",
            Stage.OPEN,
            _("Close applications"),
            _("Close applications for good"),
            _("Every paper form received has been keyed, and nothing may come after this."),
            _("Applications are closed."),
            _close,
        ),
        Deed(
            "freeze",
            Stage.CLOSED,
            _("Freeze the register"),
            _("Freeze the register"),
            _("The register may be frozen: from here on nobody can change a line of it."),
            _("The register is frozen, and its commitment is worked out."),
            _freeze,
        ),
        Deed(
            "publish",
            Stage.FROZEN,
            _("Publish the commitment"),
            _("Publish the commitment"),
            _("No ball has been drawn yet, and the commitment may be made public for good."),
            _("The commitment is public. The waiting period runs from now."),
            _publish,
        ),
        Deed(
            "settle",
            Stage.PUBLISHED,
            _("Put the ceremony on record"),
            _("Put the ceremony on record"),
            _("These are the balls that were drawn in public, in this order."),
            _("The ceremony is on record, and the seed follows from it."),
            _settle,
        ),
        Deed(
            "draw",
            Stage.CEREMONY_SETTLED,
            _("Run the draw"),
            _("Run the draw"),
            _("The draw may be run: it is made once, and its result is public at once."),
            _("The draw has been run. Its transcript is public."),
            _draw,
        ),
    )
}

DEED_OF_STAGE: Mapping[Stage, Deed] = {deed.stage: deed for deed in DEEDS.values()}
