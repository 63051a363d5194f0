"""A published index, read only. In: a folder. Out: passages by meaning, by words, by id; documents.

`Index` is one generation and never changes. `LiveIndex` hands out the newest one, opening it when the
pointer has moved, so that a running page sees new documents without a restart, and is not kept waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from rag.encode import Vectors, unit
from rag.errors import IndexMismatchError, SourceError
from rag.glossary import Glossary, abbreviates
from rag.index.chroma import PassageVectors
from rag.index.exact import EXACT, ExactVectors, read_exact
from rag.index.layout import Fingerprint, Layout
from rag.index.store import CATALOGUE, as_vectors, read_document, read_glossary, read_rows
from rag.index.succession import resolve, superseded_by
from rag.index.words import Place, WordIndex
from rag.mentions import Names
from rag.places import COUNTRIES, DEMONYMS
from rag.schema import Catalogue, Document, Passage
from rag.spelling import Speller

DOCUMENTS_KEPT = 1024  # parsed documents held in memory
ROWS_KEPT = 20_000  # passages whose statements' vectors are held in memory: about 5 KB each
PATIENCE = 3.0  # seconds that questions wait for a new state to open; then the one before answers


class Index:
    """One published generation."""

    def __init__(self, folder: Path, name: str, exact: int = EXACT) -> None:
        """Open a generation; raises IndexMissingError or IndexMismatchError.

        Up to `exact` passages their vectors are compared one by one, beyond that found by Chroma.
        """
        self._layout = Layout(folder)
        self.name = name
        manifest = self._layout.manifest(name)
        self.fingerprint: Fingerprint = manifest.fingerprint
        self._objects: Mapping[str, str] = manifest.documents
        if not (self._layout.generation(name) / "passages.sqlite").exists():
            raise self._layout.damaged("its passages are lost")
        self._words = WordIndex(self._layout.generation(name) / "passages.sqlite")
        self._exact = exact
        self.document = lru_cache(maxsize=DOCUMENTS_KEPT)(self._read_document)
        self._rows_of = lru_cache(maxsize=ROWS_KEPT)(self._read_rows)
        self._paths = {source_id: str(self._layout.vectors(digest)) for source_id, digest in self._objects.items()}

    @cached_property
    def source_ids(self) -> tuple[str, ...]:
        """Ids of all documents, sorted."""
        return tuple(sorted(self._objects))

    def content(self, source_id: str) -> str:
        """A hash of a document: equal in all generations that hold it as it is."""
        return self._objects[source_id]

    @cached_property
    def count(self) -> int:
        """How many passages there are."""
        return self._words.count()

    @cached_property
    def catalogues(self) -> Mapping[str, Catalogue]:
        """What is known of each document, by source id, sorted; `supersedes` holds the ids of what it replaces."""
        known = {source_id: CATALOGUE.validate_json(known) for source_id, known in self._words.catalogues().items()}
        return resolve(known)

    @cached_property
    def superseded(self) -> Mapping[str, tuple[str, ...]]:
        """For each document that was replaced, the ids of those that replace it."""
        return superseded_by(self.catalogues)

    @cached_property
    def names(self) -> Names:
        """The names by which the documents go, to find those that a question names."""
        return Names(self.catalogues)

    @cached_property
    def speller(self) -> Speller:
        """Mends questions by the words of this library."""
        return Speller(self, {name.lower(): name for name in (*COUNTRIES, *DEMONYMS)} | self.names.written)

    def spelled_out(self, question: str) -> tuple[str, ...]:
        """The words of what the question's abbreviations stand for in the documents."""
        return self._glossary.spelled_out(question) if abbreviates(question) else ()

    @cached_property
    def _glossary(self) -> Glossary:
        # Some .3 ms a document: from a fresh process only a question with an abbreviation waits for it.
        return Glossary(pair for _, digest in sorted(self._objects.items()) for pair in self._abbreviations(digest))

    def by_meaning(self, vector: Vectors, limit: int, only: Sequence[str] = ()) -> dict[str, float]:
        """Cosine of the nearest passages, by id."""
        return self._vectors.nearest(vector, limit, only)

    def by_words(self, words: Sequence[str], limit: int, only: Sequence[str] = ()) -> dict[str, float]:
        """Word score of the best passages, by id."""
        return self._words.search(words, limit, only)

    def word_scores(self, words: Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        """Word score of the passages named."""
        return self._words.scores(words, ids)

    def sources_with(self, words: Sequence[str]) -> set[str]:
        """The documents that have a passage with all of the words."""
        return self._words.sources_with(words)

    def best_word_score(self, words: Sequence[str]) -> float:
        """About what a passage with all of the words would score."""
        return self._words.best_score(words)

    def passages_with(self, stem: str) -> int:
        """In how many passages a stemmed word stands."""
        return self._words.passages_with(stem)

    def counts(self, stems: Sequence[str]) -> dict[str, int]:
        """The same for many stemmed words; those that stand nowhere are left out."""
        return self._words.counts(stems)

    def has_word(self, word: str) -> bool:
        """True when a word stands in a passage in just this form."""
        return self._words.has_word(word)

    def passage(self, passage_id: str) -> tuple[Document, Passage]:
        """A passage with its document."""
        place = self.places([passage_id])[passage_id]
        document = self.document(place.source_id)
        return document, document.passages[place.ordinal]

    def places(self, ids: Sequence[str]) -> dict[str, Place]:
        """Where passages lie, by id, in the order of the ids."""
        return self._words.places(ids)

    def cosine(self, vector: Vectors, place: Place) -> float:
        """Cosine of a passage."""
        return float(self._passage_vector(place) @ vector)

    def vectors_of(self, places: Iterable[Place]) -> Vectors:
        """The vectors of all statements of passages, in order: float32 of shape (statements, dim).

        Only those are read; the documents are not.
        """
        return as_vectors(b"".join(map(self._rows_of, places)), self.fingerprint.dim)

    def statement_vectors(self, passage: Passage) -> Vectors:
        """The vectors of a passage's statements: float32 of shape (statements, dim)."""
        return self.vectors_of(self.places([passage.id]).values())

    def warm(self) -> None:
        """Read what a first question would have to read."""
        self.by_meaning(np.ones(self.fingerprint.dim, dtype=np.float32), 1)
        _ = self.count, self.superseded, self._glossary

    def close(self) -> None:
        """Release the files."""
        self._words.close()
        if "_vectors" in self.__dict__:
            self._vectors.close()

    @cached_property
    def _vectors(self) -> PassageVectors | ExactVectors:
        if self.count > self._exact:
            return PassageVectors(self._layout.generation(self.name) / "chroma")
        try:
            return read_exact(self._layout, self._objects, self._words.ids(), self.fingerprint.dim)
        except (OSError, ValueError, KeyError) as error:
            raise self._layout.damaged("vectors of its passages are lost") from error

    def _read_document(self, source_id: str) -> Document:
        digest = self._objects.get(source_id)
        if digest is None:
            raise SourceError(
                f"no document with the id `{source_id}` in the index",
                "`python -m ingest status` lists the ids",
            )
        try:
            return read_document(self._layout, digest)
        except (OSError, ValueError) as error:
            raise self._layout.damaged(f"`{source_id}` cannot be read") from error

    def _abbreviations(self, digest: str) -> tuple[tuple[str, str], ...]:
        try:
            return read_glossary(self._layout, digest)
        except (OSError, ValueError):  # told to whom the document is shown; the others can be searched
            return ()

    def _passage_vector(self, place: Place) -> Vectors:
        if isinstance(self._vectors, ExactVectors):
            return self._vectors.vector(place.source_id, place.ordinal)
        own: Vectors = unit(as_vectors(self._read(place.source_id, place.ordinal, 1), self.fingerprint.dim))[0]
        return own

    def _read_rows(self, place: Place) -> bytes:
        return self._read(place.source_id, place.first, place.statements)

    def _read(self, source_id: str, first: int, count: int) -> bytes:
        try:
            return read_rows(self._paths[source_id], self.fingerprint.dim, first, count)
        except (OSError, ValueError) as error:
            raise self._layout.damaged(f"the vectors of `{source_id}` cannot be read") from error


class LiveIndex:
    """The newest published state of a folder; opened again when a new one is published."""

    def __init__(self, folder: Path, encoder: str, patience: float = PATIENCE) -> None:
        """`encoder` is the fingerprint of the encoder that questions will be embedded with.

        Questions wait `patience` seconds for a new state to be opened, from the moment that it was first asked for.
        """
        self._layout = Layout(folder)
        self._encoder = encoder
        self._patience = patience
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._opening: tuple[str, Future[Index], float] | None = None

    def current(self) -> Index:
        """The newest state that is open. Raises IndexMissingError, or IndexMismatchError for another encoder's index.

        A new state is opened beside the one before, which goes on answering should that take long. The one before
        is not closed here: a question in another thread may still be reading it; its last reader releases it.
        """
        with self._lock:
            name = self._layout.published()
            if self._index is not None and self._index.name == name:
                return self._index
            self._check(name)
            if self._opening is None or self._opening[0] != name:
                self._opening = (name, self._open(name), time.monotonic() + self._patience)
            before, (_, opening, until) = self._index, self._opening
        try:
            index = opening.result(None if before is None else max(0.0, until - time.monotonic()))
        except TimeoutError:
            assert before is not None
            return before
        except Exception:
            with self._lock:
                self._opening = None  # it may be built again under the same name
            raise
        with self._lock:
            self._index, self._opening = index, None
        return index

    def _check(self, name: str) -> None:
        written_by = self._layout.manifest(name).fingerprint.encoder
        if written_by != self._encoder:
            raise IndexMismatchError(
                f"the index at `{self._layout.root}` was written with the encoder `{written_by}`; "
                f"the settings ask for `{self._encoder}`",
                "run `python -m ingest` to embed the library again, or set CITEWELL_ENCODER back",
            )

    def _open(self, name: str) -> Future[Index]:
        future: Future[Index] = Future()

        def opened() -> None:
            try:
                index = Index(self._layout.root, name)
                index.warm()
                future.set_result(index)
            except Exception as error:  # told to whoever asks
                future.set_exception(error)

        threading.Thread(target=opened, name="citewell-open", daemon=True).start()
        return future
