"""A document that is removed by hand stays out until it is restored, and comes back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import Opener, hash_assistant, make_settings, write_files

from ingest.keep import remove, removed, restore
from ingest.ledger import load_ledger, read_ledger
from ingest.sync import sync
from rag.errors import IndexMissingError, SourceError
from rag.index.layout import Layout
from rag.settings import Settings

A = "# About rest\n\n## Part\n\nPeers rest at noon in the shade of the old tree.\n"
B = "# About songs\n\n## Part\n\nPeers sing at dusk beside the river with their friends.\n"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    made = write_files(tmp_path / "corpus", {"a.md": A, "b.md": B})
    sync([made], settings, open_=Opener(settings))
    return made


def held(settings: Settings) -> set[str]:
    layout = Layout(settings.index)
    return set(layout.manifest(layout.published()).documents)


def states(settings: Settings) -> dict[str, str]:
    return {row.source_id: row.state for row in read_ledger(settings.index)}


def run(settings: Settings, *paths: Path) -> dict[str, str]:
    return {row.source_id: row.state for row in sync(paths, settings, open_=Opener(settings))}


def test_a_removed_document_is_answered_from_no_more_and_stays_out(settings: Settings, folder: Path):
    row = remove("a", settings)
    assert (row.state, row.withdrawn) == ("removed", True)
    assert held(settings) == {"b"}
    assert {hit.document.source_id for hit in hash_assistant(settings).search("peers rest at noon")} == {"b"}
    assert run(settings, folder) == {"b": "unchanged"}
    (folder / "a.md").write_text(A.replace("noon", "midnight"))
    assert run(settings, folder) == {"b": "unchanged"}
    (folder / "a.md").rename(folder / "c.md")
    assert run(settings, folder) == {"b": "unchanged"}
    assert held(settings) == {"b"}
    assert [row.source_id for row in removed(settings)] == ["a"]


def test_a_restored_document_comes_back_as_it_was_without_its_encoder(settings: Settings, folder: Path):
    layout = Layout(settings.index)
    before = layout.published()
    remove("a", settings)
    sync([folder], settings, open_=Opener(settings))  # a run between does not lose it
    write_files(folder, {"c.md": B.replace("dusk", "dawn")})
    sync([folder], settings, open_=Opener(settings))
    (folder / "c.md").unlink()
    sync([folder], settings, open_=Opener(settings))
    opener = Opener(settings)
    assert restore("a", settings, open_=opener).state == "added"
    assert opener.opened == []
    assert layout.published() == before
    assert "noon" in hash_assistant(settings).ask("when do peers rest?").text
    assert run(settings, folder) == {"a": "unchanged", "b": "unchanged"}


def test_a_removed_document_whose_file_is_gone_can_be_restored_until_the_next_run(settings: Settings, folder: Path):
    remove("a", settings)
    (folder / "a.md").unlink()
    restore("a", settings)
    assert held(settings) == {"a", "b"}
    remove("a", settings)
    assert run(settings, folder) == {"b": "unchanged"}
    assert states(settings) == {"b": "unchanged"}


def test_a_document_removed_under_another_encoder_is_embedded_anew(tmp_path: Path, settings: Settings, folder: Path):
    other = make_settings(tmp_path, encoder="somebody/other-model")
    remove("a", settings)
    sync([folder], other, open_=Opener(other))
    opener = Opener(other)
    restore("a", other, open_=opener)
    assert len(opener.embedded) == 2
    assert held(other) == {"a", "b"}
    assert "noon" in hash_assistant(other).ask("when do peers rest?").text


@pytest.mark.parametrize("command", [remove, restore])
def test_an_id_that_is_not_there_is_told(settings: Settings, folder: Path, command):
    with pytest.raises(SourceError, match="no document with the id `nowhere`"):
        command("nowhere", settings)


@pytest.mark.parametrize("command", [remove, restore])
def test_without_an_index_nothing_is_removed_or_restored(settings: Settings, command):
    with pytest.raises(IndexMissingError):
        command("a", settings)


def test_what_is_in_or_out_already_is_told(settings: Settings, folder: Path):
    with pytest.raises(SourceError, match="was not removed"):
        restore("a", settings)
    remove("a", settings)
    with pytest.raises(SourceError, match="is removed already"):
        remove("a", settings)
    assert held(settings) == {"b"}


def test_removing_and_restoring_are_runs_of_the_ledger(settings: Settings, folder: Path):
    remove("a", settings)
    with pytest.raises(SourceError):
        remove("a", settings)
    restore("a", settings)
    runs = load_ledger(settings.index).runs
    assert [(run.number, run.paths[0].split()[0], run.outcome) for run in runs[1:]] == [
        (2, "remove", "done"),
        (3, "remove", "stopped"),
        (4, "restore", "done"),
    ]
    assert runs[2].why == "`a` is removed already"
    assert [(event.source_id, event.state) for event in runs[1].documents] == [("a", "removed")]
