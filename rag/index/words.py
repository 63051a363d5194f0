"""The word index: passages in SQLite's FTS5, with the fields title, headings, body and studies.

FTS5 was chosen over bm25s by measurement (docs/decisions.md): the same quality, and it grows in place where
bm25s is rebuilt as a whole. Words are stemmed (Porter). One file a generation, never changed once published.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.terms import stem

_WORD = re.compile(r"\w+")
# Weight of title, headings, body, studies in the word score.
FIELD_WEIGHTS = (0.5, 1.0, 1.0, 0.5)
K1 = 1.2  # fixed in FTS5
FAILURES = (sqlite3.Error,)  # what is raised when the file cannot be read or written
_SCHEMA = """
CREATE TABLE documents(source_id TEXT PRIMARY KEY, catalogue TEXT);
CREATE TABLE passages(row INTEGER PRIMARY KEY, id TEXT UNIQUE, source_id TEXT, ordinal INTEGER);
CREATE INDEX passages_of_source ON passages(source_id);
CREATE VIRTUAL TABLE words USING fts5(title, headings, body, studies, tokenize='porter unicode61');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row);
"""


@dataclass(frozen=True, slots=True)
class PassageWords:
    """What is searched by words for one passage."""

    id: str
    ordinal: int
    title: str
    headings: str
    body: str
    studies: str


class WordIndex:
    """The passages of one generation, searched by words, and found by id."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        """Open the file; a new one is made when `writable`."""
        new = not path.exists()
        mode = "rwc" if writable else "ro"
        # Streamlit answers in threads; sqlite3 serialises calls itself, and a reader only reads.
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
        if new and writable:
            self._db.executescript(_SCHEMA)

    def add(self, source_id: str, catalogue: str, passages: Sequence[PassageWords]) -> None:
        """Add the passages of one document, and what is known of it, as JSON."""
        self._db.execute("INSERT INTO documents VALUES (?, ?)", (source_id, catalogue))
        for passage in passages:
            row = self._db.execute(
                "INSERT INTO passages(id, source_id, ordinal) VALUES (?, ?, ?)",
                (passage.id, source_id, passage.ordinal),
            ).lastrowid
            self._db.execute(
                "INSERT INTO words(rowid, title, headings, body, studies) VALUES (?, ?, ?, ?, ?)",
                (row, passage.title, passage.headings, passage.body, passage.studies),
            )

    def remove(self, source_id: str) -> None:
        """Remove the passages of a document."""
        rows = [(row,) for (row,) in self._db.execute("SELECT row FROM passages WHERE source_id = ?", (source_id,))]
        self._db.executemany("DELETE FROM words WHERE rowid = ?", rows)
        self._db.execute("DELETE FROM passages WHERE source_id = ?", (source_id,))
        self._db.execute("DELETE FROM documents WHERE source_id = ?", (source_id,))

    def catalogues(self) -> dict[str, str]:
        """What is known of each document, as JSON, by source id, sorted."""
        return dict(self._db.execute("SELECT source_id, catalogue FROM documents ORDER BY source_id"))

    def commit(self) -> None:
        """Write what was added and removed to the disk."""
        self._db.commit()

    def count(self) -> int:
        """How many passages there are."""
        return int(self._db.execute("SELECT count(*) FROM passages").fetchone()[0])

    def search(self, words: Sequence[str], limit: int, only: Sequence[str] = ()) -> dict[str, float]:
        """Word score (BM25, higher is better) of the `limit` best passages by id, for any of the words."""
        query = self._query(words)
        if not query:
            return {}
        where = f" AND p.source_id IN ({','.join('?' * len(only))})" if only else ""
        found = self._db.execute(
            "SELECT p.id, bm25(words, ?, ?, ?, ?) AS score FROM words JOIN passages p ON p.row = words.rowid "
            f"WHERE words MATCH ?{where} ORDER BY score, p.id LIMIT ?",
            (*FIELD_WEIGHTS, query, *only, limit),
        )
        return {id_: -score for id_, score in found}

    def scores(self, words: Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        """Word score of the passages named, as in `search`; those without any of the words are left out."""
        query = self._query(words)
        if not query or not ids:
            return {}
        found = self._db.execute(
            "SELECT p.id, bm25(words, ?, ?, ?, ?) FROM words JOIN passages p ON p.row = words.rowid "
            f"WHERE words MATCH ? AND p.id IN ({','.join('?' * len(ids))})",
            (*FIELD_WEIGHTS, query, *ids),
        )
        return {id_: -score for id_, score in found}

    def best_score(self, words: Sequence[str]) -> float:
        """About what a passage would score that has each of the words; words unknown here count as rare.

        The inverse document frequency of FTS5's BM25 times k1 + 1, its limit for many occurrences.
        """
        total = self.count()
        score = 0.0
        for word in dict.fromkeys(words):
            n = self.passages_with(stem(word))
            score += max(math.log((total - n + 0.5) / (n + 0.5)), 1e-6) * (K1 + 1)
        return score

    def place(self, passage_id: str) -> tuple[str, int]:
        """Source id and position in its document of a passage; KeyError if there is none."""
        row = self._db.execute("SELECT source_id, ordinal FROM passages WHERE id = ?", (passage_id,)).fetchone()
        if row is None:
            raise KeyError(passage_id)
        return str(row[0]), int(row[1])

    def ids(self) -> dict[str, list[str]]:
        """The ids of each document's passages, in their order, by source id."""
        found: dict[str, list[str]] = {}
        for source_id, id_ in self._db.execute("SELECT source_id, id FROM passages ORDER BY source_id, ordinal"):
            found.setdefault(source_id, []).append(id_)
        return found

    def passages_with(self, stem: str) -> int:
        """In how many passages a stemmed word stands."""
        row = self._db.execute("SELECT doc FROM vocabulary WHERE term = ?", (stem,)).fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    @staticmethod
    def _query(words: Sequence[str]) -> str:
        terms = dict.fromkeys(term for word in words for term in _WORD.findall(word.casefold()))
        return " OR ".join(f'"{term}"' for term in terms)
