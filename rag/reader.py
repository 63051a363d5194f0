"""The reader: question and passage read together → for each statement, how well it answers the question.

In: a question and hits. Out: a logit a statement. 0 stands for "none of these answers": a question whose
statements all lie far below it is not answered by them. A shallow cross-encoder trained by us (docs/reader.md), run
with onnxruntime over the best few passages, each once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rag import weights
from rag.index.texts import passage_prefix, statement_text
from rag.schema import Hit

QUESTION_TOKENS = 48
PREFIX_TOKENS = 40
TOKENS = 288


@dataclass(frozen=True, slots=True)
class Pairs:
    """A question and a passage as tokens.

    Attributes:
        ids: with the model's own marks. second: where the passage begins.
        spans: first and last token, exclusive, of each statement that fits; at least one.
    """

    ids: tuple[int, ...]
    second: int
    spans: tuple[tuple[int, int], ...]


class Reader(Protocol):
    """What the rest of Citewell needs of a reader."""

    def read(self, question: str, hits: Sequence[Hit]) -> tuple[tuple[float, ...], ...]:
        """A logit for each statement of each hit, in order."""
        ...


class ShippedReader:
    """The reader in `rag/weights/`."""

    def __init__(self, threads: int = 2) -> None:
        """Load the model; raises EncoderError when its file is not the one that was shipped."""
        self._session = weights.session("reader.onnx", threads)
        self._tokenizer = weights.tokenizer()

    def read(self, question: str, hits: Sequence[Hit]) -> tuple[tuple[float, ...], ...]:
        """See Reader. A statement beyond what fits the model gets the passage's lowest logit."""
        if not hits:
            return ()
        pairs = [
            pairs_of(
                self._tokenizer,
                question,
                passage_prefix(hit.document.catalogue.title, hit.passage.section),
                [statement_text(hit.document, statement) for statement in hit.passage.statements],
            )
            for hit in hits
        ]
        logits = self._session.run(None, feed(pairs))[0]
        rows = []
        for hit, pair, row in zip(hits, pairs, logits, strict=True):
            own = [round(float(value), 4) for value in row[: len(pair.spans)]]
            rows.append(tuple(own + [min(own)] * (len(hit.passage.statements) - len(own))))
        return tuple(rows)


def pairs_of(tokenizer: Any, question: str, prefix: str, statements: Sequence[str]) -> Pairs:
    """Tokens of question, title and headings, and statements, as many as fit; the first is cut if it must be."""
    first = tokenizer.encode(question).ids
    start, asked, end = first[0], first[1:-1][-QUESTION_TOKENS:], first[-1]
    ids = [start, *asked, end]
    second = len(ids)
    ids += tokenizer.encode(prefix).ids[1:-1][:PREFIX_TOKENS]
    spans: list[tuple[int, int]] = []
    for statement in statements:
        own = tokenizer.encode(statement).ids[1:-1]
        room = TOKENS - 1 - len(ids)
        if spans and len(own) > room:
            break
        own = own[:room] or [end]
        spans.append((len(ids), len(ids) + len(own)))
        ids += own
    return Pairs((*ids, end), second, tuple(spans))


def feed(pairs: Sequence[Pairs]) -> dict[str, npt.NDArray[Any]]:
    """The model's inputs for some pairs, padded to the longest.

    `pool` is float32 of shape (pairs, statements, tokens): each statement's tokens in equal shares.
    """
    longest = max(len(pair.ids) for pair in pairs)
    most = max(len(pair.spans) for pair in pairs)
    ids = np.zeros((len(pairs), longest), dtype=np.int64)
    mask, types = np.zeros_like(ids), np.zeros_like(ids)
    pool = np.zeros((len(pairs), most, longest), dtype=np.float32)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = pair.ids
        mask[row, : len(pair.ids)] = 1
        types[row, pair.second : len(pair.ids)] = 1
        for place, (begin, stop) in enumerate(pair.spans):
            pool[row, place, begin:stop] = 1.0 / (stop - begin)
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types, "pool": pool}
