"""What reference lists have in common: the entries of one study in several documents.

In: the library. Out: the entries to quote, one study after the other, or that the lists share none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher

from rag.lookup.entries import named_entries
from rag.lookup.library import SCANNED, Library
from rag.lookup.quoted import Found, Line, of_reference
from rag.schema import Document, Reference

MOST = 8  # studies shown
ALIKE = 0.8  # share of the letters of two titles from which they are one
NONE = "a study that the reference lists share"

_Entry = tuple[Document, Reference]


def shared(library: Library) -> Found:
    """The studies that more than one of the documents cites, with each document's entry."""
    if len(library.reach) > SCANNED:
        return Found((), "which documents are meant")
    studies = list(_shared(library))
    lines = tuple(of_reference(*one) for study in studies[:MOST] for one in study)
    count = "1 study stands" if len(studies) == 1 else f"{len(studies)} studies stand"
    more = f"; here are {MOST} of them" if len(studies) > MOST else ""
    return Found(lines, NONE, f"{count} in more than one reference list{more}.")


def named_in(library: Library, name: str, *, several: bool) -> Found:
    """The entries of a name; `several`: it is asked in how many documents they stand."""
    lines: tuple[Line, ...] = named_entries(library, name)
    documents = len({line.document.source_id for line in lines})
    lead = f"{documents} of {len(library.reach)} documents cite what was named." if several else ""
    return Found(lines, f"{name} in the reference lists", lead)


def _shared(library: Library) -> Iterator[list[_Entry]]:
    by_label: dict[str, list[list[_Entry]]] = defaultdict(list)
    for document in library.documents():
        for reference in document.references:
            groups = by_label[reference.label.casefold()]
            group = next((group for group in groups if _same(group[0][1], reference)), None)
            if group is None:
                groups.append([(document, reference)])
            elif all(document is not other for other, _ in group):
                group.append((document, reference))
    for groups in by_label.values():
        yield from (group for group in groups if len(group) > 1)


def _same(one: Reference, other: Reference) -> bool:
    """True for one study by its identifiers, else by the letters of its title."""
    for mine, its in ((one.doi, other.doi), (one.pmid, other.pmid)):
        if mine and its:
            return mine.casefold() == its.casefold()
    return SequenceMatcher(None, _letters(one), _letters(other), autojunk=False).ratio() >= ALIKE


def _letters(reference: Reference) -> str:
    return "".join(filter(str.isalnum, (reference.title or reference.text).casefold()))
