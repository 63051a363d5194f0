"""Late interaction: each word of a question looks for its like in a statement, as that stands in its passage.

In: a question, and passages as title and headings with their statements. Out: for each statement how well it answers.
The method is that of ColBERT (Khattab and Zaharia 2020): question and passage are read apart, each token keeps a
vector of its own, and a statement scores the sum over the question's tokens of the best likeness among its own. What
is ours: a passage is read once with all its statements, so that "they" means what it means there; title and headings
count as part of each statement, so that it is one of the right programme and place; and the model weighs the
question's tokens. What was read of a passage is remembered (`rag.memory`), so that asking reads the question only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rag import weights
from rag.encode import Vectors
from rag.memory import Memory, key_of

FILE = "reader.onnx"
DIM = 64
QUESTION_TOKENS = 128  # the last ones of a longer question
PREFIX_TOKENS = 28
EXPECTED = 16  # questions read ahead that are kept at most
TOKENS = 448  # of a passage with its marks: more than any passage of the shipped encoder has

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
Passage = tuple[str, tuple[str, ...]]  # title and headings; statements, in order


@dataclass(frozen=True, slots=True)
class Layout:
    """A passage as tokens.

    Attributes:
        ids: start mark, title and headings, mark, statements, mark.
        prefix: end of title and headings, exclusive; they begin at 1.
        spans: first and last token, exclusive, of each statement that fits, as many as do.
    """

    ids: tuple[int, ...]
    prefix: int
    spans: tuple[tuple[int, int], ...]


def lay_out(tokenizer: Any, prefix: str, statements: Sequence[str], most: int = TOKENS) -> Layout:
    """Tokens of a passage, at most `most`."""
    start, *own, end = tokenizer.encode(prefix).ids
    ids = [start, *own[:PREFIX_TOKENS]]
    prefixed = len(ids)
    ids.append(end)
    spans: list[tuple[int, int]] = []
    for statement in statements:
        own = tokenizer.encode(statement).ids[1:-1]
        room = most - 1 - len(ids)
        if spans and len(own) > room:
            break
        own = own[:room] or [end]
        spans.append((len(ids), len(ids) + len(own)))
        ids += own
    return Layout((*ids, end), prefixed, tuple(spans))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was read: vectors of length 1, of shape (tokens, DIM), and weights that add up to 1."""

    vectors: Vectors
    weights: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Text:
    """A passage as it was read: vectors of shape (tokens, DIM); `prefix` and `spans` as in Layout."""

    vectors: Vectors
    prefix: int
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question: its share of the question's weight, and how like it is to the nearest in what was read."""

    text: str
    weight: float
    likeness: float


def likeness(asked: Asked, text: Text) -> tuple[float, ...]:
    """How well each statement answers, from -1 to 1."""
    near = asked.vectors @ text.vectors.T
    best = np.stack([near[:, first:end].max(axis=1) for first, end in text.spans])
    if text.prefix > 1:
        best = np.maximum(best, near[:, 1 : text.prefix].max(axis=1))
    return tuple(round(float(value), 5) for value in best @ asked.weights)


class Interaction:
    """The shipped model and what it read before."""

    def __init__(self, threads: int, memory: Memory) -> None:
        """Load the model; raises EncoderError when its file is not the one that was shipped."""
        self._session = weights.session(FILE, threads)
        self._tokenizer = weights.tokenizer()
        self._memory = memory
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="citewell-reader")
        self._expected: dict[str, Future[Asked]] = {}

    def expect(self, question: str) -> None:
        """Read a question in another thread, while its passages are searched for."""
        if len(self._expected) >= EXPECTED:  # of questions that were not put after all
            self._expected = {}
        self._expected[question] = self._beside.submit(self._ask, question)

    def score(self, question: str, passages: Sequence[Passage]) -> tuple[list[tuple[float, ...]], tuple[Word, ...]]:
        """How well each statement of each passage answers the question, from -1 to 1; and how its words were met."""
        asked, texts = self.read(question, passages)
        rows = [likeness(asked, text) for text in texts]
        # What did not fit (another encoder's passages may be longer) is worth as little as the least of what did.
        filled = [row + (min(row),) * (len(said) - len(row)) for row, (_, said) in zip(rows, passages, strict=True)]
        return filled, self._words(question, asked, texts)

    def _words(self, question: str, asked: Asked, texts: Sequence[Text]) -> tuple[Word, ...]:
        if not texts:
            return ()
        best = (asked.vectors @ np.concatenate([text.vectors for text in texts]).T).max(axis=1)
        offsets = self._tokenizer.encode(question).offsets[1:-1][-QUESTION_TOKENS:]
        found = []
        for match in _WORD.finditer(question):
            own = [n for n, (start, end) in enumerate(offsets) if start < match.end() and end > match.start()]
            if own:
                found.append(Word(match.group(), float(asked.weights[own].sum()), float(best[own].mean())))
        return tuple(found)

    def read(self, question: str, passages: Sequence[Passage]) -> tuple[Asked, list[Text]]:
        """A question and passages, each read for itself."""
        expected = self._expected.pop(question, None)
        asked = expected.result() if expected else self._ask(question)
        keys = [key(passage) for passage in passages]
        known = self._memory.get(keys)
        known |= self._make({own: passage for own, passage in zip(keys, passages, strict=True) if own not in known})
        return asked, [unpacked(known[own]) for own in keys]

    def remember(self, passages: Sequence[Passage]) -> None:
        """Read passages that were not read before, so that no question has to wait for it."""
        keys = [key(passage) for passage in passages]
        known = self._memory.known(keys)
        self._make({own: passage for own, passage in zip(keys, passages, strict=True) if own not in known})

    def _make(self, passages: dict[bytes, Passage]) -> dict[bytes, bytes]:
        made = {}
        for own, (prefix, statements) in passages.items():
            layout = lay_out(self._tokenizer, prefix, statements)
            # Each alone: a passage's vectors must not depend on what else is read with it.
            made[own] = packed(Text(self._run(layout.ids)[0], layout.prefix, layout.spans))
        if made:
            self._memory.keep(made)
        return made

    def _ask(self, question: str) -> Asked:
        start, *own, end = self._tokenizer.encode(question).ids
        own = own[-QUESTION_TOKENS:] or [end]
        vectors, raw = self._run((start, *own, end))
        shares = np.exp(raw[1:-1] - raw[1:-1].max())
        return Asked(vectors[1:-1], shares / shares.sum())

    def _run(self, ids: Sequence[int]) -> tuple[Vectors, npt.NDArray[np.float32]]:
        row = np.array([ids], dtype=np.int64)
        vectors, raw = self._session.run(None, {"input_ids": row, "attention_mask": np.ones_like(row)})
        return vectors[0], raw[0]


def key(passage: Passage) -> bytes:
    """Under which what the shipped model reads of a passage is remembered."""
    return key_of(f"{FILE}@{weights.sha256(FILE)[:12]}", "\n".join((passage[0], *passage[1])))


def packed(text: Text) -> bytes:
    """A passage as bytes, little-endian: scale (float32), prefix and number of spans, spans (uint16), int8 rows."""
    scale = max(float(np.abs(text.vectors).max(initial=0.0)), 1e-8) / 127
    rows = np.clip(np.rint(text.vectors / scale), -127, 127).astype(np.int8)
    places = (text.prefix, len(text.spans), *(end for span in text.spans for end in span))
    head: bytes = np.array(scale, dtype="<f4").tobytes() + np.array(places, dtype="<u2").tobytes()
    data: bytes = head + rows.tobytes()
    return data


def unpacked(data: bytes) -> Text:
    """What `packed` packed, its vectors to within half of their scale."""
    scale = np.frombuffer(data, dtype="<f4", count=1)
    prefix, count = np.frombuffer(data, dtype="<u2", offset=4, count=2).tolist()
    ends = np.frombuffer(data, dtype="<u2", offset=8, count=2 * count).reshape(-1, 2)
    rows = np.frombuffer(data, dtype=np.int8, offset=8 + 4 * count).reshape(-1, DIM)
    return Text(rows.astype(np.float32) * scale, prefix, tuple((first, end) for first, end in ends.tolist()))
