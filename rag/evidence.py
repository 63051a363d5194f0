"""What a reader says of what was found: passages in a new order, and a probability for each statement.

In: hits, and the reader's logits for the first of them. Out: `Evidence`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.schema import Hit

PASSAGE = 1.5  # weight of a passage's own score beside the log-odds of its best statement, when passages are ordered


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found, weighed.

    Attributes:
        hits: in their new order, those that were read before those that were not.
        scores: for each hit that was read, the probability of each statement that it answers, from 0 to 1.
    """

    hits: tuple[Hit, ...]
    scores: tuple[tuple[float, ...], ...]

    @property
    def confidence(self) -> float:
        """Probability that the question is answered, from 0 to 1: that of the best statement."""
        return max((max(row) for row in self.scores), default=0.0)


def weigh(hits: Sequence[Hit], logits: Sequence[Sequence[float]]) -> Evidence:
    """Weigh the hits; `logits` are those of the first of them, as many as were read."""
    read = hits[: len(logits)]
    order = sorted(range(len(read)), key=lambda i: (-PASSAGE * read[i].score - max(logits[i]), read[i].rank))
    ranked = [*(read[i] for i in order), *hits[len(read) :]]
    return Evidence(
        tuple(replace(hit, rank=rank) for rank, hit in enumerate(ranked, start=1)),
        tuple(tuple(round(logistic(value), 4) for value in logits[i]) for i in order),
    )


def logistic(value: float) -> float:
    """The probability whose log-odds are `value`."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))
