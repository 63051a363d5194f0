"""The statements chosen → an answer that reads as one: what is shown, in which order, how recent, how sure.

In: a question, choices (best first) and the index that they come from. Out: an `Answer`. Each sentence is its
quotation, less reference markers and openers that lost their context. The most direct one stands first; the others
are grouped by point, a statement that disagrees beside the one that it disagrees with, fetched from the hits where it
was not chosen itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.asked import asks_for_list, asks_for_one_study, asks_for_sides, asks_for_study, lead_figure, meets
from rag.cite import cite, shown
from rag.contrast import APART, Side, differ, set_against, side
from rag.cues import cues
from rag.demands import is_known, kinds, names
from rag.imprint import is_note
from rag.index.reader import Index
from rag.judge import Verdict
from rag.schema import CANNOT_ANSWER, Answer, Citation, Document, Hit, Layout, Sentence
from rag.select import Choice, choice_of
from rag.terms import any_case, content_words, stem

SAME_POINT = 0.55  # cosine from which statements make one point
RELEVANT = 0.85  # of the likeness to the question that the statement it disagrees with has
RELEVANT_SIDE = 0.6  # the same where the question asks for two views
READ = 5  # hits of which the places are named where there is no answer
NAMED = 2  # places, at most
FETCHED = 2  # other sides that are fetched, at most
STRETCH = 1.3  # of the length asked for, which the other side may take
MOST_WORDS = 2 / 3  # of a question's words that have to stand by the one of several figures that leads
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_NUMBER = (
    rf"\d+(?:[,.]\d+)*|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:{_ONES}))?|{_ONES}"
    r"|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
)
_FIGURES = any_case(
    r"(?P<share>\b\d+(?:\.\d+)?\s?(?:%|per ?cent\b)|\b(?:(?:a|one|two|three)[- ])?(?:half|thirds?|quarters?|fifths?)\b"
    rf"|\b(?:{_NUMBER})\s(?:out\s)?of\s(?:the\s|their\s)?(?:{_NUMBER})\b)"
    rf"|(?<![\w$£€.,-])(?!(?:19|20)\d\d\b|one\b)(?:{_NUMBER})(?![\w.,]*\d)\b"
    r"(?![- ]?(?:(?:minute|hour|day|week|month|year)s?\b|%|per ?cent))"
)
_CLAUSE_END = re.compile(r"[,;:()—–]")
_OF_ALL = any_case(r"\sof\s(?:(?:all|the|their|its|these|those)\s)*")
_COUNTED = ("a number", "a share or percentage")  # kinds of figure
_PART = any_case(r"\b(?:many|number|percent(?:age)?|per cent|%|proportion|share|fraction) of\b")
_OF_WHAT = any_case(r"\bhow many\b|\b(?:number|percent(?:age)?|per cent|%|proportion|share|fraction) of\b")
_HOW_MUCH = any_case(r"\bhow (?:many|much|large|big|long|often)\b|\bwhat (?:percent|proportion|share|fraction)")
_RELATIVE = any_case(r"(?<=\w)(?<!\band)\swho\b")  # "volunteers who said" asks nobody's name
_NO_CONTENT = any_case(
    r"\b(?:percent(?:age)?|per cent|proportion|share|fraction|number|rate|many|much|large|big"
    r"|stud(?:y|ies)|trial|review|paper)\b"
)


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
        lead=_lead(understood, parts[0].choice.document, sentences, citations[0]),
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


def _lead(question: str, document: Document, sentences: Sequence[Sentence], citation: Citation) -> str:
    """What a question asks for, in the first sentence's words: a study, where it has one, or a figure beyond doubt."""
    asked = [demand.name for demand in kinds(question)]
    if asks_for_one_study(_RELATIVE.sub(" ", question)):
        return citation.studies[0].label if len(citation.studies) == 1 and _COUNTED[1] not in asked else ""
    if len(asked) != 1 or len(_HOW_MUCH.findall(question)) > 1 or not _knows(document, citation, question):
        return ""  # two figures are asked for, or one of something else
    first, *others = (sentence.text for sentence in sentences)
    if asked[0] in _COUNTED:
        return _figure(question, first, others, shares=asked[0] == _COUNTED[1])
    return lead_figure(question, first, *others)


def _knows(document: Document, citation: Citation, question: str) -> bool:
    """True where what the question names is what the quotation is about, or stands in what is known of its document."""
    known = document.catalogue
    own = (known.title, known.publisher, known.place, str(known.year), known.kind, *known.authors, *known.aliases)
    texts = (citation.passage, *citation.section, *(study.reference for study in citation.studies), *own)
    lowered = [text.casefold() for text in texts]
    return all(is_known(name, lowered) for name in names(question))


@dataclass(frozen=True, slots=True)
class _Figure:
    """A share or a count in a sentence.

    Attributes:
        text: as printed.
        share: or a count.
        whole: of which a share is told before it: "45" in "88% of their 45".
        words: stems of the words that stand by it: up to the next figure, or where its part of the sentence ends.
        counted: those behind it, among which is what is counted; before it where it ends its part of the sentence.
    """

    text: str
    share: bool
    whole: bool
    words: frozenset[str]
    counted: frozenset[str]


def _figure(question: str, first: str, others: Sequence[str], *, shares: bool) -> str:
    """The share, or the count or share, by which the first sentence has what the question asks; "" where in doubt.

    Of several it is the one by which all the words of the question stand that stand by any, and most of its words.
    """
    found = [figure for figure in _figures(first) if figure.share or not shares]
    given = {figure.text for figure in _figures(question)}
    wanted = [figure for figure in found if figure.text not in given and not (figure.whole and _PART.search(question))]
    elsewhere = {figure.text for text in others for figure in _figures(text) if figure.share or not shares}
    if not wanted or not elsewhere <= {figure.text for figure in found}:
        return ""
    named = {stem(word) for name in names(question) for word in content_words(name)}
    asked = [word for word in _stems(_NO_CONTENT.sub(" ", question)) if word not in named]
    by = {figure: figure.words & set(asked) for figure in found}
    best = max(wanted, key=lambda figure: len(by[figure]))
    rivals = [figure for figure in wanted if figure.text != best.text]
    if not rivals:
        return best.text if by[best] or not asked else ""
    what = _OF_WHAT.search(question)
    counted = [word for word in _stems(question[what.end() :]) if word in asked][:1] if what else []
    clear = all(by[other] < by[best] for other in rivals) and len(by[best]) >= len(asked) * MOST_WORDS
    return best.text if clear and best.counted.issuperset(counted) else ""


def _figures(text: str) -> list[_Figure]:
    """The shares and counts of a sentence, in order."""
    found = list(_FIGURES.finditer(text))
    spans = [0, *(edge for figure in found for edge in figure.span()), len(text)]
    figures: list[_Figure] = []
    for place, figure in enumerate(found):
        before = _CLAUSE_END.split(text[spans[2 * place] : figure.start()])[-1]
        after = _stems(_CLAUSE_END.split(text[figure.end() : spans[2 * place + 3]])[0])
        own, counted = frozenset([*_stems(before), *after]), frozenset(after or _stems(before))
        whole = bool(figures) and figures[-1].share and _OF_ALL.fullmatch(before) is not None
        if whole:  # what is said of it is said of the share
            part = figures[-1]
            figures[-1] = replace(part, words=part.words | own, counted=frozenset(after))
        figures.append(_Figure(figure.group(), figure["share"] is not None, whole, own, counted))
    return figures


def _stems(text: str) -> list[str]:
    return [stem(word) for word in content_words(text)]


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
