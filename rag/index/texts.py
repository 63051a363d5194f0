"""What is embedded and searched for a passage or a statement, apart from what is quoted.

Title and headings say what a passage is about, spelled-out abbreviations what its words mean, and the
entries it credits under whose name its findings are known. None of that is ever shown as a quotation.
"""

from __future__ import annotations

import re

from rag.markers import without_markers
from rag.schema import Document, Passage, Statement


def expand(text: str, glossary: tuple[tuple[str, str], ...]) -> str:
    """The text with abbreviations spelled out, singular and plural; `glossary` holds (short, long) pairs."""
    for short, long in glossary:
        if short not in text:  # most are not: looking is a tenth of the work of matching
            continue
        text = re.sub(rf"\b{re.escape(short)}(s?)\b", lambda found, long=long: long + found[1], text)  # type: ignore[misc]
    return text


def passage_prefix(title: str, path: tuple[str, ...]) -> str:
    """Title and headings, outermost first, each cut where it is so long that it would leave the text no room."""
    return ". ".join((_first_words(title, 40), *(_first_words(heading, 20) for heading in path))) + ". "


def passage_text(document: Document, passage: Passage) -> str:
    """What is embedded for a passage."""
    return passage_prefix(document.catalogue.title, passage.section) + passage_body(document, passage)


def passage_body(document: Document, passage: Passage) -> str:
    """The passage's own text as `statement_text` gives it."""
    return _plain(document, passage.start, passage.end)


def statement_text(document: Document, statement: Statement) -> str:
    """What is embedded for a statement: its text without reference markers, abbreviations spelled out."""
    return _plain(document, statement.start, statement.end)


def studies_text(document: Document, passage: Passage) -> str:
    """Label and entry of each study that the passage credits: found by words, not embedded."""
    numbers = {number for statement in passage.statements for number in statement.references}
    return " ".join(
        f"{reference.label} {reference.text}" for reference in document.references if reference.number in numbers
    )


def _first_words(text: str, count: int) -> str:
    return " ".join(text.split()[:count])[: count * 8]


def _plain(document: Document, start: int, end: int) -> str:
    # A row of reference numbers is noise to an encoder, and hides the words beside it.
    text = without_markers(
        document.text[start:end], document.marker_style, document.last_reference, document.references
    )
    return expand(text, document.glossary)
