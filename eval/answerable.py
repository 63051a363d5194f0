"""`python -m eval answerable`: does the assistant abstain where it should, and does what it selects hold the answer?

In: a folder with a corpus and questions with answers. Out: lines of tables. Each question with a gold document is
asked twice, with that document in the library and with it taken out, all parts of its article with it; where items
say whether they are answerable, the others are asked as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.collections import CollectionError, Item, Split, count_lines, in_split, read_corpus, read_items, sample
from eval.measures import abstention_precision, abstention_recall, verdict
from eval.retrieval import cell, counted, described, markdown
from eval.statistics import figure
from eval.throwaway import HidingIndex, OneIndex, Progress, built
from eval.tokens import HELD, holds
from rag.assistant import Assistant
from rag.encode import Encoder
from rag.evidence import weigh
from rag.reader import open_reader
from rag.schema import Answer, Hit
from rag.select import select
from rag.settings import Settings

STATEMENTS = 5  # selected statements that are looked at
STAND_IN = "the best statement's cosine, a stand-in: without a reader there is no confidence"


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one question.

    Attributes:
        answerable: from the library as it was when asked.
        selected: 1 if the statements selected hold the answer, whether or not they were shown; None without one.
        shown: 1 if the statements shown hold it.
    """

    answerable: bool
    abstained: bool
    confidence: float
    selected: float | None = None
    shown: float | None = None


def answerable(
    folder: Path, split: Split, limit: int | None, settings: Settings, encoder: Encoder, progress: Progress
) -> Iterator[str]:
    """Measure abstaining and selecting on the questions of a folder, or on a sample of them."""
    items = [item for item in read_items(folder) if in_split(folder, split, item.id, item.gold_ids)]
    if not items:
        raise CollectionError(f"no questions of the split `{split}` in `{folder}`", "leave out --split")
    chosen = sample([item.id for item in items], limit)
    taken = [item for item in items if item.id in chosen]
    total = count_lines(folder / "corpus.jsonl")
    with built(read_corpus(folder), settings, encoder, progress, total) as collection:
        asker = _Asker(collection.index, encoder, settings)
        kept, out, negatives = [], [], []
        for item in counted(taken, progress):
            if item.answerable is False:
                negatives.append(asker.ask(item, (), False))
            elif asker.has(item):
                kept.append(asker.ask(item, (), True))
                out.append(asker.ask(item, asker.article(item), False))
        yield described(folder, split, collection, encoder)
    yield f"{len(taken):,} of {len(items):,} questions"
    missing = len(taken) - len(kept) - len(negatives)
    if missing:
        progress(f"{missing} question(s) left out: their gold document is not named, or not in the corpus")
    yield from _tables(kept, out, negatives)


class _Asker:
    def __init__(self, index: HidingIndex, encoder: Encoder, settings: Settings) -> None:
        self._index = index
        self._words = settings.words
        self._reader = open_reader(settings)
        self._assistant = Assistant(OneIndex(index), encoder, settings, self._reader)
        self._parts: dict[str, set[str]] = {}
        for source_id in index.source_ids:
            self._parts.setdefault(source_id.partition("#")[0], set()).add(source_id)

    def has(self, item: Item) -> bool:
        """Whether a gold document of the question is in the library."""
        return bool(set(item.gold_ids) & set().union(*self._parts.values()))

    def article(self, item: Item) -> set[str]:
        """The gold documents and all parts of the article that they belong to."""
        return set(item.gold_ids) | self._parts.get(item.article, set())

    def ask(self, item: Item, hidden: Iterable[str], answerable: bool) -> Asked:
        """Ask with some documents hidden."""
        self._index.hide(hidden)
        answer = self._assistant.ask(item.question)
        if not answerable or not item.answers:
            return Asked(answerable, answer.abstained, confidence(answer))
        quotes = [citation.quote for citation in answer.citations]
        rest = self._index.names.find(answer.standalone_question).rest
        chosen = quotes or self._selected(rest, answer.hits)
        return Asked(
            answerable,
            answer.abstained,
            confidence(answer),
            selected=holds(" ".join(chosen[:STATEMENTS]), item.answers),
            shown=holds(" ".join(quotes[:STATEMENTS]), item.answers),
        )

    def _selected(self, question: str, hits: Sequence[Hit]) -> list[str]:
        """What would have been quoted, had the assistant not abstained."""
        evidence = None
        if self._reader is not None:
            evidence = weigh(hits, self._reader.read(question, hits))
        return [choice.text for choice in select(self._index, question, hits, self._words, evidence)]


def confidence(answer: Answer) -> float:
    """How sure the assistant is that the library answers: its own figure, or the best statement's cosine."""
    if answer.confidence is not None:
        return answer.confidence
    return max((score for hit in answer.hits for score in hit.statement_scores), default=0.0)


def area(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Area under the ROC curve: how often a positive has the higher value, ties counting half; .5 is chance.

    Hanley, McNeil: The meaning and use of the area under a receiver operating characteristic curve (Radiology
    1982). None without values of both kinds.
    """
    if not positive or not negative:
        return None
    below = np.sort(np.asarray(negative))
    lower, upper = (np.searchsorted(below, np.asarray(positive), side=side) for side in ("left", "right"))
    return float(np.mean(lower + upper) / 2 / len(below))


def _tables(kept: Sequence[Asked], out: Sequence[Asked], negatives: Sequence[Asked]) -> Iterator[str]:
    groups = {
        "gold document in the library": kept,
        "gold document taken out": out,
        "not answerable, as they are": negatives,
    }
    pairs = {"gold document in or out": [*kept, *out], "as they are": [*kept, *negatives] if negatives else []}
    held = {
        f"selected, at most {STATEMENTS}, abstaining aside": [one.selected for one in kept],
        "shown in the answer": [one.shown for one in kept],
    }
    yield ""
    yield from markdown(
        ("asked", "questions", "abstained"),
        [
            (name, str(len(asked)), cell(figure([float(one.abstained) for one in asked])))
            for name, asked in groups.items()
            if asked
        ],
    )
    yield ""
    yield from markdown(
        ("abstaining", "precision", "recall", "right verdicts", "AUROC"),
        [_abstaining(name, asked) for name, asked in pairs.items() if asked],
    )
    yield f"AUROC of the confidence of the assistant, or {STAND_IN}"
    yield ""
    yield from markdown(
        ("gold answer held by the statements", "questions", "share"),
        [(name, str(len(_known(values))), cell(figure(_known(values)))) for name, values in held.items()],
    )
    yield f"held: its tokens stand there as they are, or at least {HELD:.0%} of them stand there at all"


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _abstaining(name: str, asked: Sequence[Asked]) -> tuple[str, ...]:
    figures = [
        cell(figure(_known([measure(one.abstained, one.answerable) for one in asked])))
        for measure in (abstention_precision, abstention_recall, verdict)
    ]
    under = area(
        [one.confidence for one in asked if one.answerable], [one.confidence for one in asked if not one.answerable]
    )
    return (name, *figures, "–" if under is None else f"{under:.3f}")
