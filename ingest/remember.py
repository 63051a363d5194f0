"""Vectors remembered by text and encoder: a text that did not change is never embedded twice.

One SQLite file in the cache folder, shared by all indexes. Losing it costs time only.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from rag.encode import Vectors

LOOK_UP = 500  # keys in one query
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
log = logging.getLogger(__name__)


class VectorMemory:
    """Remembers float16 vectors; what an encoder gives is rounded so whether it is new or remembered."""

    def __init__(self, path: Path, fingerprint: str, dim: int) -> None:
        """Open or make the file; a damaged one is made anew."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._fingerprint = fingerprint
        self._dim = dim
        self._open()
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._renew(error)

    def encode(self, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> Vectors:
        """Vectors of the texts, in order: float32 of shape (len(texts), dim); `encode` is asked for new ones."""
        try:
            return self._encode(texts, encode)
        except sqlite3.DatabaseError as error:
            self._renew(error)
            return self._encode(texts, encode)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def _open(self) -> None:
        self._db = sqlite3.connect(self._path, timeout=60)

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors(key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def _renew(self, error: sqlite3.DatabaseError) -> None:
        """Begin anew after an error that says that the file is damaged; any other error is raised again."""
        if error.sqlite_errorcode not in _DAMAGED:
            raise error
        log.warning("the remembered vectors at `%s` are damaged: they are made again", self._path)
        self._db.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._path}{ending}").unlink(missing_ok=True)
        self._open()
        self._prepare()

    def _encode(self, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> Vectors:
        keys = [hashlib.sha256(f"{self._fingerprint}\n{text}".encode()).digest() for text in texts]
        known = self._look_up(keys)
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            vectors = encode(list(new.values())).astype(np.float16)
            known |= dict(zip(new, vectors, strict=True))
            self._keep({key: known[key] for key in new})
        rows = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, key in enumerate(keys):
            rows[row] = known[key]
        return rows

    def _keep(self, vectors: Mapping[bytes, np.ndarray]) -> None:
        """Remember vectors; where the disk is full or may not be written, that costs time at the next run only."""
        try:
            with self._db:
                self._db.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(key, vector.tobytes()) for key, vector in vectors.items()],
                )
        except sqlite3.OperationalError as error:
            log.warning("vectors cannot be remembered at `%s`: %s", self._path, error)

    def _look_up(self, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        found: dict[bytes, np.ndarray] = {}
        for first in range(0, len(keys), LOOK_UP):
            chosen = keys[first : first + LOOK_UP]
            marks = ",".join("?" * len(chosen))
            rows = self._db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", chosen)
            found |= {key: np.frombuffer(vector, dtype=np.float16) for key, vector in rows}
        return found
