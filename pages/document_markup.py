"""A document and the list of documents as HTML: pure functions, no Streamlit. All text is escaped here.

In: a document, rows of the ledger, the catalogue. Out: the document with its sections, a quotation marked in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.ledger import Row
from pages.markup import about, digest_html, esc, joined, link_here, original_html, pdf_html, tag, titled
from rag.schema import Catalogue, Document

BREAK = "\n\n"  # parts blocks in a document's text
FOUND = "cw-found"  # id of the quotation marked
VERDICTS = {
    "added": "taken in",
    "changed": "taken in, in place of the version before",
    "renamed": "was there already, under another name",
    "unchanged": "was there already, unchanged",
    "removed": "removed",
    "failed": "not taken in",
}


def blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the blocks of a stretch of text, without the space around them."""
    at = start
    while at < end:
        stop = text.find(BREAK, at, end)
        stop = end if stop < 0 else stop
        block = text[at:stop]
        if block.strip():
            left = at + len(block) - len(block.lstrip())
            yield left, at + len(block.rstrip())
        at = stop + len(BREAK)


def marked(text: str, start: int, end: int, mark: tuple[int, int] | None, first: bool) -> str:
    """A stretch of text, escaped, with the part of it that is to be marked; `first` gives the mark its id."""
    left, right = (max(mark[0], start), min(mark[1], end)) if mark else (end, end)
    if left >= right:
        return esc(text[start:end])
    own = f' id="{FOUND}" tabindex="-1"' if first else ""
    return f"{esc(text[start:left])}<mark{own}>{esc(text[left:right])}</mark>{esc(text[right:end])}"


def document_html(document: Document, mark: tuple[int, int] | None = None) -> str:
    """The whole text with its headings, the beginning of each page, and one stretch of it marked."""
    starts = {page.number: page.start for page in document.pages if page.number > 1}
    parts, seen = [], False
    for section in document.sections:
        for number, (start, end) in enumerate(blocks(document.text, section.start, section.end)):
            for page in [page for page, at in starts.items() if at <= start]:
                parts.append(f'<p class="cw-page" id="page-{page}">Page {page}</p>')
                del starts[page]
            if number == 0 and not parts and not mark and document.text[start:end] == document.catalogue.title:
                continue  # it stands over the whole
            touches = mark is not None and max(mark[0], start) < min(mark[1], end)
            inner = marked(document.text, start, end, mark, touches and not seen)
            seen = seen or touches
            heading = number == 0 and section.path and document.text[start:end] == section.path[-1]
            level = min(len(section.path) + 1, 6)
            name = f'h{level} id="s-{section.start}"' if heading else 'p class="cw-text"'
            parts.append(f"<{name}>{inner}</{name.split()[0]}>")
    return f'<article class="cw-document cw-source-text">{"".join(parts)}</article>'


def outline_html(document: Document) -> str:
    """The sections of a document as links, nested by their depth; empty where it has none."""
    rows = "".join(
        f'<li style="padding-left: {len(section.path) - 1}rem">'
        f'<a href="#s-{section.start}">{esc(section.path[-1])}</a></li>'
        for section in document.sections
        if section.path
    )
    if not rows:
        return ""
    return (
        f'<nav class="cw-side cw-outline" aria-label="Sections"><h2>Sections</h2><ul class="cw-rows">{rows}</ul></nav>'
    )


def document_head_html(document: Document, superseded: str = "") -> str:
    """Title, what is known of it, and the way to the original."""
    entry = document.catalogue
    authors = ", ".join(entry.authors)
    links = [pdf_html(document.source_id, 1 if document.pages else None, "The PDF"), original_html(entry)]
    parts = [
        f"<h1>{esc(titled(entry.title, entry.year))}</h1>",
        f'<p class="cw-small">{esc(authors)}</p>' if authors else "",
        f'<p class="cw-small">{esc(about(entry))}</p>',
        digest_html(entry),
        superseded,
        f'<p class="cw-links">{" ".join(links)}</p>' if any(links) else "",
    ]
    return "".join(parts)


def count(number: int, noun: str) -> str:
    """ "1 passage", "27 passages"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def row_html(row: Row, entry: Catalogue | None, superseded: bool = False) -> str:
    """A document in the list: title, what is known of it, how much of it there is, what was suspicious."""
    title = entry.title if entry else row.title or row.source_id
    name = esc(titled(title, entry.year if entry else None))
    there = entry is not None and not row.withdrawn
    tags = tag("Removed") if row.withdrawn else ""
    tags += tag("Not taken in", warning=True) if row.state == "failed" else ""
    tags += tag("Superseded", warning=True) if superseded else ""
    tags += tag("Digest") if entry and entry.digest else ""
    size = [count(row.passages, "passage")] if row.passages else []
    size += [count(row.pages, "page")] if row.pages else []
    facts = joined(about(entry) if entry else "", *size)
    linked = link_here(row.source_id, name) if there else name
    why = f'<p class="cw-why">{esc(row.why[:1].upper() + row.why[1:])}</p>' if row.why else ""
    kept = '<p class="cw-small">The version read before stays in the library.</p>' if row.stale else ""
    return f'<p class="cw-title">{linked} {tags}</p><p class="cw-small">{esc(facts)}</p>{why}{kept}{warnings_html(row)}'


def warnings_html(row: Row) -> str:
    """What was suspicious while reading, behind a line that counts it."""
    if not row.warnings:
        return ""
    rows = "".join(f"<li>{esc(warning)}</li>" for warning in row.warnings)
    summary = f"{count(len(row.warnings), 'note')} from reading it"
    return f'<details class="cw-notes"><summary>{summary}</summary><ul>{rows}</ul></details>'


def verdict_html(row: Row) -> str:
    """What a run did with a document, in words."""
    size = f" ({count(row.passages, 'passage')})" if row.state in ("added", "changed") else ""
    why = f'<p class="cw-why">{esc(row.why[:1].upper() + row.why[1:])}</p>' if row.why else ""
    name = esc(row.title or row.source_id)
    return f"<li><b>{name}</b>: {esc(VERDICTS[row.state])}{size}{why}{warnings_html(row)}</li>"
