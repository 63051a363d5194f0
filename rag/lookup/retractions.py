"""Is a cited study retracted? As far as the entries of the reference lists announce it.

In: an `Ask`, the question without the names of documents. Out: the entries that were meant, with what they announce;
all that announce a retraction, where studies in general are asked for; else what was not found.
"""

from __future__ import annotations

import re

from rag.demands import names
from rag.lookup.asks import Ask
from rag.lookup.credits import entries_of
from rag.lookup.entries import MOST, entry, work
from rag.lookup.forms import ANY_WORKS
from rag.lookup.library import Library
from rag.lookup.places import countries
from rag.lookup.quoted import Found, Line, of_reference

NONE = "a retraction announced in the reference lists"
NOT_RETRACTED = "The reference list announces no retraction of what was named."
WHICH = "which study is meant"
_YEAR = re.compile(r"(?:19|20)\d\d[a-z]?")


def retracted(library: Library, ask: Ask, question: str) -> Found:
    """Of studies that are meant whether they are retracted, else the studies that are."""
    named, missing = _meant(library, ask, question)
    if missing:
        return Found((), missing)
    if named:
        told = tuple(line for line in named if _announced(line))
        return Found(told or named, lead="" if told else NOT_RETRACTED)
    if not ANY_WORKS.search(question):
        return Found((), WHICH)
    lines = [
        of_reference(document, reference)
        for document in library.documents(["retracted", "retraction", "withdrawn"])
        for reference in document.references
        if reference.retracted
    ]
    return Found(tuple(lines[:MOST]), NONE)


def _meant(library: Library, ask: Ask, question: str) -> tuple[tuple[Line, ...], str]:
    """The entries that a question speaks of, and those that it names and no list has."""
    if ask.numbers:
        found = entry(library, ask)
        return found.lines, "" if found.lines else found.missing
    lines: list[Line] = []
    for name in [ask.name] if ask.name else _authors(question):
        own = [of_reference(document, r) for document, some in entries_of(library, name, leads=True) for r in some]
        if not own:
            return (), f"“{name}”"
        lines += own
    if not lines and ask.topic and not ANY_WORKS.search(question):
        described = work(library, ask)
        lines = list(described.lines) if described else []
    return tuple(dict.fromkeys(lines))[:MOST], ""


def _authors(question: str) -> list[str]:
    """Names of a question that may be an author's, with the year where it tells one."""
    found = names(question)
    year = next((f" {name}" for name in found if _YEAR.fullmatch(name)), "")
    return [f"{name}{year}" for name in found if name[0].isupper() and not name.isupper() and not countries(name)]


def _announced(line: Line) -> bool:
    return any(reference.retracted for reference in line.document.references if reference.start == line.start)
