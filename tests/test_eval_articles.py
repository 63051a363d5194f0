"""Questions on whole articles are asked with their article in the library, and with it taken out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import HashEncoder, Opener, write_files

from eval.articles import articles
from eval.collections import CollectionError
from ingest.sync import sync
from rag.settings import Settings

OWLS = "# Barn owls\n\n## Part\n\nBarn owls hunt voles at dusk over meadows.\n"
ITEMS = (
    {"id": "e1", "question": "what do barn owls hunt at dusk?", "doc": "OWLS", "answers": ["Barn owls hunt voles"]},
    {"id": "e2", "question": "what do bees do?", "doc": "BEES", "answers": ["They sleep"]},
)


def quiet(_: str) -> None:
    """No progress notes."""


@pytest.fixture
def bench(tmp_path: Path, settings: Settings) -> Path:
    """A folder of one article, which is in the index, and two questions."""
    items = "".join(json.dumps(item) + "\n" for item in ITEMS)
    folder = write_files(tmp_path / "bench", {"library/OWLS.md": OWLS, "evidence_inference/answerable.jsonl": items})
    sync([folder / "library"], settings, open_=Opener(settings))
    return folder


def test_only_questions_on_articles_in_the_index_are_asked(bench: Path, settings: Settings):
    told = list(articles(bench, "all", "", None, settings, HashEncoder(settings), quiet))
    (row,) = [line for line in told if line.startswith("| evidence_inference")]
    count, quoted, refused, out = [cell.strip()[:5] for cell in row.split("|")[2:-1]]
    assert (count, quoted, refused, out) == ("1", "1.000", "0.000", "1.000")


def test_a_library_without_the_articles_is_told(tmp_path: Path, bench: Path, settings: Settings):
    with pytest.raises(CollectionError, match="no article"):
        list(articles(tmp_path, "all", "", None, settings, HashEncoder(settings), quiet))
