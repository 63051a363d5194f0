"""What was computed before, by key: an SQLite file in the cache folder, shared by all indexes and processes.

In: keys, and bytes to keep under them. Out: the bytes. Losing the file costs time only: a damaged one is made anew, and
where the disk is full or may not be written, what is new is remembered until the process ends, or not at all.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

LOOK_UP = 500  # keys in one query
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_T = TypeVar("_T")
log = logging.getLogger(__name__)


def key_of(maker: str, text: str) -> bytes:
    """The key of what `maker`, a model of some version, made of a text."""
    return hashlib.sha256(f"{maker}\n{text}".encode()).digest()


class Memory:
    """Bytes by key. Threads may share it."""

    def __init__(self, path: Path) -> None:
        """Open or make the file."""
        self._path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open()
            try:
                self._prepare()
            except sqlite3.DatabaseError as error:
                self._renew(error)
        except (OSError, sqlite3.OperationalError) as error:  # a question can be answered all the same
            log.warning("what is computed cannot be remembered at `%s`: %s", path, error)
            self._db = sqlite3.connect(":memory:", check_same_thread=False)
            self._prepare()

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What is remembered under these keys."""
        query = "SELECT key, vector FROM vectors WHERE key IN"
        return self._safely(lambda: {key: vector for key, vector in self._rows(query, keys)})

    def known(self, keys: Sequence[bytes]) -> set[bytes]:
        """The keys under which something is remembered."""
        return self._safely(lambda: {key for (key,) in self._rows("SELECT key FROM vectors WHERE key IN", keys)})

    def keep(self, items: Mapping[bytes, bytes]) -> None:
        """Remember items; where that cannot be done the log says so, and it costs time at the next run only."""
        try:
            self._safely(lambda: self._write(items))
        except sqlite3.OperationalError as error:
            log.warning("what was computed cannot be remembered at `%s`: %s", self._path, error)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def _open(self) -> None:
        self._db = sqlite3.connect(self._path, timeout=60, check_same_thread=False)

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors(key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def _safely(self, work: Callable[[], _T]) -> _T:
        with self._lock:
            try:
                return work()
            except sqlite3.DatabaseError as error:
                self._renew(error)
                return work()

    def _renew(self, error: sqlite3.DatabaseError) -> None:
        """Begin anew after an error that says that the file is damaged; any other error is raised again."""
        if error.sqlite_errorcode not in _DAMAGED:
            raise error
        log.warning("what was remembered at `%s` is damaged: it is made again", self._path)
        self._db.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._path}{ending}").unlink(missing_ok=True)
        self._open()
        self._prepare()

    def _rows(self, query: str, keys: Sequence[bytes]) -> list[tuple[bytes, ...]]:
        found = []
        for first in range(0, len(keys), LOOK_UP):
            chosen = keys[first : first + LOOK_UP]
            found += self._db.execute(f"{query} ({','.join('?' * len(chosen))})", chosen).fetchall()
        return found

    def _write(self, items: Mapping[bytes, bytes]) -> None:
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", list(items.items()))
