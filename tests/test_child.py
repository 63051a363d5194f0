"""A file that hangs, crashes its reader or takes too much fails alone, with its reason; the next one is read."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashEncoder, Opener, make_pdf, make_settings, write_files

from ingest.child import Child
from ingest.parse import Order
from ingest.sync import sync
from rag.errors import DocumentError
from rag.schema import Catalogue

A = "# About rest\n\n## Part\n\nPeers rest at noon in the shade of the old tree.\n"
PAGES = [
    ["Peers are trained for two weeks before they begin to work alone and without help."],
    ["Nurses who work by night in the shelters say that they sleep badly at home."],
    ["Gardens behind the clinic were dug by neighbours who brought their own spades."],
]
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither pipes with names nor this limit")


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child()
    yield made
    made.stop()


def order(path: Path, **values: object) -> Order:
    usual = {"source_id": "a", "catalogue": Catalogue(title=""), "content": "", "seconds": 60.0, "memory": 2 * 10**9}
    return Order(**{"path": path, **usual, "pages": 1000, **values})


def assert_works(child: Child, folder: Path) -> None:
    write_files(folder, {"good.md": A})
    assert child.parse(order(folder / "good.md")).document.catalogue.title == "About rest"


def test_one_process_reads_many_files(child: Child, tmp_path: Path):
    assert child.process_id is None
    assert_works(child, tmp_path)
    first = child.process_id
    assert_works(child, tmp_path)
    assert child.process_id == first


@posix
def test_a_file_that_never_ends_is_given_up(child: Child, tmp_path: Path):
    os.mkfifo(tmp_path / "endless.md")
    with pytest.raises(DocumentError, match="takes more than 1 seconds") as caught:
        child.parse(order(tmp_path / "endless.md", seconds=1.0))
    assert "CITEWELL_MAX_FILE_SECONDS" in caught.value.hint
    assert_works(child, tmp_path)


def test_a_text_that_takes_too_long_to_cut_fails_alone(tmp_path: Path):
    class Slow(HashEncoder):
        def count_tokens(self, text: str) -> int:
            time.sleep(0.3 if "endless" in text else 0)
            return super().count_tokens(text)

    settings = make_settings(tmp_path, max_file_seconds=1)
    endless = "# About work\n\n" + "Peers tell of endless work.\n\n" * 9
    folder = write_files(tmp_path / "corpus", {"endless.md": endless, "good.md": A})
    rows = {row.source_id: row for row in sync([folder], settings, open_=lambda: Slow(settings))}
    assert (rows["endless"].state, rows["good"].state) == ("failed", "added")
    assert "cutting it into passages takes more than 1 seconds" in rows["endless"].why
    assert "CITEWELL_MAX_FILE_SECONDS" in rows["endless"].why


@posix
def test_a_reader_that_crashes_takes_nothing_with_it(child: Child, tmp_path: Path):
    assert_works(child, tmp_path)
    os.mkfifo(tmp_path / "fatal.md")
    crash = threading.Timer(0.2, os.kill, [child.process_id, signal.SIGSEGV])
    crash.start()
    with pytest.raises(DocumentError, match="its reader crashed"):
        child.parse(order(tmp_path / "fatal.md"))
    assert_works(child, tmp_path)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux limits a process's memory")
def test_a_file_that_takes_too_much_memory_is_given_up(child: Child, tmp_path: Path):
    (tmp_path / "large.md").write_bytes(b"x" * 60_000_000)
    with pytest.raises(DocumentError, match="takes more than 20 MB of memory") as caught:
        child.parse(order(tmp_path / "large.md", memory=20_000_000))
    assert "CITEWELL_MAX_FILE_MEMORY" in caught.value.hint
    assert_works(child, tmp_path)


def test_a_file_of_too_many_pages_is_given_up(child: Child, tmp_path: Path):
    write_files(tmp_path, {"a.pdf": make_pdf(PAGES)})
    with pytest.raises(DocumentError, match="has 3 pages, at most 2 are read") as caught:
        child.parse(order(tmp_path / "a.pdf", pages=2))
    assert "CITEWELL_MAX_FILE_PAGES" in caught.value.hint


def test_a_file_that_changes_while_it_is_read_is_told(child: Child, tmp_path: Path):
    write_files(tmp_path, {"a.md": A})
    with pytest.raises(DocumentError, match="changed while it was being read"):
        child.parse(order(tmp_path / "a.md", content="0" * 64))


def test_a_file_that_is_gone_is_told(child: Child, tmp_path: Path):
    with pytest.raises(DocumentError, match="vanished while it was being read"):
        child.parse(order(tmp_path / "a.md"))


def test_what_the_working_folder_holds_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A library's folder may hold a file that is named like a module."""
    write_files(tmp_path, {"pickle.py": "raise SystemExit(3)", "ingest.py": "raise SystemExit(3)"})
    monkeypatch.chdir(tmp_path)
    child = Child()
    assert_works(child, tmp_path)
    child.stop()


# In a run


def test_a_file_that_vanishes_or_changes_in_a_run_fails_alone_and_keeps_its_last_good_version(tmp_path: Path):
    settings = make_settings(tmp_path)
    files = {f"{name}.md": A.replace("noon", f"noon {name}") for name in "abcd"}
    folder = write_files(tmp_path / "corpus", files)
    sync([folder], settings, open_=Opener(settings))
    write_files(folder, {name: text + "\nThey sleep well.\n" for name, text in files.items()})

    def meddle(note: str) -> None:
        if "1/4" in note and "reading" in note:  # the third and the fourth are not read yet
            (folder / "c.md").unlink()
            (folder / "d.md").write_text("# Half a fi")

    rows = {row.source_id: row for row in sync([folder], settings, open_=Opener(settings), progress=meddle)}
    assert {id_: row.state for id_, row in rows.items()} == {
        "a": "changed",
        "b": "changed",
        "c": "failed",
        "d": "failed",
    }
    assert "vanished while" in rows["c"].why
    assert "changed while" in rows["d"].why
    assert rows["c"].stale
    assert rows["d"].stale


@pytest.mark.parametrize(
    ("limit", "why"),
    [({"max_file_pages": 1}, "has 2 pages, at most 1"), ({"max_file_mb": 1}, "has 2 MB, at most 1 are read")],
)
def test_limits_are_settings(tmp_path: Path, limit: dict[str, int], why: str):
    settings = make_settings(tmp_path, **limit)
    pages = make_pdf(PAGES[:2])
    padding = b"%" * 2_000_000 if "max_file_mb" in limit else b""
    folder = write_files(tmp_path / "corpus", {"a.md": A, "b.pdf": pages + padding})
    rows = {row.source_id: row for row in sync([folder], settings, open_=Opener(settings))}
    assert (rows["a"].state, rows["b"].state) == ("added", "failed")
    assert why in rows["b"].why
