"""
Child processes: for memory that is nobody else's, and for work at the same moment.

Children come from a fork server, which is small: the peak memory that the system reports of a
process began by an ordinary parent is never below the parent's own.
"""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from typing import Any

import django

from applications.policy.errors import Refusal
from benchmarks.measuring import Sample, Stopwatch

BYTES_OF_A_UNIT = 1 if sys.platform == "darwin" else 1024
AT_ONCE = 8
START_SECONDS = 60


def run_in_child(work: Callable[..., Sample], *arguments: Any) -> Sample:
    """Run work in a process of its own; the sample gains that process's peak memory."""
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, context, django.setup) as pool:
        return pool.submit(_run_and_weigh, work, arguments).result()


@contextmanager
def processes_at_once() -> Iterator[ProcessPoolExecutor]:
    """Provide as many processes as there are to be requests at the same moment."""
    context = multiprocessing.get_context("forkserver")
    everybody_ready = context.Barrier(AT_ONCE)
    with ProcessPoolExecutor(AT_ONCE, context, _connect_and_wait, (everybody_ready,)) as pool:
        yield pool


def run_at_once(
    pool: ProcessPoolExecutor, work: Callable[[Any], object], items: Sequence[Any]
) -> Sample:
    """Do the work once for each item, in all processes at once; CPU seconds are their sum."""
    watch = Stopwatch()
    began = time.perf_counter()
    timings = list(pool.map(_run_and_time, [work] * len(items), items))
    watch.wall_seconds = time.perf_counter() - began
    watch.cpu_seconds = sum(cpu for _, cpu in timings)
    return replace(watch.sample, latencies=tuple(wall for wall, _ in timings))


def _connect_and_wait(everybody_ready: Barrier) -> None:
    """Get ready, and wait for the others, so that nobody's start falls into a measurement."""
    django.setup()
    from applications.selectors.clock import read_clock

    read_clock()
    everybody_ready.wait(START_SECONDS)


def _run_and_weigh(work: Callable[..., Sample], arguments: tuple[Any, ...]) -> Sample:
    try:
        sample = work(*arguments)
    except Refusal as refusal:  # which does not travel between processes
        raise RuntimeError(f"{refusal.code} {refusal.details}") from None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_OF_A_UNIT
    return replace(sample, peak_bytes=peak)


def _run_and_time(work: Callable[[Any], object], item: Any) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work(item)
    return time.perf_counter() - wall, time.process_time() - cpu
