"""`python -m eval retrieval`: our retrieval on a public set, beside its halves and plain BM25.

In: a folder in the common form. Out: lines of a table, and a run file that trec_eval reads. A document scores what
its best passage scores. Figures are means over the questions that have a right document, grades as they are.

Chroma's neighbours are approximate: two builds of thousands of passages differ in a few of the last candidates, which
can move a figure at 100 by one question.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import ir_measures
from ir_measures import RR, R, nDCG

from eval.collections import (
    FORM,
    CollectionError,
    Conversation,
    Qrels,
    Query,
    Split,
    count_lines,
    has,
    in_split,
    read_conversations,
    read_corpus,
    read_qrels,
    read_queries,
    relevant,
)
from eval.statistics import Figure, figure
from eval.throwaway import Built, Progress, built, source_of
from eval.tokens import exact_match
from rag.conversation import standalone
from rag.encode import Encoder
from rag.evidence import weigh
from rag.reader import Reader
from rag.retrieve import retrieve
from rag.schema import Hit
from rag.settings import Settings
from rag.terms import content_words

MEASURES = (nDCG @ 10, R @ 1, R @ 5, R @ 10, R @ 100, RR @ 10)
TITLES = ("nDCG@10", "recall@1", "recall@5", "recall@10", "recall@100", "MRR@10")
DEEPEST = 100  # documents ranked
PATIENCE = 5.0  # seconds between two notes of progress
PASSAGES = 1000  # passages asked for: a document may have many
OURS, UNREAD = "ours", "ours without the reader"
WORDS, MEANING, BM25 = "words alone", "meaning alone", "BM25, whole documents"
LAST_TURN, STAND_ALONE, BY_PEOPLE = "last turn alone", "our stand-alone question", "human rewrite"

T = TypeVar("T")
Ranked = list[tuple[str, float]]  # documents with their scores, best first


@dataclass(slots=True)
class Rows:
    """Rankings by name of the row and id of the question."""

    ranked: dict[str, dict[str, Ranked]] = field(default_factory=dict)

    def add(self, row: str, question_id: str, ranked: Ranked) -> None:
        """Note what was found for a question."""
        self.ranked.setdefault(row, {})[question_id] = ranked


def retrieval(
    folder: Path,
    split: Split,
    run_file: Path,
    settings: Settings,
    encoder: Encoder,
    progress: Progress,
    reader: Reader | None = None,
) -> Iterator[str]:
    """Measure retrieval on the questions and the conversations of a folder; writes the run file."""
    queries, qrels = _queries(folder, split)
    talks = _talks(folder, split)
    if not queries and not talks:
        raise CollectionError(f"no questions of the split `{split}` with right documents in `{folder}`", FORM)
    total = count_lines(folder / "corpus.jsonl")
    with built(read_corpus(folder), settings, encoder, progress, total) as collection:
        _warn_missing(collection, [qrels[query.id] for query in queries], progress)
        yield described(folder, split, collection, encoder)
        searcher = _Searcher(collection, encoder, reader)
        written: dict[str, Ranked] = {}
        if queries:
            rows = Rows()
            for query in counted(queries, progress):
                searcher.all_ways(query.id, query.text, rows)
            yield from ["", f"{len(queries)} questions", *table(rows, qrels)]
            written = rows.ranked[OURS]
        if talks:
            rows = Rows()
            for talk in counted(talks, progress):
                rows.add(LAST_TURN, talk.id, searcher.ours(talk.question))
                rows.add(STAND_ALONE, talk.id, searcher.ours(standalone(talk.question, talk.history)))
                rows.add(BY_PEOPLE, talk.id, searcher.ours(talk.rewrite))
            yield from _talks_tables(talks, rows)
            written = written | rows.ranked[STAND_ALONE]
    write_run(run_file, written)
    progress(f"written: {run_file}")


class _Searcher:
    def __init__(self, collection: Built, encoder: Encoder, reader: Reader | None) -> None:
        self._collection = collection
        self._encoder = encoder
        self._reader = reader

    def ours(self, question: str) -> Ranked:
        """As the assistant searches."""
        return self._ranked(question, self._found(question))

    def _found(self, question: str) -> tuple[Hit, ...]:
        vector = self._encoder.encode_questions([question])[0]
        return retrieve(self._collection.index, question, vector, limit=PASSAGES)

    def _ranked(self, question: str, hits: Sequence[Hit]) -> Ranked:
        """Read and ranked anew; scores say the rank only."""
        ranked = weigh(hits, self._reader.read(question, hits)).hits if self._reader else hits
        return best_of((hit.document.source_id, 1.0 / hit.rank) for hit in ranked)

    def all_ways(self, question_id: str, question: str, rows: Rows) -> None:
        """Ours, without the reader if there is one, each of the two searches alone, and plain BM25."""
        terms = content_words(question)
        vector = self._encoder.encode_questions([question])[0]
        index = self._collection.index
        hits = self._found(question)
        rows.add(OURS, question_id, self._ranked(question, hits))
        if self._reader is not None:
            rows.add(UNREAD, question_id, best_of((hit.document.source_id, hit.score) for hit in hits))
        rows.add(WORDS, question_id, _passages(index.by_words(terms, PASSAGES)))
        rows.add(MEANING, question_id, _passages(index.by_meaning(vector, PASSAGES)))
        rows.add(BM25, question_id, best_of(_sorted(self._collection.plain.search(terms, DEEPEST))))


def best_of(found: Iterable[tuple[str, float]]) -> Ranked:
    """The documents of passages that are given best first, each with its best passage's score."""
    best: dict[str, float] = {}
    for document_id, score in found:
        best.setdefault(document_id, score)
    return list(best.items())[:DEEPEST]


def _passages(scores: Mapping[str, float]) -> Ranked:
    return best_of((source_of(passage_id), score) for passage_id, score in _sorted(scores))


def _sorted(scores: Mapping[str, float]) -> Ranked:
    return sorted(((id_, round(score, 6)) for id_, score in scores.items()), key=lambda row: (-row[1], row[0]))


def evaluate(ranked: Mapping[str, Ranked], qrels: Qrels) -> list[list[float]]:
    """Values of each of `MEASURES`, a question each, by trec_eval's code; 0 where nothing was found.

    Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR techniques (TOIS 2002), a grade as the gain;
    recall and reciprocal rank take every grade above 0 as right.
    """
    # Scores by rank: trec_eval orders equal scores by id, and we have ordered them already.
    run = {id_: {doc: -float(rank) for rank, (doc, _) in enumerate(found)} for id_, found in ranked.items() if found}
    judged = {id_: qrels[id_] for id_ in ranked}
    values = {(m.query_id, m.measure): float(m.value) for m in ir_measures.iter_calc(MEASURES, judged, run)}
    return [[values.get((id_, measure), 0.0) for id_ in ranked] for measure in MEASURES]


def table(rows: Rows, qrels: Qrels) -> Iterator[str]:
    """A Markdown table: a row a way of searching, means with their 95 % intervals."""
    yield from markdown(
        ("", *TITLES),
        [(name, *(cell(figure(values)) for values in evaluate(found, qrels))) for name, found in rows.ranked.items()],
    )


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table whose columns are as wide as they need."""
    widths = [max(len(line[column]) for line in (header, *rows)) for column in range(len(header))]
    for line in (header, ["-" * width for width in widths], *rows):
        yield "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |"


def cell(value: Figure | None) -> str:
    """A mean with its interval."""
    return "–" if value is None else f"{value.value:.3f} [{value.low:.3f}–{value.high:.3f}]"


def described(folder: Path, split: Split, collection: Built, encoder: Encoder) -> str:
    """What was measured, in a line."""
    embedding, building = collection.seconds
    return (
        f"{folder.name}, split {split}: {collection.documents:,} documents, {collection.passages:,} passages, "
        f"{collection.statements:,} statements; {encoder.fingerprint}; read and embedded in {embedding:.0f} s, "
        f"index built in {building:.0f} s"
    )


def write_run(path: Path, ranked: Mapping[str, Ranked]) -> None:
    """Write rankings as TREC run lines: question, Q0, document, rank, score, name of the run.

    Equal scores are told apart beyond their fourth place, so that trec_eval keeps our order.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for question_id, found in ranked.items():
            for rank, (document_id, score) in enumerate(found, start=1):
                file.write(f"{question_id} Q0 {document_id} {rank} {score - rank * 1e-7:.7f} citewell\n")


def _queries(folder: Path, split: Split) -> tuple[list[Query], Qrels]:
    """The questions of the split that have a right document."""
    if not has(folder, "queries.jsonl") and has(folder, "conversations.jsonl"):
        return [], {}
    qrels = read_qrels(folder)
    right = {id_: relevant(grades) for id_, grades in qrels.items()}
    queries = [
        query
        for query in read_queries(folder)
        if right.get(query.id) and in_split(folder, split, query.id, right[query.id])
    ]
    return queries, qrels


def _talks(folder: Path, split: Split) -> list[Conversation]:
    if not has(folder, "conversations.jsonl"):
        return []
    talks = read_conversations(folder / "conversations.jsonl")
    return [talk for talk in talks if talk.gold_ids and in_split(folder, split, talk.id, talk.gold_ids)]


def _talks_tables(talks: Sequence[Conversation], rows: Rows) -> Iterator[str]:
    """All turns; then those alone that need their conversation, going by the human rewrite."""
    qrels: Qrels = {talk.id: dict.fromkeys(talk.gold_ids, 1) for talk in talks}
    needy = {talk.id for talk in talks if talk.history and not exact_match(talk.question, talk.rewrite)}
    yield from ["", f"{len(talks)} turns of conversations", *table(rows, qrels)]
    if 0 < len(needy) < len(talks):
        some = Rows({name: {i: r for i, r in found.items() if i in needy} for name, found in rows.ranked.items()})
        yield from ["", f"{len(needy)} of them that a person completed", *table(some, qrels)]


def _warn_missing(collection: Built, judged: Iterable[Mapping[str, int]], progress: Progress) -> None:
    known = set(collection.index.source_ids)
    missing = {id_ for grades in judged for id_ in relevant(grades)} - known
    if missing:
        progress(f"{len(missing)} right document(s) are not in the corpus, `{min(missing)}` for one: never found")


def counted(items: Sequence[T], progress: Progress) -> Iterator[T]:
    """The items, with a note every few seconds."""
    started = last = time.monotonic()
    for number, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last > PATIENCE or number == len(items):
            last = now
            progress(f"{number:,}/{len(items):,} questions, {(now - started) / number * 1000:.0f} ms each")
