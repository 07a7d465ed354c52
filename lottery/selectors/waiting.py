"""How long the public still has between the commitment and the first ball."""

from datetime import datetime, timedelta
from typing import NamedTuple

from lottery.models import Publication

SECOND = timedelta(seconds=1)


class WaitingTime(NamedTuple):
    """
    What is left of the waiting period.

    :ivar until: no ball is keyed before this.
    :ivar left: whole seconds, rounded up, so that it is not over while it shows nothing left.
    """

    until: datetime
    left: timedelta

    @property
    def clock(self) -> str:
        """What is left as hours, minutes and seconds, such as ``23:59:07``."""
        minutes, seconds = divmod(self.left // SECOND, 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


def find_waiting_time(publication: Publication | None, now: datetime) -> WaitingTime | None:
    """Find what is left of the waiting period; ``None`` when it is over or has not begun."""
    if publication is None or now >= publication.ceremony_from:
        return None
    left = publication.ceremony_from - now
    return WaitingTime(publication.ceremony_from, -(-left // SECOND) * SECOND)
