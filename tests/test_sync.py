"""The index follows its folders: what changed is taken in, what vanished is left out, all else stays untouched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fakes import Opener, hash_assistant, write_files
from syncing import CATALOGUE, A, B, C, held, published, run, states, text_of

from ingest.find import find
from ingest.ledger import describe, read_ledger
from ingest.sync import sync
from rag.errors import SourceError
from rag.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_files(tmp_path / "corpus", {"a.md": A, "b.md": B})


def test_new_documents_are_added(settings: Settings, folder: Path):
    rows = sync([folder], settings, open_=Opener(settings))
    assert states(rows) == {"a": "added", "b": "added"}
    assert held(settings) == {"a", "b"}
    (row, _) = rows
    assert (row.title, row.passages, row.pages, row.why, row.stale) == ("About rest", 1, 0, "", False)
    assert row.date
    assert Path(row.path) == folder / "a.md"


def test_a_second_run_changes_nothing_and_never_opens_the_encoder(settings: Settings, folder: Path, opener: Opener):
    run(settings, folder)
    before, ledger = published(settings), read_ledger(settings.index)
    assert run(settings, folder, opener=opener) == {"a": "unchanged", "b": "unchanged"}
    assert opener.opened == []
    assert published(settings) == before
    assert [(row.source_id, row.date, row.passages) for row in read_ledger(settings.index)] == [
        (row.source_id, row.date, row.passages) for row in ledger
    ]


def test_a_changed_document_replaces_its_old_version(settings: Settings, folder: Path):
    run(settings, folder)
    (folder / "a.md").write_text(A.replace("noon", "midnight"))
    assert run(settings, folder) == {"a": "changed", "b": "unchanged"}
    assert "midnight" in text_of(settings, "a")
    assert held(settings) == {"a", "b"}


def test_a_file_that_is_only_touched_is_unchanged(settings: Settings, folder: Path):
    run(settings, folder)
    os.utime(folder / "a.md", (1, 1))
    assert run(settings, folder) == {"a": "unchanged", "b": "unchanged"}


def test_a_vanished_document_is_removed(settings: Settings, folder: Path, opener: Opener):
    run(settings, folder)
    (folder / "a.md").unlink()
    assert run(settings, folder, opener=opener) == {"a": "removed", "b": "unchanged"}
    assert held(settings) == {"b"}
    assert opener.opened == []
    assert states(read_ledger(settings.index)) == {"b": "unchanged"}
    assert {hit.document.source_id for hit in hash_assistant(settings).search("peers rest at noon")} == {"b"}


def test_a_moved_document_is_the_same_document(settings: Settings, folder: Path):
    run(settings, folder)
    (folder / "sub").mkdir()
    (folder / "a.md").rename(folder / "sub" / "a.md")
    assert run(settings, folder) == {"a": "renamed", "b": "unchanged"}
    (row, _) = read_ledger(settings.index)
    assert Path(row.path) == folder / "sub" / "a.md"


def test_what_is_known_of_a_document_is_part_of_it(settings: Settings, folder: Path):
    run(settings, folder)
    write_files(folder, {"library.toml": '[[document]]\nid = "a"\nfile = "a.md"\ntitle = "Rest"\nyear = 2001\n'})
    assert run(settings, folder) == {"a": "changed", "b": "unchanged"}
    assert hash_assistant(settings).catalogue()["a"].year == 2001


def test_hidden_files_and_the_catalogue_itself_are_no_documents(folder: Path):
    write_files(folder, {".hidden.md": A, ".git/x.md": A, "sub/c.md": C, "library.toml": ""})
    assert [source.path.name for source in find(folder)] == ["a.md", "b.md", "c.md"]


def test_a_renamed_document_keeps_its_id_and_is_not_read_again(settings: Settings, folder: Path, opener: Opener):
    run(settings, folder)
    before = published(settings)
    (folder / "a.md").rename(folder / "other.md")
    assert run(settings, folder, opener=opener) == {"a": "renamed", "b": "unchanged"}
    assert run(settings, folder, opener=opener) == {"a": "unchanged", "b": "unchanged"}
    assert (published(settings), opener.opened) == (before, [])
    (folder / "other.md").write_text(A.replace("noon", "midnight"))
    assert run(settings, folder) == {"a": "changed", "b": "unchanged"}


def test_a_document_that_moves_to_another_folder_is_the_same_document(settings: Settings, folder: Path, tmp_path: Path):
    other = write_files(tmp_path / "other", {"c.md": C})
    run(settings, folder)
    (folder / "a.md").rename(other / "moved.md")
    assert run(settings, other) == {"a": "renamed", "c": "added"}
    assert run(settings, folder) == {"b": "unchanged"}
    assert held(settings) == {"a", "b", "c"}


def test_a_renamed_file_in_whose_place_another_is_put_is_told_from_it(settings: Settings, folder: Path):
    """An id stays with its path; the old content in a new place is a new document."""
    run(settings, folder)
    (folder / "a.md").rename(folder / "old.md")
    (folder / "a.md").write_text(C)
    assert run(settings, folder) == {"a": "changed", "b": "unchanged", "old": "added"}
    assert "bread" in text_of(settings, "a")
    assert "noon" in text_of(settings, "old")


# The same document twice


def test_the_same_document_twice_is_one_document_with_two_places(settings: Settings, folder: Path):
    write_files(folder, {"sub/copy.md": A})
    for state in ("added", "unchanged"):
        assert run(settings, folder) == {"a": state, "b": state}
    (row, _) = read_ledger(settings.index)
    assert [Path(place) for place in row.places] == [folder / "a.md", folder / "sub" / "copy.md"]
    assert f"also at {folder / 'sub' / 'copy.md'}" in describe(row)


def test_a_copy_keeps_the_document_when_the_first_file_goes(settings: Settings, folder: Path, opener: Opener):
    write_files(folder, {"sub/copy.md": A})
    run(settings, folder)
    (folder / "a.md").unlink()
    assert run(settings, folder, opener=opener) == {"a": "renamed", "b": "unchanged"}
    (folder / "sub" / "copy.md").unlink()
    assert run(settings, folder, opener=opener) == {"a": "removed", "b": "unchanged"}
    assert opener.opened == []


def test_a_copy_that_changes_is_a_document_of_its_own(settings: Settings, folder: Path):
    write_files(folder, {"sub/copy.md": A})
    run(settings, folder)
    write_files(folder, {"sub/copy.md": C})
    assert run(settings, folder) == {"a": "unchanged", "b": "unchanged", "copy": "added"}
    assert len(read_ledger(settings.index)[0].places) == 1


def test_a_copy_in_another_folder_is_a_place_of_the_document(settings: Settings, folder: Path, tmp_path: Path):
    run(settings, folder)
    write_files(settings.library, {"upload.md": A})
    other = write_files(tmp_path / "other", {"c.md": C})
    assert run(settings, other) == {"a": "unchanged", "c": "added"}
    assert len(read_ledger(settings.index)[0].places) == 2
    (folder / "a.md").unlink()
    assert run(settings, folder) == {"a": "renamed", "b": "unchanged"}
    assert held(settings) == {"a", "b", "c"}


def test_what_the_catalogue_calls_two_documents_stays_two(settings: Settings, folder: Path):
    write_files(folder, {"c.md": A, "library.toml": CATALOGUE.format("x", "a.md") + CATALOGUE.format("y", "c.md")})
    assert run(settings, folder) == {"b": "added", "x": "added", "y": "added"}


# What is removed, and what never is


def test_naming_a_file_adds_it_and_removes_nothing(settings: Settings, folder: Path):
    run(settings, folder)
    (folder / "b.md").unlink()
    write_files(folder, {"c.md": C})
    assert run(settings, folder / "c.md") == {"c": "added"}
    assert held(settings) == {"a", "b", "c"}


def test_a_folder_that_is_not_named_keeps_its_documents(settings: Settings, folder: Path, tmp_path: Path):
    other = write_files(tmp_path / "other", {"c.md": C})
    run(settings, folder, other)
    (folder / "a.md").unlink()
    assert run(settings, other) == {"c": "unchanged"}
    assert held(settings) == {"a", "b", "c"}
    assert states(read_ledger(settings.index)).keys() == {"a", "b", "c"}
    assert run(settings, folder, other) == {"a": "removed", "b": "unchanged", "c": "unchanged"}


def test_uploads_belong_to_every_run(settings: Settings, folder: Path):
    write_files(settings.library, {"c.md": C})
    assert run(settings, folder) == {"a": "added", "b": "added", "c": "added"}
    (settings.library / "c.md").unlink()
    write_files(settings.library, {"d.md": C.replace("bread", "cake")})
    assert run(settings, folder / "a.md") == {"a": "unchanged", "c": "removed", "d": "added"}
    assert held(settings) == {"a", "b", "d"}


@pytest.mark.parametrize("named", ["a.md", "sub/c.md", "sub"])
def test_a_document_vanishes_with_any_folder_that_it_was_in(settings: Settings, folder: Path, named: str):
    """Whatever it was named by before."""
    write_files(folder, {"sub/c.md": C})
    run(settings, folder)
    run(settings, folder / named)
    for name in ("a.md", "sub/c.md"):
        (folder / name).unlink()
    assert run(settings, folder) == {"a": "removed", "b": "unchanged", "c": "removed"}
    assert held(settings) == {"b"}


def test_a_folder_whose_only_document_was_named_alone_is_not_emptied_unasked(settings: Settings, folder: Path):
    run(settings, folder / "a.md")
    for name in ("a.md", "b.md"):
        (folder / name).unlink()
    with pytest.raises(SourceError, match=r"1 came from it\. Nothing was changed"):
        run(settings, folder)
    assert run(settings, folder, remove_all=True) == {"a": "removed"}


def test_a_lost_ledger_is_taken_from_the_generation(settings: Settings, folder: Path, opener: Opener):
    """Lost, or never written because the run was killed just after publishing."""
    run(settings, folder)
    (settings.index / "library.json").unlink()
    (folder / "a.md").unlink()
    assert run(settings, folder, opener=opener) == {"a": "removed", "b": "unchanged"}
    assert opener.opened == []
    assert held(settings) == {"b"}


def test_a_ledger_that_is_lost_everywhere_is_put_right_by_the_next_run(
    settings: Settings, folder: Path, opener: Opener
):
    run(settings, folder)
    for path in settings.index.rglob("library.json"):
        path.unlink()
    (folder / "a.md").unlink()
    notes: list[str] = []
    sync([folder], settings, open_=opener, progress=notes.append)
    assert "left out, as nobody knows where their files are: a" in notes
    assert held(settings) == {"b"}


def test_an_emptied_folder_changes_nothing(settings: Settings, folder: Path):
    """More often a disk that is not there than a wish."""
    run(settings, folder)
    before = published(settings)
    for name in ("a.md", "b.md"):
        (folder / name).unlink()
    with pytest.raises(SourceError, match=r"2 came from it\. Nothing was changed") as caught:
        run(settings, folder)
    assert "--remove-all" in caught.value.hint
    assert published(settings) == before
    assert held(settings) == {"a", "b"}


def test_an_emptied_folder_is_emptied_in_the_index_when_that_is_wanted(settings: Settings, folder: Path):
    run(settings, folder)
    for name in ("a.md", "b.md"):
        (folder / name).unlink()
    assert run(settings, folder, remove_all=True) == {"a": "removed", "b": "removed"}
    assert held(settings) == set()
    answer = hash_assistant(settings).ask("when do peers rest?")
    assert (answer.abstained, answer.hits) == (True, ())


def test_a_folder_that_does_not_exist_changes_nothing(settings: Settings, folder: Path):
    run(settings, folder)
    with pytest.raises(SourceError, match=r"no such folder or file: `.*nowhere`"):
        run(settings, folder, folder / "nowhere")
    assert held(settings) == {"a", "b"}


def test_an_empty_folder_is_no_failure(settings: Settings, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    assert run(settings, tmp_path / "empty") == {}
