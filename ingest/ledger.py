"""The ledger: what each run did with each document, and what the library holds now.

In: rows. Out: `library.json` in the index folder, and lines for people. The published generation is the truth
about what is answered from; a ledger that a crash left behind is put right by the next run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from rag.index.layout import Layout, write_atomically

State = Literal["added", "changed", "unchanged", "removed", "failed"]


@dataclass(frozen=True, slots=True)
class Row:
    """One document in one run.

    Attributes:
        path: of its file; the id belongs to it, and removal goes by it.
        digest: hash of the file's bytes, its catalogue entry and what shapes the reading.
        state: what the run did. A failed document that was read before keeps its last good version (`stale`).
        why: the reason of a failure, with its hint.
        date: of the last change, UTC.
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


_ROWS = TypeAdapter(tuple[Row, ...])


def read_ledger(folder: Path) -> tuple[Row, ...]:
    """The rows of the last runs, sorted by id; empty when there are none, or they cannot be read."""
    try:
        return _ROWS.validate_json(Layout(folder).library.read_bytes())
    except (OSError, ValueError):
        return ()


def write_ledger(folder: Path, rows: Sequence[Row]) -> None:
    """Keep the rows of documents that are in the library, or failed."""
    kept = tuple(sorted((row for row in rows if row.state != "removed"), key=lambda row: row.source_id))
    write_atomically(Layout(folder).library, _ROWS.dump_json(kept, indent=1) + b"\n")


def describe(row: Row) -> str:
    """A row as a line for people."""
    size = f"{row.passages} passages" + (f", {row.pages} pages" if row.pages else "")
    line = f"{row.state:<10} {row.source_id}" + ("" if row.state in ("removed", "failed") else f"  ({size})")
    if row.why:
        line += f"\n           {row.why}"
    if row.stale:
        line += "\n           the version read before stays in the library"
    return line + "".join(f"\n           note: {warning}" for warning in row.warnings)
