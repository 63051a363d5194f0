"""The reader: question and statement read together → how well the statement answers the question.

In: a question and hits. Out: a logit for each statement of the best of them, 0 for even odds. None is shipped: the ones
that were trained here did not beat choosing by likeness and words (docs/reader.md). A published cross-encoder is used
by naming it in `CITEWELL_READER`; it runs through sentence-transformers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from rag.errors import EncoderError
from rag.index.texts import statement_text
from rag.schema import Hit
from rag.settings import NO_READER, Settings

READ = 8  # passages that are read


class Reader(Protocol):
    """What the rest of Citewell needs of a reader."""

    def read(self, question: str, hits: Sequence[Hit]) -> tuple[tuple[float, ...], ...]:
        """A logit for each statement of each of the first READ hits, in order."""
        ...


def open_reader(settings: Settings) -> Reader | None:
    """The reader that the settings ask for, None for `none`; raises EncoderError when it cannot be had."""
    return None if settings.reader == NO_READER else NamedReader(settings)


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
                "name a folder, or a cross-encoder that sentence-transformers can find; without CITEWELL_READER "
                "statements are chosen by likeness and words",
            ) from error

    def read(self, question: str, hits: Sequence[Hit]) -> tuple[tuple[float, ...], ...]:
        """See Reader."""
        texts = [[statement_text(hit.document, one) for one in hit.passage.statements] for hit in hits[:READ]]
        pairs = [(question, text) for row in texts for text in row]
        logits = iter(self._model.predict(pairs, activation_fn=_as_it_is) if pairs else [])
        return tuple(tuple(round(float(next(logits)), 4) for _ in row) for row in texts)


def _as_it_is(logits: Any) -> Any:
    return logits
