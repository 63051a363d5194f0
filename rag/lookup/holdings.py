"""Which documents the library holds: all, on a topic, of a year, a kind or a place; the newest; how many.

In: an `Ask` and the library. Out: the titles as they stand in the documents, with what shows what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.lookup.asks import Ask
from rag.lookup.entries import stems
from rag.lookup.library import Library
from rag.lookup.lines import title
from rag.lookup.places import countries
from rag.lookup.quoted import Found, Line
from rag.terms import content_words, words

MOST = 10
_MENTIONS = re.compile(r"\bmention(?:s|ing)?\b", re.IGNORECASE)
NEAR = 0.4  # cosine of passage or statement from which a document is on a topic
BESIDE = 0.8  # of the best document's score
_KINDS = frozenset({"rapid", "qualitative", "quantitative", "systematic", "scoping", "digest", "metasynthesis"})


def holdings(library: Library, ask: Ask, question: str) -> Found:
    """The titles asked for, newest first or best first."""
    left, wanted = _left(library, ask, question)
    total = len(left)
    if not left:
        return Found((), f"a document {wanted}".strip())
    if ask.order:
        ordered = [id_ for id_ in library.by_year(left) if library.known(id_).year]
        if not ordered:
            return Found((), "the years of the documents")
        chosen = ordered[0] if ask.order == "newest" else ordered[-1]
        same = [id_ for id_ in ordered if library.known(id_).year == library.known(chosen).year][:MOST]
        lines: list[Line] = []
        for source_id in same:
            document = library.index.document(source_id)
            lines += [title(document), Line(document, field="year")]
        return Found(tuple(lines))
    documents = [library.index.document(source_id) for source_id in left[:MOST]]
    lines = [title(document) for document in documents]
    for field, asked in (("year", ask.years), ("place", ask.countries)):
        if asked:
            lines = [more for line in lines for more in (line, Line(line.document, field=field))]
    lead = ""
    if ask.count or total > MOST:
        count = "1 document" if total == 1 else f"{total:,} documents"
        shown = f", of which these are {MOST}" if total > MOST else ""
        lead = f"The library holds {count}{' ' + wanted if wanted else ''}{shown}."
    return Found(tuple(lines), lead=lead)


def _left(library: Library, ask: Ask, question: str) -> tuple[list[str], str]:
    """Source ids of the documents asked for, and in words what was asked."""
    left = library.by_year()
    wanted = []
    if ask.years:
        left = [id_ for id_ in left if library.known(id_).year in ask.years]
        wanted.append(f"of {ask.years}")
    if ask.countries:
        left = [id_ for id_ in left if set(ask.countries) & set(countries(library.known(id_).place))]
        wanted.append(f"from {' or '.join(ask.countries)}")
    kinds = _kinds_asked(question)
    if kinds:
        left = [id_ for id_ in left if kinds & set(words(library.known(id_).kind))]
        wanted.append("of that kind")
    if ask.topic and left:
        named = library.index.sources_with(content_words(ask.topic)) if _MENTIONS.search(question) else None
        left = _on_topic(library, ask.topic, left) if named is None else [id_ for id_ in left if id_ in named]
        wanted.append(f"on “{ask.topic}”")
    return left, " ".join(wanted)


def _kinds_asked(question: str) -> set[str]:
    """Words of the question for a kind of document."""
    return set(words(question)) & _KINDS


def _on_topic(library: Library, topic: str, left: Sequence[str]) -> list[str]:
    """The documents that say something on a topic, best first: by words in the title, else by what is found."""
    asked = stems(content_words(topic))
    scores: dict[str, float] = {}
    for source_id in left:
        own = stems(content_words(library.known(source_id).title))
        if asked and asked <= own:
            scores[source_id] = 1.0
    for hit in library.find(topic):
        source_id = hit.document.source_id
        near = max(hit.meaning, *hit.statement_scores)
        has = asked and asked <= stems(content_words(hit.text + " " + " ".join(hit.passage.section)))
        if source_id in left and (near >= NEAR or has):
            scores[source_id] = max(scores.get(source_id, 0.0), near)
    best = max(scores.values(), default=0.0)
    return sorted(
        (id_ for id_ in scores if scores[id_] >= best * BESIDE or scores[id_] >= NEAR), key=lambda i: (-scores[i], i)
    )
