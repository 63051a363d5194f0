"""The one place where citations are made, and where they are checked.

In: a document and a span of it. Out: a `Citation` whose quotation is that span to the character, the primary
studies that its statements credit, and the sentence as it is shown: the quotation less the document's own
reference markers and an opener that lost its context.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.markers import without_markers
from rag.schema import Catalogue, Citation, Document, Passage, Statement, Study

# Words that tie a sentence to the one before it, which is not shown with it.
OPENER = re.compile(
    r"^(?:on the other hand|on the contrary|for example|for instance|however|in addition|additionally|moreover|"
    r"furthermore|consequently|therefore|thus|hence|finally|also|similarly|equally|likewise|interestingly|"
    r"not surprisingly|nevertheless|nonetheless|in contrast|as a result|overall|in turn)(?:,\s*|\s+(?=the\b|it\b))",
    re.IGNORECASE,
)

# The same after the first words: "Some studies, on the other hand, found".
INTERRUPTION = re.compile(
    r"^((?:[\w’'-]+\s){0,4}[\w’'-]+),\s(?:on the other hand|however|for example|for instance|in contrast|in turn),\s",
    re.IGNORECASE,
)

_BULLET = re.compile(r"(?<=[.;:,!?])\s*\n•\s")  # of an item that needs none, since the one before has an end
_LINE = re.compile(r"\s*\n\s*")


def cite(document: Document, passage: Passage, statements: Sequence[Statement], marker: int) -> Citation:
    """Quote consecutive statements of a passage, as citation number `marker`."""
    start, end = statements[0].start, statements[-1].end
    numbers = sorted({number for statement in statements for number in statement.references})
    citation = Citation(
        marker=marker,
        source_id=document.source_id,
        title=document.catalogue.title,
        year=document.catalogue.year,
        section=passage.section,
        page=document.page_at(start),
        quote=document.text[start:end],
        char_start=start,
        char_end=end,
        passage=document.text[passage.start : passage.end],
        passage_start=passage.start,
        studies=studies(document, numbers),
    )
    if not holds(citation, document):
        raise ValueError(f"a quotation outside its passage: {document.source_id} {start}-{end}")
    return citation


def cite_catalogue(document: Document, field: str, marker: int) -> Citation:
    """Quote the line of the catalogue for a field of `Catalogue`, for what the document itself does not say."""
    line = catalogue_lines(document.catalogue)[field]
    return Citation(
        marker=marker,
        source_id=document.source_id,
        title=document.catalogue.title,
        year=document.catalogue.year,
        section=("Catalogue",),
        page=None,
        quote=line,
        char_start=0,
        char_end=len(line),
        passage=line,
        passage_start=0,
        kind="catalogue",
    )


def catalogue_lines(known: Catalogue) -> dict[str, str]:
    """What the catalogue says of a document, a line a field, without those of which it says nothing."""
    named = {
        "title": ("Title", known.title),
        "authors": ("Authors" if len(known.authors) > 1 else "Author", "; ".join(known.authors)),
        "year": ("Year", str(known.year or "")),
        "publisher": ("Published by", known.publisher),
        "place": ("Place", known.place),
        "kind": ("Kind", known.kind),
        "licence": ("Licence", known.licence),
        "url": ("Original", known.url),
        "doi": ("DOI", known.doi),
        "supersedes": ("Replaces", "; ".join(known.supersedes)),
    }
    return {field: f"{name}: {value}" for field, (name, value) in named.items() if value.strip()}


def holds(citation: Citation, document: Document) -> bool:
    """True when the quotation stands in the document, to the character, where the citation says.

    A quotation of the catalogue holds when it is what the catalogue says today.
    """
    if citation.kind == "catalogue":
        return citation.quote == citation.passage and citation.quote in catalogue_lines(document.catalogue).values()
    inside = citation.char_start - citation.passage_start
    return (
        bool(citation.quote)
        and document.text[citation.char_start : citation.char_end] == citation.quote
        and citation.passage[inside : inside + len(citation.quote)] == citation.quote
    )


def studies(document: Document, numbers: Sequence[int]) -> tuple[Study, ...]:
    """The entries of the document's reference list with these numbers."""
    return tuple(
        Study(reference.label, reference.number, reference.text, reference.retracted)
        for reference in document.references
        if reference.number in numbers
    )


def shown(document: Document, quote: str) -> str:
    """A quotation as a sentence of an answer."""
    line = _LINE.sub(" ", _BULLET.sub(" ", quote))
    text = without_markers(line, document.marker_style, document.last_reference, document.references)
    text = INTERRUPTION.sub(r"\1 ", text)
    opener = OPENER.match(text)
    if opener and opener.end() < len(text):
        text = text[opener.end() :]
        text = text[0].upper() + text[1:]
    return text
