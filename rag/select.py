"""Which statements answer: from the passages found, the most direct ones, without repeats, from several sources.

In: a question and its hits. Out: `Choice`s, best first. A statement is scored by its likeness to the question
and by its passage; one that holds the kind of thing demanded, or credits the study named, comes first. Where the
question names a matter (an illness, a population), the best statement that speaks of it leads. What a publication says
of itself (who paid, whom it thanks) is left out unless it is asked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.asked import asks_for_list
from rag.demands import beside_asker, credited, kinds, names
from rag.encode import Vectors
from rag.evidence import Evidence
from rag.imprint import is_note
from rag.index.reader import Index
from rag.index.texts import passage_text
from rag.premise import denies, presupposes
from rag.quotation import quotation
from rag.schema import Document, Hit, Passage, Statement
from rag.terms import content_words, stem
from rag.topics import matters

PASSAGES = 8  # from which statements are taken
PASSAGE_SHARE = 0.8
WORD_SHARE = 0.15
READER_SHARE = 0.8
DEMAND_BONUS = 0.08
NAMED_BONUS = 0.15
MAIN = 5  # statements that an answer is made of, about
DENIAL_BONUS = 0.15  # where the question takes something for granted, and asks for neither a figure nor a list
QUESTION_PENALTY = 0.2  # a document's own question answers nothing
REPEATED = 0.92  # cosine from which two statements say the same
MIN_WORDS = 4
ENOUGH = 0.6  # of the best score: what is further behind is not said, even where there is room
READER_GAP = 0.1  # behind the best that is said by the reader's score alone: the same
USUAL_WORDS = 120  # who asks for a longer answer gets what is further behind as well
OTHER_SOURCE_SHARE = 0.7  # of the best score: a source whose best statement reaches it has a part in the answer
_FACT = re.compile(r".*[^\W\d].*[|:]\s*\S*\d.*")  # a short row or item that still says something: "Rotterdam | 34"


@dataclass(frozen=True, slots=True)
class Choice:
    """Consecutive statements of a passage that are quoted as one; more than one where the first is leaned on.

    Attributes:
        score: of the statement that was chosen; comparable within one question.
        text: what is quoted.
    """

    document: Document
    passage: Passage
    statements: tuple[Statement, ...]
    score: float
    text: str


def choice_of(document: Document, passage: Passage, place: int, score: float) -> Choice | None:
    """A statement with what is quoted along with it; None where there is nothing to quote."""
    statements = quotation(document, passage, place)
    if not statements:
        return None
    return Choice(document, passage, statements, score, document.text[statements[0].start : statements[-1].end])


def select(
    index: Index, question: str, hits: Sequence[Hit], limit_words: int, evidence: Evidence | None = None
) -> tuple[Choice, ...]:
    """The statements that answer, most direct first, of about `limit_words` words in all, at least one.

    Fewer words where little answers: what is clearly worse than the best is left out.
    With `evidence` it counts how well a reader found that each statement answers.
    """
    if not hits:
        return ()
    pool = _score(question, hits[:PASSAGES], evidence)
    chosen: list[Choice] = []
    vectors: list[Vectors] = []
    spans: set[tuple[str, int]] = set()
    used = 0
    longer = max(1.0, limit_words / USUAL_WORDS)
    best_read = -math.inf
    for score, hit, place in [*_on_matters(question, pool), *_sources_in_turn(pool)]:
        read = 0.0 if evidence is None else evidence.of(hit, place)
        behind = score < pool[0][0] * ENOUGH / longer or read < best_read - READER_GAP * longer
        if chosen and behind:
            continue
        vector = index.statement_vectors(hit.passage)[place]
        if any(float(vector @ other) > REPEATED for other in vectors):
            continue
        choice = choice_of(hit.document, hit.passage, place, score)
        if choice is None:
            continue
        starts = {(hit.document.source_id, statement.start) for statement in choice.statements}
        size = len(choice.text.split())
        if starts & spans or (chosen and used + size > limit_words * 1.15):
            continue
        chosen.append(choice)
        vectors.append(vector)
        spans |= starts
        used += size
        best_read = max(best_read, read)
        if used >= limit_words * 0.85:
            break
    return tuple(chosen)


def _score(question: str, hits: Sequence[Hit], evidence: Evidence | None) -> list[tuple[float, Hit, int]]:
    terms = {stem(word) for word in content_words(question)}
    demands = kinds(question)
    named = {name.casefold() for name in names(question)}
    note = is_note(question)
    presumed = presupposes(question) and not demands and not asks_for_list(question)
    pool = []
    for hit in hits:
        wanted = credited(hit.document, named)
        for place, statement in enumerate(hit.passage.statements):
            text = hit.document.text[statement.start : statement.end]
            own = content_words(text)
            if not _says_something(text) or note(hit.document, hit.passage, statement):
                continue
            score = hit.statement_scores[place] + PASSAGE_SHARE * hit.score
            if evidence is not None:
                score += READER_SHARE * evidence.of(hit, place)
            if terms:
                score += WORD_SHARE * len(terms & {stem(word) for word in own}) / len(terms)
            if demands and any(demand.met_by.search(text) for demand in demands):
                score += DEMAND_BONUS
            if wanted & set(statement.references):
                score += NAMED_BONUS
            if presumed and denies(text):
                score += DENIAL_BONUS
            if text.endswith("?"):
                score -= QUESTION_PENALTY
            pool.append((round(score, 4), hit, place))
    pool.sort(key=lambda row: (-row[0], row[1].passage.id, row[2]))
    return pool


def _on_matters(question: str, pool: Sequence[tuple[float, Hit, int]]) -> list[tuple[float, Hit, int]]:
    """The best statement on each matter that the question names and the best passages do not speak of."""
    found = []
    for matter in matters(beside_asker(question)):
        near = (row for row in pool if row[0] >= pool[0][0] * ENOUGH)
        rows = [row for row in near if matter.spoken_of.search(_text(row).casefold())]
        if rows and not any(
            matter.spoken_of.search(passage_text(hit.document, hit.passage).casefold()) for _, hit, _ in pool[:MAIN]
        ):
            found.append(rows[0])
    return found


def _text(row: tuple[float, Hit, int]) -> str:
    _, hit, place = row
    statement = hit.passage.statements[place]
    return hit.document.text[statement.start : statement.end]


def _says_something(text: str) -> bool:
    """False for a few words, and for a row of a table whose cells are empty."""
    if "|" in text and not any(character.isalnum() for character in text.partition("|")[2]):
        return False
    return len(text.split()) >= MIN_WORDS or _FACT.fullmatch(text) is not None


def _sources_in_turn(pool: Sequence[tuple[float, Hit, int]]) -> list[tuple[float, Hit, int]]:
    """The best statement of each document that has a part in it comes before second-best ones."""
    if not pool:
        return []
    best = pool[0][0]
    firsts: list[tuple[float, Hit, int]] = []
    seen: set[str] = set()
    for row in pool:
        if row[1].document.source_id not in seen and row[0] >= best * OTHER_SOURCE_SHARE:
            seen.add(row[1].document.source_id)
            firsts.append(row)
    return firsts + [row for row in pool if row not in firsts]
