"""What an author found: the statements that are credited to the author's entries in the reference lists.

In: an `Ask` with a name ("Moll", "Kemp and Henderson", "Tang et al. 2011") and perhaps a topic. Out: statements to
quote; that the library has no such author; or that nothing credited to the author has to do with the topic. A
statement is credited to an entry by its markers, or by the author's name in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

from rag.authoryear import surname
from rag.demands import AS_STUDY
from rag.lookup.asks import Ask
from rag.lookup.entries import EMPTY, also, before_it, of_statement, stems
from rag.lookup.forms import AND_OTHERS
from rag.lookup.library import Library
from rag.lookup.quoted import Found, Line, of_reference
from rag.schema import Document, Reference
from rag.terms import APOSTROPHES, content_words

STATEMENTS = 4
SHARED_CREDIT = 3  # studies that a statement may credit and still tell of each; more where it names the author
NEAR = 0.35  # cosine from which a statement is on a topic, of whose words it has none
ROOT = 6  # letters, with which words of one root begin alike ("satisfied", "satisfaction")
SHARED = 0.3  # what all words of a topic in a statement weigh beside it
BESIDE = 0.85  # of the best statement's score: another that answers as well
_YEAR = re.compile(r",?\s+\(?((?:19|20)\d\d)[a-z]?\)?")
_JOINS = re.compile(rf"[{APOSTROPHES}‐-]")
_PARTS = re.compile(rf"[{APOSTROPHES}‐\s-]+")


@dataclass(frozen=True, slots=True)
class _Author:
    """Of whom a question speaks.

    Attributes:
        names: surnames, folded, the first author's first; `printed`: as the question has them.
        year: of the study, where it is told.
        leads: the first name is a first author's ("et al.").
    """

    names: tuple[str, ...]
    printed: tuple[str, ...]
    year: int | None
    leads: bool

    def wrote(self, reference: Reference, *, leads: bool) -> bool:
        """True for an entry of this author; `leads`: as its first."""
        if not reference.authors or (self.year and reference.year != self.year):
            return False
        first = reference.authors[:1] if leads else reference.authors
        return any(_goes_by(self.names[0], author) for author in first) and all(
            any(_goes_by(name, author) for author in reference.authors) for name in self.names[1:]
        )


@dataclass(frozen=True, slots=True)
class _Credit:
    """A statement credited to the author: what is quoted, its own text, how many studies it credited."""

    line: Line
    text: str
    studies: int
    named: bool


def said_by(library: Library, ask: Ask) -> Found | None:
    """What an author's studies found, on a topic if one is asked.

    None where the name may be no author's, or is that of someone of whom the documents speak without an entry.
    """
    author = _author(ask.name)
    entries = entries_of(library, ask.name)
    if not entries:
        return None if _spoken_of(library, author) or not ask.sure else Found((), f"“{ask.name}”")
    credited = [credit for document, own in entries for credit in _credited(document, own, author)]
    close = [credit for credit in credited if credit.named or credit.studies <= SHARED_CREDIT]
    if ask.topic:
        titles = [reference.title for _, own in entries for reference in own]
        told = next(filter(None, (_on(library, ask.topic, own, titles) for own in (close, credited))), [])
    else:
        told = sorted(close or credited, key=lambda credit: (not credit.named, credit.studies))
    near = [credit.line for credit in close or credited] or [
        of_reference(document, reference) for document, own in entries for reference in own
    ]
    what = f"what {ask.name} found" + (f" on “{ask.topic}”" if ask.topic else "")
    return Found(_longest(credit.line for credit in told)[:STATEMENTS], what, near=tuple(near))


def _author(name: str) -> _Author:
    year = _YEAR.search(name)
    bare = AND_OTHERS.sub("", _YEAR.sub("", name))
    printed = tuple(one.removesuffix("'s") for one in re.split(r"\s+(?:and|&)\s+", bare))
    return _Author(
        tuple(map(_folded, printed)), printed, int(year[1]) if year else None, AND_OTHERS.search(name) is not None
    )


def _spoken_of(library: Library, author: _Author) -> bool:
    """True where documents speak of somebody of the name; of a study, where they speak of one by that name."""
    parts = [part for name in author.printed for part in _PARTS.split(name) if part]
    if author.year or not all(map(library.index.has_word, parts)):
        return False
    study = re.compile(rf"\b{re.escape(author.printed[0])}{AS_STUDY}", re.IGNORECASE)
    return not author.leads or any(study.search(d.text) for d in library.documents(parts))


def _folded(name: str) -> str:
    """A name without what printers and keyboards have each their own way with: accents, hyphens, apostrophes."""
    plain = "".join(character for character in normalize("NFKD", name) if not combining(character))
    return _JOINS.sub("", plain).casefold()


def _goes_by(name: str, author: str) -> bool:
    """True for the surname of an author as an entry prints it, and for a person's for one of its words."""
    own = surname(author)
    return name == _folded(own) or (own != author and name in _folded(own).split())


def entries_of(library: Library, name: str, *, leads: bool = False) -> list[tuple[Document, list[Reference]]]:
    """An author's entries by document: those with the name first, else, without `leads`, those with it anywhere."""
    author = _author(name)
    documents = list(library.documents(content_words(name)))
    for first in (True,) if leads or author.leads else (True, False):
        by_document = [(d, [r for r in d.references if author.wrote(r, leads=first)]) for d in documents]
        found = [pair for pair in by_document if pair[1]]
        if found:
            return found
    return []


def _credited(document: Document, entries: Sequence[Reference], author: _Author) -> Iterator[_Credit]:
    """The statements that are credited to the entries."""
    numbers = {reference.number for reference in entries}
    own = {surname(a) for reference in entries for a in reference.authors if _goes_by(author.names[0], a)}
    name = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(own)))})\b(?P<study>{AS_STUDY})?")
    alone = all(reference in entries for reference in document.references if _goes_by_first(author, reference))
    for passage in document.passages:
        for place, statement in enumerate(passage.statements):
            text = document.text[statement.start : statement.end]
            named = name.search(text)
            if numbers & set(statement.references) or (named and named["study"] and alone and not statement.references):
                line = of_statement(document, statement, before_it(document, passage, place))
                yield _Credit(line, text, len(statement.references), named is not None)


def _goes_by_first(author: _Author, reference: Reference) -> bool:
    return _goes_by(author.names[0], next(iter(reference.authors), ""))


def _on(library: Library, topic: str, credited: Sequence[_Credit], titles: Iterable[str]) -> list[_Credit]:
    """The statements that have to do with a topic, the best first; a study's own title may say that all have."""
    if not credited:
        return []
    asked = _roots(stems(content_words(topic)) - stems(EMPTY))
    by_title = bool(asked) and asked <= {root for title in titles for root in _roots(also(title))}
    rows = library.encode([topic, *(credit.text for credit in credited)])
    scored = []
    for credit, cosine in zip(credited, (rows[1:] @ rows[0]).tolist(), strict=True):
        shared = len(asked & _roots(also(credit.text))) / max(1, len(asked))
        if cosine >= NEAR or shared > 0.5 or by_title:
            scored.append((cosine + SHARED * shared, credit))
    scored.sort(key=lambda pair: pair[0], reverse=True)
    return [credit for score, credit in scored if score >= scored[0][0] * BESIDE]


def _roots(stemmed: Iterable[str]) -> set[str]:
    return {word[:ROOT] for word in stemmed}


def _longest(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines, those left out that stand inside another of them, which then takes their place."""
    kept: list[Line] = []
    for line in lines:
        inside = [other for other in kept if _holds(line, other)]
        if inside:
            kept[kept.index(inside[0])] = line
            kept = [other for other in kept if other not in inside]
        elif not any(_holds(other, line) for other in kept):
            kept.append(line)
    return tuple(kept)


def _holds(line: Line, other: Line) -> bool:
    return line.document.source_id == other.document.source_id and line.start <= other.start and other.end <= line.end
