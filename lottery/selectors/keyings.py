"""What the officers keyed of the balls, and whether it agrees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, zip_longest
from typing import NamedTuple

from django.db.models import Min

from applications.models import Officer
from applications.policy.timetable import HONG_KONG
from lottery.models import BallKeying, Publication


class BallDifference(NamedTuple):
    """
    A position from 1 at which the officers saw different balls.

    :ivar balls: of each officer in turn, ``""`` where one keyed no more.
    """

    position: int
    balls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyingState:
    """
    Each officer's last keying, in the order in which the officers first keyed.

    Once somebody has keyed a second draw, the fallback of a beacon, only keyings with two draws are
    compared: whoever has not come so far yet does not disagree.

    :ivar agreeing: the first two that are equal, or ``None``.
    """

    latest: tuple[BallKeying, ...]
    agreeing: tuple[BallKeying, BallKeying] | None

    @property
    def compared(self) -> tuple[BallKeying, ...]:
        """The keyings with the most draws, which can be held against each other."""
        return _list_compared(self.latest)

    @property
    def is_disputed(self) -> bool:
        """Tell whether two officers have keyed and no two of them saw the same."""
        return len(self.compared) > 1 and self.agreeing is None

    @property
    def needs_third_look(self) -> bool:
        """Tell whether two disagree and nobody else has looked yet."""
        return self.is_disputed and len(self.compared) == 2

    @property
    def has_second_draw(self) -> bool:
        """Tell whether somebody has keyed the fallback."""
        return any(has_second_draw(row.balls) for row in self.latest)

    @property
    def agreed_balls(self) -> list[str]:
        """The balls that two officers keyed alike; empty before that."""
        return split_balls(self.agreeing[0].balls) if self.agreeing else []

    @property
    def agreed_first_draw(self) -> str:
        """The first draw as two officers keyed it alike, joined by ``-``; empty before that."""
        firsts = [row.balls.split("/")[0] for row in self.latest]
        return next((balls for balls in firsts if firsts.count(balls) > 1), "")

    @property
    def differences(self) -> list[BallDifference]:
        """Where those who keyed do not all have the same ball; not for whoever has yet to key."""
        keyed = [split_balls(row.balls) for row in self.compared]
        positions = enumerate(zip_longest(*keyed, fillvalue=""), 1)
        return [BallDifference(at, balls) for at, balls in positions if len(set(balls)) > 1]

    def may_see_differences(self, officer: Officer) -> bool:
        """Tell whether this officer has no look of their own left to spoil."""
        has_keyed = any(row.officer_id == officer.pk for row in self.compared)
        return has_keyed or len(self.compared) > 2

    def must_wait(self, officer: Officer) -> bool:
        """Tell whether this officer is one of two who disagree, so that a third looks first."""
        return self.needs_third_look and any(row.officer_id == officer.pk for row in self.compared)

    def find_own(self, officer: Officer) -> BallKeying | None:
        """Find an officer's own last keying."""
        return next((row for row in self.latest if row.officer_id == officer.pk), None)


def split_balls(balls: str) -> list[str]:
    """Split a keyed sequence into balls; those of a second draw follow the first's."""
    return balls.replace("/", "-").split("-")


def has_second_draw(balls: str) -> bool:
    """Tell whether a keyed sequence holds the fallback beside the first draw."""
    return "/" in balls


def tell_drawn_at(first: BallKeying, second: BallKeying) -> datetime:
    """
    Tell the moment of the last ball of the first draw: when one of two who agree first keyed it.

    What either keyed in between does not count: otherwise keying something else and then the same
    again would move the moment, and with it the beacon round that decides.
    """
    keyings = BallKeying.objects.filter(
        publication=first.publication_id,
        officer__in=(first.officer_id, second.officer_id),
        balls__startswith=first.balls.split("/")[0],
    )
    earliest: datetime = keyings.aggregate(earliest=Min("keyed_at"))["earliest"]
    return earliest.astimezone(HONG_KONG).replace(microsecond=0)


def get_keying_state(publication: Publication) -> KeyingState:
    """Read what stands of the balls so far."""
    latest: dict[int, BallKeying] = {}
    for row in publication.ball_keyings.select_related("officer").order_by("id"):
        latest[row.officer_id] = row
    rows = tuple(latest.values())
    return KeyingState(rows, _find_agreeing(_list_compared(rows)))


def _list_compared(latest: Sequence[BallKeying]) -> tuple[BallKeying, ...]:
    with_second = tuple(row for row in latest if has_second_draw(row.balls))
    return with_second or tuple(latest)


def _find_agreeing(keyings: Sequence[BallKeying]) -> tuple[BallKeying, BallKeying] | None:
    pairs = combinations(keyings, 2)
    return next((pair for pair in pairs if pair[0].balls == pair[1].balls), None)
