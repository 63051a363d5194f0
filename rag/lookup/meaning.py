"""What an abbreviation stands for, and who holds a role: told only where a document tells it.

In: an `Ask`, the library. Out: the sentences in which an abbreviation is spelled out; that something is not told.
"""

from __future__ import annotations

import re

from rag.lookup.asks import Ask
from rag.lookup.library import Library
from rag.lookup.quoted import Found, Line
from rag.schema import Document
from rag.terms import words

MOST = 4  # documents that are quoted


def abbreviation(library: Library, ask: Ask) -> Found:
    """The sentence of each document in which it spells an abbreviation out."""
    forms = (ask.topic, ask.topic.removesuffix("s"))
    lines = [
        _spelled_out(document, short)
        for document in library.documents([ask.topic])
        for short, _ in document.glossary
        if short in forms
    ]
    return Found(tuple(lines[:MOST]), f"what “{ask.topic}” stands for")


def _spelled_out(document: Document, short: str) -> Line:
    """The statement, else the line, where the abbreviation stands in brackets first."""
    bracket = re.search(rf"\({re.escape(short)}s?\)", document.text)
    at = bracket.start() if bracket else document.text.find(short)
    for passage in document.passages:
        for statement in passage.statements:
            if statement.start <= at < statement.end:
                return Line(document, statement.start, statement.end, statement.references, as_printed=False)
    end = document.text.find("\n", at)
    return Line(document, document.text.rfind("\n", 0, at) + 1, end if end >= 0 else len(document.text))


def role(library: Library, ask: Ask) -> Found | None:
    """That no document tells who holds a role; None where one speaks of the role at all."""
    if library.index.sources_with(words(ask.topic)) & set(library.reach):
        return None
    return Found((), f"who the {ask.topic} is")
