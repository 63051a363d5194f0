"""Whatever fails on the way, the published state stays as it was, and the message says what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from fakes import HashEncoder, Opener, child_environment, hash_assistant, python, write_files

from ingest.ledger import load_ledger
from ingest.sync import sync
from rag.encode import Vectors
from rag.errors import CitewellError, EncoderError, SourceError
from rag.index.layout import Layout
from rag.index.writer import BUILDING
from rag.settings import Settings

QUESTION = "when do peers rest?"
posix = pytest.mark.skipif(os.name == "nt", reason="needs the limits and rights of a POSIX system")


def brief(word: str, passages: int = 1) -> str:
    parts = [f"## Part {n}\n\nPeers rest at {word} {n} in the shade of the old tree.\n" for n in range(passages)]
    return f"# About {word}\n\n" + "\n".join(parts)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    made = write_files(tmp_path / "corpus", {"a.md": brief("noon"), "b.md": brief("dusk")})
    sync([made], settings, open_=Opener(settings))
    return made


def state(settings: Settings) -> tuple[str, str]:
    answer = hash_assistant(settings).ask(QUESTION)
    return answer.generation, answer.text


def leftovers(settings: Settings) -> list[str]:
    return [path.name for path in settings.index.rglob("*") if path.name == BUILDING or path.name.endswith(".partial")]


# A full disk

LIMITED = """
import resource, sys
from pathlib import Path
from fakes import Opener, make_settings
from ingest.sync import sync
from rag.errors import CitewellError
import chromadb

settings = make_settings(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    sync([Path(sys.argv[2])], settings, open_=Opener(settings))
except CitewellError as error:
    print(type(error).__name__, error.message, error.hint)
"""


@posix
@pytest.mark.parametrize("room", [100, 2_000, 60_000, 150_000])
def test_a_full_disk_leaves_what_was_published(tmp_path: Path, settings: Settings, folder: Path, room: int):
    """No file may grow beyond a limit: the ledger, a document, the words, or Chroma's files."""
    before = state(settings)
    write_files(folder, {"c.md": brief("dawn", passages=40)})
    arguments = python("-c", LIMITED, tmp_path, folder, room)
    child = subprocess.run(arguments, env=child_environment(), capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    assert child.stdout.startswith("IndexWriteError the index at "), child.stdout
    assert "What was published stays as it was" in child.stdout
    assert "make room on the disk" in child.stdout
    assert state(settings) == before
    assert leftovers(settings) == []
    rows = sync([folder], settings, open_=Opener(settings))
    assert {row.source_id: row.state for row in rows} == {"a": "unchanged", "b": "unchanged", "c": "added"}


# An encoder that fails


class Failing(HashEncoder):
    """Fails at the third document."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        if any("third" in text for text in texts):
            raise RuntimeError("out of memory")
        return super().encode_passages(texts)


def test_an_encoder_that_fails_in_the_middle_publishes_nothing_and_what_was_embedded_is_remembered(
    settings: Settings, folder: Path
):
    before = state(settings)
    write_files(folder, {"c.md": brief("first"), "d.md": brief("second"), "e.md": brief("third")})
    with pytest.raises(EncoderError, match="the encoder failed on `e`: RuntimeError: out of memory") as caught:
        sync([folder], settings, open_=lambda: Failing(settings))
    assert "run `python -m ingest` again" in caught.value.hint
    assert state(settings) == before
    run = load_ledger(settings.index).runs[-1]
    assert (run.outcome, run.why) == ("stopped", caught.value.message)
    opener = Opener(settings)
    rows = sync([folder], settings, open_=opener)
    assert [row.state for row in rows] == ["unchanged", "unchanged", "added", "added", "added"]
    assert all("third" in text for text in opener.embedded)


# Folders that cannot be read


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that a user without rights may write into."""
    made = Path(tempfile.mkdtemp(prefix="citewell-"))
    made.chmod(0o777)
    yield made
    shutil.rmtree(made)


DENIED = """
import os, sys
from pathlib import Path
from fakes import Opener, make_settings, write_files
from ingest.sync import sync
from rag.errors import CitewellError
from rag.index.layout import Layout

base, denied = Path(sys.argv[1]), sys.argv[2]
folder = write_files(base / "corpus", {"a.md": sys.argv[3], "sub/b.md": sys.argv[4]})
settings = make_settings(base)
sync([folder], settings, open_=Opener(settings))
before = Layout(settings.index).published()
(base / denied).chmod(0)
if os.geteuid() == 0:  # root may read everything: go on as somebody who may not
    for path in (base / "index", *(base / "index").rglob("*")):
        path.chmod(0o777)
    os.seteuid(65534)
try:
    rows = sync([folder], settings, open_=Opener(settings), remove_all=True)
    print([(row.source_id, row.state, row.stale, row.why) for row in rows])
except CitewellError as error:
    print(type(error).__name__, error.message, error.hint)
finally:
    os.seteuid(os.getuid())
    (base / denied).chmod(0o755)
assert Layout(settings.index).published() == before
"""


def denied(base: Path, what: str) -> str:
    arguments = python("-c", DENIED, base, what, brief("noon"), brief("dusk"))
    child = subprocess.run(arguments, env=child_environment(), cwd=base, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    return child.stdout


@posix
@pytest.mark.parametrize("what", ["corpus", "corpus/sub"])
def test_a_folder_that_may_not_be_read_changes_nothing(open_folder: Path, what: str):
    told = denied(open_folder, what)
    assert told.startswith(f"SourceError `{open_folder / what}` cannot be read: Permission denied. Nothing was changed")


@posix
def test_a_file_that_may_not_be_read_keeps_its_last_good_version(open_folder: Path):
    told = denied(open_folder, "corpus/sub/b.md")
    assert "('a', 'unchanged', False, '')" in told
    assert "('b', 'failed', True, 'cannot be opened: Permission denied')" in told


def test_a_folder_that_is_a_file_by_now_is_told(settings: Settings, folder: Path):
    before = state(settings)
    shutil.rmtree(folder)
    with pytest.raises(SourceError, match="no such folder or file"):
        sync([folder], settings, open_=Opener(settings))
    assert state(settings) == before


def test_a_link_to_a_lost_file_is_told(settings: Settings, folder: Path):
    (folder / "c.md").symlink_to(folder / "nowhere.md")
    rows = {row.source_id: row for row in sync([folder], settings, open_=Opener(settings))}
    assert (rows["c"].state, rows["c"].why) == ("failed", "cannot be opened: No such file or directory")


# An index of another format


@pytest.mark.parametrize("gone", [False, True])
def test_an_index_of_an_older_format_is_built_again_and_all_else_is_kept(
    tmp_path: Path, settings: Settings, folder: Path, gone: bool
):
    """Also of documents whose files are gone by now, and without embedding anything again."""
    write_files(settings.library, {"upload.md": brief("night")})
    sync([folder], settings, open_=Opener(settings))
    before = state(settings)
    write_files(settings.index, {"feedback.jsonl": "{}\n"})
    layout = Layout(settings.index)
    path = layout.generation(layout.published()) / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["fingerprint"]["format"] = 0
    path.write_text(json.dumps(manifest))
    rows = json.loads(layout.library.read_text())["documents"]
    old = ("source_id", "title", "path", "digest", "state", "passages", "pages", "date", "why", "stale", "warnings")
    layout.library.write_text(json.dumps([{key: row[key] for key in old} for row in rows]))  # as format 1 had it
    if gone:
        shutil.rmtree(folder)
    with pytest.raises(CitewellError):
        state(settings)

    opener = Opener(settings)
    found = {row.source_id: row for row in sync([] if gone else [folder], settings, open_=opener)}
    assert found["upload"].state == "added"
    assert all(row.stale for row in found.values() if row.state == "failed")
    assert [found[id_].state for id_ in ("a", "b")] == ["failed" if gone else "added"] * 2
    assert opener.embedded == []
    assert state(settings) == before
    assert (settings.index / "feedback.jsonl").read_text() == "{}\n"
    assert (settings.library / "upload.md").exists()
