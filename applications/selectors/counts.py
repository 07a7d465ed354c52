"""Submission counts: cumulative, as at a moment, cut by channel, track and category."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from applications.models import Application, Exercise
from applications.policy.household import Category, Channel, Track
from applications.policy.timetable import HONG_KONG

Cell = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class SubmissionCounts:
    """
    How many applications had been received by ``as_at``, whatever became of them since.

    ``cells`` counts by (channel, track, category). Counts are provisional until the exercise is
    closed by an officer, because paper forms are keyed after they arrive.
    """

    exercise: str
    as_at: datetime
    provisional: bool
    cells: Counter[Cell]

    @property
    def total(self) -> int:
        return self.cells.total()

    @property
    def by_channel(self) -> dict[str, int]:
        return self._sum_by(0, [channel.value for channel in Channel])

    @property
    def by_track(self) -> dict[str, int]:
        return self._sum_by(1, [track.value for track in Track])

    @property
    def by_category(self) -> dict[str, int]:
        return self._sum_by(2, [category.value for category in Category])

    def _sum_by(self, position: int, values: list[str]) -> dict[str, int]:
        sums = dict.fromkeys(values, 0)
        for cell, count in self.cells.items():
            sums[cell[position]] += count
        return sums

    def as_json(self) -> dict[str, Any]:
        """Return what the ``counts`` command and the public API answer."""
        return {
            "exercise": self.exercise,
            "as_at": self.as_at.astimezone(HONG_KONG).isoformat(timespec="seconds"),
            "provisional": self.provisional,
            "total": self.total,
            "by_channel": self.by_channel,
            "by_track": self.by_track,
            "by_category": self.by_category,
            "cross": [
                {
                    "channel": channel.value,
                    "track": track.value,
                    "category": category.value,
                    "count": self.cells[channel.value, track.value, category.value],
                }
                for channel in Channel
                for track in Track
                for category in Category
            ],
        }


def get_counts(*, exercise: Exercise, as_at: datetime) -> SubmissionCounts:
    """Count what was received at or before ``as_at``; reads one covering index."""
    rows = (
        Application.objects.filter(exercise=exercise, received_at__lte=as_at)
        .order_by()
        .values_list("channel", "track", "category")
        .annotate(count=Count("*"))
    )
    return SubmissionCounts(
        exercise=exercise.code,
        as_at=as_at,
        provisional=exercise.closed_at is None or as_at < exercise.closed_at,
        cells=Counter({(channel, track, category): n for channel, track, category, n in rows}),
    )
