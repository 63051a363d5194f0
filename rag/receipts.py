"""Receipts: what an answer depended on, so that it can be given again, or told why not.

In: a question with all that came with it, the state of the library, the settings, the code. Out: a hash of them, which
each answer carries; and a small file in which the commands and the page keep their last answers for
`python -m rag replay`. It holds questions: it stays on this machine, has a limit and can be emptied.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.contract import answer_as_json, history_from_json
from rag.errors import ReceiptError
from rag.schema import Answer, Turn
from rag.settings import Settings

if TYPE_CHECKING:
    import sqlite3

FILE = "receipts.sqlite"


@dataclass(frozen=True, slots=True)
class Request:
    """A question with all that came with it. `words` is the length that was in force.

    `as_written`: it was not to be completed or mended.
    """

    question: str
    history: tuple[Turn, ...] = ()
    only: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    kind: str = ""
    topic: str = ""
    words: int = 120
    as_written: bool = False

    @classmethod
    def of(
        cls, question: str, history: Sequence[Turn], filters: Mapping[str, Any], words: int, as_written: bool = False
    ) -> Request:
        """A request of plain parts; `filters` are those of `Assistant.ask`, the ids in one order."""
        only = tuple(sorted(filters.get("only", ())))
        return cls(question, tuple(history), **{**filters, "only": only}, words=words, as_written=as_written)

    @property
    def filters(self) -> dict[str, Any]:
        """As `Assistant.ask` takes them."""
        return {
            "only": self.only,
            "since": self.since,
            "until": self.until,
            "kind": self.kind,
            "topic": self.topic,
        }

    def as_json(self) -> dict[str, Any]:
        """As plain parts, in a fixed order."""
        turns = [{"role": turn.role, "text": turn.text} for turn in self.history]
        return {
            "question": self.question,
            "history": turns,
            "filters": {**self.filters, "only": list(self.only)},
            "words": self.words,
            "as_written": self.as_written,
        }


@dataclass(frozen=True, slots=True)
class Record:
    """An answer that was given: what was asked, on what it depended, and its JSON without timings."""

    receipt: str
    request: Request
    depends: Mapping[str, str]
    body: str


@cache
def code_version() -> str:
    """A hash of the code and weights of this package: equal where answers are made in the same way."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted([*root.rglob("*.py"), *root.glob("weights/*.json")]):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def depends_on(library: str, settings: Settings) -> dict[str, str]:
    """What an answer depends on beside its question, by name."""
    # Imported here: the first page holds receipts, and is not to wait for numpy.
    from rag.encode import encoder_fingerprint
    from rag.reader import reader_fingerprint

    return {
        "library state": library,
        "encoder": encoder_fingerprint(settings),
        "reader": reader_fingerprint(settings),
        "language model": settings.llm or "none",
        "code": code_version(),
    }


def receipt_of(request: Request, depends: Mapping[str, str]) -> str:
    """16 hexadecimal digits: a hash of all that an answer depends on."""
    parts = json.dumps([request.as_json(), dict(depends)], sort_keys=True)
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def body_of(answer: Answer) -> str:
    """An answer's JSON without what differs each time, and without suggestions: they are prepared at leisure."""
    body = answer_as_json(answer)
    del body["timings_ms"], body["suggestions"]
    return json.dumps(body, ensure_ascii=False, indent=1)


class Receipts:
    """The file of the last answers."""

    def __init__(self, settings: Settings) -> None:
        """In the cache folder; nothing is read or written before it is asked for."""
        self.path = settings.cache / FILE
        self._limit = settings.receipts

    def keep(self, request: Request, answer: Answer, settings: Settings) -> None:
        """Remember an answer, and forget the oldest ones beyond the limit; does nothing where the limit is 0."""
        if not self._limit:
            return
        depends = depends_on(answer.generation, settings)
        row = (
            answer.receipt,
            json.dumps(request.as_json()),
            json.dumps(depends),
            zlib.compress(body_of(answer).encode()),
        )
        with self._open() as file:
            file.execute("DELETE FROM receipts WHERE receipt = ?", row[:1])
            file.execute("INSERT INTO receipts (receipt, request, depends, body) VALUES (?, ?, ?, ?)", row)
            file.execute(
                "DELETE FROM receipts WHERE number <= (SELECT max(number) FROM receipts) - ? AND number NOT IN "
                "(SELECT number FROM receipts ORDER BY number DESC LIMIT ?)",
                (self._limit, self._limit),
            )

    def get(self, receipt: str) -> Record:
        """The answer with this receipt; raises ReceiptError when it is not remembered."""
        row = None
        if os.path.exists(self.path):
            with self._open() as file:
                row = file.execute(
                    "SELECT receipt, request, depends, body FROM receipts WHERE receipt = ?", (receipt,)
                ).fetchone()
        if row is None:
            raise ReceiptError(
                f"no answer with the receipt `{receipt}` is remembered in `{self.path}`",
                "the page and `python -m rag ask` keep their last answers there (CITEWELL_RECEIPTS says how many)",
            )
        parts = json.loads(row[1])
        turns = history_from_json(parts["history"])
        request = Request.of(parts["question"], turns, parts["filters"], parts["words"], parts.get("as_written", False))
        return Record(row[0], request, json.loads(row[2]), zlib.decompress(row[3]).decode())

    def count(self) -> int:
        """How many answers are remembered."""
        if not os.path.exists(self.path):
            return 0
        with self._open() as file:
            return int(file.execute("SELECT count(*) FROM receipts").fetchone()[0])

    def clear(self) -> int | None:
        """Forget all answers; returns how many there were, or None where a damaged file does not tell."""
        there = None
        with suppress(ReceiptError):
            there = self.count()
        try:
            for path in (self.path, self.path.with_name(f"{FILE}-journal")):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error
        return there

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        import sqlite3

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=10)) as file, file:
                file.execute(
                    "CREATE TABLE IF NOT EXISTS receipts (number INTEGER PRIMARY KEY AUTOINCREMENT, "
                    "receipt TEXT UNIQUE, request TEXT, depends TEXT, body BLOB)"
                )
                yield file
        except (sqlite3.DatabaseError, OSError) as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> ReceiptError:
        return ReceiptError(
            f"the receipts in `{self.path}` cannot be used: {error}",
            "delete them with `python -m rag receipts --clear`, or name another folder with CITEWELL_CACHE",
        )


def changes(record: Record, depends: Mapping[str, str], answer: Answer) -> Sequence[str]:
    """In words, what differs between an answer that was given and the one given now; empty when nothing does."""
    if body_of(answer) == record.body:
        return ()
    before = json.loads(record.body)
    old, new = [[s["text"] for s in body["sentences"]] for body in (before, answer_as_json(answer))]
    lines = [
        f"{name}: {value} → {depends.get(name, 'none')}"
        for name, value in record.depends.items()
        if depends.get(name) != value
    ]
    if before["abstained"] != answer.abstained:
        lines.append("it was not answered, and is now" if before["abstained"] else "it was answered, and is not now")
    lines += [f"gone: {text}" for text in old if text not in new]
    lines += [f"new: {text}" for text in new if text not in old]
    if old == new:
        lines.append("the sentences are the same; what stands around them is not")
    return lines
