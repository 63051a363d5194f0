"""How right the evidence cues are: labels made by hand against the rules of `rag.cues`.

In: `eval/cue_labels.csv` (document, offsets, hash of the sentence, labels; no text) and folders that hold the
documents. Out: precision and recall of each kind of cue. A sentence whose hash does not fit is left out and counted.
Labels: `kind=value`, parted by `;`, alternatives by `|`; one that begins with `~` may be found or not.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.cues import cues, number
from rag.errors import CitewellError
from rag.schema import Cue

LABELS = Path(__file__).parent / "cue_labels.csv"
KINDS = ("design", "sample_size", "country", "population", "follow_up", "search_year")


class CueLabelsError(CitewellError):
    """The labelled documents are not there."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and what a reader found in it: (kind, accepted values, must be found)."""

    name: str
    split: str
    text: str
    labels: tuple[tuple[str, tuple[str, ...], bool], ...]


@dataclass(slots=True)
class Counts:
    """Labels found and missed, cues that are right and wrong, for one kind."""

    found: int = 0
    missed: int = 0
    right: int = 0
    wrong: int = 0

    @property
    def precision(self) -> float | None:
        """Share of the cues that a label bears out; None where there is no cue."""
        said = self.right + self.wrong
        return self.right / said if said else None

    @property
    def recall(self) -> float | None:
        """Share of the labels that must be found which are found; None where there is none."""
        there = self.found + self.missed
        return self.found / there if there else None


def read_labels(folders: Sequence[Path], labels: Path = LABELS) -> tuple[list[Labelled], int]:
    """The labelled sentences, and how many could not be found again in the folders."""
    rows: list[Labelled] = []
    lost = 0
    texts: dict[str, str] = {}
    with labels.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["document"]
            path = next((folder / name for folder in folders if (folder / name).exists()), None)
            if name not in texts:
                texts[name] = path.read_text(encoding="utf-8") if path else ""
            text = texts[name][int(row["start"]) : int(row["end"])]
            if hashlib.sha256(text.encode()).hexdigest()[:16] != row["hash"]:
                lost += 1
                continue
            rows.append(Labelled(f"{name}:{row['start']}", row["split"], text, tuple(_labels(row["labels"]))))
    return rows, lost


def _labels(cell: str) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    for label in filter(None, cell.split(";")):
        kind, _, values = label.removeprefix("~").partition("=")
        yield kind, tuple(values.split("|")), not label.startswith("~")


def count(sentences: Sequence[Labelled]) -> tuple[dict[str, Counts], list[str]]:
    """Counts by kind, and each mistake in words."""
    counts = {kind: Counts() for kind in KINDS}
    mistakes = []
    for sentence in sentences:
        said = cues(sentence.text)
        for cue in said:
            right = any(fits(cue, kind, values) for kind, values, _ in sentence.labels)
            counts[cue.kind].right += right
            counts[cue.kind].wrong += not right
            if not right:
                mistakes.append(f"{sentence.name}: wrong {cue.kind} {cue.value!r}")
        for kind, values, needed in sentence.labels:
            if needed:
                found = any(fits(cue, kind, values) for cue in said)
                counts[kind].found += found
                counts[kind].missed += not found
                if not found:
                    mistakes.append(f"{sentence.name}: missed {kind} {values}")
    return counts, mistakes


def fits(cue: Cue, kind: str, values: Sequence[str]) -> bool:
    """True when a cue says what a label says: the same value, or, of a population or a time, words that hold it."""
    if cue.kind != kind:
        return False
    if kind == "follow_up":
        return any(_time(cue.value) == _time(value) for value in values)
    if kind in ("population", "search_year"):
        return any(value.casefold() in cue.value.casefold() for value in values)
    return cue.value in values


def _time(words: str) -> tuple[list[int], str]:
    """ "six months" and "6-month" are one time; so are "week 8" and "8 weeks"."""
    parts = words.casefold().replace("-", " ").replace(",", " ").split()
    unit = next((part.rstrip("s") for part in parts if part.rstrip("s") in ("day", "week", "month", "year")), "")
    return [number(part) for part in parts if number(part)], unit


def measure(folders: Sequence[Path], labels: Path = LABELS) -> Iterator[str]:
    """Lines: the table of precision and recall, by half and kind, and the mistakes of the dev half.

    Raises CueLabelsError where no sentence can be found."""
    sentences, lost = read_labels(folders, labels)
    if not sentences:
        raise CueLabelsError("no labelled sentence can be found", "name the folders that hold the documents")
    yield f"{len(sentences)} sentences, {lost} not found again"
    for split in ("dev", "held out"):
        counts, wrong = count([sentence for sentence in sentences if sentence.split == split])
        yield from ("", f"{split:12}  precision  recall  cues  labels")
        rows = {**counts, "all": _sum(list(counts.values()))}
        yield from (
            f"{kind:12}  {_figure(row.precision):>9}  {_figure(row.recall):>6}  {row.right + row.wrong:>4}  "
            f"{row.found + row.missed:>6}"
            for kind, row in rows.items()
        )
        if split == "dev" and wrong:
            yield from ("", *wrong)


def _sum(rows: Sequence[Counts]) -> Counts:
    return Counts(
        sum(row.found for row in rows),
        sum(row.missed for row in rows),
        sum(row.right for row in rows),
        sum(row.wrong for row in rows),
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
