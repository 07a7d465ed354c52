"""Who comes when: the households of one rush, as a file that the load process reads."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

BURST_LEAD_SECONDS = 20.0
LATE_SECONDS = 5.0


class Journey(StrEnum):
    """
    What a household does.

    ``FINISHED`` comes with a draft that lacks only the fee, ``FORM`` begins with nothing, ``TWICE``
    presses every button twice and reloads, ``LOST`` hears no answer and tries again, ``STATUS``
    looks its new number up, ``BURST`` comes with many others at once, ``LATE`` comes after closing.
    """

    FINISHED = "FINISHED"
    FORM = "FORM"
    TWICE = "TWICE"
    LOST = "LOST"
    STATUS = "STATUS"
    BURST = "BURST"
    LATE = "LATE"


# Of twenty households: most have finished before and only pay in the last minutes.
SUSTAINED = (
    Journey.FINISHED, Journey.TWICE, Journey.FORM, Journey.LOST, Journey.STATUS,
    *(Journey.FINISHED,) * 6, Journey.TWICE, *(Journey.FINISHED,) * 3, Journey.LOST, Journey.STATUS,
    *(Journey.FINISHED,) * 3,
)  # fmt: skip


@dataclass(slots=True)
class PlannedHousehold:
    """
    One household.

    :ivar after_seconds: when it comes, from the beginning of the run.
    :ivar address: from which it seems to come.
    :ivar document: what it would answer.
    :ivar draft: the finished draft that it comes with; ``session`` is its browser's.
    """

    position: int
    journey: str
    after_seconds: float
    address: str
    document: dict[str, Any]
    draft: str | None = None
    session: str | None = None


@dataclass(slots=True)
class Plan:
    """
    One run.

    :ivar begins_at: seconds of the machine's clock; ``closes_at`` likewise, though it is the
        database's clock that closes.
    """

    url: str
    exercise: str
    begins_at: float
    closes_at: float
    households: list[PlannedHousehold]


def plan_arrivals(
    *, rate: float, seconds: float, burst: int, late: int
) -> Iterator[tuple[Journey, float]]:
    """Give every household's journey and when it comes; closing is after ``seconds``."""
    for position in range(int(rate * seconds)):
        yield SUSTAINED[position % len(SUSTAINED)], position / rate
    for _ in range(burst):
        yield Journey.BURST, max(0.0, seconds - BURST_LEAD_SECONDS)
    for position in range(late):
        yield Journey.LATE, seconds + 1 + LATE_SECONDS * position / late


def make_address(position: int) -> str:
    """Make an address of a private network, another one for each household."""
    return f"10.{position >> 16 & 255}.{position >> 8 & 255}.{position & 255}"


def write_plan(path: Path, plan: Plan) -> None:
    path.write_text(json.dumps(asdict(plan), ensure_ascii=False), encoding="utf-8")


def read_plan(path: Path) -> Plan:
    values = json.loads(path.read_text(encoding="utf-8"))
    households = [PlannedHousehold(**household) for household in values.pop("households")]
    return Plan(households=households, **values)
