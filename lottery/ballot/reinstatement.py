"""
reinstatements.txt: the place in addition of an application that was wrongly excluded.

Rule 2 of "Replays, mistakes and appeals". Its line and its ballot numbers were committed to
with all others, so its ticket follows from the same seed. Each reinstatement stands alone
against the ranking as it was published: nobody else's rank or place changes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lottery.ballot.allocation import allocate
from lottery.ballot.canonical import COUNT, split_lines
from lottery.ballot.ceremony import Ceremony, parse_draws
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import BallotParameters, Step
from lottery.ballot.ranking import RankingLine, compute_ticket, order_groups
from lottery.ballot.register import ACTIVE, RegisterLine

FILE = "reinstatements.txt"
NO_STEP = "-"
_LINE = re.compile(
    r"([0-9]{8})\|([FP])\|([GY])\|([0-9]{8})\|([0-9]{2})\|([0-9a-f]{64})"
    rf"\|({COUNT.pattern})\|([A-Z0-9_]{{1,16}}|-)"
)


class ReinstatementLine(NamedTuple):
    """
    One application's place in addition.

    :ivar ballot: the ballot number that counts, the best of those it has.
    :ivar group: group position of that number, 0 to 99.
    :ivar ticket: of that number, 64 hexadecimal digits.
    :ivar rank_after: how many ranked applications of its category come before it.
    :ivar step: the step that would have given it a place, had it been in the draw.
    """

    number: str
    category: str
    track: str
    ballot: str
    group: int
    ticket: str
    rank_after: int
    step: str | None


def reinstate(
    line: RegisterLine,
    ranking: Iterable[RankingLine],
    parameters: BallotParameters,
    ceremony: Ceremony,
) -> ReinstatementLine:
    """
    Compute the place in addition of one excluded application.

    :param ranking: in the order of ranking.txt; read once, in bounded memory.
    :raises BallotRefusal: ``REINSTATEMENT_OF_ACTIVE`` for an application in the draw.
    """
    if line.status == ACTIVE:
        raise BallotRefusal("REINSTATEMENT_OF_ACTIVE", f"{line.number} is in the draw")
    group, ticket, ballot = _find_key(line, parameters, ceremony)
    newcomer = RankingLine(line.category, 1, line.number, line.track, ballot, group, ticket)
    merged = _Merged(ranking, newcomer)
    step = _find_step(line.number, merged, parameters.steps)
    return ReinstatementLine(
        line.number, line.category, line.track, ballot, group, ticket, merged.rank_after, step
    )


def _find_key(
    line: RegisterLine, parameters: BallotParameters, ceremony: Ceremony
) -> tuple[int, str, str]:
    drawn = parse_draws(ceremony.balls, parameters.physical)[0]
    positions = order_groups(parameters.order, ceremony.seed, drawn)
    return min(
        (positions[ballot[-2:]], compute_ticket(ceremony.seed, ballot), ballot)
        for ballot in line.ballots
    )


class _Merged:
    """A ranking with one application more, read once; counts those of its category before it."""

    def __init__(self, ranking: Iterable[RankingLine], newcomer: RankingLine) -> None:
        self.rank_after = 0
        self._ranking = ranking
        self._newcomer = newcomer

    def __iter__(self) -> Iterator[RankingLine]:
        newcomer, key, waits = self._newcomer, _read_key(self._newcomer), True
        for line in self._ranking:
            if waits and line.category == newcomer.category:
                if _read_key(line) < key:
                    self.rank_after += 1
                else:
                    waits = False
                    yield newcomer
            yield line
        # Allocation keeps the categories apart, so after the last of another one is no harm.
        if waits:
            yield newcomer


def _read_key(line: RankingLine) -> tuple[int, str, str]:
    return line.group, line.ticket, line.ballot


def _find_step(number: str, merged: Iterable[RankingLine], steps: Sequence[Step]) -> str | None:
    places = allocate(merged, steps)
    return next((place.step for place in places if place.number == number), None)


def render_reinstatement_line(line: ReinstatementLine) -> str:
    """Write one line, without LF."""
    number, category, track, ballot, group, ticket, rank_after, step = line
    return (
        f"{number}|{category}|{track}|{ballot}|{group:02d}|{ticket}|{rank_after}|{step or NO_STEP}"
    )


def render_reinstatements(lines: Iterable[ReinstatementLine]) -> str:
    """Write reinstatements.txt, ascending by application number."""
    ascending = sorted(lines, key=lambda line: line.number)
    return "".join(f"{render_reinstatement_line(line)}\n" for line in ascending)


def parse_reinstatements(text: str) -> list[ReinstatementLine]:
    """
    Read reinstatements.txt.

    :raises BallotRefusal: ``REINSTATEMENTS_MALFORMED`` for a malformed line, or numbers that
        do not ascend; ``TEXT_NOT_CANONICAL``.
    """
    lines: list[ReinstatementLine] = []
    for position, line in enumerate(split_lines(text, FILE), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise _refuse("not a canonical reinstatement line", position)
        number, category, track, ballot, group, ticket, rank_after, step = match.groups()
        if lines and number <= lines[-1].number:
            raise _refuse("numbers must ascend", position)
        place = None if step == NO_STEP else step
        lines.append(
            ReinstatementLine(
                number, category, track, ballot, int(group), ticket, int(rank_after), place
            )
        )
    return lines


def _refuse(message: str, position: int) -> BallotRefusal:
    return BallotRefusal("REINSTATEMENTS_MALFORMED", message, file=FILE, line=position)
