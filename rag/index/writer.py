"""Build a new state of an index aside, and publish it in one step. One writer at a time.

In: documents with their vectors. Out: a published generation. Killing the writer at any moment leaves what
was published: a state that is being built has a name that no reader looks for, and the pointer is replaced
as a whole.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from rag.encode import Vectors, unit
from rag.errors import CitewellError, IndexLockedError, IndexWriteError, SourceError
from rag.index.chroma import BATCH, PassageVectors, failures
from rag.index.layout import Fingerprint, Layout, Manifest, write_atomically
from rag.index.store import CATALOGUE, kept, read_document, read_vectors, write_object
from rag.index.texts import passage_body, studies_text
from rag.index.words import FAILURES, PassageWords, WordIndex
from rag.schema import Document

BUILDING = ".building"
PROBES = 10  # documents looked up in a new state before it is published


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, made if need be; raises IndexLockedError naming who holds it, or SourceError.

    The lock belongs to the operating system: it ends with the process, however that ends.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError(
            f"no index can be made at `{folder}`: {error.strerror}", "name another folder (--index, CITEWELL_INDEX)"
        ) from error
    lock = FileLock(folder / "writer.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise IndexLockedError(
            f"the index at `{folder}` is being written {_holder(folder)}",
            "wait until that run has ended, then try again",
        ) from None
    try:
        holder = {"process": os.getpid(), "host": socket.gethostname(), "since": now()}
        with contextlib.suppress(OSError):  # on a full disk the lock holds all the same
            write_atomically(folder / "writer.json", json.dumps(holder).encode())
        yield
    finally:
        (folder / "writer.json").unlink(missing_ok=True)
        lock.release()


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _holder(folder: Path) -> str:
    try:
        holder = json.loads((folder / "writer.json").read_text(encoding="utf-8"))
        return f"by process {holder['process']} on {holder['host']} since {holder['since']}"
    except (OSError, ValueError, KeyError):
        return "by another process"


class Draft:
    """A state being built: what is published now, with documents taken in and left out.

    Use it inside `writing`. `put`, `adopt` and `drop` note what to do; `publish` does it, or nothing is changed.
    Each raises IndexWriteError when the disk is full or may not be written.
    """

    def __init__(self, folder: Path, fingerprint: Fingerprint) -> None:
        """Begin with what is published, or with nothing when that has another fingerprint or cannot be read."""
        self._layout = Layout(folder)
        self.fingerprint = fingerprint
        self._base = ""
        self._published = self._layout.pointer()
        self._before: dict[str, str] = {}
        published = self._layout.readable()
        if published is not None and published[1].fingerprint == fingerprint:
            self._base, self._before = published[0], dict(published[1].documents)
        self._after = dict(self._before)

    @property
    def documents(self) -> dict[str, str]:
        """Hash of the object of each document that the new state will hold, by source id."""
        return dict(self._after)

    @property
    def name(self) -> str:
        """The name that the new state will have."""
        return Manifest(self.fingerprint, self._after).name

    def put(self, document: Document, passages: Vectors, statements: Vectors) -> None:
        """Take a document in, in place of the one with its id; vectors a row each, in order."""
        with written(self._layout.root):
            digest = write_object(self._layout, self.fingerprint, document, passages, statements)
        self._after[document.source_id] = digest

    def adopt(self, source_id: str, digest: str) -> bool:
        """Take in again what the index still keeps; False when it is lost or of another fingerprint."""
        if not kept(self._layout, self.fingerprint, digest):
            return False
        self._after[source_id] = digest
        return True

    def drop(self, source_id: str) -> None:
        """Leave a document out."""
        self._after.pop(source_id, None)

    def publish(
        self, ledger: bytes = b"", keep: Collection[str] = (), progress: Callable[[str], None] = lambda _: None
    ) -> str:
        """Build the new generation and make it the published one; returns its name.

        Nothing is built when nothing changed. `ledger` is kept beside the generation; `keep` names objects that
        no generation holds but that may be wanted again; `progress` is told of large amounts.
        """
        manifest = Manifest(self.fingerprint, self._after)
        with written(self._layout.root):
            if manifest.name != self._base:
                self._prune_generations(self._published)  # first, so that the disk holds two states at most
                self._build(manifest, ledger, progress)
                write_atomically(self._layout.current, f"{manifest.name}\n".encode())
            self._prune_generations(manifest.name, self._published)
            self._prune_objects(keep)
        return manifest.name

    def _build(self, manifest: Manifest, ledger: bytes, progress: Callable[[str], None]) -> None:
        """Build from what is published; all anew when that fails the check.

        A reader's Chroma may write to the folder it has open, so a copy of it is checked and not trusted.
        """
        aside = self._layout.generation(BUILDING)
        try:
            for base in (self._base, ""):
                shutil.rmtree(aside, ignore_errors=True)
                if base:
                    shutil.copytree(self._layout.generation(base), aside)
                else:
                    aside.mkdir(parents=True)
                if self._fill(aside, self._before if base else {}, progress):
                    break
            else:
                raise RuntimeError(f"a new state of {self._layout.root} does not hold what was put into it")
            write_atomically(aside / self._layout.library.name, ledger)
            write_atomically(aside / "manifest.json", manifest.to_json().encode())
            target = self._layout.generation(manifest.name)
            shutil.rmtree(target, ignore_errors=True)  # of the same name: left behind by a crash, or damaged
            os.replace(aside, target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _fill(self, folder: Path, before: Mapping[str, str], progress: Callable[[str], None]) -> bool:
        """Take out and put in what changed since `before`; True when the folder then holds what it should."""
        words = WordIndex(folder / "passages.sqlite", writable=True)
        vectors = PassageVectors(folder / "chroma")
        try:
            out = [source_id for source_id, digest in sorted(before.items()) if self._after.get(source_id) != digest]
            for source_id in out:
                words.remove(source_id)
            vectors.remove(out)
            new = [row for row in sorted(self._after.items()) if before.get(row[0]) != row[1]]
            done = 0
            for documents in _together(map(self._read, (digest for _, digest in new))):
                if done:
                    progress(f"publishing: {done:,} of {len(new):,} documents")
                done += len(documents)
                for document, _ in documents:
                    known = CATALOGUE.dump_json(document.catalogue).decode()
                    words.add(document.source_id, known, list(_words_of(document)))
                vectors.add(
                    [passage.id for document, _ in documents for passage in document.passages],
                    np.concatenate([rows for _, rows in documents]),
                    [document.source_id for document, _ in documents for _ in document.passages],
                )
            words.commit()
            return words.count() == vectors.count() and self._finds_itself(vectors)
        finally:
            words.close()
            vectors.close()

    def _finds_itself(self, vectors: PassageVectors) -> bool:
        """True when the first passages of some documents, all over the library, are found by their own vectors."""
        chosen = sorted(self._after.items())[:: max(1, len(self._after) // PROBES)]
        for _, digest in chosen:
            document, rows = self._read(digest)
            own = document.passages[0].id
            vector = unit(rows[:1])[0]
            best = max(vectors.nearest(vector, 1).values(), default=0.0)
            if best + 1e-3 < vectors.cosines(vector, [own]).get(own, 1.0):
                return False
        return True

    def _read(self, digest: str) -> tuple[Document, Vectors]:
        document = read_document(self._layout, digest)
        return document, read_vectors(self._layout, digest, document, self.fingerprint.dim)[0]

    def _prune_generations(self, *names: str) -> None:
        """Remove all states but those named: the published one, and the one before, which a question may be reading."""
        for folder in self._layout.generations.iterdir() if self._layout.generations.exists() else ():
            if folder.name not in names:
                shutil.rmtree(folder, ignore_errors=True)

    def _prune_objects(self, keep: Collection[str]) -> None:
        """Remove documents that neither state holds."""
        held = {*self._before.values(), *self._after.values(), *keep}
        objects = self._layout.root / "objects"
        for file in objects.iterdir() if objects.exists() else ():
            if file.name.split(".")[0] not in held:
                file.unlink(missing_ok=True)


@contextlib.contextmanager
def written(folder: Path) -> Iterator[None]:
    """Tell a failure of the disk, or of what writes to it, as what it is."""
    try:
        yield
    except (CitewellError, RuntimeError):
        raise
    except Exception as error:
        if not isinstance(error, (OSError, *FAILURES, *failures())):
            raise
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise IndexWriteError(
            f"the index at `{folder}` cannot be written: {reason}. What was published stays as it was",
            "make room on the disk, or name another folder (--index, CITEWELL_INDEX), then run it again",
        ) from error


def _together(documents: Iterable[tuple[Document, Vectors]]) -> Iterator[list[tuple[Document, Vectors]]]:
    """The documents in groups of about as many passages as Chroma likes to take at once."""
    group: list[tuple[Document, Vectors]] = []
    count = 0
    for row in documents:
        group.append(row)
        count += len(row[1])
        if count >= BATCH:
            yield group
            group, count = [], 0
    if group:
        yield group


def _words_of(document: Document) -> Iterator[PassageWords]:
    first = len(document.passages)  # the rows of statements follow those of passages
    for ordinal, passage in enumerate(document.passages):
        yield PassageWords(
            id=passage.id,
            ordinal=ordinal,
            first=first,
            statements=len(passage.statements),
            title=document.catalogue.title,
            headings=" ".join(passage.section),
            body=passage_body(document, passage),
            studies=studies_text(document, passage),
        )
        first += len(passage.statements)
