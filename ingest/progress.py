"""How far a run is, in words: what is done, at which rate, and about how long it will still take.

In: steps. Out: notes, each a line of text that also knows the numbers in it, for a bar on a page.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[str], None]


class Note(str):
    """A line about a run.

    Attributes:
        done, total: documents; `total` is 0 when the line is about something else.
        left: seconds that the rest will take, or None when that is not known yet.
    """

    done: int = 0
    total: int = 0
    left: float | None = None


def note(text: str, done: int, total: int, left: float | None) -> Note:
    """A line with its numbers."""
    made = Note(text)
    made.done, made.total, made.left = done, total, left
    return made


class Meter:
    """Counts what is done of a known number of documents."""

    def __init__(self, total: int, tell: Progress, clock: Callable[[], float] = time.monotonic) -> None:
        """`tell` gets the notes; `clock` gives seconds."""
        self._total = total
        self._tell = tell
        self._clock = clock
        self._began = clock()
        self._documents = 0
        self._passages = 0

    def reading(self, name: str) -> None:
        """A document is next."""
        self._say(f"{self._documents + 1}/{self._total}  {name}: reading")

    def embedding(self, name: str, passages: int) -> None:
        """It was read and has so many passages."""
        self._say(f"{self._documents + 1}/{self._total}  {name}: embedding {passages} passages{self._rate()}")

    def done(self, passages: int) -> None:
        """It is embedded; 0 passages for one that failed."""
        self._documents += 1
        self._passages += passages

    def _say(self, text: str) -> None:
        self._tell(note(text, self._documents, self._total, self._left()))

    def _left(self) -> float | None:
        spent = self._clock() - self._began
        return spent / self._documents * (self._total - self._documents) if self._documents else None

    def _rate(self) -> str:
        left, spent = self._left(), self._clock() - self._began
        if left is None or spent <= 0:
            return ""
        return f" ({self._passages / spent:.1f} passages/s, about {_words(left)} left)"


def _words(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 90
        else f"{seconds / 60:.0f} min"
        if seconds < 5400
        else f"{seconds / 3600:.1f} h"
    )
