"""A new state is published as a whole: readers see the old one or the new one, whatever happens to the writer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes import (
    BRIEFS,
    HashEncoder,
    Opener,
    child_environment,
    copy_briefs,
    hash_assistant,
    make_settings,
    python,
    write_files,
)

from ingest.ledger import read_ledger
from ingest.sync import sync
from rag.errors import CitewellError, EncoderError, IndexLockedError, IndexMismatchError, IndexMissingError
from rag.index.layout import Layout
from rag.index.reader import Index, LiveIndex
from rag.index.writer import BUILDING, writing
from rag.settings import Settings

QUESTION = "what did garden volunteers learn?"
PATIENCE = 60  # seconds for a child process to come up on a busy machine

# A child that brings an index in step and is killed on the way, in the manner that its last argument names.
KILLED = """
import os, signal, sys
from pathlib import Path
from fakes import Fatal, make_settings
from ingest.sync import sync

base, folder, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
settings = make_settings(base)
after = int(how) if how.isdigit() else 10**6

def progress(note):
    if note == "publishing" and how == "publishing":
        os.kill(os.getpid(), signal.SIGKILL)

name, _, count = how.removeprefix("rename:").partition("@")
left = int(count or 1)

def watch(event, arguments):
    \"\"\"Killed at the last moment: just before the pointer, the generation or a ledger takes its place.\"\"\"
    global left
    if event == "os.rename" and Path(os.fsdecode(arguments[1])).name.startswith(name):
        left -= 1
        if not left:
            os._exit(9)

if how.startswith("rename:"):
    sys.addaudithook(watch)
sync([folder], settings, open_=lambda: Fatal(settings, after), progress=progress)
print("not killed")
"""

HOLDING = """
import sys, time
from pathlib import Path
from rag.index.writer import writing

with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def published(settings: Settings) -> str:
    return Layout(settings.index).published()


def answer_of(settings: Settings, question: str = QUESTION) -> tuple[str, str]:
    answer = hash_assistant(settings).ask(question)
    return answer.generation, answer.text


@pytest.fixture
def briefs(tmp_path: Path) -> Path:
    return copy_briefs(tmp_path / "briefs")


@dataclass(frozen=True)
class Change:
    """An index, its documents as they are by now, and the index that a run makes of them.

    Attributes:
        base: folder of an index of the documents as they were.
        before, after: generation and answer.
        new: hash of the object of the new document.
    """

    base: Path
    briefs: Path
    before: tuple[str, str]
    after: tuple[str, str]
    new: str


@pytest.fixture(scope="module")
def change(tmp_path_factory: pytest.TempPathFactory) -> Change:
    folder = tmp_path_factory.mktemp("change")
    briefs = copy_briefs(folder / "briefs")
    before, after = make_settings(folder / "before"), make_settings(folder / "after")
    sync([briefs], before, open_=Opener(before))
    write_files(briefs, {"new.md": "# Bees\n\n## Part\n\nGarden volunteers learned to keep bees in Study B.\n"})
    write_files(briefs, {"night-clinic.md": "# Night\n\n## Part\n\nThe clinic closed for good last winter.\n"})
    sync([briefs], after, open_=Opener(after))
    new = Layout(after.index).manifest(published(after)).documents["new"]
    return Change(folder / "before", briefs, answer_of(before), answer_of(after), new)


# The ledger is written when a run begins, beside the new generation, and when it is published.
LEDGER = "rename:library.json@{}"


@pytest.mark.parametrize(
    "how",
    ["0", "1", "publishing", "rename:CURRENT", "rename:{generation}", "rename:{object}"]
    + [LEDGER.format(count) for count in (1, 2, 3)],
)
def test_a_writer_that_is_killed_loses_nothing_and_the_next_run_completes(tmp_path: Path, change: Change, how: str):
    shutil.copytree(change.base, tmp_path / "base")
    settings = make_settings(tmp_path / "base")
    how = how.format(generation=change.after[0], object=change.new)

    arguments = python("-c", KILLED, tmp_path / "base", change.briefs, how)
    child = subprocess.run(arguments, env=child_environment(), capture_output=True, text=True, check=False)
    assert "not killed" not in child.stdout
    assert child.returncode in (9, -9), child.stderr

    # Killed after publishing, before the ledger: the new state is out, as a whole.
    assert answer_of(settings) == (change.after if how == LEDGER.format(3) else change.before)
    rows = sync([change.briefs], settings, open_=Opener(settings))
    assert {row.source_id for row in rows} == {"garden-brief-2019", "walking-review-2021", "night-clinic", "new"}
    assert not any(row.state == "failed" for row in rows)
    assert answer_of(settings) == change.after
    assert all(row.state == "unchanged" for row in sync([change.briefs], settings, open_=Opener(settings)))
    assert leftovers(settings) == []


def leftovers(settings: Settings) -> list[str]:
    """What no state needs."""
    return [path.name for path in settings.index.rglob("*") if path.name == BUILDING or path.name.endswith(".partial")]


def test_a_first_run_that_is_killed_leaves_no_index_and_the_next_run_completes(tmp_path: Path, briefs: Path):
    settings = make_settings(tmp_path)
    child = subprocess.run(python("-c", KILLED, tmp_path, briefs, "1"), env=child_environment(), check=False)
    assert child.returncode == 9
    with pytest.raises(IndexMissingError):
        hash_assistant(settings).ask(QUESTION)
    sync([briefs], settings, open_=Opener(settings))
    assert "pruning" in answer_of(settings)[1]


@pytest.fixture
def holder(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock of the index."""
    with subprocess.Popen(
        python("-c", HOLDING, settings.index),
        env=child_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_writer_is_told_who_holds_the_lock(settings: Settings, holder: subprocess.Popen[str]):
    with pytest.raises(IndexLockedError, match=f"is being written by process {holder.pid} on .+ since 20") as caught:
        sync([BRIEFS], settings, open_=Opener(settings))
    assert "wait" in caught.value.hint


def test_a_lock_ends_with_its_process_however_that_ends(settings: Settings, holder: subprocess.Popen[str]):
    holder.kill()
    holder.wait(PATIENCE)
    assert (settings.index / "writer.json").exists()
    sync([BRIEFS], settings, open_=Opener(settings))
    assert not (settings.index / "writer.json").exists()


def test_readers_read_while_the_lock_is_held(library: Settings, assistant):
    with writing(library.index):
        assert assistant.ask(QUESTION).citations


def test_a_lock_is_given_back_when_the_run_fails(settings: Settings, briefs: Path):
    def broken() -> HashEncoder:
        raise EncoderError("no weights", "install them")

    with pytest.raises(EncoderError, match="no weights"):
        sync([briefs], settings, open_=broken)
    sync([briefs], settings, open_=Opener(settings))


def test_a_reader_of_the_old_state_goes_on_and_a_new_question_meets_the_new_one(settings: Settings, briefs: Path):
    sync([briefs], settings, open_=Opener(settings))
    encoder = HashEncoder(settings)
    live = LiveIndex(settings.index, encoder.fingerprint, PATIENCE)
    old = live.current()
    assert live.current() is old
    vector = encoder.encode_questions(["who brought sleepers to the clinic?"])[0]
    before = old.by_meaning(vector, 5)

    (briefs / "night-clinic.md").unlink()
    sync([briefs], settings, open_=Opener(settings))
    assert old.by_meaning(vector, 5) == before
    assert old.by_words(["sleepers"], 5)
    assert "bus station" in old.document("night-clinic").catalogue.title  # not read until now
    assert len(old.statement_vectors(old.document("night-clinic").passages[0])) == 2

    new = live.current()
    assert new is not old
    assert new.name == published(settings)
    assert new.source_ids == ("garden-brief-2019", "walking-review-2021")
    assert not new.by_words(["sleepers"], 5)
    old.close()
    assert new.by_words(["pruning"], 5)


def test_a_running_assistant_answers_from_each_new_state(settings: Settings, briefs: Path):
    sync([briefs], settings, open_=Opener(settings))
    assistant = hash_assistant(settings)
    question = "who brought sleepers to the clinic?"
    assert "Bus drivers" in assistant.ask(question).text
    for driver in ("Taxi drivers", "Tram conductors"):
        text = f"# Night\n\n## Part\n\n{driver} brought sleepers to the clinic by night.\n"
        (briefs / "night-clinic.md").write_text(text)
        sync([briefs], settings, open_=Opener(settings))
        answer = assistant.ask(question)
        assert driver in answer.text
        assert answer.generation == published(settings)
    (briefs / "night-clinic.md").unlink()
    sync([briefs], settings, open_=Opener(settings))
    assert "drivers" not in assistant.ask(question).text


def test_the_state_before_answers_until_the_new_one_is_open(settings: Settings, briefs: Path):
    """Nobody waits for a large library to be opened."""
    sync([briefs], settings, open_=Opener(settings))
    live = LiveIndex(settings.index, HashEncoder(settings).fingerprint, patience=0)
    old = live.current()
    (briefs / "night-clinic.md").unlink()
    sync([briefs], settings, open_=Opener(settings))
    names = {live.current().name}
    while published(settings) not in names:
        names.add(live.current().name)
    assert names <= {old.name, published(settings)}
    assert live.current().source_ids == ("garden-brief-2019", "walking-review-2021")


def test_a_state_that_was_damaged_is_opened_when_it_is_built_again(settings: Settings, briefs: Path):
    sync([briefs], settings, open_=Opener(settings))
    live = LiveIndex(settings.index, HashEncoder(settings).fingerprint, PATIENCE)
    path = Layout(settings.index).generation(published(settings)) / "passages.sqlite"
    path.rename(path.with_name("away"))
    for _ in range(2):
        with pytest.raises(IndexMissingError, match="is damaged"):
            live.current()
    sync([briefs], settings, open_=Opener(settings))
    assert live.current().by_words(["pruning"], 5)


def test_the_disk_never_holds_more_than_two_states(settings: Settings, briefs: Path):
    sync([briefs], settings, open_=Opener(settings))
    one = size(settings)
    for n in range(6):
        (briefs / "night-clinic.md").write_text(f"# Night\n\n## Part\n\nThe clinic saw {n} sleepers that night.\n")
        sync([briefs], settings, open_=Opener(settings))
        assert size(settings) <= 2.2 * one


def size(settings: Settings) -> int:
    return sum(path.stat().st_size for path in settings.index.rglob("*") if path.is_file())


def test_old_states_are_pruned(settings: Settings, briefs: Path):
    for n in range(5):
        (briefs / "night-clinic.md").write_text(f"# Night\n\n## Part\n\nThe clinic saw {n} sleepers that night.\n")
        sync([briefs], settings, open_=Opener(settings))
    layout = Layout(settings.index)
    assert len(list(layout.generations.iterdir())) == 2  # the one that is read, and the one that may still be
    assert len(list((settings.index / "objects").iterdir())) == 2 * 4  # of text and of vectors


def test_a_crash_during_the_build_leaves_nothing_behind(settings: Settings, briefs: Path):
    layout = Layout(settings.index)
    write_files(layout.generation(BUILDING), {"passages.sqlite": b"half", "chroma/half": b"half"})
    sync([briefs], settings, open_=Opener(settings))
    assert [path.name for path in layout.generations.iterdir()] == [published(settings)]
    assert "pruning" in answer_of(settings)[1]


# What cannot be read says so


def test_no_index_is_told_with_what_to_do(settings: Settings):
    with pytest.raises(IndexMissingError, match=r"no index at `.*index`") as caught:
        hash_assistant(settings).ask(QUESTION)
    assert "python -m ingest" in caught.value.hint
    assert read_ledger(settings.index) == ()


@pytest.mark.parametrize("damage", ["", "{", "not json", '{"documents": {}}', '{"fingerprint": {'])
def test_a_damaged_manifest_is_told(settings: Settings, briefs: Path, damage: str):
    sync([briefs], settings, open_=Opener(settings))
    layout = Layout(settings.index)
    name = published(settings)
    (layout.generation(name) / "manifest.json").write_text(damage)
    with pytest.raises(IndexMissingError, match="is damaged") as caught:
        hash_assistant(settings).ask(QUESTION)
    assert "python -m ingest" in caught.value.hint


def test_a_lost_generation_is_told(settings: Settings, briefs: Path):
    sync([briefs], settings, open_=Opener(settings))
    Layout(settings.index).current.write_text("0123456789abcdef\n")
    with pytest.raises(CitewellError, match="is damaged"):
        hash_assistant(settings).ask(QUESTION)


def test_an_index_of_another_format_is_told(settings: Settings, briefs: Path):
    sync([briefs], settings, open_=Opener(settings))
    path = Layout(settings.index).generation(published(settings)) / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["fingerprint"]["format"] = 99
    path.write_text(json.dumps(manifest))
    with pytest.raises(IndexMismatchError, match="has format 99; this version reads format") as caught:
        hash_assistant(settings).ask(QUESTION)
    assert "python -m ingest" in caught.value.hint


def test_an_index_of_another_encoder_is_told(library: Settings):
    with pytest.raises(
        IndexMismatchError, match=r"was written with the encoder `citewell-minilm@.*`; .* `other`"
    ) as caught:
        LiveIndex(library.index, "other").current()
    assert "CITEWELL_ENCODER" in caught.value.hint


def test_a_published_state_is_never_changed(settings: Settings, briefs: Path):
    """But for what Chroma notes in its own files whenever it opens them."""
    sync([briefs], settings, open_=Opener(settings))
    folder = Layout(settings.index).generation(published(settings))
    before = contents(folder)
    answer_of(settings)
    (briefs / "night-clinic.md").unlink()
    sync([briefs], settings, open_=Opener(settings))
    assert contents(folder) == before
    assert before.keys() >= {"manifest.json", "passages.sqlite"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_an_index_can_be_moved(tmp_path: Path, settings: Settings, briefs: Path):
    sync([briefs], settings, open_=Opener(settings))
    before = answer_of(settings)
    (tmp_path / "elsewhere").mkdir()
    moved = make_settings(tmp_path, index=tmp_path / "elsewhere" / "index")
    os.replace(settings.index, moved.index)
    assert answer_of(moved) == before


def test_vectors_of_another_number_are_a_bug_and_never_published(library: Settings):
    index = Index(library.index, published(library))
    document = index.document("night-clinic")
    rows = index.statement_vectors(document.passages[0])
    index.close()
    from rag.index.store import write_object

    with pytest.raises(ValueError, match="expected"):
        write_object(Layout(library.index), index.fingerprint, document, rows, rows)
