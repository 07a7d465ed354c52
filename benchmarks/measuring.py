"""Measure work beside floors: interleaved, medians, wall and CPU seconds."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """
    One execution.

    :ivar cpu_seconds: of the Python processes that did it; the database server's own are not in it.
    :ivar peak_bytes: largest resident memory of the process, where it was measured.
    :ivar latencies: seconds of each single call, where there were many at once.
    """

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int | None = None
    latencies: tuple[float, ...] = ()


Run = Callable[[int], Sample]


@dataclass(frozen=True, slots=True)
class Floor:
    """
    Less work to the same end, by which one sees what everything else costs.

    :ivar run: executes one round, given its number from 0.
    :ivar target: what the ratio to this floor is to be.
    """

    name: str
    run: Run
    target: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """
    Something to be measured, and what it is measured by.

    :ivar count: how many things one round does.
    :ivar run: executes one round, given its number from 0.
    """

    name: str
    count: int
    run: Run
    floors: Sequence[Floor]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Samples of some work and of one floor, from the same rounds."""

    subject: str
    work: str
    count: int
    samples: tuple[Sample, ...]
    floor: str
    floor_samples: tuple[Sample, ...]
    target: str

    @property
    def ratio(self) -> float:
        """Median wall seconds of the work over those of the floor."""
        return median_wall(self.samples) / median_wall(self.floor_samples)

    @property
    def cpu_ratio(self) -> float:
        """The same of CPU seconds; 0 where the floor took none that could be measured."""
        floor = median_cpu(self.floor_samples)
        return median_cpu(self.samples) / floor if floor else 0.0


class Stopwatch:
    """Wall and CPU time of a ``with`` block of :func:`stopwatch`, once it has ended."""

    def __init__(self) -> None:
        self.wall_seconds = 0.0
        self.cpu_seconds = 0.0

    @property
    def sample(self) -> Sample:
        return Sample(self.wall_seconds, self.cpu_seconds)


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Time a block, with the garbage of whatever came before collected first."""
    watch = Stopwatch()
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    yield watch
    watch.wall_seconds = time.perf_counter() - wall
    watch.cpu_seconds = time.process_time() - cpu


def compare(
    *, subject: str, work: str, count: int, run: Run, floors: Sequence[Floor], rounds: int
) -> list[Comparison]:
    """
    Run work and floors in turn, A B A B, so that a machine that drifts drifts for all of them.

    :param count: how many things one round does.
    """
    return compare_chain(subject=subject, works=[Work(work, count, run, floors)], rounds=rounds)


def compare_chain(*, subject: str, works: Sequence[Work], rounds: int) -> list[Comparison]:
    """Likewise with works of which each needs the one before: every round does all of them."""
    samples: list[list[Sample]] = [[] for _ in works]
    floor_samples: list[list[list[Sample]]] = [[[] for _ in work.floors] for work in works]
    for number in range(rounds):
        for work, own, floors in zip(works, samples, floor_samples, strict=True):
            own.append(work.run(number))
            for floor, collected in zip(work.floors, floors, strict=True):
                collected.append(floor.run(number))
    return [
        Comparison(
            subject, work.name, work.count, tuple(own), floor.name, tuple(collected), floor.target
        )
        for work, own, floors in zip(works, samples, floor_samples, strict=True)
        for floor, collected in zip(work.floors, floors, strict=True)
    ]


def median_wall(samples: Sequence[Sample]) -> float:
    return median(sample.wall_seconds for sample in samples)


def median_cpu(samples: Sequence[Sample]) -> float:
    return median(sample.cpu_seconds for sample in samples)


def peak_bytes(samples: Sequence[Sample]) -> int | None:
    """Return the largest peak of all rounds."""
    peaks = [sample.peak_bytes for sample in samples if sample.peak_bytes is not None]
    return max(peaks, default=None)


def percentile(samples: Sequence[Sample], percent: int) -> float | None:
    """Return a percentile of the latencies of all rounds, in seconds."""
    latencies = sorted(latency for sample in samples for latency in sample.latencies)
    return latencies[len(latencies) * percent // 100] if latencies else None
