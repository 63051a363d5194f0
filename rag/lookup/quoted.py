"""Lines that answer a question about the library → an `Answer` whose sentences are those lines.

In: spans of documents, or fields of the catalogue. Out: sentences, citations, and the lines as the first hits. The
only sentence that is no quotation is a count ("The library holds 2 documents."), which cites what was counted, or that
the entries quoted announce no retraction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.cite import cite, cite_catalogue, shown
from rag.compose import abstain, as_of
from rag.schema import Answer, Citation, Document, Hit, Passage, Reference, Sentence, Statement


@dataclass(frozen=True, slots=True)
class Line:
    """A span to quote, or a field of the catalogue.

    Attributes:
        references: numbers of the entries that it credits, or is.
        field: of `Catalogue`, for a fact that the text does not hold; the span is then empty.
        as_printed: shown to the character, as an entry of a list is; else as a sentence of an answer is.
    """

    document: Document
    start: int = 0
    end: int = 0
    references: tuple[int, ...] = ()
    field: str = ""
    as_printed: bool = True

    @property
    def passage(self) -> Passage:
        """The line as a passage of its own."""
        document = self.document
        path = next((s.path for s in document.sections if s.start <= self.start < s.end), ())
        statement = Statement(self.start, self.end, self.references)
        name = f"{document.source_id}#{self.start}-{self.end}"
        return Passage(name, document.source_id, path, self.start, self.end, (statement,), document.page_at(self.start))


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a question about the library.

    Attributes:
        lines: in the order in which they are shown; empty when nothing answers.
        missing: what the library lacks, in words, when there are no lines.
        lead: a sentence about all the lines, shown before them.
        near: lines that come nearest to what is missing; they are not shown, their places are named.
    """

    lines: tuple[Line, ...] = ()
    missing: str = ""
    lead: str = ""
    near: tuple[Line, ...] = ()


def of_reference(document: Document, reference: Reference) -> Line:
    """An entry of the reference list."""
    return Line(document, reference.start, reference.end, (reference.number,))


def as_answer(
    found: Found, question: str, understood: str, hits: Sequence[Hit], superseded: Mapping[str, tuple[str, ...]]
) -> Answer:
    """The answer; `hits` are the passages that were found for the question all the same."""
    if not found.lines:
        return abstain(question, understood, _led(found.near, hits), (found.missing,))
    citations = tuple(_citation(line, marker, superseded) for marker, line in enumerate(found.lines, start=1))
    sentences = [
        Sentence(citation.quote if line.as_printed else shown(line.document, citation.quote), (citation.marker,))
        for line, citation in zip(found.lines, citations, strict=True)
    ]
    if found.lead:
        sentences.insert(0, Sentence(found.lead, tuple(citation.marker for citation in citations)))
    led = _led(found.lines, hits)
    return Answer(question, understood, False, tuple(sentences), citations, led, as_of=as_of(citations))


def _led(lines: Sequence[Line], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits, with the lines before them."""
    own = [Hit(0, line.passage, line.document, 1.0, 0.0, 0.0, (0.0,)) for line in lines if not line.field]
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate([*own, *hits], start=1))


def _citation(line: Line, marker: int, superseded: Mapping[str, tuple[str, ...]]) -> Citation:
    if line.field:
        citation = cite_catalogue(line.document, line.field, marker)
    else:
        citation = cite(line.document, line.passage, line.passage.statements, marker)
    return replace(citation, superseded_by=superseded.get(citation.source_id, ()))
