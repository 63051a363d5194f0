"""Blocks → Document: one text, and everything else as spans in it.

Offsets are exact because the text is built here, block by block, and every span is noted while it is
written. Nothing changes the text afterwards.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.blocks import SPOKEN, Block
from ingest.facts import complete, stated_title
from ingest.glossary import find_glossary
from ingest.hyphens import undo_hyphens
from ingest.named import named_studies
from ingest.references import parse_entry
from ingest.sentences import split_sentences
from ingest.structure import Placed, arrange
from ingest.suspicion import warnings_of
from rag.markers import find_markers, marker_style, repair_by_order
from rag.schema import Catalogue, Document, Marker, Page, Reference, Section, Statement


@dataclass(frozen=True, slots=True)
class Part:
    """A block in its place: `text[start:end]` is the block's text, its list marker not included."""

    placed: Placed
    start: int
    end: int
    section: int


@dataclass(frozen=True, slots=True)
class Assembled:
    """A document without its passages yet, and the parts from which `ingest.passages` makes them."""

    document: Document
    parts: tuple[Part, ...]


def assemble(source_id: str, blocks: Sequence[Block], catalogue: Catalogue) -> Assembled:
    """Build the document. What the catalogue leaves out (the title) is taken from the blocks."""
    spoken = [block for block in blocks if block.kind in SPOKEN]
    stated, place = stated_title(blocks)
    title, placed = arrange(spoken, catalogue.title, stated)
    text, parts, sections = _write(undo_hyphens(placed))
    catalogue, origins = complete(catalogue, blocks)
    if not catalogue.title:
        found = title or stated
        catalogue = replace(catalogue, title=found or _of_name(source_id))
        origins = (
            ("title", ("first page" if title and title != stated else place) if found else "file name"),
            *origins,
        )
    references = _references(parts, text)
    body = "\n".join(text[p.start : p.end] for p in parts if p.placed.kind == "body")
    document = Document(
        source_id=source_id,
        catalogue=catalogue,
        text=text,
        sections=sections,
        pages=_pages(parts, len(text), {b.page: b.text for b in blocks if b.kind == "page" and b.page}),
        references=references,
        glossary=find_glossary(body),
        marker_style=marker_style(body, max((entry.number for entry in references), default=0), references),
    )
    document = replace(document, markers=_markers(document, parts), origins=origins)
    return Assembled(replace(document, warnings=(*warnings_of(blocks), *_warnings(document))), parts)


def statements_of(part: Part, document: Document) -> list[Statement]:
    """The sentences of a part, each with the entries it credits.

    Those are the entries of its own markers; without any, the studies that it names; else, inside a list item, those
    that every sentence of the item credits which has markers.
    """
    text = document.text[part.start : part.end]
    known = {reference.number for reference in document.references}
    spans = [(part.start + start, part.start + end) for start, end in split_sentences(text)]
    own = [_inside(document.markers, start, end) for start, end in spans]
    credited = [{number for marker in here for number in marker.numbers} & known for here in own]
    marked = [numbers for here, numbers in zip(own, credited, strict=True) if here]
    of_item = set.intersection(*marked) if marked and part.placed.block.kind == "item" else set()
    for place, (start, end) in enumerate(spans):
        if not own[place]:
            credited[place] = _without_markers(document, start, end, of_item)
    return [
        Statement(start, end, tuple(sorted(numbers))) for (start, end), numbers in zip(spans, credited, strict=True)
    ]


def _without_markers(document: Document, start: int, end: int, of_item: set[int]) -> set[int]:
    """What a sentence credits that has no markers: the studies that it names, or else those of its item.

    Of several entries that a name fits it is the one which the item credits; else the name says nothing for certain.
    """
    named = named_studies(document.text[start:end], document.references)
    if not named:
        return of_item
    certain = (fitting if len(fitting) == 1 else fitting & of_item for fitting in named)
    return set().union(*(fitting for fitting in certain if len(fitting) == 1))


def _inside(markers: Sequence[Marker], start: int, end: int) -> Sequence[Marker]:
    first = bisect_left(markers, start, key=lambda marker: marker.start)
    return markers[first : bisect_left(markers, end, key=lambda marker: marker.start)]


def _markers(document: Document, parts: Sequence[Part]) -> tuple[Marker, ...]:
    """The markers of the body, in order."""
    markers = [
        replace(marker, start=part.start + marker.start, end=part.start + marker.end)
        for part in parts
        if part.placed.kind == "body"
        for marker in find_markers(
            document.text[part.start : part.end], document.marker_style, document.last_reference, document.references
        )
    ]
    return tuple(repair_by_order(markers, document.text, document.last_reference))


def _write(placed: Sequence[Placed]) -> tuple[str, tuple[Part, ...], tuple[Section, ...]]:
    pieces: list[str] = []
    parts: list[Part] = []
    sections: list[Section] = []
    length = 0
    before: Placed | None = None
    for item in placed:
        block = item.block
        together = before is not None and block.kind in ("item", "row") and before.block.kind == block.kind
        gap = "" if before is None else "\n" if together else "\n\n"
        lead = f"{block.marker} " if block.kind == "item" and block.marker else ""
        new_section = before is None or block.kind == "heading" or (before.path, before.kind) != (item.path, item.kind)
        start = length + len(gap) + len(lead)
        if new_section:
            if sections:
                sections[-1] = replace(sections[-1], end=length)
            sections.append(Section(item.path, length + len(gap), length, item.kind))
        pieces += [gap, lead, block.text]
        length = start + len(block.text)
        parts.append(Part(item, start, length, len(sections) - 1))
        before = item
    if sections:
        sections[-1] = replace(sections[-1], end=length)
    return "".join(pieces), tuple(parts), tuple(sections)


def _references(parts: Sequence[Part], text: str) -> tuple[Reference, ...]:
    entries: dict[int, Reference] = {}
    for part in parts:
        block = part.placed.block
        if part.placed.kind != "references" or block.kind not in ("item", "paragraph"):
            continue
        printed = block.marker.rstrip(".")
        number = int(printed) if printed.isdigit() else len(entries) + 1
        entry = parse_entry(text[part.start : part.end], number, part.start)
        entries.setdefault(number, entry)
    return tuple(entries[number] for number in sorted(entries))


def _pages(parts: Sequence[Part], length: int, labels: Mapping[int, str]) -> tuple[Page, ...]:
    pages: list[Page] = []
    for part in parts:
        block = part.placed.block
        for offset, number in ((0, block.page), *block.turns):
            if number is not None and (not pages or number > pages[-1].number):
                if pages:
                    pages[-1] = replace(pages[-1], end=part.start + offset)
                pages.append(Page(number, part.start + offset, length, labels.get(number, "")))
    return tuple(pages)


def _warnings(document: Document) -> tuple[str, ...]:
    lost = [document.text[m.start : m.end] for m in document.markers if not m.numbers]
    repaired = [document.text[m.start : m.end] for m in document.markers if m.repaired]
    notes = []
    if lost:
        notes.append(f"{len(lost)} reference marker(s) fit no entry of the list: {', '.join(lost[:5])}")
    if repaired:
        notes.append(
            f"{len(repaired)} reference range(s) had lost their dash and were read from the list's length: "
            f"{', '.join(repaired[:5])}"
        )
    return tuple(notes)


def _of_name(source_id: str) -> str:
    """A title made of an id, which was made of a file's name: "breaks-at-sea" → "Breaks at sea"."""
    words = " ".join(source_id.replace("-", " ").replace("_", " ").split()) or source_id
    return words[:1].upper() + words[1:]
