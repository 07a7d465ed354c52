"""The terms of an exercise's ballot: how the order is drawn, and the quotas in processing order."""

import re
from dataclasses import dataclass

from applications.policy.terms_table import MalformedTerms, TermsTable


@dataclass(frozen=True, slots=True)
class StepTerms:
    """
    One quota, in processing order.

    :param categories: ``F``, ``P`` or both: the categories that it admits.
    :param tracks: ``G``, ``Y`` or both.
    :param letters: approval letters to issue, at least ``quota``.
    :param spill_to: name of the later step that gets the places left, if any.
    """

    name: str
    categories: str
    tracks: str
    quota: int
    letters: int
    spill_to: str | None


@dataclass(frozen=True, slots=True)
class BallotTerms:
    """How the order is drawn and in which order the quotas are filled: see lottery/ballot."""

    order: str
    physical: str
    beacon: str
    fallback: str
    steps: tuple[StepTerms, ...]


def parse_ballot(table: TermsTable) -> BallotTerms:
    """
    Read the table ``ballot``.

    :raises MalformedTerms: names the key that is missing or that WSM-BALLOT/1 has no meaning for.
    """
    steps = tuple(_parse_step(step) for step in table.tables("steps"))
    _check_steps(steps)
    ballot = BallotTerms(
        order=table.text("order"),
        physical=table.text("physical"),
        beacon=table.text("beacon"),
        fallback=table.text("fallback"),
        steps=steps,
    )
    _check_ballot(ballot)
    return ballot


def _check_ballot(ballot: BallotTerms) -> None:
    """Refuse what WSM-BALLOT/1 has no meaning for; the lottery checks the beacon's rounds."""
    if ballot.order not in {"last2:balls", "last2:seed", "ticket"}:
        raise MalformedTerms("ballot.order", "UNKNOWN_CHOICE")
    if not re.fullmatch(r"balls:[0-9]+:[0-9]+", ballot.physical):
        raise MalformedTerms("ballot.physical", "UNKNOWN_CHOICE")
    if ballot.order == "last2:balls" and ballot.physical != "balls:100:100":
        raise MalformedTerms("ballot.physical", "NEEDS_ALL_HUNDRED_BALLS")
    if not re.fullmatch(r"none|drand:[0-9a-f]{64}:[0-9]+(,[0-9]+)*", ballot.beacon):
        raise MalformedTerms("ballot.beacon", "UNKNOWN_CHOICE")
    if ballot.fallback != "physical2":
        raise MalformedTerms("ballot.fallback", "UNKNOWN_CHOICE")


def _parse_step(table: TermsTable) -> StepTerms:
    spill_to = table.text("spill_to")
    step = StepTerms(
        name=table.text("name"),
        categories=table.text("categories"),
        tracks=table.text("tracks"),
        quota=table.number("quota"),
        letters=table.number("letters"),
        spill_to=None if spill_to == "-" else spill_to,
    )
    table.finish()
    for key, value, allowed in (
        ("categories", step.categories, {"F", "P", "FP"}),
        ("tracks", step.tracks, {"G", "Y", "GY"}),
    ):
        if value not in allowed:
            raise MalformedTerms(f"{table.path}.{key}", "UNKNOWN_CHOICE")
    if step.letters < step.quota:
        raise MalformedTerms(f"{table.path}.letters", "FEWER_LETTERS_THAN_PLACES")
    return step


def _check_steps(steps: tuple[StepTerms, ...]) -> None:
    """Refuse two steps of one name and places that spill to no later step."""
    names = [step.name for step in steps]
    for position, step in enumerate(steps):
        path = f"ballot.steps.{position}"
        if not re.fullmatch(r"[A-Z0-9]{1,8}", step.name) or step.name in names[:position]:
            raise MalformedTerms(f"{path}.name", "NOT_A_NEW_NAME")
        if step.spill_to is not None and step.spill_to not in names[position + 1 :]:
            raise MalformedTerms(f"{path}.spill_to", "NOT_A_LATER_STEP")
