"""What the officers keyed of the balls, and whether it agrees."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from applications.models import Officer
from lottery.ballot.ceremony import find_ball_disagreements
from lottery.models import BallKeying, Publication


@dataclass(frozen=True, slots=True)
class KeyingState:
    """
    Each officer's last keying, in the order in which the officers first keyed.

    :ivar agreeing: the first two that are equal, or ``None``.
    """

    latest: tuple[BallKeying, ...]
    agreeing: tuple[BallKeying, BallKeying] | None

    @property
    def is_disputed(self) -> bool:
        """Tell whether two officers have keyed and no two of them saw the same."""
        return len(self.latest) > 1 and self.agreeing is None

    @property
    def agreed_balls(self) -> list[str]:
        """The balls that two officers keyed alike; empty before that."""
        return self.agreeing[0].balls.split("-") if self.agreeing else []

    @property
    def disagreements(self) -> list[tuple[int, str, str]]:
        """
        Position from 1, the first officer's ball and the second's, where they differ.

        Empty until both have keyed, so that nobody learns what the other saw before keying.
        """
        if not self.is_disputed:
            return []
        first, second = self.latest[:2]
        return find_ball_disagreements(first.balls.split("-"), second.balls.split("-"))

    def find_own(self, officer: Officer) -> BallKeying | None:
        """Find an officer's own last keying."""
        return next((row for row in self.latest if row.officer_id == officer.pk), None)


def get_keying_state(publication: Publication) -> KeyingState:
    """Read what stands of the balls so far."""
    latest: dict[int, BallKeying] = {}
    for row in publication.ball_keyings.select_related("officer").order_by("id"):
        latest[row.officer_id] = row
    return KeyingState(tuple(latest.values()), _find_agreeing(tuple(latest.values())))


def _find_agreeing(latest: Sequence[BallKeying]) -> tuple[BallKeying, BallKeying] | None:
    pairs = combinations(latest, 2)
    return next((pair for pair in pairs if pair[0].balls == pair[1].balls), None)
