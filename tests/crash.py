"""Kill an ingest of forty documents at random moments, again and again, and see what is left: `make crash-test`.

In (arguments): a folder to work in, how often, and a seed. Out: notes on the way and a line at the end; a failed
check ends it with its traceback. The ingest runs in a forked child, so that nothing has to be imported again; each
look at what it left behind runs in a child of its own, as a reader would.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import chromadb  # noqa: F401 — imported before forking
from fakes import Opener, hash_assistant, make_settings, write_files

from ingest.ledger import load_ledger
from ingest.sync import sync
from rag.index.layout import Layout
from rag.settings import Settings

COUNT = 40
THINGS = ("anchors", "bells", "candles", "drums", "engines", "feathers", "gloves", "hammers")
OLD, NEW = "yesterday", "tomorrow"


def words(number: int) -> str:
    """What one document alone speaks of."""
    return f"{THINGS[number % 8]}{number:02}"


def briefs(version: str, numbers: range) -> dict[str, str]:
    """Documents of two statements, the same but for a word in their two versions."""
    return {
        f"b{number:02}.md": f"# About {words(number)}\n\n## Part\n\nPeers carry {words(number)} to the site {version}. "
        f"They rest there {version} before they go.\n"
        for number in numbers
    }


def in_child(work: Callable[[], None]) -> int:
    """Fork, do the work, and end; returns the child's number."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


def ended(child: int) -> int:
    """Wait for a child; its exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def succeed(work: Callable[[], None]) -> float:
    """Do it in a child and wait; the seconds that it took."""
    started = time.monotonic()
    assert ended(in_child(work)) == 0, "see the traceback above"
    return time.monotonic() - started


def held(settings: Settings) -> set[str]:
    """Ids of what is published."""
    layout = Layout(settings.index)
    return set(layout.manifest(layout.published()).documents)


def check_answers(settings: Settings, expected: set[str]) -> None:
    """Every published document is found, is of one version with all others, and there is none twice."""
    assert held(settings) == expected, held(settings) ^ expected
    assistant = hash_assistant(settings)
    versions = set()
    for source_id in sorted(expected):
        hits = assistant.search(f"where do peers carry {words(int(source_id[1:]))}?", 1)
        assert {hit.document.source_id for hit in hits} == {source_id}
        versions |= {version for hit in hits for version in (OLD, NEW) if version in hit.text}
    assert len(versions) == 1, "a mixture of two states"


def check_done(settings: Settings, folder: Path, expected: set[str]) -> None:
    """The next run completes, and the one after it has nothing to do."""
    rows = sync([folder], settings, open_=Opener(settings))
    assert not [row for row in rows if row.state == "failed"]
    check_answers(settings, expected)
    again = sync([folder], settings, open_=Opener(settings))
    assert {row.state for row in again} == {"unchanged"}
    ledger = load_ledger(settings.index)
    assert {row.source_id for row in ledger.documents} == expected
    assert [run.outcome for run in ledger.runs[-2:]] == ["done", "done"]
    layout = Layout(settings.index)
    objects = {path.name.split(".")[0] for path in (settings.index / "objects").iterdir()}
    kept = {digest for path in layout.generations.iterdir() for digest in layout.manifest(path.name).documents.values()}
    assert objects <= kept, "left over by a run that was killed"


def main(base: Path, times: int, seed: int) -> str:
    """Kill an ingest `times` times."""
    chance = random.Random(seed)
    settings = make_settings(base)
    folder = write_files(base / "corpus", briefs(OLD, range(COUNT)))
    succeed(lambda: run(settings, folder))
    shutil.copytree(settings.index, base / "before")
    # The next state: all but two changed, two gone, two new.
    for name in ("b00.md", "b01.md"):
        (folder / name).unlink()
    write_files(folder, briefs(NEW, range(2, COUNT + 2)))
    before, after = ({f"b{n:02}" for n in numbers} for numbers in (range(COUNT), range(2, COUNT + 2)))
    whole = succeed(lambda: run(settings, folder))
    counts = {"old": 0, "new": 0, "ended": 0}
    for time_ in range(1, times + 1):
        shutil.rmtree(settings.index)
        shutil.rmtree(settings.cache)
        shutil.copytree(base / "before", settings.index)
        child = in_child(lambda: run(settings, folder))
        time.sleep(chance.random() * whole)
        os.kill(child, signal.SIGKILL)
        counts["ended"] += ended(child) == 0
        new = held(settings) == after
        counts["new" if new else "old"] += 1
        succeed(lambda expected=after if new else before: check_answers(settings, expected))
        succeed(lambda: check_done(settings, folder, after))
        if time_ % 10 == 0:
            sys.stderr.write(f"{time_} times killed\n")
    return (
        f"{times} times killed: {counts['old']} times the old state was there, {counts['new']} times the new one "
        f"({counts['ended']} runs had just ended); nothing lost, nothing doubled"
    )


def run(settings: Settings, folder: Path) -> None:
    """Bring the index in step."""
    sync([folder], settings, open_=Opener(settings))


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))  # noqa: T201
