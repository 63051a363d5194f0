"""Question → ranked passages: meaning and words together.

A passage is scored by its own vector, by its best statement's vector, and by the words it shares with the
question: the passage says what it is about, the statement says the thing itself, and the words catch names
and figures that meaning blurs. The weights were measured (docs/quality.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.demands import credited, names, speaks_of
from rag.encode import Vectors
from rag.index.reader import Index
from rag.schema import Hit
from rag.terms import content_words
from rag.thesaurus import related

CANDIDATES = 100  # from each of the two searches
NAMED = 20  # passages that are looked at for a study named
SAME = 0.5  # of an old passage's score: a newer document with such a passage speaks of the same thing
_Row = tuple[float, str, str, float, float, Vectors]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts. Cosines as they are; word scores as a share of the best possible one."""

    passage: float = 0.4
    statement: float = 0.6
    words: float = 0.4
    related: float = 0.3  # of a word of the question, for one that the field uses for it
    part: float = 0.2
    credited: float = 0.2  # for a statement that credits the study named, and no other
    superseded: float = 0.2  # taken from what a newer document of the library replaces


WEIGHTS = Weights()


def retrieve(
    index: Index,
    question: str,
    vector: Vectors,
    *,
    limit: int = 10,
    only: Sequence[str] = (),
    headings: re.Pattern[str] | None = None,
    weights: Weights = WEIGHTS,
) -> tuple[Hit, ...]:
    """The best passages for a question, best first.

    `vector` is the question's, of shape (dim,) and length 1. `only` restricts to documents by source id.
    `headings` are those of the part of a publication that was asked for ("weak points": Limitations).
    """
    terms = [*content_words(question), *index.spelled_out(question)]
    by_meaning = index.by_meaning(vector, CANDIDATES, only)
    by_words = index.by_words(terms, CANDIDATES, only)
    credit = _credit(index, question, only)
    places = index.places(sorted(by_meaning.keys() | by_words.keys() | credit.keys()))
    shared = by_words | index.word_scores(terms, sorted(places.keys() - by_words.keys()))
    # A share of what a passage with all the question's words would score: a lone common word weighs little,
    # where a share of the best passage's score would make it weigh as much as a full match.
    possible = index.best_word_score(terms)
    others = index.word_scores(related(question), list(places)) if possible else {}
    found: list[_Row] = []
    of_part: set[str] = set()
    # One product for all statements: one a passage takes several times as long.
    said = index.vectors_of(places.values()) @ vector
    end = 0
    for passage_id, place in places.items():
        cosine = by_meaning[passage_id] if passage_id in by_meaning else index.cosine(vector, place)
        statements = said[end : end + place.statements]
        end += place.statements
        own = shared.get(passage_id, 0.0) + weights.related * others.get(passage_id, 0.0)
        words = min(1.0, own / possible) if possible else 0.0
        section = index.passage(passage_id)[1].section if headings is not None else ()
        if headings is not None and section and headings.search(section[-1]):
            of_part.add(passage_id)
        score = (
            weights.passage * cosine
            + weights.statement * float(statements.max())
            + weights.words * words
            + (weights.part if passage_id in of_part else 0.0)
            + weights.credited * credit.get(passage_id, 0.0)
        )
        found.append((round(score, 4), passage_id, place.source_id, cosine, words, statements))
    found = _behind(found, index.superseded, weights.superseded)
    # Ties go by id, so that the same index gives the same order.
    found.sort(key=lambda row: (-row[0], row[1]))
    hits = []
    for rank, (score, passage_id, _, cosine, words, statements) in enumerate(found[:limit], start=1):
        document, passage = index.passage(passage_id)
        scores = tuple(round(float(value), 4) for value in statements)
        extra = (float(passage_id in of_part), credit.get(passage_id, 0.0))
        hits.append(Hit(rank, passage, document, score, round(cosine, 4), round(words, 4), scores, *extra))
    return tuple(hits)


def _credit(index: Index, question: str, only: Sequence[str]) -> dict[str, float]:
    """How much of a passage's best statement is credited to a study that the question names: 1 for all of it."""
    named = {name.casefold() for name in names(question)}
    shares: dict[str, float] = {}
    for passage_id in index.by_words(sorted(named), NAMED, only) if named else ():
        document, passage = index.passage(passage_id)
        wanted = credited(document, named)
        told = [
            1 / len(own)
            if (own := set(statement.references)) & wanted
            else float(speaks_of(document, statement, named))
            for statement in passage.statements
        ]
        share = max(told, default=0.0)
        if share:
            shares[passage_id] = share
    return shares


def _behind(found: list[_Row], superseded: Mapping[str, tuple[str, ...]], less: float) -> list[_Row]:
    """What a newer document replaces scores less, and less than the newer one where that speaks of it as well."""
    if not superseded:
        return found
    best: dict[str, float] = {}
    for score, _, source_id, *_ in found:
        best[source_id] = max(score, best.get(source_id, 0.0))
    rows = []
    for score, passage_id, own, cosine, words, statements in found:
        newer = superseded.get(own, ())
        if newer:
            limit = max(best.get(source_id, 0.0) for source_id in newer)
            score = round(min(score - less, limit - 1e-4 if limit >= SAME * score else score), 4)
        rows.append((score, passage_id, own, cosine, words, statements))
    return rows
