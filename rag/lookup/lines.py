"""Who wrote a document, who paid, how it was published: its own lines, else what the catalogue says.

In: documents, the facts asked for. Out: lines to quote. A fact that stands in the text is quoted from the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from rag.cite import catalogue_lines
from rag.lookup.library import Library
from rag.lookup.making import Fact
from rag.lookup.quoted import Found, Line
from rag.schema import Document

Rows = Sequence[tuple[tuple[str, ...], int, int]]  # heading path, start, end

MOST = 8
_FUNDED = re.compile(r"\b(?:fund(?:ed|ing)|commissioned|financ\w+|sponsored|supported by|grants?)\b", re.IGNORECASE)
_CREDITS = re.compile(r"acknowledg|fund|financial|support|grant|competing", re.IGNORECASE)
_SUGGESTED = re.compile(r"suggested citation|how to cite|cite (?:this|as)", re.IGNORECASE)
_MARK = re.compile(r"(?:•|\d{1,3}\.)\s+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_AFFILIATION = re.compile(
    r"\b(?:affiliations?|university|institute|hospital|school of|college|department of)\b", re.IGNORECASE
)
_MADE_BY = re.compile(r"prepared by|authors?\b|affiliation", re.IGNORECASE)
MISSING: Mapping[Fact, str] = {
    "authors": "who wrote it",
    "funders": "who paid for it",
    "citation": "how it was published",
    "published": "how it was published",
    "doi": "where the original is",
    "licence": "its licence",
    "kind": "what kind of document it is",
    "affiliation": "where its authors work",
    "contact": "how to reach its authors",
    "contributions": "who did what for it",
    "interests": "a statement of competing interests",
    "acknowledgements": "whom it thanks",
    "replaced": "a newer document that replaces it",
}


def facts(library: Library, asked: Sequence[Fact], source_ids: Sequence[str]) -> Found:
    """The lines that tell the facts asked for, of each document in turn."""
    lines: list[Line] = []
    if "citation" in asked:  # those that suggest one before those for which it has to be made up
        source_ids = sorted(source_ids, key=lambda source_id: not _suggests(library.index.document(source_id)))
    for source_id in source_ids:
        if asked == ("replaced",):
            lines += _replaced(library, source_id)
            continue
        document = library.index.document(source_id)
        rows = list(_rows(document))
        for fact in asked:
            lines += [line for line in _TELL[fact](document, rows) if line not in lines]
    return Found(tuple(lines[:MOST]), "; ".join(MISSING[fact] for fact in asked))


def _authors(document: Document, rows: Rows) -> list[Line]:
    surnames = [name.split()[-1] for name in document.catalogue.authors if name.strip()]
    own = [row for row in rows if not (row[0] and _SUGGESTED.search(row[0][-1]))]
    lines, left = _naming(document, own, surnames)
    if left or len(lines) > MOST:
        return _known(document, "authors") or lines
    return lines


def _funders(document: Document, rows: Rows) -> list[Line]:
    credited = [
        row for row in rows if row[0] and _CREDITS.search(row[0][-1]) and _FUNDED.search(document.text[row[1] : row[2]])
    ]
    return [_line(document, row) for row in credited[:1]]


def _citation(document: Document, rows: Rows) -> list[Line]:
    """The citation that a document suggests, else what makes one up."""
    parts = [*_known(document, "authors"), title(document), *_published(document, rows), *_known(document, "doi")]
    return _suggested(document, rows) or parts


def _suggested(document: Document, rows: Rows) -> list[Line]:
    return [_line(document, row) for row in rows if row[0] and _SUGGESTED.search(row[0][-1])]


def _suggests(document: Document) -> bool:
    return bool(_suggested(document, list(_rows(document))))


def _published(document: Document, rows: Rows) -> list[Line]:
    suggested = _suggested(document, rows)
    if suggested:
        return suggested
    lines = _publisher(document, rows)
    told = " ".join(document.text[line.start : line.end] for line in lines)
    year = document.catalogue.year
    return lines if year is None or str(year) in told else [*lines, *_known(document, "year")]


def _publisher(document: Document, rows: Rows) -> list[Line]:
    publisher = document.catalogue.publisher.split(",")[0].strip()
    lines, left = _naming(document, rows, [publisher] if publisher else [])
    return lines if lines and not left else _known(document, "publisher")


def _doi(document: Document, rows: Rows) -> list[Line]:
    doi = document.catalogue.doi
    lines, left = _naming(document, rows, [doi] if doi else [])
    if lines and not left:
        return lines
    return [*_known(document, "doi"), *_known(document, "url")]


def _affiliation(document: Document, rows: Rows) -> list[Line]:
    told = [
        row
        for row in rows
        if _AFFILIATION.search(document.text[row[1] : row[2]])
        and (not row[0] or _MADE_BY.search(row[0][-1]))
        and row[2] - row[1] < 400
    ]
    seen: dict[str, Line] = {}
    for row in told:
        seen.setdefault(document.text[row[1] : row[2]], _line(document, row))
    return list(seen.values())


def _contact(document: Document, rows: Rows) -> list[Line]:
    return [_line(document, row) for row in rows if _EMAIL.search(document.text[row[1] : row[2]])][:2]


def _under(headings: str) -> Callable[[Document, Rows], list[Line]]:
    pattern = re.compile(headings, re.IGNORECASE)
    return lambda document, rows: [_line(document, row) for row in rows if row[0] and pattern.search(row[0][-1])][:2]


def _field(name: str) -> Callable[[Document, Rows], list[Line]]:
    return lambda document, rows: _known(document, name)


_TELL: Mapping[Fact, Callable[[Document, Rows], list[Line]]] = {
    "authors": _authors,
    "funders": _funders,
    "citation": _citation,
    "published": _published,
    "doi": _doi,
    "licence": _field("licence"),
    "kind": _field("kind"),
    "affiliation": _affiliation,
    "contact": _contact,
    "contributions": _under(r"contribution"),
    "interests": _under(r"competing|conflict|declaration|disclosure"),
    "acknowledgements": _under(r"acknowledg"),
}


def _replaced(library: Library, source_id: str) -> list[Line]:
    """The catalogue's lines of the documents that replace this one."""
    return [
        Line(library.index.document(other), field="supersedes")
        for other, known in library.index.catalogues.items()
        if source_id in known.supersedes
    ]


def title(document: Document) -> Line:
    """The document's title, in its text where it stands there."""
    wanted = document.catalogue.title
    at = document.text.find(wanted, 0, len(wanted) + 2000)
    return Line(document, at, at + len(wanted)) if at >= 0 else Line(document, field="title")


def _known(document: Document, field: str) -> list[Line]:
    return [Line(document, field=field)] if field in catalogue_lines(document.catalogue) else []


def _naming(document: Document, rows: Rows, wanted: Sequence[str]) -> tuple[list[Line], list[str]]:
    """The fewest lines that hold the names, in their order in the document, and the names that no line holds."""
    left = [name for name in wanted if name]
    chosen: list[Line] = []
    while left:
        best = max(
            rows,
            key=lambda row: (sum(name in document.text[row[1] : row[2]] for name in left), row[1] - row[2]),
            default=None,
        )
        if best is None or not any(name in document.text[best[1] : best[2]] for name in left):
            break
        chosen.append(_line(document, best))
        left = [name for name in left if name not in document.text[best[1] : best[2]]]
    return sorted(chosen, key=lambda line: line.start), left


def _rows(document: Document) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """The lines outside the reference list, without headings."""
    for section in document.sections:
        if section.kind == "references":
            continue
        at = section.start
        for line in document.text[section.start : section.end].split("\n"):
            start, end = at, at + len(line)
            at = end + 1
            mark = _MARK.match(line)
            start += mark.end() if mark else 0
            if line.strip() and line not in (document.catalogue.title, *section.path):
                yield section.path, start, start + len(document.text[start:end].rstrip(" ,;"))


def _line(document: Document, row: tuple[tuple[str, ...], int, int]) -> Line:
    return Line(document, row[1], row[2])
