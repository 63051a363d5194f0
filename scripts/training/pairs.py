"""A question and a passage as the tokens that the reader in training sees.

In: texts and a tokenizer. Out: `Pairs`, and arrays of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

QUESTION_TOKENS = 48
PREFIX_TOKENS = 40
TOKENS = 256


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
