"""The reader: question and statement read together → how well the statement answers the question.

In: a question and hits. Out: a score for each statement of the best of them, above 0 where it rather answers than not.
The shipped one compares tokens (`rag.interaction`; docs/reader.md is its model card). A published cross-encoder is used
by naming it in `CITEWELL_READER`; it runs through sentence-transformers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rag import weights
from rag.errors import EncoderError
from rag.index.texts import passage_prefix, statement_text
from rag.interaction import FILE, Interaction, Passage, Word
from rag.memory import Memory
from rag.schema import Document, Hit
from rag.schema import Passage as Found
from rag.settings import DEFAULT_READER, NO_READER, Settings

READ = 12  # passages that are read
READINGS = "readings.sqlite"
BEST = 5  # scores whose mean says whether the question is answered
SLOPE, INTERCEPT = 15.6, 0.93  # fitted on 460 questions over articles that the reader was not trained on
EVEN = 0.6  # likeness from which a statement rather answers than not, learned with the model


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a question and its hits.

    Attributes:
        scores: for each statement of each of the first READ hits, in order: from -1 to 1, 0 for even odds.
        words: the question's, with how they were met in what was read; none where the reader cannot tell.
    """

    scores: tuple[tuple[float, ...], ...]
    words: tuple[Word, ...] = ()


class Reader(Protocol):
    """What the rest of Citewell needs of a reader."""

    def expect(self, question: str) -> None:
        """Be told of a question before its hits are found, so that it can be read meanwhile."""
        ...

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Read the first READ hits for a question."""
        ...

    def confidence(self, scores: Sequence[Sequence[float]]) -> float | None:
        """Probability that what was read answers the question, from 0 to 1; None where that is not known."""
        ...

    def remember(self, document: Document) -> None:
        """Read ahead, as far as that helps, so that no question has to wait for it."""
        ...


def open_reader(settings: Settings) -> Reader | None:
    """The reader that the settings ask for, None for `none`; raises EncoderError when it cannot be had."""
    if settings.reader == NO_READER:
        return None
    return ShippedReader(settings) if settings.reader == DEFAULT_READER else NamedReader(settings)


def reader_fingerprint(settings: Settings) -> str:
    """Name and version of the reader that the settings ask for, without loading it."""
    return f"{DEFAULT_READER}@{weights.sha256(FILE)[:12]}" if settings.reader == DEFAULT_READER else settings.reader


class ShippedReader:
    """The reader in `rag/weights/`; what it reads is remembered in the cache folder."""

    def __init__(self, settings: Settings) -> None:
        """Load the model; raises EncoderError when its file is not the one that was shipped."""
        self._model = Interaction(settings.threads, Memory(settings.cache / READINGS))

    def expect(self, question: str) -> None:
        """See Reader."""
        self._model.expect(question)

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """See Reader."""
        rows, words = self._model.score(question, [reading_of(hit.document, hit.passage) for hit in hits[:READ]])
        return Reading(tuple(tuple(round(value - EVEN, 4) for value in row) for row in rows), words)

    def confidence(self, scores: Sequence[Sequence[float]]) -> float | None:
        """See Reader. A logistic regression on the mean of the best scores (docs/reader.md)."""
        best = sorted((score for row in scores for score in row), reverse=True)[:BEST]
        return round(1.0 / (1.0 + math.exp(-(SLOPE * sum(best) / len(best) + INTERCEPT))), 4) if best else 0.0

    def remember(self, document: Document) -> None:
        """See Reader."""
        self._model.remember([reading_of(document, passage) for passage in document.passages])


def reading_of(document: Document, passage: Found) -> Passage:
    """A passage as the shipped reader reads it."""
    statements = tuple(statement_text(document, statement) for statement in passage.statements)
    return passage_prefix(document.catalogue.title, passage.section), statements


class NamedReader:
    """Any sentence-transformers cross-encoder, by name or path: question and statement, one pair each."""

    def __init__(self, settings: Settings) -> None:
        """Load the model; raises EncoderError when sentence-transformers cannot."""
        from sentence_transformers import CrossEncoder

        try:
            self._model: Any = CrossEncoder(settings.reader, device="cpu")
        except Exception as error:  # the library raises many kinds, down to OSError and ValueError
            raise EncoderError(
                f"could not load the reader: `{settings.reader}` ({type(error).__name__}: {error})",
                "name a folder, or a cross-encoder that sentence-transformers can find; without CITEWELL_READER the "
                "shipped reader is used",
            ) from error

    def expect(self, question: str) -> None:
        """Nothing: it reads question and statement together."""

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """See Reader."""
        texts = [[statement_text(hit.document, one) for one in hit.passage.statements] for hit in hits[:READ]]
        pairs = [(question, text) for row in texts for text in row]
        logits = iter(self._model.predict(pairs, activation_fn=_as_it_is) if pairs else [])
        return Reading(tuple(tuple(round(math.tanh(float(next(logits)) / 2), 4) for _ in row) for row in texts))

    def confidence(self, scores: Sequence[Sequence[float]]) -> float | None:
        """Not known: what its logits are worth depends on the model."""

    def remember(self, document: Document) -> None:
        """It reads question and statement together, so that nothing can be read ahead."""


def _as_it_is(logits: Any) -> Any:
    return logits
