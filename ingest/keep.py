"""Take a document out of the library by hand, and bring it back: `remove` and `restore`.

In: a source id. Out: its row. The file stays where it is; later runs leave the document out until it is restored.
What was read of it is kept in the index, so restoring needs neither the file nor, as a rule, the encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.embed import Embedder, Open
from ingest.ledger import Ledger, Row, end_run, load_ledger, save_ledger
from ingest.progress import Progress
from ingest.sync import recorded
from rag.errors import SourceError
from rag.index.layout import Layout, Manifest
from rag.index.store import read_document
from rag.index.writer import Draft, now, writing
from rag.settings import Settings

_LIST = "`python -m ingest status` lists the ids"


def remove(source_id: str, settings: Settings, *, progress: Progress = lambda _: None) -> Row:
    """Take a document out, and keep it out; returns its row.

    Raises SourceError for an id that is not in the library, IndexLockedError when somebody else is writing.
    """
    _published(settings)
    with writing(settings.index), recorded(settings, [f"remove {source_id}"]) as ledger:
        row = _row(ledger, source_id)
        if row.withdrawn:
            raise SourceError(f"`{source_id}` is removed already", "`python -m ingest restore` brings it back")
        manifest = _published(settings)
        draft = Draft(settings.index, manifest.fingerprint)
        draft.drop(source_id)
        kept = manifest.documents.get(source_id, "")
        gone = replace(row, state="removed", withdrawn=True, object=kept, date=now(), stale=False)
        _publish(settings, ledger, draft, gone, progress)
    return gone


def restore(
    source_id: str, settings: Settings, *, progress: Progress = lambda _: None, open_: Open | None = None
) -> Row:
    """Bring a removed document back as it was; returns its row. `open_` loads the encoder, should it be needed.

    Raises SourceError for an id that was not removed, or of which nothing is kept.
    """
    _published(settings)
    with writing(settings.index), recorded(settings, [f"restore {source_id}"]) as ledger:
        row = _row(ledger, source_id)
        if not row.withdrawn:
            raise SourceError(f"`{source_id}` was not removed", "`python -m ingest status` shows what was")
        draft = Draft(settings.index, _published(settings).fingerprint)
        if row.object and not draft.adopt(source_id, row.object):
            _embed(row, draft, settings, progress, open_)
        held = draft.documents.get(source_id, "")
        back = replace(row, state="added" if held else "failed", withdrawn=False, object=held, date=now())
        _publish(settings, ledger, draft, back, progress)
    return back


def removed(settings: Settings) -> Sequence[Row]:
    """The rows of the documents that were taken out by hand."""
    return tuple(row for row in load_ledger(settings.index).documents if row.withdrawn)


def _row(ledger: Ledger, source_id: str) -> Row:
    for row in ledger.documents:
        if row.source_id == source_id:
            return row
    raise SourceError(f"no document with the id `{source_id}` in the library", _LIST)


def _published(settings: Settings) -> Manifest:
    layout = Layout(settings.index)
    return layout.manifest(layout.published())


def _embed(row: Row, draft: Draft, settings: Settings, progress: Progress, open_: Open | None) -> None:
    """Put in the document as it was read, embedded anew: the index was written with another encoder since."""
    embedder = Embedder(settings, open_, progress)
    try:
        document = read_document(Layout(settings.index), row.object)
        if embedder.fingerprint != draft.fingerprint or not embedder.takes(document):
            raise ValueError(row.object)
        draft.put(document, *embedder.vectors(document))
    except (OSError, ValueError):
        raise SourceError(
            f"nothing is kept of `{row.source_id}` that could be brought back",
            f"bring its file in again: `python -m ingest {row.path}`",
        ) from None
    finally:
        embedder.close()


def _publish(settings: Settings, ledger: Ledger, draft: Draft, row: Row, progress: Progress) -> None:
    others = [known for known in ledger.documents if known.source_id != row.source_id]
    documents = (*others, row)
    ended = replace(end_run(ledger, now(), "done", [row], draft.name), generation=draft.name, documents=documents)
    progress("publishing")
    draft.publish(ended.to_json(), [known.object for known in documents if known.withdrawn])
    save_ledger(settings.index, ended)
