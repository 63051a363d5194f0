"""The commands of ingestion, and commands as processes of their own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from commanding import Captured, ask, assert_fields, failure
from fakes import BRIEFS, ROOT, Opener, child_environment, python, write_files

from ingest.__main__ import main as ingest
from ingest.sync import sync
from rag.__main__ import main as rag
from rag.settings import Settings

LEARNED = "what did garden volunteers learn?"
POLAND = "how are walking leaders in Poland trained?"


# python -m ingest


def test_a_run_prints_its_ledger(filled: Settings, capsys: Captured, tmp_path: Path):
    write_files(tmp_path / "briefs", {"scan.docx": b"PK"})
    (tmp_path / "briefs" / "night-clinic.md").unlink()
    assert ingest(["briefs"]) == 1  # as one document failed
    out, err = capsys.readouterr()
    assert "unchanged  garden-brief-2019" in out
    assert "removed    night-clinic" in out
    assert "failed     scan" in out
    assert "no reader for this kind of file" in out
    assert out.rstrip().endswith("1 failed, 1 removed, 2 unchanged")
    assert "publishing" in err
    assert "Traceback" not in out + err


def test_a_run_in_which_nothing_failed_is_exit_code_0(filled: Settings, capsys: Captured, tmp_path: Path):
    assert ingest([str(tmp_path / "briefs")]) == 0
    assert capsys.readouterr().out.rstrip().endswith("3 unchanged")
    assert ingest(["sync", str(tmp_path / "briefs" / "walking.txt")]) == 0
    assert capsys.readouterr().out.rstrip().endswith("1 unchanged")


def test_a_folder_that_does_not_exist_fails_with_a_hint(empty: Settings, capsys: Captured):
    assert ingest(["nowhere"]) == 1
    assert "no such folder or file: `nowhere`" in failure(capsys)
    assert ingest([]) == 1  # corpus/ by default, and there is none here
    assert "`corpus`" in failure(capsys)


def test_an_emptied_folder_fails_until_it_is_confirmed(filled: Settings, capsys: Captured, tmp_path: Path):
    for path in (tmp_path / "briefs").iterdir():
        path.unlink()
    assert ingest(["briefs"]) == 1
    assert "holds no documents any more" in failure(capsys)
    assert ingest(["briefs", "--remove-all"]) == 0
    assert "3 removed" in capsys.readouterr().out


def test_a_slip_in_the_catalogue_fails_with_a_hint(filled: Settings, capsys: Captured, tmp_path: Path):
    write_files(tmp_path / "briefs", {"library.toml": "[[document]]\nid = 1\n"})
    assert ingest(["briefs"]) == 1
    assert "document 1: no `id`" in failure(capsys)


def test_the_status_lists_each_document(filled: Settings, capsys: Captured):
    assert ingest(["status"]) == 0
    out = capsys.readouterr().out
    assert "garden-brief-2019\n    Shared gardens for people who live with pain\n" in out
    assert "3 documents, 21 passages, state " in out


def test_the_status_as_json_has_a_row_a_document(filled: Settings, capsys: Captured):
    assert ingest(["status", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    rows = {row["source_id"]: row for row in body["documents"]}
    assert rows.keys() == {"garden-brief-2019", "walking-review-2021", "night-clinic"}
    fields = {"title": str, "path": str, "state": str, "passages": int, "pages": int, "date": str, "warnings": list}
    for row in rows.values():
        assert_fields(row, fields)
    assert body["generation"]
    assert rows["walking-review-2021"]["warnings"]
    assert all(row["places"] == [row["path"]] for row in rows.values())
    (run,) = body["runs"]
    assert (run["number"], run["outcome"], run["counts"]) == (1, "done", {"added": 3})
    assert {event["source_id"] for event in run["documents"]} == rows.keys()
    assert run["started"]
    assert run["ended"]


def test_a_document_is_removed_and_restored(filled: Settings, capsys: Captured, tmp_path: Path):
    assert ingest(["remove", "night-clinic"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("removed    night-clinic\n")
    assert "ingest restore night-clinic" in out
    assert "publishing" in err
    assert ingest(["briefs"]) == 0
    assert "2 unchanged" in capsys.readouterr().out
    assert ingest(["status"]) == 0
    assert "2 documents, 18 passages" in capsys.readouterr().out
    assert ingest(["restore", "night-clinic"]) == 0
    assert capsys.readouterr().out.startswith("added      night-clinic")
    assert ingest(["restore", "night-clinic"]) == 1
    assert "was not removed" in failure(capsys)
    assert ingest(["remove", "nowhere"]) == 1
    assert "no document with the id `nowhere`" in failure(capsys)


def test_an_original_that_cannot_be_fetched_is_told(empty: Settings, capsys: Captured, tmp_path: Path):
    entry = '[[document]]\nid = "x"\nfile = "x.md"\ntitle = "T"\nurl = "http://127.0.0.1:9/x"\ndigest = true\n'
    write_files(tmp_path / "corpus", {"library.toml": entry})
    assert ingest(["fetch"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("failed     x\n")
    assert "cannot be reached" in out
    assert "asking http://127.0.0.1:9/x" in err
    assert ingest(["fetch", "y"]) == 1
    assert "has no document `y`" in failure(capsys)


def test_ingestion_is_measured(empty: Settings, capsys: Captured, tmp_path: Path):
    """In folders that are thrown away: the library itself stays as it is."""
    assert ingest(["bench", "--documents", "0", "--passages", "100", "--unchanged", "5"]) == 0
    out = capsys.readouterr().out
    assert "unchanged run over 5 documents" in out
    assert "models loaded: 0" in out
    assert "library of 100 passages" in out
    assert not empty.index.exists()


def test_the_status_of_no_index_fails_with_a_hint(empty: Settings, capsys: Captured):
    assert ingest(["status"]) == 1
    assert "no index at" in failure(capsys)


def test_the_text_is_given_to_the_byte(filled: Settings, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]):
    text = "# Cafe\u0301 \U0001f469\u200d\u2695\ufe0f\n\n## Part\n\nPeers rest\u00ad in the o\ufb03ce.\n\n- one\n- two"
    text = text.replace("\n", "\r\n")
    write_files(tmp_path / "more", {"odd.md": text.encode()})
    sync([tmp_path / "more"], filled, open_=Opener(filled))
    assert ingest(["text", "odd"]) == 0
    captured = capsysbinary.readouterr()
    expected = "Café \U0001f469\u200d\u2695\ufe0f\n\nPart\n\nPeers rest in the office.\n\n• one\n• two"
    assert captured.out == expected.encode()
    assert captured.err == b""


def test_the_text_of_no_document_fails_with_a_hint(filled: Settings, capsys: Captured):
    assert ingest(["text", "nowhere"]) == 1
    assert "no document with the id `nowhere`" in failure(capsys)


# As processes of their own


def test_a_reader_that_has_seen_enough_is_no_failure(library: Settings, tmp_path: Path):
    """`python -m ingest status | head -1`."""
    environment = child_environment(index=library.index, cache=tmp_path, library=tmp_path)
    command = python("-c", "import sys, ingest.__main__ as m; sys.stdin.read(); sys.exit(m.main(['status']))")
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        assert child.stdout is not None
        child.stdout.close()  # before a line is printed
        child.stdout = None
        assert child.communicate(b"") == (None, b"")
        assert child.returncode == 0


@pytest.mark.encoder
def test_from_a_folder_to_an_answer_in_a_terminal(tmp_path: Path):
    environment = child_environment(index=tmp_path / "index", cache=tmp_path / "cache", library=tmp_path / "uploads")

    def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(python("-m", *arguments), env=environment, cwd=tmp_path, capture_output=True, check=False)

    made = run("ingest", BRIEFS)
    assert (made.returncode, made.stdout.count(b"added  ")) == (0, 3), made.stderr.decode()
    asked = run("rag", "ask", LEARNED, "--json")
    assert (asked.returncode, asked.stderr) == (0, b"")
    body = json.loads(asked.stdout)
    citation = body["citations"][0]
    text = run("ingest", "text", citation["source_id"]).stdout.decode()
    assert text[citation["char_start"] : citation["char_end"]] == citation["quote"]
    lost = run("rag", "ask", "", "--json")
    assert (lost.returncode, lost.stdout) == (1, b"")
    assert lost.stderr.startswith(b"error: the question is empty\nhint: ")


@pytest.mark.encoder
def test_a_bad_line_of_a_batch_keeps_its_id_and_stops_no_other(real: Settings, tmp_path: Path):
    """Half a character in a question is read as a character that cannot be shown."""
    lines = [{"id": "x"}, {"id": "y", "question": 3}, {"id": "z", "question": "what did \ud83d volunteers learn?"}]
    deep = "[" * 100_000
    (tmp_path / "in.jsonl").write_text("\n".join([*(json.dumps(line) for line in lines), deep]))
    assert rag(["batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")]) == 1
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(row["id"], "error" in row) for row in rows] == [("x", True), ("y", True), ("z", False), (None, True)]


@pytest.mark.encoder
def test_a_batch_may_begin_with_a_byte_order_mark(real: Settings, tmp_path: Path):
    (tmp_path / "in.jsonl").write_bytes(json.dumps({"id": "x", "question": LEARNED}).encode("utf-8-sig"))
    assert rag(["batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")]) == 0


@pytest.mark.encoder
@pytest.mark.parametrize("data", [b"\xff\xfe\x00", json.dumps({"question": "why?"}).encode("utf-16")])
def test_a_batch_that_is_not_utf8_fails_with_a_hint(real: Settings, tmp_path: Path, data: bytes, capsys: Captured):
    (tmp_path / "in.jsonl").write_bytes(data)
    assert rag(["batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")]) == 1
    assert "UTF-8" in failure(capsys)


@pytest.mark.encoder
def test_a_demand_that_only_an_unrelated_statement_meets_is_not_met(real: Settings, capsys: Captured):
    """That seeds are worth 40 euros says nothing of what leaders are paid."""
    assert rag(["ask", "how much are walking leaders paid per hour?", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["abstained"]


# python -m rag replay, receipts


@pytest.mark.encoder
def test_an_answer_is_replayed_by_its_receipt(real: Settings, tmp_path: Path, capsys: Captured, monkeypatch):
    monkeypatch.setenv("CITEWELL_CACHE", str(tmp_path / "cache"))
    body = ask(capsys, LEARNED, "--words", "40")
    assert rag(["replay", body["receipt"]]) == 0
    out, err = capsys.readouterr()
    assert err == "the same answer, to the byte\n"
    del body["timings_ms"], body["suggestions"]
    assert json.loads(out) == body
    assert rag(["receipts"]) == 0
    assert capsys.readouterr().out.startswith("1 of at most ")
    assert rag(["receipts", "--clear"]) == 0
    assert capsys.readouterr().out == "1 answers forgotten\n"
    assert rag(["replay", body["receipt"]]) == 1
    assert "no answer with the receipt" in failure(capsys)
