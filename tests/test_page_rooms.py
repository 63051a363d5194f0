"""What is behind the pages: filters, names of uploads, work on the library, ratings and their export."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from fakes import BRIEFS, Opener, make_pdf, make_settings, write_files
from hypothesis import given
from hypothesis import strategies as st
from page_fakes import LIBRARY, Fake, abstained, answered, make_house, until
from starlette.applications import Starlette
from starlette.testclient import TestClient

from eval.cases import COLUMNS, read_cases
from ingest.keep import remove
from ingest.ledger import read_ledger
from ingest.read import READERS
from ingest.sync import sync
from pages.document_markup import blocks, marked
from pages.feedback import Feedback, as_cases, rated
from pages.filters import Filter
from pages.intake import Intake, safe_name
from pages.originals import route
from rag import CitewellError, Turn
from rag.schema import Catalogue


@given(st.text(), st.sampled_from(sorted(READERS)))
def test_the_name_of_an_upload_cannot_leave_the_folder_nor_hide(name: str, ending: str) -> None:
    safe = safe_name(name + ending)
    assert Path("/library", safe).resolve().parent == Path("/library")
    assert not safe.startswith(".")
    assert Path(safe).suffix == ending
    assert len(safe) <= 130
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\briefs\\Peer work (2013).PDF", "Peer work (2013).pdf"),
        (".hidden.md", "hidden.md"),
        ("nul.txt", "document nul.txt"),
        ("a\x00b\n<b>.md", "a b b.md"),
        (".md", "document.md"),
        (".md.md", "md.md"),
        ("Santé & soin.md", "Santé & soin.md"),
    ],
)
def test_a_name_stays_readable(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("name", ["", "library.toml", "x", "x.exe", "pdf", "../x.docx/"])
def test_a_kind_of_file_that_cannot_be_read_is_refused_before_it_is_stored(name: str, tmp_path: Path) -> None:
    intake = Intake(make_settings(tmp_path))
    with pytest.raises(CitewellError, match="no reader"):
        intake.save(name, b"x")
    assert not list((tmp_path / "uploads").glob("**/*"))


@pytest.mark.parametrize("taken", ["uploads", "uploads/b.md/c.md"])
def test_an_upload_that_cannot_be_written_is_told_and_leaves_nothing(taken: str, tmp_path: Path) -> None:
    write_files(tmp_path, {taken: "a file where the folder should be, or a folder where the file should"})
    with pytest.raises(CitewellError, match="cannot be written") as caught:
        Intake(make_settings(tmp_path)).save("b.md", b"# B")
    assert "CITEWELL_LIBRARY" in caught.value.hint
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [Path(taken).name]


def test_uploads_are_taken_in_in_the_background_and_the_verdict_is_the_ledgers(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    sync([BRIEFS], settings, open_=Opener(settings))
    intake = Intake(settings, open_=Opener(settings))
    good = intake.save("../Naps.md", b"# Naps at work\n\nNapping at noon helped nurses in one study.\n")
    bad = intake.save("scan.txt", b"")
    intake.take_in([good, bad])
    assert intake.job is not None
    assert intake.job.ended.wait(60)
    brought = [row for row in intake.job.rows if set(row.all_places) & set(intake.job.paths)]
    verdicts = {Path(row.path).name: row.state for row in brought}
    assert verdicts == {"Naps.md": "added", "scan.txt": "failed"}
    assert "naps" in {row.source_id for row in read_ledger(settings.index)}
    intake.put_away()
    assert intake.job is None


def test_a_document_is_removed_and_brought_back(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    sync([BRIEFS], settings, open_=Opener(settings))
    intake = Intake(settings, open_=Opener(settings))
    first = read_ledger(settings.index)[0]
    intake.remove(first.source_id, first.title)
    assert intake.job is not None
    assert intake.job.ended.wait(60)
    assert [(row.source_id, row.state, row.withdrawn) for row in intake.job.rows] == [
        (first.source_id, "removed", True)
    ]
    intake.restore(first.source_id, first.title)
    assert intake.job.ended.wait(60)
    assert [(row.source_id, row.withdrawn) for row in intake.job.rows] == [(first.source_id, False)]
    intake.remove("<b>none", "None")
    assert intake.job.ended.wait(60)
    assert intake.job.problem is not None


def test_the_suggestions_are_prepared_when_documents_came_in(tmp_path: Path) -> None:
    fake = Fake()
    house = make_house(tmp_path, fake)
    until(lambda: fake.prepared == 1)  # the library was opened
    house.intake.remove("none", "None")
    until(lambda: fake.prepared == 2)


def test_only_the_pdf_that_a_document_was_read_from_is_given(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    pdf = make_pdf([["Naps at night", "", "Nurses who napped at noon made fewer errors on the wards."]])
    write_files(settings.library, {"naps.md": "# Naps\n\nNurses napped at noon in a study.\n", "copy.pdf": ""})
    for name in ("Nuit <é>.pdf", "copy.pdf", "gone.pdf"):
        (settings.library / name).write_bytes(pdf + f"% {name}".encode())
    sync([], settings, open_=Opener(settings))
    ids = {Path(row.path).name: row.source_id for row in read_ledger(settings.index)}
    client = TestClient(Starlette(routes=[route(lambda: settings)]))
    answer = client.get(f"/original/{ids['Nuit <é>.pdf']}")
    assert answer.content == pdf + "% Nuit <é>.pdf".encode()
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    (settings.library / "copy.pdf").unlink()
    (settings.library / "copy.pdf").symlink_to(tmp_path / "secret.pdf")
    (tmp_path / "secret.pdf").write_bytes(pdf)
    remove(ids["gone.pdf"], settings)
    for name in ("naps.md", "copy.pdf", "gone.pdf"):
        assert client.get(f"/original/{ids[name]}").status_code == 404, name
    for name in ("none", "..%2F..%2Fsecret.pdf", "%2E%2E/secret.pdf"):
        assert client.get(f"/original/{name}").status_code == 404, name


def test_a_failure_of_the_whole_run_is_told_and_the_next_can_begin(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)

    def broken() -> Opener:
        raise CitewellError("no encoder", "fetch it")

    intake = Intake(settings, open_=broken)
    intake.take_in([intake.save("a.md", b"# A\n\nSome words about naps at work.\n")])
    assert intake.job is not None
    assert intake.job.ended.wait(60)
    assert intake.job.problem == ("no encoder", "fetch it")
    assert not intake.busy


def test_a_filter_keeps_what_belongs_to_it() -> None:
    library = {**LIBRARY, "undated": Catalogue("Undated")}
    assert Filter().source_ids(library) == ()
    assert Filter(kinds=("review",)).source_ids(library) == ("pay",)
    assert Filter(since=2011, until=2011).source_ids(library) == ("rest",)
    assert Filter(until=2030).source_ids(library) == ("pay", "rest")
    with pytest.raises(CitewellError, match="no document in the library is Rest, from 2012 to 2013"):
        Filter(only=("rest",), since=2012, until=2013).source_ids(library)


@given(st.text(alphabet="ab \n<&"), st.integers(0, 30), st.integers(0, 30))
def test_a_documents_blocks_hold_all_its_words_and_the_mark_exactly_its_stretch(
    text: str, one: int, other: int
) -> None:
    spans = list(blocks(text, 0, len(text)))
    assert "".join(text[a:b] for a, b in spans).split() == text.split() or "\n\n" in text
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    shown = marked(text, 0, len(text), (start, end), first=False)
    plain = shown.replace("<mark>", "").replace("</mark>", "")
    assert plain.replace("&lt;", "<").replace("&amp;", "&") == text
    inside = shown.partition("<mark>")[2].partition("</mark>")[0]
    assert inside.replace("&lt;", "<").replace("&amp;", "&") == text[start:end]


def test_ratings_are_exported_as_rows_that_the_test_set_reads(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "deep" / "feedback.sqlite")
    assert feedback.rows() == ()
    told = [Turn("user", "about\npay"), Turn("assistant", "=1+1")]
    for answer, rating in ((answered("=cmd()"), "up"), (abstained("cost?"), "up"), (answered("x"), "down")):
        number = feedback.keep(rated(answer, told, rating))
        feedback.explain(number, "because, “so”")
    text = as_cases(feedback.rows())
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == list(COLUMNS)
    by_question = {row["question"]: row for row in rows}
    assert by_question["'=cmd()"]["finding_1"] == "Pay <b>$5</b> *an hour*."
    assert by_question["'=cmd()"]["document_1"] == "pay"
    assert by_question["cost?"]["answerable"] == "no"
    assert by_question["x"]["finding_1"] == ""
    assert all("because, “so”" in row["note"] and row["history"] == "U: about pay\nA: =1+1" for row in rows)
    (tmp_path / "ratings.csv").write_text(text, encoding="utf-8", newline="")
    assert read_cases([tmp_path / "ratings.csv"]) == ((), ())  # remarks, until an evaluator finishes them
    finished = [{**row, "id": "done"} for row in rows if row["question"] == "cost?"]
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(finished)
    (tmp_path / "ratings.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    cases, problems = read_cases([tmp_path / "ratings.csv"])
    assert problems == ()
    assert [turn.text for turn in cases[0].history] == ["about pay", "=1+1"]


def test_a_file_of_ratings_that_cannot_be_used_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite").write_text("no database, but long enough to be taken for one " * 20)
    with pytest.raises(CitewellError, match="the file of ratings cannot be used"):
        Feedback(tmp_path / "feedback.sqlite").rows()
