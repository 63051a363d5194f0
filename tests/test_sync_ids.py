"""A document that fails keeps its last good version, and an id stays with its document."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fakes import Opener, hash_assistant, make_pdf, write_files
from syncing import CATALOGUE, NOTHING, A, B, C, held, published, run, states, text_of

from ingest.ledger import describe, read_ledger
from ingest.sync import sync
from rag.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_files(tmp_path / "corpus", {"a.md": A, "b.md": B})


# Failures


def test_a_document_that_fails_is_reported_and_the_others_are_in(settings: Settings, folder: Path):
    write_files(folder, {"c.txt": NOTHING, "d.docx": b"PK", "e.pdf": make_pdf([[]])})
    rows = {row.source_id: row for row in sync([folder], settings, open_=Opener(settings))}
    assert states(rows.values()) == {"a": "added", "b": "added", "c": "failed", "d": "failed", "e": "failed"}
    assert held(settings) == {"a", "b"}
    assert "no reader for this kind of file" in rows["d"].why
    assert "OCR" in rows["e"].why
    assert not any(row.stale for row in rows.values())
    assert states(read_ledger(settings.index)) == states(rows.values())
    assert "failed     d\n" in describe(rows["d"])


def test_a_document_that_fails_today_keeps_its_last_good_version(settings: Settings, folder: Path):
    run(settings, folder)
    good, before = (folder / "a.md").read_bytes(), published(settings)
    (folder / "a.md").write_bytes(NOTHING)
    for _ in range(2):  # and again, as long as it fails
        (row, other) = sync([folder], settings, open_=Opener(settings))
        assert (row.state, row.stale, other.state) == ("failed", True, "unchanged")
        assert "the version read before stays in the library" in describe(row)
    assert published(settings) == before
    assert "noon" in text_of(settings, "a")
    (folder / "a.md").write_bytes(good)
    (row, _) = sync([folder], settings, open_=Opener(settings))
    assert (row.state, row.stale, row.why) == ("changed", False, "")
    assert published(settings) == before


def test_a_failed_document_that_vanishes_is_removed(settings: Settings, folder: Path):
    run(settings, folder)
    (folder / "a.md").write_bytes(NOTHING)
    run(settings, folder)
    (folder / "a.md").unlink()
    assert run(settings, folder) == {"a": "removed", "b": "unchanged"}
    assert held(settings) == {"b"}


def test_a_document_without_a_paragraph_is_no_document(settings: Settings, folder: Path):
    write_files(folder, {"c.md": "# A title\n\n## And a heading\n"})
    rows = {row.source_id: row for row in sync([folder], settings, open_=Opener(settings))}
    assert rows["c"].state == "failed"
    assert "no paragraphs" in rows["c"].why


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who may not read every file")
def test_a_file_that_may_not_be_read_is_reported(settings: Settings, folder: Path):
    (folder / "a.md").chmod(0)
    assert run(settings, folder) == {"a": "failed", "b": "added"}


# Ids


def test_two_files_with_the_same_name_are_two_documents(settings: Settings, folder: Path):
    write_files(folder, {"sub/a.md": C})
    assert run(settings, folder) == {"a": "added", "a-2": "added", "b": "added"}
    assert run(settings, folder) == {"a": "unchanged", "a-2": "unchanged", "b": "unchanged"}
    assert "bread" in text_of(settings, "a-2")


def test_an_id_stays_with_its_path_whatever_folder_is_named(settings: Settings, tmp_path: Path):
    one = write_files(tmp_path / "one", {"guide.md": A})
    two = write_files(tmp_path / "two", {"guide.md": C})
    assert run(settings, one) == {"guide": "added"}
    assert run(settings, two) == {"guide-2": "added"}
    assert run(settings, two, one) == {"guide": "unchanged", "guide-2": "unchanged"}
    assert "noon" in text_of(settings, "guide")
    (one / "guide.md").unlink()
    write_files(one, {"b.md": B})
    assert run(settings, one, two) == {"b": "added", "guide": "removed", "guide-2": "unchanged"}


def test_an_upload_named_like_a_document_replaces_nothing(settings: Settings, tmp_path: Path):
    corpus = write_files(tmp_path / "corpus", {"guide.md": A})
    write_files(settings.library, {"guide.md": C})
    other = write_files(tmp_path / "other", {"b.md": B})
    assert run(settings, corpus) == {"guide": "added", "guide-2": "added"}
    assert run(settings, other) == {"b": "added", "guide-2": "unchanged"}
    assert held(settings) == {"guide", "guide-2", "b"}
    assert "noon" in text_of(settings, "guide")


def test_naming_the_second_of_two_files_of_one_name_keeps_both(settings: Settings, tmp_path: Path):
    corpus = write_files(tmp_path / "corpus", {"a/guide.md": A, "b/guide.md": C})
    run(settings, corpus)
    assert run(settings, corpus / "b" / "guide.md") == {"guide-2": "unchanged"}
    assert "noon" in text_of(settings, "guide")
    assert held(settings) == {"guide", "guide-2"}


def test_an_id_of_the_catalogue_wins_over_one_made_of_a_name_when_both_are_new(settings: Settings, tmp_path: Path):
    corpus = write_files(tmp_path / "corpus", {"a.md": A, "z.md": C, "library.toml": CATALOGUE.format("a", "z.md")})
    for state in ("added", "unchanged"):
        assert run(settings, corpus) == {"a": state, "a-2": state}
    assert "bread" in text_of(settings, "a")


def test_an_id_of_the_catalogue_moves_with_a_file_that_is_renamed(settings: Settings, folder: Path):
    write_files(folder, {"library.toml": CATALOGUE.format("x", "a.md")})
    run(settings, folder)
    (folder / "a.md").rename(folder / "new.md")
    write_files(folder, {"library.toml": CATALOGUE.format("x", "new.md")})
    assert run(settings, folder / "new.md") == {"x": "renamed"}
    assert run(settings, folder) == {"b": "unchanged", "x": "unchanged"}
    assert held(settings) == {"b", "x"}


def test_two_catalogues_that_give_one_id_are_two_documents(settings: Settings, tmp_path: Path):
    one = write_files(tmp_path / "one", {"a.md": A, "library.toml": CATALOGUE.format("x", "a.md")})
    two = write_files(tmp_path / "two", {"a.md": C, "library.toml": CATALOGUE.format("x", "a.md")})
    run(settings, one)
    for state in ("added", "unchanged"):
        assert run(settings, two) == {"x-2": state}
    assert "noon" in text_of(settings, "x")


def test_a_document_whose_id_is_changed_in_the_catalogue_stands_there_once(settings: Settings, folder: Path):
    run(settings, folder)
    write_files(folder, {"library.toml": CATALOGUE.format("x", "a.md")})
    assert run(settings, folder / "a.md") == {"a": "removed", "x": "added"}
    assert held(settings) == {"b", "x"}


@pytest.mark.parametrize("inner", ["", "a.md", "sub", "sub/c.md"])
def test_a_file_reached_by_two_paths_is_one_document(settings: Settings, folder: Path, inner: str):
    write_files(folder, {"sub/c.md": C})
    assert run(settings, folder, folder / inner).keys() == {"a", "b", "c"}


def test_uploads_inside_a_folder_that_is_named_are_taken_once(settings: Settings, tmp_path: Path):
    write_files(settings.library, {"a.md": A})
    assert run(settings, settings.library) == {"a": "added"}
    assert run(settings, settings.library.parent / "uploads") == {"a": "unchanged"}


@pytest.mark.parametrize(
    ("name", "source_id"),
    [
        ("Peer Support (2013).md", "peer-support-2013"),
        ("a_b.c-d.md", "a_b.c-d"),
        ("Évaluation.md", "valuation"),
        ("日本.md", "document"),
    ],
)
def test_an_id_is_made_of_the_file_name(settings: Settings, tmp_path: Path, name: str, source_id: str):
    folder = write_files(tmp_path / "corpus", {name: A})
    assert run(settings, folder) == {source_id: "added"}
    assert hash_assistant(settings).document(source_id).catalogue.title == "About rest"
