"""The ledger: what each run did with each document, and what the library holds now.

In: rows and runs. Out: `library.json` in the index folder, and lines for people. It names the generation that it
belongs to, and each generation keeps the ledger that it was published with: so a crash between publishing and
writing the ledger, or a lost ledger, leaves neither without the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from rag.index.layout import Layout, write_atomically

State = Literal["added", "changed", "renamed", "unchanged", "removed", "failed"]
Outcome = Literal["running", "done", "stopped", "killed"]
RUNS_KEPT = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One document in one run.

    Attributes:
        path: of its file; the id belongs to it, and removal goes by it.
        digest: hash of the file's bytes, its catalogue entry and what shapes the reading.
        state: what the run did. A failed document that was read before keeps its last good version (`stale`).
        why: the reason of a failure, with its hint.
        date: of the last change, UTC.
        places: all files that hold it, `path` first: the same content twice is one document.
        content: hash of the file's bytes alone, by which a renamed file is known again.
        object: hash under which the index keeps it.
        withdrawn: removed by hand; later runs leave it out until it is restored.
        stands_in: a digest that stands in for an original, which takes its place when it comes.
    """

    source_id: str
    title: str
    path: str
    digest: str
    state: State
    passages: int = 0
    pages: int = 0
    date: str = ""
    why: str = ""
    stale: bool = False
    warnings: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    content: str = ""
    object: str = ""
    withdrawn: bool = False
    stands_in: bool = False

    @property
    def all_places(self) -> tuple[str, ...]:
        """All files that hold it, also in a row of an older ledger."""
        return self.places or (self.path,)


@dataclass(frozen=True, slots=True)
class Event:
    """What a run did with one document, if it did anything."""

    source_id: str
    state: State
    why: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    Attributes:
        number: from 1. started, ended: UTC; `ended` is empty for a run that was killed.
        paths: what was asked for, as it was written; "remove X" and "restore X" for those commands.
        outcome: "stopped" by a failure of the whole run (`why`); "killed" when it ended without a word.
        counts: documents by state. documents: those that were not left untouched.
        generation: what was published after it.
    """

    number: int
    started: str
    paths: tuple[str, ...]
    outcome: Outcome = "running"
    ended: str = ""
    why: str = ""
    counts: dict[str, int] | None = None
    documents: tuple[Event, ...] = ()
    generation: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is known of the documents and of the runs, and the generation that this belongs to."""

    generation: str = ""
    documents: tuple[Row, ...] = ()
    runs: tuple[Run, ...] = ()

    def to_json(self) -> bytes:
        """As it is written: rows by id; the last runs only."""
        ordered = tuple(sorted(self.documents, key=lambda row: row.source_id))
        kept = replace(self, documents=ordered, runs=self.runs[-RUNS_KEPT:])
        return _LEDGER.dump_json(kept, indent=1) + b"\n"


_LEDGER = TypeAdapter(Ledger)
_ROWS = TypeAdapter(tuple[Row, ...])


def read_ledger(folder: Path) -> tuple[Row, ...]:
    """The rows of the last runs, sorted by id; empty when there are none, or they cannot be read."""
    return load_ledger(folder).documents


def load_ledger(folder: Path) -> Ledger:
    """The ledger of what is published: that of the folder, or the generation's own when the two are out of step."""
    layout = Layout(folder)
    known = _read(layout.library)
    published = layout.pointer()
    if known is not None and known.generation in ("", published):
        return known
    beside = _read(layout.generation(published) / layout.library.name)
    if beside is None:
        return known or Ledger()
    return replace(beside, runs=_longer(beside.runs, known.runs if known else ()))


def save_ledger(folder: Path, ledger: Ledger) -> None:
    """Keep the ledger, in one step."""
    write_atomically(Layout(folder).library, ledger.to_json())


def begin_run(ledger: Ledger, paths: Iterable[str], started: str) -> Ledger:
    """The ledger with a run that has begun; one that never ended was killed."""
    before = tuple(replace(run, outcome="killed") if run.outcome == "running" else run for run in ledger.runs)
    number = before[-1].number + 1 if before else 1
    return replace(ledger, runs=(*before, Run(number, started, tuple(paths))))


def end_run(
    ledger: Ledger, ended: str, outcome: Outcome, rows: Sequence[Row] = (), generation: str = "", why: str = ""
) -> Ledger:
    """The ledger with its last run ended."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.state] = counts.get(row.state, 0) + 1
    events = tuple(Event(r.source_id, r.state, r.why, r.warnings) for r in rows if r.state != "unchanged")
    *before, run = ledger.runs
    done = replace(
        run,
        outcome=outcome,
        ended=ended,
        why=why,
        counts=dict(sorted(counts.items())),
        documents=events,
        generation=generation or ledger.generation,
    )
    return replace(ledger, runs=(*before, done))


def describe(row: Row) -> str:
    """A row as a line for people."""
    size = f"{row.passages} passages" + (f", {row.pages} pages" if row.pages else "")
    line = f"{row.state:<10} {row.source_id}" + ("" if row.state in ("removed", "failed") else f"  ({size})")
    if row.why:
        line += f"\n           {row.why}"
    if row.stale:
        line += "\n           the version read before stays in the library"
    if row.withdrawn:
        line += f"\n           taken out by hand; `python -m ingest restore {row.source_id}` brings it back"
    line += "".join(f"\n           also at {place}" for place in row.all_places[1:])
    return line + "".join(f"\n           note: {warning}" for warning in row.warnings)


def _read(path: Path) -> Ledger | None:
    try:
        data = path.read_bytes()
        if isinstance(json.loads(data), list):  # rows alone, as format 1 had them
            return Ledger(documents=_ROWS.validate_json(data))
        return _LEDGER.validate_json(data)
    except (OSError, ValueError):
        return None


def _longer(one: tuple[Run, ...], other: tuple[Run, ...]) -> tuple[Run, ...]:
    return max(one, other, key=lambda runs: runs[-1].number if runs else 0)
