"""What readers thought of answers, kept in one SQLite file on this machine until somebody deletes it.

In: ratings. Out: rows, and the same rows in the form of the test set (`eval.cases`), for evaluators to finish.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from rag import Answer, CitewellError, Turn

MOST_REASON = 2000  # characters kept of a reason


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating.

    Attributes:
        at: when, UTC. rating: "up" or "down". history: turns before, a line each, `U: …` or `A: …`.
        places: for each sentence of the answer, "source id › innermost heading".
    """

    at: str
    rating: str
    reason: str
    question: str
    history: str
    standalone: str
    abstained: bool
    sentences: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    generation: str
    receipt: str
    number: int = 0


NAMES = [field.name for field in fields(Rated) if field.name != "number"]


def rated(answer: Answer, history: Sequence[Turn], rating: str) -> Rated:
    """A rating of an answer, as it is kept."""
    cited = {citation.marker: citation for citation in answer.citations}
    first = [cited[s.citations[0]] for s in answer.sentences if s.citations]
    return Rated(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        rating=rating,
        reason="",
        question=answer.question,
        history="\n".join(f"{turn.role[0].upper()}: {' '.join(turn.text.split())}" for turn in history),
        standalone=answer.standalone_question if history else "",
        abstained=answer.abstained,
        sentences=tuple(sentence.text for sentence in answer.sentences),
        places=tuple((c.source_id, c.section[-1] if c.section else "") for c in first),
        generation=answer.generation,
        receipt=answer.receipt,
    )


class Feedback:
    """The file of ratings. It comes into being with the first rating."""

    def __init__(self, path: Path) -> None:
        """`path` of the file."""
        self.path = path

    def keep(self, row: Rated) -> int:
        """Keep a rating; its number."""
        values = [json.dumps(v) if isinstance(v, tuple) else v for v in astuple(row)[: len(NAMES)]]
        with self._open() as file:
            marks = ", ".join("?" * len(NAMES))
            number = file.execute(f"insert into rated ({', '.join(NAMES)}) values ({marks})", values).lastrowid
        assert number is not None
        return number

    def explain(self, number: int, reason: str) -> None:
        """Add the reason of a rating."""
        with self._open() as file:
            file.execute("update rated set reason = ? where number = ?", (reason.strip()[:MOST_REASON], number))

    def forget(self, number: int) -> None:
        """Delete one rating."""
        with self._open() as file:
            file.execute("delete from rated where number = ?", (number,))

    def forget_all(self) -> None:
        """Delete all ratings, and the file."""
        for path in (self.path, self.path.with_name(self.path.name + "-journal")):
            path.unlink(missing_ok=True)

    def rows(self) -> tuple[Rated, ...]:
        """All ratings, newest first."""
        if not self.path.exists():
            return ()
        with self._open() as file:
            found = file.execute(f"select {', '.join(NAMES)}, number from rated order by number desc").fetchall()
        return tuple(_rated(row) for row in found)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=10)) as file, file:
                file.execute("pragma secure_delete = on")
                columns = ", ".join(NAMES)
                file.execute(f"create table if not exists rated (number integer primary key, {columns})")
                yield file
        except (sqlite3.Error, OSError) as error:
            raise CitewellError(
                f"the file of ratings cannot be used: `{self.path}`: {error}",
                "move it away, or name another with CITEWELL_FEEDBACK",
            ) from error


def _rated(row: Sequence[object]) -> Rated:
    known = dict(zip((*NAMES, "number"), row, strict=True))
    known["abstained"] = bool(known["abstained"])
    known["sentences"] = tuple(json.loads(str(known["sentences"])))
    known["places"] = tuple((place[0], place[1]) for place in json.loads(str(known["places"])))
    return Rated(**known)  # type: ignore[arg-type] # as they were kept


def as_cases(rows: Sequence[Rated]) -> str:
    """Ratings as CSV in the form of the test set.

    Each is a remark (its id begins with #) until an evaluator has written findings and wordings. A good answer
    proposes its first sentences as findings; a question that was rightly not answered is expected to stay so.
    """
    from eval.cases import COLUMNS, MOST_FINDINGS

    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for row in rows:
        good = row.rating == "up"
        case = {
            "id": f"#feedback-{row.number}",
            "kind": "unanswerable" if row.abstained and good else "factual",
            "split": "tune",
            "question": row.question,
            "history": row.history,
            "standalone": row.standalone,
            "answerable": "no" if row.abstained and good else "yes",
            "note": " | ".join(part for part in (f"{row.at} rated {row.rating}", row.reason, _told(row)) if part),
        }
        if good:
            for place, (sentence, (source_id, section)) in enumerate(
                list(zip(row.sentences, row.places, strict=False))[:MOST_FINDINGS], start=1
            ):
                case |= {f"finding_{place}": sentence, f"document_{place}": source_id, f"section_{place}": section}
        writer.writerow({column: _cell(text) for column, text in case.items()})
    return out.getvalue()


def _told(row: Rated) -> str:
    return "" if row.rating == "up" else "answered: " + (" ".join(row.sentences) or "not covered")


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
