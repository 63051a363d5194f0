"""The word index: passages in SQLite's FTS5, with the fields title, headings, body and studies.

FTS5 was chosen over bm25s by measurement (docs/decisions.md): the same quality, and it grows in place where
bm25s is rebuilt as a whole. Words are stemmed (Porter). One file a generation, never changed once published.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.terms import stem

_WORD = re.compile(r"\w+")
# Weight of title, headings, body, studies in the word score.
FIELD_WEIGHTS = (0.5, 1.0, 1.0, 0.5)
K1 = 1.2  # fixed in FTS5
FAILURES = (sqlite3.Error,)  # what is raised when the file cannot be read or written
# Passages that the words of one question may be looked up in, about: FTS5 scores every passage with any of the words,
# at 1 to 2 microseconds each, so the commonest words of a long question are left out of a large library's search.
MOST_MATCHED = 6000
MOST_READ = 100  # passages in which a word is looked for in just its form
PLACES_KEPT = 50_000  # passages of which a reader remembers where they lie: some 300 bytes each
_PLACE = "row, source_id, ordinal, first, statements"
_SCHEMA = """
CREATE TABLE documents(source_id TEXT PRIMARY KEY, catalogue TEXT);
CREATE TABLE passages(
    row INTEGER PRIMARY KEY, id TEXT UNIQUE, source_id TEXT, ordinal INTEGER, first INTEGER, statements INTEGER
);
CREATE INDEX passages_of_source ON passages(source_id);
CREATE VIRTUAL TABLE words USING fts5(title, headings, body, studies, tokenize='porter unicode61');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row);
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage lies: its row in this file, and those of its vectors in its document's; see `PassageWords`."""

    row: int
    source_id: str
    ordinal: int
    first: int
    statements: int


@dataclass(frozen=True, slots=True)
class PassageWords:
    """What is searched by words for one passage, and where its vectors lie in its document's file.

    Attributes:
        ordinal: row of the passage's vector. first: row of its first statement's. statements: how many follow.
    """

    id: str
    ordinal: int
    title: str
    headings: str
    body: str
    studies: str
    first: int = 0
    statements: int = 0


class WordIndex:
    """The passages of one generation, searched by words, and found by id."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        """Open the file; a new one is made when `writable`."""
        new = not path.exists()
        mode = "rwc" if writable else "ro"
        # Streamlit answers in threads; sqlite3 serialises calls itself, and a reader only reads.
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
        # Filled by a reader, whose file never changes.
        self._counts: dict[str, int] = {}
        self._places: dict[str, Place] = {}
        self._total: int | None = None
        if new and writable:
            self._db.executescript(_SCHEMA)

    def add(self, source_id: str, catalogue: str, passages: Sequence[PassageWords]) -> None:
        """Add the passages of one document, and what is known of it, as JSON."""
        self._db.execute("INSERT INTO documents VALUES (?, ?)", (source_id, catalogue))
        for passage in passages:
            row = self._db.execute(
                "INSERT INTO passages(id, source_id, ordinal, first, statements) VALUES (?, ?, ?, ?, ?)",
                (passage.id, source_id, passage.ordinal, passage.first, passage.statements),
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
        among = f" AND +rowid IN (SELECT row FROM passages WHERE source_id IN ({_marks(only)}))" if only else ""
        # The ids are looked up for the best only: a join would do it for every passage that matches.
        best = (
            "SELECT rowid AS place, bm25(words, ?, ?, ?, ?) AS score FROM words "
            f"WHERE words MATCH ?{among} ORDER BY score, place LIMIT ?"
        )
        found = self._db.execute(
            f"SELECT score, id, {_PLACE} FROM ({best}) JOIN passages ON row = place ORDER BY score, id",
            (*FIELD_WEIGHTS, query, *only, limit),
        ).fetchall()
        self._remember({id_: Place(*place) for _, id_, *place in found})
        return {id_: -score for score, id_, *_ in found}

    def scores(self, words: Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        """Word score of the passages named, as in `search`; those without any of the words are left out."""
        query = self._query(words)
        if not query or not ids:
            return {}
        by_row = {place.row: id_ for id_, place in self.places(ids).items()}
        found = self._db.execute(
            f"SELECT rowid, bm25(words, ?, ?, ?, ?) FROM words WHERE words MATCH ? AND +rowid IN ({_marks(by_row)})",
            (*FIELD_WEIGHTS, query, *by_row),
        )
        return {by_row[row]: -score for row, score in found}

    def sources_with(self, words: Sequence[str]) -> set[str]:
        """The documents that have a passage with all of the words."""
        query = self._query(words, " AND ", every=True)
        if not query:
            return set()
        found = self._db.execute(
            "SELECT DISTINCT source_id FROM words JOIN passages ON row = words.rowid WHERE words MATCH ?", (query,)
        )
        return {source_id for (source_id,) in found}

    def best_score(self, words: Sequence[str]) -> float:
        """About what a passage would score that has each of the words; words unknown here count as rare.

        The inverse document frequency of FTS5's BM25 times k1 + 1, its limit for many occurrences.
        """
        if self._total is None:
            self._total = self.count()
        total = self._total
        score = 0.0
        for word in self._telling(words):
            n = self.passages_with(stem(word))
            score += max(math.log((total - n + 0.5) / (n + 0.5)), 1e-6) * (K1 + 1)
        return score

    def places(self, ids: Sequence[str]) -> dict[str, Place]:
        """Where passages lie, by id; KeyError if there is no such passage."""
        by_id = {id_: place for id_ in ids if (place := self._places.get(id_)) is not None}
        new = [id_ for id_ in ids if id_ not in by_id]
        if new:
            found = self._db.execute(f"SELECT id, {_PLACE} FROM passages WHERE id IN ({_marks(new)})", new)
            by_id |= self._remember({id_: Place(*place) for id_, *place in found})
        return {id_: by_id[id_] for id_ in ids}

    def ids(self) -> dict[str, list[str]]:
        """The ids of each document's passages, in their order, by source id."""
        found: dict[str, list[str]] = {}
        for source_id, id_ in self._db.execute("SELECT source_id, id FROM passages ORDER BY source_id, ordinal"):
            found.setdefault(source_id, []).append(id_)
        return found

    def passages_with(self, stem: str) -> int:
        """In how many passages a stemmed word stands."""
        if stem not in self._counts:
            row = self._db.execute("SELECT doc FROM vocabulary WHERE term = ?", (stem,)).fetchone()
            self._counts[stem] = int(row[0]) if row else 0
        return self._counts[stem]

    def counts(self, stems: Sequence[str]) -> dict[str, int]:
        """In how many passages stemmed words stand, those in none left out."""
        found = self._db.execute(f"SELECT term, doc FROM vocabulary WHERE term IN ({_marks(stems)})", tuple(stems))
        return {term: int(count) for term, count in found}

    def has_word(self, word: str) -> bool:
        """True when a word stands here in just this form, as far as the first passages with its stem tell."""
        if not _WORD.fullmatch(word):
            return False
        found = self._db.execute(
            "SELECT title, headings, body, studies FROM words WHERE words MATCH ? LIMIT ?", (f'"{word}"', MOST_READ)
        )
        whole = re.compile(rf"\b{word}\b", re.IGNORECASE)
        return any(whole.search(text) for row in found for text in row)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def _remember(self, places: dict[str, Place]) -> dict[str, Place]:
        if len(self._places) + len(places) > PLACES_KEPT:
            self._places = {}
        self._places |= places
        return places

    def _query(self, words: Sequence[str], joint: str = " OR ", every: bool = False) -> str:
        chosen = words if every else self._telling(words)
        terms = dict.fromkeys(term for word in chosen for term in _WORD.findall(word.casefold()))
        return joint.join(f'"{term}"' for term in terms)

    def _telling(self, words: Sequence[str]) -> list[str]:
        """The words to search by, in order: all of them, or in a large library the rarest; at least one."""
        counts = {word: self.passages_with(stem(word)) for word in words}
        matched = 0
        kept: set[str] = set()
        for word in sorted(counts, key=lambda word: (counts[word], word)):
            matched += counts[word]
            if kept and matched > MOST_MATCHED:
                break
            kept.add(word)
        return [word for word in counts if word in kept]


def _marks(values: Collection[object]) -> str:
    return ",".join("?" * len(values))
