"""Passage vectors in Chroma: one collection a generation, in a folder of its own.

Chroma has traps (docs/decisions.md): two writers lose vectors in silence, a reader of a folder that changes
goes stale, `add` ignores known ids. So a folder is written by one process, closed, and never changed after
it is published; readers open it under its own path.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.encode import Vectors

COLLECTION = "passages"
BATCH = 5000  # Chroma takes at most 5,461 records in one call
TOGETHER = 200  # documents removed in one call
# 800 neighbours looked at: 99.85 % of the exact first hundred at 6,000 passages, at no cost when it is built.
CONFIGURATION: dict[str, Any] = {"hnsw": {"space": "cosine", "ef_search": 800}}


class PassageVectors:
    """The vectors of the passages of one generation."""

    def __init__(self, folder: Path) -> None:
        """Open the folder; an empty one becomes a new collection."""
        import chromadb
        from chromadb.config import Settings

        self._client: Any = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
        self._collection: Any = self._client.get_or_create_collection(
            COLLECTION,
            configuration=CONFIGURATION,  # type: ignore[arg-type]
            embedding_function=None,
        )
        self._count: int | None = None

    def add(self, ids: Sequence[str], vectors: Vectors, source_ids: Sequence[str]) -> None:
        """Add passages, each of a document; the ids must be new. Many at once cost less than a few at a time."""
        self._count = None
        for first in range(0, len(ids), BATCH):
            chosen = slice(first, first + BATCH)
            self._collection.upsert(
                ids=list(ids[chosen]),
                embeddings=vectors[chosen],
                metadatas=[{"source_id": source_id} for source_id in source_ids[chosen]],
            )

    def remove(self, source_ids: Sequence[str]) -> None:
        """Remove all passages of the documents."""
        self._count = None
        for first in range(0, len(source_ids), TOGETHER):
            self._collection.delete(where={"source_id": {"$in": list(source_ids[first : first + TOGETHER])}})

    def count(self) -> int:
        """How many passages there are."""
        if self._count is None:  # asking Chroma takes as long as half a query
            self._count = int(self._collection.count())
        return self._count

    def nearest(self, vector: Vectors, limit: int, only: Sequence[str] = ()) -> dict[str, float]:
        """Cosine of the `limit` nearest passages by id, within the documents `only`, if any are named.

        `vector` has shape (dim,) and length 1.
        """
        count = self.count()
        if not count:
            return {}
        found = self._collection.query(
            query_embeddings=[vector],
            n_results=min(limit, count),
            where={"source_id": {"$in": list(only)}} if only else None,
            include=["distances"],
        )
        return {id_: 1.0 - float(d) for id_, d in zip(found["ids"][0], found["distances"][0], strict=True)}

    def cosines(self, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        """Cosine of the vector with the passages named."""
        if not ids:
            return {}
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        scores = np.asarray(found["embeddings"], dtype=np.float32) @ vector
        return {id_: float(score) for id_, score in zip(found["ids"], scores, strict=True)}

    def close(self) -> None:
        """Release the files."""
        self._client.close()


def failures() -> tuple[type[Exception], ...]:
    """What Chroma raises when it cannot do its work, a full disk included."""
    from chromadb.errors import ChromaError

    return (ChromaError,)
