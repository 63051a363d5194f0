"""Text → vectors. In: texts. Out: float32 rows of length 1, so that a dot product is a cosine.

The encoder that comes with Citewell is all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0), trained further on
questions like those that staff ask (docs/reader.md). It lies in `rag/weights/`, is checked by hash and run with
onnxruntime: asking a question imports neither torch nor transformers. Any other sentence-transformers model is
used by naming it in `CITEWELL_ENCODER`; it then runs through that library, with the prompts its authors gave it.

This module never decides what text is encoded: see `rag.index.texts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rag import weights
from rag.errors import EncoderError
from rag.settings import DEFAULT_ENCODER, Settings

Vectors = npt.NDArray[np.float32]

MAX_TOKENS = 256
DIM = 384
BATCH = 32


class Encoder(Protocol):
    """What the rest of Citewell needs of an encoder.

    Attributes:
        fingerprint: name and version; vectors of different fingerprints are never compared.
        dim: length of a vector. max_tokens: longest text, in tokens with the model's own marks.
    """

    fingerprint: str
    dim: int
    max_tokens: int

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of documents, in order: float32 of shape (len(texts), dim), rows of length 1."""
        ...

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, in order; shape as above. A question longer than max_tokens is not cut off."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of the text, the model's own start and end marks included."""
        ...


def encoder_fingerprint(settings: Settings) -> str:
    """Name and version of the encoder that the settings ask for, without loading it."""
    if settings.encoder == DEFAULT_ENCODER:
        return f"{DEFAULT_ENCODER}@{weights.sha256('encoder.onnx')[:12]}"
    return f"sentence-transformers:{settings.encoder}"


def open_encoder(settings: Settings, threads: int | None = None) -> Encoder:
    """Load the encoder that the settings ask for; raises EncoderError with a hint when it cannot be had."""
    if settings.encoder == DEFAULT_ENCODER:
        return ShippedEncoder(threads or settings.threads)
    return NamedEncoder(settings)


class ShippedEncoder:
    """The encoder in `rag/weights/` through onnxruntime; mean of the token vectors, then length 1."""

    dim = DIM
    max_tokens = MAX_TOKENS

    def __init__(self, threads: int = 1) -> None:
        """Load the model; raises EncoderError when its file is not the one that was shipped."""
        self.fingerprint = f"{DEFAULT_ENCODER}@{weights.sha256('encoder.onnx')[:12]}"
        self._session = weights.session("encoder.onnx", threads)
        self._tokenizer = weights.tokenizer()

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See Encoder. Raises ValueError for a text longer than max_tokens: nothing is cut in silence."""
        encodings = self._tokenizer.encode_batch(list(texts))
        for text, encoding in zip(texts, encodings, strict=True):
            if len(encoding.ids) > self.max_tokens:
                raise ValueError(f"{len(encoding.ids)} tokens, at most {self.max_tokens}: {text[:80]!r}")
        return self._run([encoding.ids for encoding in encodings])

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """See Encoder. A long question is encoded in windows, whose mean stands for it."""
        room = self.max_tokens - 2
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            ids = self._tokenizer.encode(text).ids
            start, inner, end = ids[0], ids[1:-1], ids[-1]
            windows = [inner[i : i + room] for i in range(0, max(len(inner), 1), room)]
            rows[row] = self._run([[start, *window, end] for window in windows]).mean(axis=0)
        return unit(rows)

    def count_tokens(self, text: str) -> int:
        """See Encoder."""
        return len(self._tokenizer.encode(text).ids)

    def _run(self, token_ids: Sequence[Sequence[int]]) -> Vectors:
        # Batches of like length: padding costs time, and its share of rounding.
        rows = np.zeros((len(token_ids), self.dim), dtype=np.float32)
        order = sorted(range(len(token_ids)), key=lambda i: len(token_ids[i]))
        for first in range(0, len(order), BATCH):
            chosen = order[first : first + BATCH]
            longest = max(len(token_ids[i]) for i in chosen)
            ids = np.zeros((len(chosen), longest), dtype=np.int64)
            mask = np.zeros((len(chosen), longest), dtype=np.int64)
            for row, i in enumerate(chosen):
                ids[row, : len(token_ids[i])] = token_ids[i]
                mask[row, : len(token_ids[i])] = 1
            tokens = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            rows[chosen] = _mean(tokens, mask)
        return unit(rows)


class NamedEncoder:
    """Any sentence-transformers model, by name or path, with its own prompts for questions and passages."""

    def __init__(self, settings: Settings) -> None:
        """Load the model; raises EncoderError when sentence-transformers cannot."""
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(settings.encoder, device="cpu")
        except Exception as error:  # the library raises many kinds, down to OSError and ValueError
            raise EncoderError(
                f"could not load the encoder: `{settings.encoder}` ({type(error).__name__}: {error})",
                "name a folder, or a model that sentence-transformers can find; without CITEWELL_ENCODER "
                f"{DEFAULT_ENCODER} is used",
            ) from error
        self.fingerprint = encoder_fingerprint(settings)
        self.dim = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length or MAX_TOKENS)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        return unit(np.asarray(self._model.encode_document(list(texts), batch_size=BATCH), dtype=np.float32))

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        return unit(np.asarray(self._model.encode_query(list(texts), batch_size=BATCH), dtype=np.float32))

    def count_tokens(self, text: str) -> int:
        """See Encoder."""
        return len(self._model.tokenizer(text)["input_ids"])


def unit(rows: Vectors) -> Vectors:
    """Rows scaled to length 1; a row of zeros stays as it is."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(norms, 1e-12)).astype(np.float32)
    return scaled


def _mean(tokens: Any, mask: Any) -> Vectors:
    kept = mask[:, :, None].astype(np.float32)
    mean: Vectors = (tokens * kept).sum(axis=1) / np.maximum(kept.sum(axis=1), 1.0)
    return mean
