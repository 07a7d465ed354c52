"""Choices that look arbitrary and are the same again for the same seed, on every machine."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

BLOCK_BYTES = 4096
WORD_BYTES = 8
WORD_RANGE = 1 << (8 * WORD_BYTES)

T = TypeVar("T")


class Chooser:
    """
    A stream of choices from SHAKE-256 of a seed, a purpose and a block counter.

    Not for anything that must be secret or fair: it makes test data.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self._prefix = f"{seed}|{purpose}|"
        self._block = b""
        self._block_number = 0
        self._offset = 0

    def below(self, bound: int) -> int:
        """
        Choose a whole number from 0 up to ``bound``, excluded, each equally often.

        Words beyond the last full multiple of the bound are rejected.
        """
        limit = WORD_RANGE - WORD_RANGE % bound
        while (word := self._next_word()) >= limit:
            pass
        return word % bound

    def between(self, lowest: int, highest: int) -> int:
        """Choose a whole number, both ends included."""
        return lowest + self.below(highest - lowest + 1)

    def one_of(self, choices: Sequence[T]) -> T:
        """Choose one of several; what stands twice comes twice as often."""
        return choices[self.below(len(choices))]

    def happens(self, percent: int) -> bool:
        """Tell whether something that happens this many times in a hundred happens now."""
        return self.below(100) < percent

    def _next_word(self) -> int:
        if self._offset == len(self._block):
            material = f"{self._prefix}{self._block_number}".encode()
            self._block = hashlib.shake_256(material).digest(BLOCK_BYTES)
            self._block_number += 1
            self._offset = 0
        word = self._block[self._offset : self._offset + WORD_BYTES]
        self._offset += WORD_BYTES
        return int.from_bytes(word, "big")


class Quota:
    """
    Choose exactly ``chosen`` of ``total`` positions as they go by, each equally likely.

    Source: Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2 S.
    """

    def __init__(self, chooser: Chooser, *, chosen: int, total: int) -> None:
        if not 0 <= chosen <= total:
            raise ValueError(f"Cannot choose {chosen} of {total}.")
        self._chooser = chooser
        self._chosen_left = chosen
        self._total_left = total

    def take(self) -> bool:
        """Tell whether the next position is one of the chosen."""
        is_chosen = self._chooser.below(self._total_left) < self._chosen_left
        self._total_left -= 1
        self._chosen_left -= is_chosen
        return is_chosen
