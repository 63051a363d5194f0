"""Questions about the documents themselves: who wrote it, who paid, how to cite it, what is reference 5.

In: a question and the documents it names. Out: the lines of those documents that answer, as choices to be quoted,
or what is missing; None when the question is about something else. Everything said is a quotation: a fact known
only from `library.toml` is told as such and never quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.index.reader import Index
from rag.judge import Verdict
from rag.mentions import PUBLICATION, Mention
from rag.schema import Document, Passage, Reference, Section, Statement
from rag.select import Choice
from rag.terms import content_words, stem

# A number beside a word for an entry, or beside "number" when the list is named after it.
_ENTRY = re.compile(
    r"\b(?:ref(?:erence)?s?|entry|citation)\s*(?:no\.?|number|#)?\s*(?P<number>\d{1,3})\b"
    r"|\b(?P<ordinal>\d{1,3})(?:st|nd|rd|th)\s+(?:reference|entry|citation|item)\b"
    r"|(?:\b(?:item|number|no\.?)\s*|#)(?P<item>\d{1,3})\b.{0,20}\b(?:in|of|on)\b.{0,40}\b(?:references?|bibliography)\b",
    re.IGNORECASE,
)
_WORK = r"(?:stud(?:y|ies)|papers?|articles?|references?|entr(?:y|ies)|sources?|cited)"
_RETRACTED = re.compile(
    rf"\b{_WORK}\b.{{0,40}}\bretract(?:ed|ions?)\b|\bretracted\b.{{0,20}}\b{_WORK}\b|\bretractions?\b"
    r"|\b(?:references?|cited)\b.{0,30}\bwithdrawn\b",
    re.IGNORECASE,
)
# Questions about the making of a document, not about what it says of writing, paying or appearing.
_KINDS = (
    (
        "who wrote it",
        re.compile(
            rf"\bwho\s+(?:wrote|authored|compiled)\b|\bwho\s+prepared\s+(?:the|this)\b.{{0,40}}\b{PUBLICATION}\b|"
            r"\bwho\s+(?:are|is|were|was)\s+the\s+authors?\b|\b(?:names?|list) of the authors?\b",
            re.IGNORECASE,
        ),
    ),
    (
        "who paid for it",
        re.compile(
            r"\bwho\s+(?:has\s+|had\s+)?(?:fund(?:ed|s)|pa(?:id|ys) for|financed|sponsored|commissioned|"
            r"put up the money for)\s+(?:the|this|it)\b|\b(?:funders?|sponsors?) of (?:the|this)\b|"
            r"\bsources? of funding\b|\bfunding sources?\b|\bwhere did the money (?:for|behind)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "how it was published",
        re.compile(
            r"\bhow (?:do|should|can|would) (?:i|we|you|one) (?:cite|credit|reference)\b|\bneed to cite\b|"
            r"\b(?:when|where|which year|what year)\s+(?:was|were|did)\b.{0,60}\b(?:published|come out)\b|"
            r"\bwho\s+published\b|\b(?:which|what) journal\b",
            re.IGNORECASE,
        ),
    ),
)
_FUNDED = re.compile(r"\b(?:fund(?:ed|ing)|commissioned|financ\w+|sponsored|supported by|grants?)\b", re.IGNORECASE)
_CREDITS = re.compile(r"acknowledg|fund|financial|support|grant|competing", re.IGNORECASE)
_SUGGESTED = re.compile(r"suggested citation|how to cite|cite (?:this|as)", re.IGNORECASE)
_PUBLICATION = re.compile(rf"\bthe\b.{{0,40}}\b{PUBLICATION}\b", re.IGNORECASE)
_MARK = re.compile(r"(?:•|\d{1,3}\.)\s+")
MAX_LINES = 4
MIN_SHARED = 2  # words of its title that name a document


@dataclass(frozen=True, slots=True)
class LibraryAnswer:
    """Lines to quote, or a verdict that says what is missing."""

    choices: tuple[Choice, ...]
    verdict: Verdict


def about_library(index: Index, question: str, named: Mention, only: Sequence[str] = ()) -> LibraryAnswer | None:
    """Answer a question about the documents named, or None for any other question.

    `only` are the source ids that the user's filter leaves; empty for all.
    """
    left = tuple(source_id for source_id in index.source_ids if not only or source_id in only)
    entry = _ENTRY.search(question)
    if entry:
        number = int(entry["number"] or entry["ordinal"] or entry["item"])
        return _entry_answer(index, number, _of(named, left) or left)
    if _RETRACTED.search(question):
        return _retracted(index, _of(named, left) or left)
    for kind, pattern in _KINDS:
        if pattern.search(question):
            source_ids = _of(named, left) if named.source_ids else _by_title(index, question, left)
            if not source_ids:
                return None
            documents = [index.document(source_id) for source_id in source_ids]
            choices = [choice for document in documents for choice in _lines_for(kind, document)]
            return _answer(choices, kind)
    return None


def _of(named: Mention, left: Sequence[str]) -> tuple[str, ...]:
    return tuple(source_id for source_id in named.source_ids if source_id in left)


def _by_title(index: Index, question: str, left: Sequence[str]) -> tuple[str, ...]:
    """The document whose title shares most words with a question about "the … brief"; none if it is not one."""
    if not _PUBLICATION.search(question):
        return ()
    asked = {stem(word) for word in content_words(question)}
    shared = {
        source_id: len(asked & {stem(word) for word in content_words(known.title)})
        for source_id, known in index.catalogues.items()
        if source_id in left
    }
    best = max(shared.values(), default=0)
    nearest = [source_id for source_id, count in shared.items() if count == best]
    return tuple(nearest) if best >= MIN_SHARED and len(nearest) == 1 else ()


def _entry_answer(index: Index, number: int, source_ids: Sequence[str]) -> LibraryAnswer:
    documents = [index.document(source_id) for source_id in source_ids]
    choices = [
        _of_reference(document, reference)
        for document in documents
        for reference in document.references
        if reference.number == number
    ]
    longest = max((len(document.references) for document in documents), default=0)
    return _answer(choices, f"a reference {number}: the list has {longest} entries")


def _retracted(index: Index, source_ids: Sequence[str]) -> LibraryAnswer:
    documents = [index.document(source_id) for source_id in source_ids]
    choices = [
        _of_reference(document, reference)
        for document in documents
        for reference in document.references
        if reference.retracted
    ]
    return _answer(choices, "a retraction announced in the reference lists")


def _answer(choices: Sequence[Choice], wanted: str) -> LibraryAnswer:
    missing = () if choices else (wanted,)
    return LibraryAnswer(tuple(choices[:MAX_LINES]), Verdict(bool(choices), missing))


def _lines_for(kind: str, document: Document) -> list[Choice]:
    lines = list(_lines(document))
    known = document.catalogue
    if kind == "who wrote it":
        return _naming(document, lines, [name.split()[-1] for name in known.authors])
    if kind == "who paid for it":
        credited = [
            (section, start, end)
            for section, start, end in lines
            if _FUNDED.search(document.text[start:end]) and section.path and _CREDITS.search(section.path[-1])
        ]
        return [_quote(document, section, start, end) for section, start, end in credited[:1]]
    suggested = [row for row in lines if row[0].path and _SUGGESTED.search(row[0].path[-1])]
    if suggested:
        return [_quote(document, *row) for row in suggested]
    return _naming(document, lines, [known.publisher.split(",")[0]] if known.publisher else [])


def _naming(document: Document, lines: Sequence[tuple[Section, int, int]], wanted: Sequence[str]) -> list[Choice]:
    """The fewest lines that hold the names, in their order in the document; empty when none holds any."""
    left = [name for name in wanted if name]
    chosen: list[Choice] = []
    while left:
        best = max(
            lines,
            key=lambda row: (sum(name in document.text[row[1] : row[2]] for name in left), row[1] - row[2]),
            default=None,
        )
        if best is None or not any(name in document.text[best[1] : best[2]] for name in left):
            break
        chosen.append(_quote(document, *best))
        left = [name for name in left if name not in document.text[best[1] : best[2]]]
    return sorted(chosen, key=lambda choice: choice.passage.start)


def _lines(document: Document) -> Iterator[tuple[Section, int, int]]:
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
                yield section, start, end


def _quote(document: Document, section: Section, start: int, end: int) -> Choice:
    return _choice(document, section.path, start, end, f"line{start}", ())


def _of_reference(document: Document, reference: Reference) -> Choice:
    path = next((s.path for s in document.sections if s.start <= reference.start < s.end), ())
    name = f"reference{reference.number}"
    return _choice(document, path, reference.start, reference.end, name, (reference.number,))


def _choice(
    document: Document, path: tuple[str, ...], start: int, end: int, name: str, references: tuple[int, ...]
) -> Choice:
    statement = Statement(start, end, references)
    page = next((page.number for page in document.pages if page.start <= start < page.end), None)
    passage = Passage(f"{document.source_id}#{name}", document.source_id, path, start, end, (statement,), page)
    return Choice(document, passage, (statement,), 1.0, document.text[start:end], as_printed=True)
