"""The statements chosen → an answer that reads as one: what is shown, in which order, how recent, how sure.

In: a question, choices (best first) and the index that they come from. Out: an `Answer`. Each sentence is its
quotation, less reference markers and openers that lost their context. The most direct one stands first; the others
are grouped by point, a statement that disagrees beside the one that it disagrees with, fetched from the hits where it
was not chosen itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.asked import asks_for_list, asks_for_sides, asks_for_study, meets
from rag.cite import cite, shown
from rag.contrast import APART, Side, differ, set_against, side
from rag.cues import cues
from rag.demands import kinds
from rag.imprint import is_note
from rag.index.reader import Index
from rag.judge import Verdict
from rag.lead import lead
from rag.schema import CANNOT_ANSWER, Answer, Citation, Hit, Layout, Sentence
from rag.select import Choice, choice_of

SAME_POINT = 0.55  # cosine from which statements make one point
RELEVANT = 0.85  # of the likeness to the question that the statement it disagrees with has
RELEVANT_SIDE = 0.6  # the same where the question asks for two views
READ = 5  # hits of which the places are named where there is no answer
NAMED = 2  # places, at most
FETCHED = 2  # other sides that are fetched, at most
STRETCH = 1.3  # of the length asked for, which the other side may take


@dataclass(frozen=True, slots=True)
class _Part:
    """A choice on its way into the answer."""

    choice: Choice
    side: Side
    point: int = 0


def compose(
    index: Index,
    question: str,
    understood: str,
    hits: Sequence[Hit],
    choices: Sequence[Choice],
    verdict: Verdict,
    words: int,
) -> Answer:
    """Put an answer of about `words` words together, or say that there is none and what is missing."""
    if not verdict.answered:
        return abstain(question, understood, hits, verdict.missing)
    parts, pairs = _arranged(index, understood, hits, choices, words)
    citations = tuple(_citation(part.choice, n, index.superseded) for n, part in enumerate(parts, start=1))
    sentences = tuple(
        Sentence(
            shown(part.choice.document, citation.quote),
            (citation.marker,),
            point=part.point,
        )
        for part, citation in zip(parts, citations, strict=True)
    )
    layout: Layout = "list" if asks_for_list(understood) and len(sentences) > 1 else "prose"
    return Answer(
        question,
        understood,
        False,
        sentences,
        citations,
        tuple(hits),
        uncovered=verdict.missing,
        contrasts=tuple(pairs),
        layout=layout,
        lead=lead(understood, parts[0].choice.document, sentences, citations[0]),
        as_of=as_of(citations),
    )


def abstain(question: str, understood: str, hits: Sequence[Hit], missing: tuple[str, ...]) -> Answer:
    """The answer that there is none, with what is missing and the nearest that is covered; `hits` are the nearest."""
    return Answer(
        question=question,
        standalone_question=understood,
        abstained=True,
        sentences=(),
        citations=(),
        hits=tuple(hits),
        note=CANNOT_ANSWER + nearest(hits),
        uncovered=missing,
    )


def nearest(hits: Sequence[Hit]) -> str:
    """A sentence that names the parts of documents nearest to a question; empty where nothing was found."""
    places = dict.fromkeys((hit.passage.section[-1:], hit.document.catalogue.title) for hit in hits[:READ])
    named = [f"“{section[0].rstrip('.:')}” in {title.rstrip('.')}" for section, title in places if section][:NAMED]
    return f" The nearest that it covers: {'; '.join(named)}." if named else ""


def _arranged(
    index: Index, question: str, hits: Sequence[Hit], choices: Sequence[Choice], words: int
) -> tuple[list[_Part], list[tuple[int, int]]]:
    """The parts in the order in which they are shown, and the pairs of their numbers, from 1, that differ."""
    parts = [_Part(choice, _side(index, choice)) for choice in _most_direct_first(question, choices)]

    @lru_cache(maxsize=4096)
    def common(thing: str) -> float:
        return index.passages_with(thing) / max(1, index.count)

    relevant = RELEVANT_SIDE if asks_for_sides(question) else RELEVANT
    others = _others(index, question, hits)
    if not kinds(question):  # who asks for a figure does not ask what stands against it
        others += _before(index, parts, others)
    parts = _with_other_sides(others, parts, common, words, relevant)
    ordered = _by_point(parts, common)
    pairs = [
        (a, b)
        for a, one in enumerate(ordered, start=1)
        for b, other in enumerate(ordered[a:], start=a + 1)
        if differ(one.side, other.side, common)
    ]
    return ordered, pairs


def _most_direct_first(question: str, choices: Sequence[Choice]) -> list[Choice]:
    """A statement with the figure or the study asked for leads, where there is a good one."""
    wanted: Callable[[Choice], bool] | None = None
    if kinds(question):
        wanted = lambda choice: meets(question, choice.text)  # noqa: E731
    elif asks_for_study(question):
        wanted = lambda choice: bool(choice.statements[-1].references)  # noqa: E731
    first = next((choice for choice in choices if wanted and wanted(choice)), choices[0])
    return [first, *(choice for choice in choices if choice is not first)]


def _with_other_sides(
    others: Sequence[tuple[Side, float]],
    parts: list[_Part],
    common: Callable[[str], float],
    words: int,
    relevant: float,
) -> list[_Part]:
    """The parts, and what disagrees with them among the others; the last parts give way where it gets too long."""
    scores = {_place(other): score for other, score in others}
    taken = set().union(*(_starts(part.choice) for part in parts))
    found: list[tuple[float, int, _Part]] = []
    for number, part in enumerate(parts):
        least = scores.get(_place(part.side), 1.0) * relevant
        for other, score in others:
            if score < least or not (differ(part.side, other, common) or _tells_both(part.side, other)):
                continue
            choice = choice_of(other.document, other.passage, other.passage.statements.index(other.statement), score)
            if choice is not None and taken.isdisjoint(_starts(choice)):
                found.append((score, number, _Part(choice, other)))
    found.sort(key=lambda row: (-row[0], row[1], row[2].side.passage.id, row[2].side.statement.start))
    fetched: list[_Part] = []
    partners: set[int] = set()
    for _, number, part in found:
        if len(fetched) < FETCHED and number not in partners and taken.isdisjoint(_starts(part.choice)):
            fetched.append(part)
            partners.add(number)
            taken |= _starts(part.choice)
    kept = list(parts)
    room = words * STRETCH - sum(_size(part) for part in fetched)
    while len(kept) > 1 and sum(map(_size, kept)) > room:
        last = next((part for part in reversed(kept[1:]) if parts.index(part) not in partners), None)
        if last is None:
            break
        kept.remove(last)
    while fetched and sum(map(_size, [*kept, *fetched])) > words * STRETCH:
        fetched.pop()
    return [*kept, *fetched] if fetched else parts


def _tells_both(one: Side, other: Side) -> bool:
    """True when `other` itself tells of two views on what `one` says."""
    return other.both and not one.both and float(one.vector @ other.vector) >= SAME_POINT


def _by_point(parts: Sequence[_Part], common: Callable[[str], float]) -> list[_Part]:
    """Parts that make one point, or differ on it, brought together; points in the order of their first part."""
    points: list[list[_Part]] = []
    for part in parts:
        home = next(
            (
                number
                for number, point in enumerate(points)
                if any(
                    float(part.side.vector @ other.side.vector) >= SAME_POINT or differ(part.side, other.side, common)
                    for other in point
                )
            ),
            None,
        )
        if home is None:
            points.append([part])
        else:
            points[home].append(part)
    return [replace(part, point=number) for number, point in enumerate(points) for part in point]


def _side(index: Index, choice: Choice) -> Side:
    passage, statement = choice.passage, choice.statements[-1]
    place = passage.statements.index(statement)
    return side(choice.document, passage, place, index.statement_vectors(passage)[place])


def _others(index: Index, question: str, hits: Sequence[Hit]) -> list[tuple[Side, float]]:
    """Each statement of the hits with its likeness to the question."""
    rows = []
    note = is_note(question)
    for hit in hits:
        vectors = index.statement_vectors(hit.passage)
        rows += [
            (side(hit.document, hit.passage, n, vectors[n]), score)
            for n, score in enumerate(hit.statement_scores)
            if not note(hit.document, hit.passage, hit.passage.statements[n])
        ]
    return rows


def _before(index: Index, parts: Sequence[_Part], others: Sequence[tuple[Side, float]]) -> list[tuple[Side, float]]:
    """What a part that begins "On the other hand" is set against, in its section; it counts as much as the part."""
    scores = {_place(other): score for other, score in others}
    rows = []
    for part in parts:
        document, own = part.choice.document, part.choice.passage
        if not set_against(part.side):
            continue
        for passage in document.passages:
            if passage.section == own.section and 0 < own.start - passage.start <= APART:
                vectors = index.statement_vectors(passage)
                rows += [
                    (side(document, passage, n, vectors[n]), scores.get(_place(part.side), 0.0))
                    for n in range(len(passage.statements))
                ]
    return [(other, score) for other, score in rows if _place(other) not in scores]


def _starts(choice: Choice) -> set[tuple[str, int]]:
    return {(choice.passage.id, statement.start) for statement in choice.statements}


def _place(side_: Side) -> tuple[str, int]:
    return side_.passage.id, side_.statement.start


def _size(part: _Part) -> int:
    return len(part.choice.text.split())


def _citation(choice: Choice, marker: int, superseded: Mapping[str, tuple[str, ...]]) -> Citation:
    citation = cite(choice.document, choice.passage, choice.statements, marker)
    return replace(
        citation,
        cues=cues(citation.quote),
        superseded_by=superseded.get(citation.source_id, ()),
    )


def as_of(citations: Iterable[Citation]) -> str:
    """How far the evidence cited reaches: "published 2013 to 2015"; empty when nothing is cited."""
    by_source = {citation.source_id: citation.year for citation in citations}
    years = sorted({year for year in by_source.values() if year is not None})
    undated = sum(year is None for year in by_source.values())
    parts = []
    if years:
        parts.append(f"published {years[0]}" if len(years) == 1 else f"published {years[0]} to {years[-1]}")
    if undated:
        parts.append("no year known" if not years else f"no year known for {undated} of {len(by_source)} sources")
    return "; ".join(parts)
