"""What a reader says of what was found: passages in a new order, and for each statement how well it answers.

In: hits, and the reader's scores for the first of them. Out: `Evidence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.interaction import Word
from rag.reader import Reading
from rag.schema import Hit

SHARE = 0.4  # of a passage's best statement beside the passage's own score, when passages are ordered


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found, weighed.

    Attributes:
        hits: in their new order, those that were read before those that were not.
        scores: for each hit that was read, how well each statement answers, comparable within one question.
        confidence: probability that the question is answered, from 0 to 1; None where the reader cannot tell.
        words: the question's, with how they were met in what was read.
    """

    hits: tuple[Hit, ...]
    scores: tuple[tuple[float, ...], ...]
    confidence: float | None = None
    words: tuple[Word, ...] = ()

    def of(self, hit: Hit, place: int) -> float:
        """The score of a statement; 0 for a passage that was not read."""
        at = next((n for n, own in enumerate(self.hits[: len(self.scores)]) if own.passage.id == hit.passage.id), None)
        return 0.0 if at is None else self.scores[at][place]


def weigh(hits: Sequence[Hit], reading: Reading, confidence: float | None = None) -> Evidence:
    """Weigh the hits, the first of which were read."""
    scores = reading.scores
    read = hits[: len(scores)]
    order = sorted(range(len(read)), key=lambda i: (-read[i].score - SHARE * max(scores[i]), read[i].rank))
    ranked = [*(read[i] for i in order), *hits[len(read) :]]
    return Evidence(
        tuple(replace(hit, rank=rank) for rank, hit in enumerate(ranked, start=1)),
        tuple(scores[i] for i in order),
        confidence,
        reading.words,
    )
