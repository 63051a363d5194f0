"""Document → passages: a paragraph, a list with the line that leads to it, or a part of a long one.

In: the assembled document, and how long a text the encoder takes. Out: the document with its passages, made
of whole statements; a statement that alone is too long is parted between words, so that nothing embedded is
ever cut off. The reference list and the front matter make no passages: they are no evidence for a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.assemble import Assembled, Part, statements_of
from rag.errors import DocumentError
from rag.index.texts import expand, passage_prefix
from rag.schema import Document, Passage, Statement

MIN_ROOM = 1 / 8  # of the encoder's limit, for the text below a title and headings
_BREAKS = re.compile(r"(?<=[;:,])\s+|\s+")


@dataclass(frozen=True, slots=True)
class Measure:
    """The encoder's view of length: `limit` tokens at most, `count(text)` including its two own marks."""

    limit: int
    count: Callable[[str], int]


def with_passages(assembled: Assembled, measure: Measure) -> Document:
    """The document with its passages, in order; ids are the source id and the passage's position.

    Raises DocumentError when title and headings leave next to no room for text.
    """
    document = assembled.document
    passages: list[Passage] = []
    for path, group in _groups(assembled.parts):
        prefix = passage_prefix(document.catalogue.title, path)
        room = measure.limit - measure.count(prefix)
        if room < measure.limit * MIN_ROOM:
            raise DocumentError(
                f"title and headings alone fill the encoder's {measure.limit} tokens: `{prefix[:80]}…`",
                "shorten them, or give a shorter title in library.toml",
            )
        pieces = [
            [
                piece
                for statement in statements_of(part, document)
                for piece in _fitting(statement, document, room, measure)
            ]
            for part in group
        ]
        for chosen in _fill(_units(group, pieces), document, room, measure):
            start, end = chosen[0].start, chosen[-1].end
            passages.append(
                Passage(
                    id=f"{document.source_id}#{len(passages):04d}",
                    source_id=document.source_id,
                    section=path,
                    start=start,
                    end=end,
                    statements=tuple(chosen),
                    page=document.page_at(start),
                )
            )
    return replace(document, passages=tuple(passages))


def _groups(parts: Sequence[Part]) -> Iterator[tuple[tuple[str, ...], list[Part]]]:
    """Parts that belong together: one paragraph; a list or table with its leading line."""
    group: list[Part] = []
    for part in parts:
        block = part.placed.block
        if part.placed.kind != "body" or block.kind in ("title", "heading"):
            if group:
                yield group[0].placed.path, group
            group = []
            continue
        if group:
            last = group[-1]
            leads = last.placed.block.text.endswith(":")
            listed = block.kind in ("item", "row")
            goes_on = listed and (leads or last.placed.block.kind == block.kind)
            if last.section != part.section or not goes_on:
                yield group[0].placed.path, group
                group = []
        group.append(part)
    if group:
        yield group[0].placed.path, group


def _units(group: Sequence[Part], pieces: Sequence[Sequence[Statement]]) -> list[list[Statement]]:
    """What stays in one passage if it fits: a statement; a list's item, the first with the line that leads to it."""
    units: list[list[Statement]] = []
    leads = False
    for part, own in zip(group, pieces, strict=True):
        block = part.placed.block
        if block.kind == "item" and leads:
            units[-1] += own
        else:
            units += [list(own)] if block.kind == "item" else [[statement] for statement in own]
        leads = block.text.endswith(":")
    return units


def _fill(
    units: Sequence[Sequence[Statement]], document: Document, room: int, measure: Measure
) -> Iterator[list[Statement]]:
    """Statements in order, as many in one passage as fit; parts of a long group come out about even.

    A unit that does not fit into one passage is parted between its statements.
    """
    statements = [statement for unit in units for statement in unit]
    # Each is counted with what stands before it, such as a list item's number.
    starts = [*(first.start for first in statements[:1]), *(before.end for before in statements[:-1])]
    sizes = iter([_size(start, s.end, document, measure) for start, s in zip(starts, statements, strict=True)])
    sized = [[(statement, next(sizes)) for statement in unit] for unit in units]
    whole = [[unit] if sum(size for _, size in unit) <= room else [[one] for one in unit] for unit in sized]
    total = sum(size for unit in sized for _, size in unit)
    target = total / max(1, -(-total // max(room, 1)))
    chosen: list[Statement] = []
    used = 0
    for unit in (part for parts in whole for part in parts):
        size = sum(size for _, size in unit)
        if chosen and (used + size > room or used + size / 2 > target):
            yield chosen
            chosen, used = [], 0
        chosen += [statement for statement, _ in unit]
        used += size
    if chosen:
        yield chosen


def _size(start: int, end: int, document: Document, measure: Measure) -> int:
    # The encoder's two marks are counted with the prefix; one token is to spare.
    return measure.count(expand(document.text[start:end], document.glossary)) - 1


def _fitting(statement: Statement, document: Document, room: int, measure: Measure) -> Iterator[Statement]:
    """The statement, or its parts where it alone is longer than the encoder takes."""
    if _size(statement.start, statement.end, document, measure) <= room or statement.end - statement.start < 2:
        yield statement
        return
    text = document.text[statement.start : statement.end]
    edges = [match.end() for match in _BREAKS.finditer(text)]
    middle = len(text) // 2
    cut = min(edges, key=lambda edge: abs(edge - middle), default=middle)
    first_end = statement.start + len(text[:cut].rstrip())
    yield from _fitting(replace(statement, end=first_end), document, room, measure)
    yield from _fitting(replace(statement, start=statement.start + cut), document, room, measure)
