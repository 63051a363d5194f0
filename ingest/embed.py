"""Documents → vectors: the encoder, loaded when it is first needed, and what it gave before.

In: documents. Out: a row of float32 for each of their passages and statements.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ingest.assemble import Assembled
from ingest.passages import Measure, with_passages
from ingest.remember import VectorMemory
from rag.encode import Encoder, Vectors, open_encoder
from rag.errors import CitewellError, DocumentError, EncoderError
from rag.index.layout import Fingerprint
from rag.index.texts import passage_text, statement_text
from rag.schema import Document
from rag.settings import Settings

Open = Callable[[], Encoder]


class Embedder:
    """An encoder and its memory, for one run."""

    def __init__(self, settings: Settings, open_: Open | None, progress: Callable[[str], None]) -> None:
        """Nothing is loaded yet; `open_` loads the encoder, that of the settings by default."""
        self._settings = settings
        self._open = open_ or (lambda: open_encoder(settings, threads=2))
        self._progress = progress
        self._encoder: Encoder | None = None
        self._memory: VectorMemory | None = None

    @property
    def fingerprint(self) -> Fingerprint:
        """What shapes the index."""
        encoder = self._ready()
        return Fingerprint(encoder.fingerprint, encoder.dim, encoder.max_tokens)

    def passages(self, assembled: Assembled) -> Document:
        """The document with its passages; raises DocumentError when it has none, or when cutting takes too long."""
        encoder = self._ready()
        count = _within(self._settings.max_file_seconds, encoder.count_tokens)
        document = with_passages(assembled, Measure(encoder.max_tokens, count))
        if not document.passages:
            raise DocumentError("the file holds no paragraphs that could answer a question", "is it a list?")
        return document

    def takes(self, document: Document) -> bool:
        """Whether each passage of a document that was made for another encoder fits this one."""
        encoder = self._ready()
        return all(encoder.count_tokens(passage_text(document, p)) <= encoder.max_tokens for p in document.passages)

    def vectors(self, document: Document) -> tuple[Vectors, Vectors]:
        """Vectors of the passages and of their statements, a row each; raises EncoderError when that fails."""
        encoder = self._ready()
        if self._memory is None:
            self._memory = VectorMemory(self._settings.cache / "vectors.sqlite", encoder.fingerprint, encoder.dim)
        passages = [passage_text(document, passage) for passage in document.passages]
        statements = [
            statement_text(document, statement) for passage in document.passages for statement in passage.statements
        ]
        try:
            rows = self._memory.encode([*passages, *statements], encoder.encode_passages)
        except CitewellError:
            raise
        except Exception as error:  # whatever the model's library raises
            raise EncoderError(
                f"the encoder failed on `{document.source_id}`: {type(error).__name__}: {error}. Nothing was published",
                "run `python -m ingest` again; what was embedded so far is remembered",
            ) from error
        return rows[: len(passages)], rows[len(passages) :]

    def close(self) -> None:
        """Release the memory's file."""
        if self._memory is not None:
            self._memory.close()

    def _ready(self) -> Encoder:
        if self._encoder is None:
            self._progress("loading the encoder (the first time it is prepared, which takes some ten seconds)")
            self._encoder = self._open()
        return self._encoder


def _within(seconds: float, count: Callable[[str], int]) -> Callable[[str], int]:
    """`count` for so long; then it raises DocumentError. All of cutting into passages goes by counting."""
    end = time.monotonic() + seconds

    def counted(text: str) -> int:
        if time.monotonic() > end:
            raise DocumentError(
                f"cutting it into passages takes more than {seconds:,.0f} seconds",
                "part the file, or raise CITEWELL_MAX_FILE_SECONDS",
            )
        return count(text)

    return counted
