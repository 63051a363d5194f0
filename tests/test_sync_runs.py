"""The same files make the same index, nothing is embedded twice, and each run is told and kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fakes import BRIEFS, Opener, copy_briefs, hash_assistant, make_pdf, make_settings, write_files
from syncing import CATALOGUE, NOTHING, A, B, C, held, published, run, states

from ingest.ledger import begin_run, describe, load_ledger, save_ledger
from ingest.progress import Meter, Note
from ingest.sync import sync
from rag.contract import answer_as_json
from rag.errors import SourceError
from rag.index.layout import Layout
from rag.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_files(tmp_path / "corpus", {"a.md": A, "b.md": B})


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
