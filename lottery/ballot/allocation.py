"""
Allocation: who holds a place, from ranking, steps and dispositions alone.

No new randomness, ever: reserves, top-ups and over-issuance walk further down the same
order, so taking one application out never takes a place from another.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, get_args

from lottery.ballot.canonical import split_lines
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import Step
from lottery.ballot.ranking import RankingLine

DispositionCode = Literal["VETTING_FAILED", "WITHDRAWN", "LAPSED", "CANCELLED"]
DISPOSITION_CODES: tuple[str, ...] = get_args(DispositionCode)
_DISPOSITION = re.compile(rf"([0-9]{{8}})\|({'|'.join(DISPOSITION_CODES)})")
_LINE = re.compile(r"([A-Z0-9_]{1,16})\|([1-9][0-9]{0,8})\|([0-9]{8})")

_SortKey = tuple[int, str, str]
_Queues = dict[str, deque[tuple[_SortKey, str]]]


class AllocationLine(NamedTuple):
    """One place: the step that gave it, its sequence in that step from 1, and who holds it."""

    step: str
    sequence: int
    number: str


class Disposition(NamedTuple):
    """Why an application holds no place any more; code is one of `DISPOSITION_CODES`."""

    number: str
    code: str


def allocate(
    ranking: Iterable[RankingLine],
    steps: Sequence[Step],
    dispositions: Iterable[Disposition] = (),
) -> Iterator[AllocationLine]:
    """
    Give out the places of the steps, in their order, best rank first.

    Between categories, which have ranks of their own, a step that admits both follows the
    sort key from which the ranks come: group, ticket, ballot number.

    :param ranking: in the order of ranking.txt.
    :raises BallotRefusal: ``DISPOSITION_NOT_RANKED``.
    """
    queues = _build_queues(ranking, steps, {entry.number for entry in dispositions})
    quotas = {step.name: step.quota for step in steps}
    for step in steps:
        spilled = quotas[step.name] - step.quota
        taken = 0
        for number in _take(queues, step, step.letters + spilled):
            taken += 1
            yield AllocationLine(step.name, taken, number)
        if step.spill_to is not None:
            quotas[step.spill_to] += max(0, quotas[step.name] - taken)


def _build_queues(ranking: Iterable[RankingLine], steps: Sequence[Step], gone: set[str]) -> _Queues:
    """Queue the applications that may hold a place, by category and track."""
    # Spilled places are places that another step did not fill, so all steps together never
    # give out more than the letters they began with, and nobody further down can matter.
    longest = sum(step.letters for step in steps)
    queues: _Queues = {category + track: deque() for category in "FP" for track in "GY"}
    for line in ranking:
        if line.number in gone:
            gone.discard(line.number)
            continue
        queue = queues[line.category + line.track]
        if len(queue) < longest:
            queue.append(((line.group, line.ticket, line.ballot), line.number))
    if gone:
        raise BallotRefusal("DISPOSITION_NOT_RANKED", f"{min(gone)} has a disposition but no rank")
    return queues


def _take(queues: _Queues, step: Step, letters: int) -> Iterator[str]:
    admitted = [queues[c + t] for c in step.categories for t in step.tracks]
    for _ in range(letters):
        waiting = [queue for queue in admitted if queue]
        if not waiting:
            return
        yield min(waiting, key=lambda queue: queue[0]).popleft()[1]


def render_allocation_line(line: AllocationLine) -> str:
    """Write one line, without LF."""
    return f"{line.step}|{line.sequence}|{line.number}"


def parse_allocation_line(text: str) -> AllocationLine:
    """
    Read one line, without LF.

    :raises BallotRefusal: ``ALLOCATION_MALFORMED``.
    """
    match = _LINE.fullmatch(text)
    if match is None:
        raise BallotRefusal("ALLOCATION_MALFORMED", "not a canonical allocation line")
    step, sequence, number = match.groups()
    return AllocationLine(step, int(sequence), number)


def parse_dispositions(text: str, file: str = "dispositions.txt") -> list[Disposition]:
    """
    Read a dispositions file.

    :raises BallotRefusal: ``DISPOSITIONS_MALFORMED`` for a malformed line, or numbers that
        do not ascend; ``TEXT_NOT_CANONICAL``.
    """
    dispositions: list[Disposition] = []
    for position, line in enumerate(split_lines(text, file), 1):
        match = _DISPOSITION.fullmatch(line)
        if match is None:
            raise BallotRefusal(
                "DISPOSITIONS_MALFORMED", "not a disposition", file=file, line=position
            )
        if dispositions and match[1] <= dispositions[-1].number:
            raise BallotRefusal(
                "DISPOSITIONS_MALFORMED", "numbers must ascend", file=file, line=position
            )
        dispositions.append(Disposition(match[1], match[2]))
    return dispositions


def render_dispositions(dispositions: Iterable[Disposition]) -> str:
    """Write a dispositions file, ascending by application number."""
    return "".join(f"{number}|{code}\n" for number, code in sorted(dispositions))
