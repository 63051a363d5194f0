"""Passage vectors compared one by one: exact, and the same however the index came about.

Chroma's graph of neighbours depends on the order in which it was filled: two builds of one library differ a little in
what they find. Up to `EXACT` passages the vectors are therefore also read from the objects that hold them, in the order
of their ids, and compared with the question's one by one, which takes no longer at this size than asking the graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rag.encode import Vectors, unit
from rag.index.layout import Layout

EXACT = 20_000  # passages; 30 MB of vectors with the shipped encoder


class ExactVectors:
    """The vectors of the passages of one generation, in memory."""

    def __init__(self, ids: Sequence[str], spans: Mapping[str, tuple[int, int]], rows: Vectors) -> None:
        """Passage ids with their vectors, a row each; the rows of each document by source id."""
        self._ids = list(ids)
        self._row = {id_: row for row, id_ in enumerate(self._ids)}
        self._spans = spans
        self._vectors = unit(rows)

    def nearest(self, vector: Vectors, limit: int, only: Sequence[str] = ()) -> dict[str, float]:
        """Cosine of the `limit` nearest passages by id, nearest first; within the documents `only`, if any."""
        scores = self._vectors @ vector
        rows = np.arange(len(scores))
        if only:
            spans = [self._spans[source_id] for source_id in sorted(set(only)) if source_id in self._spans]
            rows = np.concatenate([np.arange(start, end) for start, end in spans] or [rows[:0]])
        if len(rows) > limit:  # sorting all of them takes as long as comparing them
            least = np.partition(scores[rows], -limit)[-limit]
            rows = rows[scores[rows] >= least]
        # Equal ones come in the order of their ids.
        best = rows[np.argsort(-scores[rows], kind="stable")[:limit]]
        return {self._ids[row]: float(scores[row]) for row in best}

    def vector(self, source_id: str, ordinal: int) -> Vectors:
        """The vector of a document's passage, of shape (dim,) and length 1."""
        row: Vectors = self._vectors[self._spans[source_id][0] + ordinal]
        return row

    def cosines(self, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        """Cosine of the vector with the passages named."""
        rows = [self._row[id_] for id_ in ids if id_ in self._row]
        return {self._ids[row]: float(score) for row, score in zip(rows, self._vectors[rows] @ vector, strict=True)}

    def close(self) -> None:
        """Nothing is held open."""


def read_exact(
    layout: Layout, objects: Mapping[str, str], passages: Mapping[str, Sequence[str]], dim: int
) -> ExactVectors:
    """Read the vectors of all passages; `passages` holds the ids of each document's, in order.

    Raises OSError or ValueError when an object is lost or damaged.
    """
    ids: list[str] = []
    spans: dict[str, tuple[int, int]] = {}
    blocks = [np.zeros((0, dim), dtype=np.float16)]
    for source_id in sorted(passages):
        own = passages[source_id]
        spans[source_id] = (len(ids), len(ids) + len(own))
        ids += own
        path = layout.vectors(objects[source_id])
        blocks.append(np.fromfile(path, dtype=np.float16, count=len(own) * dim).reshape(len(own), dim))
    return ExactVectors(ids, spans, np.concatenate(blocks).astype(np.float32))
