"""The index follows its folders: what changed is taken in, what vanished is left out, all else stays untouched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from fakes import BRIEFS, Opener, copy_briefs, hash_assistant, make_pdf, make_settings, write_files

from ingest.find import find
from ingest.ledger import Row, begin_run, describe, load_ledger, read_ledger, save_ledger
from ingest.progress import Meter, Note
from ingest.sync import sync
from rag.contract import answer_as_json
from rag.errors import SourceError
from rag.index.layout import Layout
from rag.index.reader import Index
from rag.settings import Settings

A = "# About rest\n\n## Part\n\nPeers rest at noon in the shade of the old tree.\n"
B = "# About songs\n\n## Part\n\nPeers sing at dusk beside the river with their friends.\n"
C = "# About bread\n\n## Part\n\nPeers bake bread at dawn for all of their neighbours.\n"
NOTHING = b"\x00\x00"


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


CATALOGUE = '[[document]]\nid = "{}"\nfile = "{}"\ntitle = "T"\n'


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


# The same library is the same index


def test_an_index_built_in_steps_equals_one_built_at_once(tmp_path: Path, folder: Path):
    write_files(folder, {"c.md": C})
    once, steps = (make_settings(tmp_path / name) for name in ("once", "steps"))
    run(once, folder)
    run(steps, folder / "c.md")
    run(steps, folder / "a.md")
    (folder / "b.md").write_text(B.replace("dusk", "dawn"))
    run(steps, folder)
    (folder / "b.md").write_text(B)
    run(steps, folder)
    assert published(steps) == published(once)
    question = "when do peers bake bread and sing?"
    answers = [answer_as_json(hash_assistant(settings).ask(question)) for settings in (once, steps)]
    for answer in answers:
        del answer["timings_ms"]
    assert answers[0] == answers[1]
    assert not answers[0]["abstained"]


def test_the_same_files_elsewhere_make_the_same_index(tmp_path: Path, library: Settings):
    settings = make_settings(tmp_path)
    run(settings, copy_briefs(tmp_path / "copy"))
    assert published(settings) == published(library)


def test_another_document_makes_another_index(settings: Settings, folder: Path):
    run(settings, folder)
    before = published(settings)
    write_files(folder, {"c.md": C})
    run(settings, folder)
    assert published(settings) != before


def test_passages_that_score_the_same_come_in_the_order_of_their_ids(settings: Settings, tmp_path: Path):
    folder = write_files(tmp_path / "corpus", {"z.md": A, "m.md": A + " ", "a.md": A + "  "})
    for name in ("z.md", "a.md", "m.md"):
        run(settings, folder / name)
    hits = hash_assistant(settings).search("when do peers rest?")
    assert len({hit.score for hit in hits}) == 1
    assert [hit.document.source_id for hit in hits] == ["a", "m", "z"]


# The encoder is asked as little as can be


def test_only_new_texts_are_embedded(settings: Settings, folder: Path, opener: Opener):
    run(settings, folder)
    (folder / "a.md").write_text(A + "\nThey sleep at night.\n")
    run(settings, folder, opener=opener)
    assert opener.embedded == ["About rest. Part. They sleep at night.", "They sleep at night."]


def test_vectors_are_remembered_across_indexes(tmp_path: Path, folder: Path):
    first = make_settings(tmp_path, index=tmp_path / "first")
    second = make_settings(tmp_path, index=tmp_path / "second")
    run(first, folder)
    opener = Opener(second)
    run(second, folder, opener=opener)
    assert opener.embedded == []
    assert published(first) == published(second)


def test_a_text_that_stands_twice_is_embedded_once(settings: Settings, tmp_path: Path, opener: Opener):
    folder = write_files(
        tmp_path / "corpus", {"a.md": A + "\n## Part\n\nPeers rest at noon in the shade of the old tree.\n"}
    )
    run(settings, folder, opener=opener)
    assert len(opener.embedded) == len(set(opener.embedded)) == 2


def test_another_encoder_embeds_everything_again(tmp_path: Path, folder: Path):
    run(make_settings(tmp_path), folder)
    other = make_settings(tmp_path, encoder="somebody/other-model")
    opener, notes = Opener(other), []
    sync([folder], other, open_=opener, progress=notes.append)
    assert "another encoder" in notes[0]
    assert len(opener.embedded) == 4
    manifest = Layout(other.index).manifest(published(other))
    assert manifest.fingerprint.encoder == "sentence-transformers:somebody/other-model"
    assert set(manifest.documents) == {"a", "b"}
    (hit, _) = hash_assistant(other).search("Peers rest at noon in the shade of the old tree.")
    assert hit.statement_scores == (pytest.approx(1.0, abs=0.001),)


@pytest.fixture
def other(tmp_path: Path) -> Settings:
    """The same index under another encoder."""
    return make_settings(tmp_path, encoder="somebody/other-model")


def test_another_encoder_embeds_documents_of_folders_that_are_not_named(
    settings: Settings, other: Settings, folder: Path, tmp_path: Path
):
    more = write_files(tmp_path / "more", {"a.md": C, "library.toml": CATALOGUE.format("x", "a.md")})
    run(settings, folder, more)
    assert run(other, folder / "a.md") == {"a": "added", "b": "added", "x": "added"}
    assert held(other) == {"a", "b", "x"}
    assert hash_assistant(other).catalogue()["x"].title == "T"
    assert run(other, more) == {"x": "unchanged"}


def test_another_encoder_keeps_what_cannot_be_read_any_more(
    settings: Settings, other: Settings, folder: Path, tmp_path: Path
):
    more = write_files(tmp_path / "more", {"c.md": C})
    run(settings, folder, more)
    (folder / "a.md").write_bytes(NOTHING)
    shutil.rmtree(more)
    rows = {row.source_id: row for row in sync([folder], other, open_=Opener(other))}
    assert states(rows.values()) == {"a": "failed", "b": "added", "c": "failed"}
    assert "cannot be opened" in rows["c"].why
    assert rows["a"].stale
    assert rows["c"].stale
    assert held(other) == {"a", "b", "c"}
    assert "bread" in hash_assistant(other).ask("when do peers bake bread?").text


def test_another_encoder_that_takes_less_keeps_nothing_that_it_would_cut(
    settings: Settings, other: Settings, folder: Path
):
    run(settings, folder)
    (folder / "a.md").write_bytes(NOTHING)
    (row, _) = sync([folder], other, open_=Opener(other, max_tokens=16))
    assert (row.state, row.stale) == ("failed", False)
    assert held(other) == {"b"}


def test_an_index_that_cannot_be_read_is_made_again_of_all_that_the_ledger_knows(
    settings: Settings, folder: Path, tmp_path: Path
):
    more = write_files(tmp_path / "more", {"c.md": C, "d.md": C.replace("bread", "cake")})
    run(settings, folder, more)
    Layout(settings.index).current.unlink()
    (more / "d.md").unlink()
    rows = {row.source_id: row for row in sync([folder], settings, open_=Opener(settings))}
    assert states(rows.values()) == {"a": "added", "b": "added", "c": "added", "d": "failed"}
    assert (rows["d"].stale, "cannot be opened" in rows["d"].why) == (False, True)
    assert held(settings) == {"a", "b", "c"}


def test_losing_the_remembered_vectors_costs_time_only(settings: Settings, folder: Path, opener: Opener):
    run(settings, folder)
    before = published(settings)
    shutil.rmtree(settings.cache)
    shutil.rmtree(settings.index)
    run(settings, folder, opener=opener)
    assert len(opener.embedded) == 4
    assert published(settings) == before


# The ledger of runs


def test_each_run_is_in_the_ledger_with_what_it_did(settings: Settings, folder: Path):
    run(settings, folder)
    write_files(folder, {"c.txt": NOTHING})
    (folder / "a.md").write_text(A.replace("noon", "midnight"))
    run(settings, folder)
    first, second = load_ledger(settings.index).runs
    assert (first.number, first.outcome, first.counts) == (1, "done", {"added": 2})
    assert (second.number, second.outcome) == (2, "done")
    assert second.counts == {"changed": 1, "failed": 1, "unchanged": 1}
    assert [(event.source_id, event.state) for event in second.documents] == [("a", "changed"), ("c", "failed")]
    assert "zero bytes" in second.documents[1].why or "text" in second.documents[1].why
    assert second.generation == published(settings) != first.generation
    assert second.paths == (str(folder),)
    assert first.started <= first.ended <= second.started


def test_a_run_that_was_stopped_says_why_and_one_that_was_killed_is_known(settings: Settings, folder: Path):
    run(settings, folder)
    for name in ("a.md", "b.md"):
        (folder / name).unlink()
    with pytest.raises(SourceError) as caught:
        run(settings, folder)
    write_files(folder, {"a.md": A, "b.md": B})
    ledger = load_ledger(settings.index)
    assert (ledger.runs[-1].outcome, ledger.runs[-1].why) == ("stopped", caught.value.message)
    save_ledger(settings.index, begin_run(ledger, ["x"], "2026-01-01T00:00:00+00:00"))  # and nothing more: killed
    run(settings, folder)
    assert [each.outcome for each in load_ledger(settings.index).runs] == ["done", "stopped", "killed", "done"]


# What people are told


def test_progress_names_each_file_that_is_read(settings: Settings, folder: Path):
    notes: list[str] = []
    sync([folder], settings, open_=Opener(settings), progress=notes.append)
    assert any("1/2  a.md: reading" in note for note in notes)
    assert any("2/2  b.md: embedding 1 passages" in note for note in notes)
    assert notes[-1] == "publishing"


def test_progress_tells_a_rate_and_the_time_left():
    seconds = iter((0, 0, 0, 10, 10, 10, 20, 20, 20, 200, 200, 200))
    notes: list[str] = []
    meter = Meter(3, notes.append, clock=lambda: next(seconds))
    for name in "ab":
        meter.reading(name)
        meter.embedding(name, 50)
        meter.done(50)
    assert notes[0] == "1/3  a: reading"
    assert notes[1] == "1/3  a: embedding 50 passages"
    assert notes[3] == "2/3  b: embedding 50 passages (2.5 passages/s, about 40 s left)"
    assert all(isinstance(note, Note) and note.total == 3 for note in notes)
    assert [(note.done, note.left) for note in notes if isinstance(note, Note)] == [
        (0, None),
        (0, None),
        (1, 20),
        (1, 40),
    ]


def test_what_was_suspicious_is_told_when_it_is_read_and_stays_known(settings: Settings):
    rows = {row.source_id: row for row in sync([BRIEFS], settings, open_=Opener(settings))}
    assert "2 reference range(s) had lost their dash" in rows["walking-review-2021"].warnings[0]
    assert "note: 2 reference range(s)" in describe(rows["walking-review-2021"])
    rows = {row.source_id: row for row in sync([BRIEFS], settings, open_=Opener(settings))}
    assert rows["walking-review-2021"].state == "unchanged"
    assert rows["walking-review-2021"].warnings


def test_pages_are_counted(settings: Settings, tmp_path: Path):
    pages = [["Peers are trained for two weeks before they begin to work alone and", "without help."]]
    pages.append([pages[0][0].replace("two", "three"), "with help."])
    folder = write_files(tmp_path / "corpus", {"a.pdf": make_pdf(pages)})
    (row,) = sync([folder], settings, open_=Opener(settings))
    assert (row.pages, row.passages) == (2, 2)
    assert "2 pages" in describe(row)
    answer = hash_assistant(settings).ask("are peers trained for three weeks?")
    assert answer.citations[0].page == 2


def test_a_page_on_which_a_paragraph_goes_on_is_counted(settings: Settings, tmp_path: Path):
    pages = [["Peers are trained for two weeks before they begin to work alone and"], ["then they rest."]]
    folder = write_files(tmp_path / "corpus", {"a.pdf": make_pdf(pages)})
    (row,) = sync([folder], settings, open_=Opener(settings))
    assert (row.pages, row.passages) == (2, 1)


def test_damaged_remembered_vectors_cost_time_only(settings: Settings, folder: Path):
    write_files(settings.cache, {"vectors.sqlite": b"not a database, but long enough to be looked at" * 30})
    assert run(settings, folder) == {"a": "added", "b": "added"}
