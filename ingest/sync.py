"""Bring an index in step with folders and files: the main job of ingestion.

In: paths, settings. Out: a published index and the ledger of the run. What did not change by content is not
read again; what fails is reported and does not stop the others; nothing is published before all is built.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

from ingest.assemble import Assembled
from ingest.child import shared_child
from ingest.embed import Embedder, Open
from ingest.find import Source, find, look
from ingest.identify import Item, identify
from ingest.ledger import Ledger, Row, State, begin_run, end_run, load_ledger, save_ledger
from ingest.library import Entry
from ingest.parse import Order
from ingest.progress import Meter, Progress
from rag.encode import encoder_fingerprint
from rag.errors import CitewellError, DocumentError, SourceError
from rag.index.layout import Layout
from rag.index.store import read_document
from rag.index.writer import Draft, now, writing, written
from rag.schema import Catalogue, Document
from rag.settings import Settings

# Part of each document's digest: raise it when reading, structure or passages change, and all is read again.
READING = 10
AHEAD = 1  # documents parsed in the child while another is embedded


def sync(
    paths: Sequence[Path],
    settings: Settings,
    *,
    progress: Progress = lambda _: None,
    open_: Open | None = None,
    remove_all: bool = False,
) -> tuple[Row, ...]:
    """Bring the index in step with `paths` and the folder of uploads; returns the rows of this run.

    Documents are removed only if they were last seen under a folder of this call and are gone from it. When the
    index cannot be used any more (damaged, of another format or encoder), the others are read again too.
    `progress` gets a line for each step, an `ingest.progress.Note` where the number of documents is known.
    `open_` loads the encoder; it is called only when there is something to embed.

    Raises SourceError for a path that does not exist, a folder that cannot be read or lost all its documents (unless
    `remove_all`), IndexLockedError when somebody else is writing, IndexWriteError, EncoderError. Whatever is raised,
    what was published stays as it was.
    """
    roots = [path.resolve() for path in paths]
    for path, root in zip(paths, roots, strict=True):
        if not root.exists():
            raise SourceError(f"no such folder or file: `{path}`", "check the path; the default is `corpus/`")
    if settings.library.is_dir():
        roots.append(settings.library.resolve())
    with writing(settings.index), recorded(settings, [str(path) for path in paths]) as ledger:
        return _Run(settings, progress, open_, ledger).go(roots, remove_all)


@contextlib.contextmanager
def recorded(settings: Settings, paths: Iterable[str]) -> Iterator[Ledger]:
    """Note the beginning of a run in the ledger, and a failure of the whole run with its reason.

    Gives the ledger with the run in it; whoever succeeds writes the end.
    """
    ledger = begin_run(load_ledger(settings.index), paths, now())
    with written(settings.index):
        save_ledger(settings.index, ledger)
    try:
        with written(settings.index):
            yield ledger
    except BaseException as error:
        why = error.message if isinstance(error, CitewellError) else f"{type(error).__name__}: {error}"
        with contextlib.suppress(OSError):  # a full disk: the run then counts as killed
            save_ledger(settings.index, end_run(ledger, now(), "stopped", why=why))
        raise


class _Run:
    """One run: reads, embeds and publishes, keeping its rows."""

    def __init__(self, settings: Settings, progress: Progress, open_: Open | None, ledger: Ledger) -> None:
        self._settings = settings
        self._progress = progress
        self._embedder = Embedder(settings, open_, progress)
        self._ledger = ledger
        self._draft: Draft | None = None
        self._rows: dict[str, Row] = {}
        self._withdrawn: dict[str, Row] = {}
        self._old: Mapping[str, str] = {}  # what the published state holds, if it is of another encoder or format

    def go(self, roots: Sequence[Path], remove_all: bool) -> tuple[Row, ...]:
        indexed = self._indexed()
        before = {row.source_id: row for row in self._ledger.documents}
        folders = [root for root in roots if root.is_dir()]
        sources = _sources(roots)
        if not remove_all:
            _refuse_empty(folders, sources, before.values())
        if indexed is None:
            indexed = {}
            for row in before.values():
                for place in map(Path, row.all_places):
                    if place not in sources and not _inside(place, folders) and not row.withdrawn:
                        sources[place] = _lost_or_found(place, row)
        most = self._settings.max_file_mb * 1_000_000
        found = [look(source, most) for source in sources.values()]

        def covered(place: Path) -> bool:
            return place in sources or _inside(place, folders)

        items, gone = identify(found, before.values(), covered)
        try:
            self._take_all(items, indexed)
            for row in gone:
                if not row.withdrawn:
                    self._rows[row.source_id] = replace(row, state="removed", date=now(), why="", warnings=())
            left = [row for row in before.values() if row.source_id not in self._rows.keys() | self._withdrawn.keys()]
            kept = [_still(row, covered) for row in left if row not in gone]
            self._publish(indexed, [*kept, *self._withdrawn.values()])
        finally:
            self._embedder.close()
        return tuple(self._rows[source_id] for source_id in sorted(self._rows))

    def _indexed(self) -> Mapping[str, str] | None:
        """What the published state holds; None when it is damaged or of another encoder than the settings ask for."""
        layout = Layout(self._settings.index)
        published = layout.readable()
        if published is None:
            if layout.current.exists():
                self._progress("the index is damaged or of another format: it is built again")
                self._old = layout.documents_of_any_format(layout.pointer())
            return None
        manifest = published[1]
        if manifest.fingerprint.encoder != encoder_fingerprint(self._settings):
            self._progress("the index was written with another encoder: everything is embedded again")
            self._old = manifest.documents
            return None
        return manifest.documents

    def _take_all(self, items: Iterable[Item], indexed: Mapping[str, str]) -> None:
        """Make the rows of all documents; those that are new or changed are parsed in the child, one ahead."""
        to_read: list[tuple[Item, str]] = []
        for item in items:
            row = self._settled(item, indexed)
            if row is None:
                to_read.append((item, self._digest(item)))
            elif row.withdrawn:
                self._withdrawn[item.source_id] = row
            else:
                self._rows[item.source_id] = row
        meter = Meter(len(to_read), self._progress)
        for item, digest, parsing in self._parsed(to_read):
            meter.reading(item.found.source.path.name)
            row = self._take(item, digest, parsing, indexed, meter)
            self._rows[item.source_id] = row
            meter.done(row.passages if row.state != "failed" else 0)

    def _settled(self, item: Item, indexed: Mapping[str, str]) -> Row | None:
        """The row of a document that need not be read; None for one that must be."""
        before, places = item.before, tuple(map(str, item.places))
        if before is not None and before.withdrawn:
            return replace(before, path=places[0], places=places, content=item.found.content or before.content)
        if not item.found.content:
            return self._failed(item, indexed, item.found.why, "")
        if before is None or item.source_id not in indexed:
            return None
        if not item.elsewhere:
            if before.digest != self._digest(item):
                return None
        elif before.content != item.found.content or not before.digest:
            return None
        state: State = "unchanged" if before.path == places[0] else "renamed"
        date = before.date if state == "unchanged" else now()
        return replace(
            before,
            state=state,
            path=places[0],
            places=places,
            content=item.found.content,
            object=indexed[item.source_id],
            date=date,
            why="",
            stale=False,
        )

    def _digest(self, item: Item) -> str:
        """Hash of all that shapes the document; its own file's name does not."""
        known = json.dumps([item.source_id, asdict(item.found.source.entry.catalogue)], sort_keys=True)
        shape = f"{READING} {encoder_fingerprint(self._settings)} {known}\n{item.found.content}"
        return hashlib.sha256(shape.encode()).hexdigest()

    def _parsed(self, items: Sequence[tuple[Item, str]]) -> Iterator[tuple[Item, str, Future[Assembled]]]:
        """The documents with what the child makes of them, which goes on while the one before is embedded."""
        child = shared_child()
        waiting: deque[tuple[Item, str, Future[Assembled]]] = deque()
        pool = ThreadPoolExecutor(1)
        done = False
        try:
            for item, digest in items:
                waiting.append((item, digest, pool.submit(child.parse, self._order(item))))
                if len(waiting) > AHEAD:
                    yield waiting.popleft()
            yield from waiting
            done = True
        finally:
            if not done:  # the run was stopped: nobody waits for a file that may take minutes
                child.stop()
            pool.shutdown(cancel_futures=True)

    def _order(self, item: Item) -> Order:
        known = item.found.source
        settings = self._settings
        return Order(
            path=known.path,
            source_id=item.source_id,
            catalogue=known.entry.catalogue,
            content=item.found.content,
            seconds=settings.max_file_seconds,
            memory=settings.max_file_memory * 1_000_000,
            pages=settings.max_file_pages,
        )

    def _take(
        self, item: Item, digest: str, parsing: Future[Assembled], indexed: Mapping[str, str], meter: Meter
    ) -> Row:
        try:
            document = self._embedder.passages(parsing.result())
            meter.embedding(item.found.source.path.name, len(document.passages))
            self._embed(document)
        except DocumentError as error:
            return self._failed(item, indexed, error.message, error.hint)
        places = tuple(map(str, item.places))
        return Row(
            source_id=item.source_id,
            title=document.catalogue.title,
            path=places[0],
            digest=digest,
            state="changed" if item.source_id in indexed else "added",
            passages=len(document.passages),
            pages=len(document.pages),
            date=now(),
            warnings=document.warnings,
            places=places,
            content=item.found.content,
            object=self._drafting().documents[item.source_id],
            stands_in=document.catalogue.digest,
        )

    def _failed(self, item: Item, indexed: Mapping[str, str], why: str, hint: str) -> Row:
        path, places = item.found.source.path, tuple(map(str, item.places))
        known = item.before or Row(item.source_id, path.stem, "", "", "failed")
        return replace(
            known,
            path=places[0],
            places=places,
            state="failed",
            digest="",
            content=item.found.content,
            date=now(),
            why=f"{why}; {hint}" if hint else why,
            stale=item.source_id in indexed or self._kept(item.source_id),
            warnings=(),
        )

    def _kept(self, source_id: str) -> bool:
        """Embed the last good version, of another encoder or format; False when there is none that can be."""
        try:
            document = read_document(Layout(self._settings.index), self._old[source_id])
        except (KeyError, OSError, ValueError):  # not there, or damaged
            return False
        if not self._embedder.takes(document):
            return False
        self._embed(document)
        return True

    def _embed(self, document: Document) -> None:
        self._drafting().put(document, *self._embedder.vectors(document))

    def _drafting(self) -> Draft:
        if self._draft is None:
            self._draft = Draft(self._settings.index, self._embedder.fingerprint)
        return self._draft

    def _publish(self, indexed: Mapping[str, str], others: Sequence[Row]) -> None:
        """Publish the new state with its ledger; `others` are the rows of documents that this run left alone."""
        removed = [row.source_id for row in self._rows.values() if row.state == "removed"]
        unknown = sorted(indexed.keys() - self._rows.keys() - {row.source_id for row in others})
        if unknown:  # the ledger was lost, and the generation's own with it
            self._progress(f"left out, as nobody knows where their files are: {', '.join(unknown)}")
            removed += unknown
        removed += [row.source_id for row in others if row.withdrawn and row.source_id in indexed]
        generation = self._ledger.generation
        if self._draft is None and any(source_id in indexed for source_id in removed):
            layout = Layout(self._settings.index)
            self._draft = Draft(self._settings.index, layout.manifest(layout.published()).fingerprint)
        if self._draft is not None:
            for source_id in removed:
                self._draft.drop(source_id)
            generation = self._draft.name
        kept = [row for row in self._rows.values() if row.state != "removed"]
        ended = replace(
            end_run(self._ledger, now(), "done", list(self._rows.values()), generation),
            generation=generation or Layout(self._settings.index).pointer(),
            documents=(*kept, *others),
        )
        if self._draft is not None:
            self._progress("publishing")
            keep = [row.object for row in others if row.withdrawn]
            self._draft.publish(ended.to_json(), keep, self._progress)
        save_ledger(self._settings.index, ended)


def _sources(roots: Iterable[Path]) -> dict[Path, Source]:
    sources: dict[Path, Source] = {}
    for root in roots:
        for source in find(root):
            sources.setdefault(source.path.resolve(), source)
    return sources


def _lost_or_found(place: Path, row: Row) -> Source:
    lost = Source(place, Entry(row.source_id, Catalogue(title="")))
    return next(find(place), lost) if place.is_file() else lost


def _inside(place: Path, folders: Iterable[Path]) -> bool:
    return any(place.is_relative_to(folder) for folder in folders)


def _refuse_empty(folders: Sequence[Path], sources: Iterable[Path], before: Iterable[Row]) -> None:
    """A folder that lost all its documents is more often a disk that is not there than a wish."""
    rows = [row for row in before if not row.withdrawn]
    for folder in folders:
        had = [row for row in rows if any(_inside(Path(place), [folder]) for place in row.all_places)]
        if had and not any(_inside(place, [folder]) for place in sources):
            raise SourceError(
                f"`{folder}` holds no documents any more; {len(had)} came from it. Nothing was changed",
                "is the disk there? To remove them all, add --remove-all",
            )


def _still(row: Row, covered: Callable[[Path], bool]) -> Row:
    """A row of a document that was left alone, without its places that have vanished."""
    places = tuple(place for place in row.all_places if not covered(Path(place)))
    return replace(row, path=places[0], places=places) if places else row
