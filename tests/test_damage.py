"""A part of the index that is lost or cannot be read is told as that, and the next run builds it again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import Opener, hash_assistant, write_files

from ingest.sync import sync
from rag.errors import CitewellError
from rag.index.layout import Layout
from rag.settings import Settings

A = "# About rest\n\n## Findings\n\nPeers rest at noon in the shade of the hall.\n"


@pytest.fixture
def corpus(settings: Settings, tmp_path: Path) -> Path:
    folder = write_files(tmp_path / "corpus", {"a.md": A})
    sync([folder], settings, open_=Opener(settings))
    return folder


def manifest(settings: Settings) -> Path:
    layout = Layout(settings.index)
    return layout.generation(layout.published()) / "manifest.json"


@pytest.mark.parametrize(
    "damage", [{"format": 1}, {"format": 1, "encoder": "x", "dim": 1, "max_tokens": 1, "more": 1}, "x", []]
)
def test_a_damaged_fingerprint_is_told(settings: Settings, corpus: Path, damage: object):
    path = manifest(settings)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"fingerprint": damage}))
    with pytest.raises(CitewellError):
        Layout(settings.index).manifest(path.parent.name)


@pytest.mark.parametrize("body", ["[]", "{}", '"x"', "3", "{"])
def test_a_manifest_of_another_shape_is_told(settings: Settings, corpus: Path, body: str):
    path = manifest(settings)
    path.write_text(body)
    with pytest.raises(CitewellError):
        Layout(settings.index).manifest(path.parent.name)


@pytest.mark.parametrize("lost", ["generations/*/passages.sqlite", "objects/*", "generations/*/manifest.json"])
def test_a_lost_part_is_told_and_built_again_by_the_next_run(settings: Settings, corpus: Path, lost: str):
    for path in settings.index.glob(lost):
        path.unlink()
    with pytest.raises(CitewellError) as caught:
        hash_assistant(settings).ask("when do peers rest?")
    assert "python -m ingest" in caught.value.hint
    sync([corpus], settings, open_=Opener(settings))
    assert "noon" in hash_assistant(settings).ask("when do peers rest?").text


def test_an_index_that_cannot_be_made_is_told(settings: Settings, tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CitewellError) as caught:
        sync([tmp_path], settings.model_copy(update={"index": tmp_path / "file"}), open_=Opener(settings))
    assert "--index" in caught.value.hint
