"""Progress on standard error: a bar for people, a line at each tenth for files."""

from types import TracebackType
from typing import Protocol, Self, TextIO

from tqdm import tqdm


class Progress(Protocol):
    """What a long command tells how far it is; used in a ``with`` block."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def update(self, count: int = 1) -> object:
        """Say that this many more are done."""


class TenthLines:
    """One line for each tenth that is done."""

    def __init__(self, *, total: int, label: str, stream: TextIO) -> None:
        self._total = total
        self._label = label
        self._stream = stream
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None

    def update(self, count: int = 1) -> None:
        """Say that this many more are done."""
        tenths_before = self._tenths
        self._done += count
        if self._tenths > tenths_before:
            self._stream.write(f"{self._label}: {self._tenths * 10} %\n")
            self._stream.flush()

    @property
    def _tenths(self) -> int:
        return min(self._done * 10 // self._total, 10) if self._total else 10


def open_progress(*, total: int, label: str, stream: TextIO, unit: str = "") -> Progress:
    """
    Begin to show progress.

    :param unit: ``B`` counts bytes, in thousands and millions.
    """
    if not stream.isatty():
        return TenthLines(total=total, label=label, stream=stream)
    return tqdm(
        total=total, desc=label, file=stream, unit=unit or " applications", unit_scale=bool(unit)
    )
