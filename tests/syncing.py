"""What the tests of ingestion share: three small documents, and a run told in states."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fakes import Opener

from ingest.ledger import Row
from ingest.sync import sync
from rag.index.layout import Layout
from rag.index.reader import Index
from rag.settings import Settings

A = "# About rest\n\n## Part\n\nPeers rest at noon in the shade of the old tree.\n"
B = "# About songs\n\n## Part\n\nPeers sing at dusk beside the river with their friends.\n"
C = "# About bread\n\n## Part\n\nPeers bake bread at dawn for all of their neighbours.\n"
NOTHING = b"\x00\x00"
CATALOGUE = '[[document]]\nid = "{}"\nfile = "{}"\ntitle = "T"\n'


def states(rows: Iterable[Row]) -> dict[str, str]:
    return {row.source_id: row.state for row in rows}


def published(settings: Settings) -> str:
    return Layout(settings.index).published()


def held(settings: Settings) -> set[str]:
    """Ids of the documents that are answered from."""
    return set(Layout(settings.index).manifest(published(settings)).documents)


def text_of(settings: Settings, source_id: str) -> str:
    index = Index(settings.index, published(settings))
    try:
        return index.document(source_id).text
    finally:
        index.close()


def run(settings: Settings, *paths: Path, opener: Opener | None = None, **options: bool) -> dict[str, str]:
    return states(sync(paths, settings, open_=opener or Opener(settings), **options))
