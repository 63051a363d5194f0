"""The statements chosen → an answer that reads as one: what is shown, in which order, how recent, how sure.

In: a question, choices (best first) and what is known of the documents. Out: an `Answer`. Each sentence is its
quotation, less reference markers and openers that lost their context. The most direct one stays first; the others
are grouped by point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rag.cite import cite, shown
from rag.cues import cues
from rag.judge import Verdict
from rag.schema import Answer, Catalogue, Citation, Hit, Sentence
from rag.select import Choice

CANNOT_ANSWER = "The library does not answer this."


def compose(
    question: str,
    understood: str,
    hits: Sequence[Hit],
    choices: Sequence[Choice],
    verdict: Verdict,
    catalogues: Mapping[str, Catalogue],
) -> Answer:
    """Put an answer together, or say that there is none and what is missing."""
    if not verdict.answered:
        return Answer(
            question=question,
            standalone_question=understood,
            abstained=True,
            sentences=(),
            citations=(),
            hits=tuple(hits),
            note=CANNOT_ANSWER,
            uncovered=verdict.missing,
        )
    citations = tuple(_citation(choice, marker, catalogues) for marker, choice in enumerate(choices, start=1))
    sentences = tuple(
        Sentence(citation.quote if choice.as_printed else shown(choice.document, citation.quote), (citation.marker,))
        for choice, citation in zip(choices, citations, strict=True)
    )
    return Answer(
        question,
        understood,
        False,
        sentences,
        citations,
        tuple(hits),
        uncovered=verdict.missing,
        as_of=as_of(citations),
    )


def _citation(choice: Choice, marker: int, catalogues: Mapping[str, Catalogue]) -> Citation:
    citation = cite(choice.document, choice.passage, choice.statements, marker)
    return replace(
        citation,
        cues=() if choice.as_printed else cues(citation.quote),
        superseded_by=superseded_by(citation.source_id, catalogues),
    )


def superseded_by(source_id: str, catalogues: Mapping[str, Catalogue]) -> tuple[str, ...]:
    """The documents of the library that say they replace this one, by source id."""
    return tuple(sorted(other for other, known in catalogues.items() if source_id in known.supersedes))


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
