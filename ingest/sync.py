"""Bring an index in step with folders and files: the main job of ingestion.

In: paths, settings. Out: a published index and the ledger of the run. What did not change by content is not
read again; what fails is reported and does not stop the others; nothing is published before all is built.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ingest.assemble import assemble
from ingest.ledger import Row, read_ledger, write_ledger
from ingest.library import NAME, Entry, id_of, read_library
from ingest.passages import Measure, with_passages
from ingest.read import read
from ingest.remember import VectorMemory
from rag.encode import Encoder, encoder_fingerprint, open_encoder
from rag.errors import CitewellError, DocumentError, SourceError
from rag.index.layout import Fingerprint, Layout
from rag.index.store import read_document
from rag.index.texts import passage_text, statement_text
from rag.index.writer import Draft, now, writing
from rag.schema import Catalogue, Document
from rag.settings import Settings

# Part of each document's digest: raise it when reading, structure or passages change, and all is read again.
READING = 6
log = logging.getLogger(__name__)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A file found, with what is known of it; `named` when its id was given in `library.toml`."""

    path: Path
    entry: Entry
    named: bool = False


def sync(
    paths: Sequence[Path],
    settings: Settings,
    *,
    progress: Progress = lambda _: None,
    open_: Callable[[], Encoder] | None = None,
    remove_all: bool = False,
) -> tuple[Row, ...]:
    """Bring the index in step with `paths` and the folder of uploads; returns the rows of this run.

    Documents are removed only if they were last seen under a folder of this call and are gone from it. When the
    index cannot be used any more (damaged, or of another encoder), the others are read again too.
    `open_` loads the encoder; it is called only when there is something to embed.

    Raises SourceError for a path that does not exist or a folder that lost all its documents (unless
    `remove_all`), IndexLockedError when somebody else is writing.
    """
    roots = [path.resolve() for path in paths]
    for path, root in zip(paths, roots, strict=True):
        if not root.exists():
            raise SourceError(f"no such folder or file: `{path}`", "check the path; the default is `corpus/`")
    if settings.library.is_dir():
        roots.append(settings.library.resolve())
    with writing(settings.index):
        sources: dict[Path, Source] = {}
        for root in roots:
            for source in find(root):
                sources.setdefault(source.path.resolve(), source)
        before = {row.source_id: row for row in read_ledger(settings.index)}
        folders = [root for root in roots if root.is_dir()]
        if not remove_all:
            _refuse_empty(folders, sources.values(), before)
        return _Run(settings, progress, open_ or (lambda: open_encoder(settings, threads=2)), before).go(
            sources, folders
        )


def find(root: Path) -> Iterator[Source]:
    """The documents at a path: the file itself, or all files of a folder but hidden ones, sorted."""
    files = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.is_file())
    libraries: dict[Path, dict[str, Entry]] = {}
    for path in files:
        inside = path.relative_to(root).parts if root.is_dir() else (path.name,)
        if path.name == NAME or any(part.startswith(".") for part in inside):
            continue
        if path.parent not in libraries:
            libraries[path.parent] = read_library(path.parent)
        known = libraries[path.parent].get(path.name)
        yield Source(path, known or Entry(id_of(path), Catalogue(title="")), known is not None)


def assign_ids(sources: Mapping[Path, Source], rows: Iterable[Row], folders: Sequence[Path]) -> dict[Path, str]:
    """The id of each file: the one given in `library.toml`, else the one it has, else one made of its name.

    An id stays with its path while that path's document is in the library: another path that wants it gets a
    number behind it. Only an id of `library.toml` moves on, when the file that had it has vanished.
    """
    owner: dict[str, Path] = {}
    for row in rows:
        path = Path(row.path).resolve()
        source = sources.get(path)
        if source.entry.source_id == row.source_id or not source.named if source else not _inside(row, folders):
            owner[row.source_id] = path
    own = {path: source_id for source_id, path in owner.items()}
    ids: dict[Path, str] = {}
    for path, source in sorted(sources.items(), key=lambda item: not item[1].named):
        wanted = source.entry.source_id if source.named else own.get(path, source.entry.source_id)
        if source.named and wanted in owner and not owner[wanted].exists():
            del owner[wanted]
        number, ids[path] = 1, wanted
        while owner.setdefault(ids[path], path) != path:
            number += 1
            ids[path] = f"{wanted}-{number}"
    return ids


def _inside(row: Row, folders: Sequence[Path]) -> bool:
    return any(Path(row.path).is_relative_to(folder) for folder in folders)


def _refuse_empty(folders: Sequence[Path], sources: Iterable[Source], before: dict[str, Row]) -> None:
    """A folder that lost all its documents is more often a disk that is not there than a wish."""
    for folder in folders:
        had = [row for row in before.values() if _inside(row, [folder])]
        if had and not any(source.path.is_relative_to(folder) for source in sources):
            raise SourceError(
                f"`{folder}` holds no documents any more; {len(had)} came from it. Nothing was changed",
                "is the disk there? To remove them all, add --remove-all",
            )


class _Run:
    """One run: reads, embeds and publishes, keeping its rows."""

    def __init__(
        self, settings: Settings, progress: Progress, open_: Callable[[], Encoder], before: dict[str, Row]
    ) -> None:
        self._settings = settings
        self._progress = progress
        self._open = open_
        self._encoder: Encoder | None = None
        self._memory: VectorMemory | None = None
        self._draft: Draft | None = None
        self._before = before
        self._rows: dict[str, Row] = {}
        self._old: Mapping[str, str] = {}  # what the published state holds, if it is of another encoder

    def go(self, sources: dict[Path, Source], folders: Sequence[Path]) -> tuple[Row, ...]:
        indexed = self._indexed()
        if indexed is None:
            indexed = {}
            for row in self._before.values():
                path = Path(row.path)
                if not _inside(row, folders) and path.resolve() not in sources:
                    lost = Source(path, Entry(row.source_id, Catalogue(title="")))
                    sources[path.resolve()] = next(find(path), lost)
        ids = assign_ids(sources, self._before.values(), folders)
        try:
            for number, (path, source) in enumerate(sources.items(), start=1):
                self._rows[ids[path]] = self._take(source, ids[path], indexed, f"{number}/{len(sources)}")
            for row in self._before.values():
                gone = _inside(row, folders) or Path(row.path).resolve() in sources
                if row.source_id not in self._rows and gone:
                    self._rows[row.source_id] = replace(row, state="removed", date=now(), why="", warnings=())
            self._publish(indexed)
        finally:
            if self._memory is not None:
                self._memory.close()
        rows = tuple(self._rows[source_id] for source_id in sorted(self._rows))
        kept = [row for row in self._before.values() if row.source_id not in self._rows]
        write_ledger(self._settings.index, [*rows, *kept])
        return rows

    def _indexed(self) -> Mapping[str, str] | None:
        """What the published state holds; None when it is damaged or of another encoder than the settings ask for."""
        layout = Layout(self._settings.index)
        published = layout.readable()
        if published is None:
            if layout.current.exists():
                self._progress("the index is damaged or of another format: it is built again")
            return None
        manifest = published[1]
        if manifest.fingerprint.encoder != encoder_fingerprint(self._settings):
            self._progress("the index was written with another encoder: everything is embedded again")
            self._old = manifest.documents
            return None
        return manifest.documents

    def _take(self, source: Source, source_id: str, indexed: Mapping[str, str], place: str) -> Row:
        before = self._before.get(source_id)
        try:
            data = source.path.read_bytes()
        except OSError as error:
            return self._failed(source, source_id, before, indexed, f"cannot be opened: {error.strerror}", "")
        digest = _digest(data, source.entry, self._settings)
        if before is not None and before.digest == digest and source_id in indexed:
            return replace(before, state="unchanged", path=str(source.path), why="", stale=False)
        try:
            self._progress(f"{place}  {source.path.name}: reading")
            blocks = read(source.path, data)
            assembled = assemble(source_id, blocks, source.entry.catalogue)
            encoder = self._ready()
            document = with_passages(assembled, Measure(encoder.max_tokens, encoder.count_tokens))
            if not document.passages:
                raise DocumentError("the file holds no paragraphs that could answer a question", "is it a list?")
            self._progress(f"{place}  {source.path.name}: embedding {len(document.passages)} passages")
            self._embed(document)
        except DocumentError as error:
            return self._failed(source, source_id, before, indexed, error.message, error.hint)
        except CitewellError:
            raise  # the encoder or the index, not this document
        except Exception as error:  # a slip of ours on one document must not stop the others
            log.exception("reading %s", source.path)
            why = f"unexpected {type(error).__name__}: {error}"
            return self._failed(source, source_id, before, indexed, why, "please report this with the file")
        return Row(
            source_id=source_id,
            title=document.catalogue.title,
            path=str(source.path),
            digest=digest,
            state="changed" if source_id in indexed else "added",
            passages=len(document.passages),
            pages=len(document.pages),
            date=now(),
            warnings=document.warnings,
        )

    def _failed(
        self, source: Source, source_id: str, before: Row | None, indexed: Mapping[str, str], why: str, hint: str
    ) -> Row:
        known = before or Row(source_id, source.path.stem, "", "", "failed")
        return replace(
            known,
            path=str(source.path),
            state="failed",
            digest="",
            date=now(),
            why=f"{why}; {hint}" if hint else why,
            stale=source_id in indexed or self._kept(source_id),
            warnings=(),
        )

    def _kept(self, source_id: str) -> bool:
        """Embed the last good version, which another encoder embedded; False when there is none that can be."""
        try:
            document = read_document(Layout(self._settings.index), self._old[source_id])
        except (KeyError, OSError, ValueError):  # not there, or damaged
            return False
        encoder = self._ready()
        if any(encoder.count_tokens(passage_text(document, p)) > encoder.max_tokens for p in document.passages):
            return False
        self._embed(document)
        return True

    def _ready(self) -> Encoder:
        if self._encoder is None:
            self._progress("loading the encoder (the first time it is prepared, which takes some ten seconds)")
            self._encoder = self._open()
        return self._encoder

    def _embed(self, document: Document) -> None:
        encoder = self._ready()
        if self._memory is None:
            path = self._settings.cache / "vectors.sqlite"
            self._memory = VectorMemory(path, encoder.fingerprint, encoder.dim)
        passages = [passage_text(document, passage) for passage in document.passages]
        statements = [
            statement_text(document, statement) for passage in document.passages for statement in passage.statements
        ]
        rows = self._memory.encode([*passages, *statements], encoder.encode_passages)
        self._drafting().put(document, rows[: len(passages)], rows[len(passages) :])

    def _drafting(self) -> Draft:
        if self._draft is None:
            encoder = self._ready()
            fingerprint = Fingerprint(encoder.fingerprint, encoder.dim, encoder.max_tokens)
            self._draft = Draft(self._settings.index, fingerprint)
        return self._draft

    def _publish(self, indexed: Mapping[str, str]) -> None:
        removed = [row.source_id for row in self._rows.values() if row.state == "removed"]
        unknown = sorted(indexed.keys() - self._rows.keys() - self._before.keys())
        if unknown:  # the ledger was lost, or a run was killed before it wrote it
            self._progress(f"left out, as nobody knows where their files are: {', '.join(unknown)}")
            removed += unknown
        if self._draft is None and not any(source_id in indexed for source_id in removed):
            return
        if self._draft is None:
            layout = Layout(self._settings.index)
            self._draft = Draft(self._settings.index, layout.manifest(layout.published()).fingerprint)
        for source_id in removed:
            self._draft.drop(source_id)
        self._progress("publishing")
        self._draft.publish()


def _digest(data: bytes, entry: Entry, settings: Settings) -> str:
    known = json.dumps(asdict(entry), sort_keys=True)
    shape = f"{READING} {encoder_fingerprint(settings)} {known}\n"
    return hashlib.sha256(shape.encode() + data).hexdigest()
