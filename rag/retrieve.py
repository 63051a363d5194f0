"""Question → ranked passages: meaning and words together.

A passage is scored by its own vector, by its best statement's vector, and by the words it shares with the
question: the passage says what it is about, the statement says the thing itself, and the words catch names
and figures that meaning blurs. The weights were measured (docs/quality.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.encode import Vectors
from rag.index.reader import Index
from rag.schema import Hit
from rag.terms import content_words

CANDIDATES = 100  # from each of the two searches


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts. Cosines as they are; word scores as a share of the best possible one."""

    passage: float = 0.4
    statement: float = 0.6
    words: float = 0.4
    part: float = 0.2


WEIGHTS = Weights()


def retrieve(
    index: Index,
    question: str,
    vector: Vectors,
    *,
    limit: int = 10,
    only: Sequence[str] = (),
    headings: re.Pattern[str] | None = None,
    weights: Weights = WEIGHTS,
) -> tuple[Hit, ...]:
    """The best passages for a question, best first.

    `vector` is the question's, of shape (dim,) and length 1. `only` restricts to documents by source id.
    `headings` are those of the part of a publication that was asked for ("weak points": Limitations).
    """
    terms = content_words(question)
    by_meaning = index.by_meaning(vector, CANDIDATES, only)
    by_words = index.by_words(terms, CANDIDATES, only)
    meaning = by_meaning | index.cosines(vector, sorted(by_words.keys() - by_meaning.keys()))
    shared = by_words | index.word_scores(terms, sorted(by_meaning.keys() - by_words.keys()))
    # A share of what a passage with all the question's words would score: a lone common word weighs little,
    # where a share of the best passage's score would make it weigh as much as a full match.
    possible = index.best_word_score(terms)
    found = []
    for passage_id, cosine in meaning.items():
        document, passage = index.passage(passage_id)
        statements = index.statement_vectors(passage) @ vector
        words = min(1.0, shared.get(passage_id, 0.0) / possible) if possible else 0.0
        part = headings is not None and passage.section and headings.search(passage.section[-1])
        score = (
            weights.passage * cosine
            + weights.statement * float(np.max(statements))
            + weights.words * words
            + (weights.part if part else 0.0)
        )
        found.append((round(score, 4), passage_id, document, passage, cosine, words, statements))
    # Ties go by id, so that the same index gives the same order.
    found.sort(key=lambda row: (-row[0], row[1]))
    return tuple(
        Hit(
            rank=rank,
            passage=passage,
            document=document,
            score=score,
            meaning=round(cosine, 4),
            words=round(words, 4),
            statement_scores=tuple(round(float(value), 4) for value in statements),
        )
        for rank, (score, _, document, passage, cosine, words, statements) in enumerate(found[:limit], start=1)
    )
