"""params.txt: the terms of a draw, fixed before its register is frozen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lottery.ballot import beacon as chain
from lottery.ballot.canonical import COUNT, HEADER, located, parse_fields, split_lines
from lottery.ballot.errors import BallotRefusal

FILE = "params.txt"
ORDERS = ("last2:balls", "last2:seed", "ticket")
FALLBACKS = ("physical2",)
_KEYS = ("draw", "attempt", "order", "physical", "beacon", "fallback")
_DRAW = re.compile(r"[A-Z0-9-]{1,32}")
_STEP_NAME = re.compile(r"[A-Z0-9_]{1,16}")
_ATTEMPTS = range(1, 100)
_CATEGORY_SETS = ("F", "P", "FP")
_TRACK_SETS = ("G", "Y", "GY")
_MOST_STEPS = 99
_MOST_PLACES = 99_999_999
_NO_SPILL = "-"


@dataclass(frozen=True, slots=True)
class PhysicalDraw:
    """`drawn_count` of the `ball_count` balls numbered from 00 are drawn, none put back."""

    ball_count: int
    drawn_count: int

    def __post_init__(self) -> None:
        if not 1 <= self.drawn_count <= self.ball_count <= 100:
            raise BallotRefusal("PARAMETERS_MALFORMED", "physical needs 1 <= k <= n <= 100")


@dataclass(frozen=True, slots=True)
class Beacon:
    """The rounds announced for the draw, ascending, of the one chain known here."""

    chain_hash: str
    rounds: tuple[int, ...]

    def __post_init__(self) -> None:
        chain.check_chain(self.chain_hash)
        ascending = all(a < b for a, b in zip(self.rounds, self.rounds[1:], strict=False))
        if not self.rounds or not ascending:
            raise BallotRefusal("BEACON_MALFORMED", "rounds must be there and ascend")


@dataclass(frozen=True, slots=True)
class Step:
    """
    One quota: whom it admits, its places, its letters, and where its unused places go.

    :ivar categories: ``F``, ``P`` or ``FP``.
    :ivar tracks: ``G``, ``Y`` or ``GY``.
    :ivar quota: places.
    :ivar letters: approval letters to issue, at least the quota.
    :ivar spill_to: name of a later step, or None.
    """

    name: str
    categories: str
    tracks: str
    quota: int
    letters: int
    spill_to: str | None

    def __post_init__(self) -> None:
        if not _STEP_NAME.fullmatch(self.name):
            raise BallotRefusal("PARAMETERS_MALFORMED", "a step is named by A-Z, 0-9 and _")
        if self.categories not in _CATEGORY_SETS or self.tracks not in _TRACK_SETS:
            raise BallotRefusal(
                "PARAMETERS_MALFORMED", "a step admits F, P or FP and tracks G, Y or GY"
            )
        if not 0 <= self.quota <= _MOST_PLACES or self.letters > _MOST_PLACES:
            raise BallotRefusal("PARAMETERS_MALFORMED", "quota and letters are 0 to 99999999")
        if self.letters < self.quota:
            raise BallotRefusal("LETTERS_BELOW_QUOTA", "letters must be at least the quota")


@dataclass(frozen=True, slots=True)
class BallotParameters:
    """The content of params.txt; an instance that breaks a rule cannot be made."""

    draw: str
    attempt: int
    order: str
    physical: PhysicalDraw
    beacon: Beacon | None
    fallback: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        with located(FILE, _line_of("draw")):
            check_draw_name(self.draw)
        with located(FILE, _line_of("attempt")):
            check_attempt(self.attempt)
        with located(FILE, _line_of("order")):
            _check_order(self.order, self.physical)
        if self.fallback not in FALLBACKS:
            raise BallotRefusal(
                "PARAMETERS_MALFORMED",
                "fallback is physical2",
                file=FILE,
                line=_line_of("fallback"),
            )
        _check_steps(self.steps)


def check_draw_name(draw: str) -> None:
    """Refuse a name of a draw that is not 1 to 32 of ``A-Z``, ``0-9`` and ``-``."""
    if not _DRAW.fullmatch(draw):
        raise BallotRefusal("PARAMETERS_MALFORMED", "draw is 1 to 32 of A-Z, 0-9 and -")


def check_attempt(attempt: int) -> None:
    """Refuse a number of an attempt that is not 1 to 99."""
    if attempt not in _ATTEMPTS:
        raise BallotRefusal("PARAMETERS_MALFORMED", "attempt is 1 to 99")


def parse_attempt(text: str) -> int:
    """Read the number of an attempt, 1 to 99, without leading zeros."""
    attempt = _parse_count(text)
    check_attempt(attempt)
    return attempt


def _check_order(order: str, physical: PhysicalDraw) -> None:
    if order not in ORDERS:
        raise BallotRefusal("PARAMETERS_MALFORMED", f"order is one of {', '.join(ORDERS)}")
    if order == "last2:balls" and physical != PhysicalDraw(100, 100):
        raise BallotRefusal("ORDER_NEEDS_ALL_BALLS", "last2:balls needs balls:100:100")


def _check_steps(steps: Sequence[Step]) -> None:
    if not 1 <= len(steps) <= _MOST_STEPS:
        raise BallotRefusal(
            "PARAMETERS_MALFORMED", "there are 1 to 99 steps", file=FILE, line=_line_of_step(0)
        )
    names = [step.name for step in steps]
    for position, step in enumerate(steps):
        if step.name in names[:position]:
            raise BallotRefusal(
                "STEP_NAME_REPEATED",
                f"the name {step.name} is taken",
                file=FILE,
                line=_line_of_step(position),
            )
        # A spill to an earlier step, or in a circle, would ask a finished step to begin again;
        # forward only, each step runs once and its places are settled when its turn comes.
        if step.spill_to is not None and step.spill_to not in names[position + 1 :]:
            raise BallotRefusal(
                "SPILL_NOT_TO_LATER_STEP",
                f"{step.name} must spill to a later step",
                file=FILE,
                line=_line_of_step(position),
            )


def _line_of(key: str) -> int:
    return _KEYS.index(key) + 2


def _line_of_step(position: int) -> int:
    return len(_KEYS) + 2 + position


def parse_parameters(text: str) -> BallotParameters:
    """
    Read params.txt.

    :raises BallotRefusal: for anything that is not the one canonical spelling, or breaks a
        rule of the terms; names the line.
    """
    lines = split_lines(text, FILE)
    fields = parse_fields(lines, _KEYS, file=FILE, code="PARAMETERS_MALFORMED")
    with located(FILE, _line_of("attempt")):
        attempt = parse_attempt(fields["attempt"])
    with located(FILE, _line_of("physical")):
        physical = parse_physical(fields["physical"])
    with located(FILE, _line_of("beacon")):
        announced = parse_announced_beacon(fields["beacon"])
    steps = []
    for position, line in enumerate(lines[len(_KEYS) + 1 :]):
        with located(FILE, _line_of_step(position)):
            steps.append(_parse_step(line))
    return BallotParameters(
        fields["draw"],
        attempt,
        fields["order"],
        physical,
        announced,
        fields["fallback"],
        tuple(steps),
    )


def _parse_count(text: str) -> int:
    if not COUNT.fullmatch(text):
        raise BallotRefusal(
            "PARAMETERS_MALFORMED", "a number is decimal, without leading zeros, below 1000000000"
        )
    return int(text)


def parse_physical(text: str) -> PhysicalDraw:
    """Read ``balls:<n>:<k>``."""
    parts = text.split(":")
    if len(parts) != 3 or parts[0] != "balls":
        raise BallotRefusal("PARAMETERS_MALFORMED", "physical is balls:<n>:<k>")
    return PhysicalDraw(_parse_count(parts[1]), _parse_count(parts[2]))


def parse_announced_beacon(text: str) -> Beacon | None:
    """Read ``none`` or ``drand:<chain hash>:<round>[,<round>…]``."""
    if text == chain.NO_BEACON:
        return None
    parts = text.split(":")
    if len(parts) != 3 or parts[0] != "drand":
        raise BallotRefusal(
            "BEACON_MALFORMED", "beacon is none or drand:<chain hash>:<round>[,<round>...]"
        )
    return Beacon(parts[1], tuple(chain.parse_round(part) for part in parts[2].split(",")))


def _parse_step(line: str) -> Step:
    parts = line.removeprefix("step=").split(":")
    if not line.startswith("step=") or len(parts) != 6:
        raise BallotRefusal(
            "PARAMETERS_MALFORMED",
            "a step is step=<name>:<categories>:<tracks>:<quota>:<letters>:<spill-to or ->",
        )
    name, categories, tracks, quota, letters, spill_to = parts
    return Step(
        name,
        categories,
        tracks,
        _parse_count(quota),
        _parse_count(letters),
        None if spill_to == _NO_SPILL else spill_to,
    )


def render_parameters(parameters: BallotParameters) -> str:
    """Write params.txt; `parse_parameters` reads exactly this back."""
    physical = parameters.physical
    values = (
        parameters.draw,
        str(parameters.attempt),
        parameters.order,
        f"balls:{physical.ball_count}:{physical.drawn_count}",
        _render_announced_beacon(parameters.beacon),
        parameters.fallback,
    )
    lines = [
        HEADER,
        *(f"{key}={value}" for key, value in zip(_KEYS, values, strict=True)),
        *(_render_step(step) for step in parameters.steps),
        "",
    ]
    return "\n".join(lines)


def _render_announced_beacon(announced: Beacon | None) -> str:
    if announced is None:
        return chain.NO_BEACON
    return f"drand:{announced.chain_hash}:{','.join(map(str, announced.rounds))}"


def _render_step(step: Step) -> str:
    spill_to = step.spill_to or _NO_SPILL
    return (
        f"step={step.name}:{step.categories}:{step.tracks}:{step.quota}:{step.letters}:{spill_to}"
    )
