"""Vectors remembered by text and encoder: a text that did not change is never embedded twice.

One SQLite file in the cache folder, shared by all indexes. Losing it costs time only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rag.encode import Vectors
from rag.memory import Memory, key_of


class VectorMemory:
    """Remembers float16 vectors; what an encoder gives is rounded so whether it is new or remembered."""

    def __init__(self, path: Path, fingerprint: str, dim: int) -> None:
        """Open or make the file; a damaged one is made anew."""
        self._memory = Memory(path)
        self._fingerprint = fingerprint
        self._dim = dim

    def encode(self, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> Vectors:
        """Vectors of the texts, in order: float32 of shape (len(texts), dim); `encode` is asked for new ones."""
        keys = [key_of(self._fingerprint, text) for text in texts]
        known = self._memory.get(keys)
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            vectors = encode(list(new.values())).astype(np.float16)
            made = {key: vector.tobytes() for key, vector in zip(new, vectors, strict=True)}
            self._memory.keep(made)
            known |= made
        rows = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, key in enumerate(keys):
            rows[row] = np.frombuffer(known[key], dtype=np.float16)
        return rows

    def close(self) -> None:
        """Release the file."""
        self._memory.close()
