"""A document in short, in its own words: its key messages, else what its abstract found, else its conclusion.

In: documents, a number of words. Out: statements to quote, in the order of the document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rag.lookup.quoted import Found, Line
from rag.schema import Document, Statement
from rag.terms import any_case

Path = tuple[str, ...]  # of headings


_MESSAGES = any_case(
    r"\b(?:key|main|take[- ]?home|core)\b.*\b(?:messages?|points?|findings|take-?aways?|lessons?)\b|\bhighlights?\b|"
    r"\bexecutive summary\b|\bplain[- ]language summary\b|\bbottom line\b|\bat a glance\b|^in brief$|^summary$"
)
_ABSTRACT = any_case(r"^abstract\b")
_FOUND = any_case(r"result|finding|conclusion|interpretation")
_ASKED = any_case(r"objective|aim|background|purpose|question")
_CONCLUSION = any_case(r"conclusion|concluding|discussion|implications?$")


def summary(documents: Sequence[Document], limit_words: int) -> Found:
    """The statements that sum the documents up, of about so many words in all."""
    lines = [line for document in documents for line in _of(document, limit_words // max(1, len(documents)))]
    return Found(tuple(lines), "key messages, an abstract or a conclusion")


def _of(document: Document, limit_words: int) -> list[Line]:
    by_path: dict[tuple[str, ...], list[Statement]] = {}
    for passage in document.passages:
        by_path.setdefault(passage.section, []).extend(passage.statements)
    messages = _under(by_path, lambda path: bool(path and _MESSAGES.search(path[-1])))
    if messages:
        return _fitting(document, messages, limit_words)
    abstract = {path: own for path, own in by_path.items() if path and _ABSTRACT.search(path[0])}
    if abstract:
        found = _under(abstract, lambda path: bool(_FOUND.search(path[-1])))
        asked = _under(abstract, lambda path: bool(_ASKED.search(path[-1])))
        first = found or [statement for own in abstract.values() for statement in own]
        return _fitting(document, first + (asked if found else []), limit_words)
    concluded = _under(by_path, lambda path: bool(path and _CONCLUSION.search(path[-1])))
    opening = [own[0] for own in by_path.values() if own]
    return _fitting(document, concluded or opening, limit_words)


def _under(by_path: Mapping[Path, list[Statement]], wanted: Callable[[Path], bool]) -> list[Statement]:
    return [statement for path, own in by_path.items() if wanted(path) for statement in own]


def _fitting(document: Document, statements: Sequence[Statement], limit_words: int) -> list[Line]:
    """As many of the statements as fit, the first ones first, in the document's order."""
    chosen: list[Statement] = []
    used = 0
    for statement in statements:
        size = len(document.text[statement.start : statement.end].split())
        if chosen and used + size > limit_words * 1.25:
            continue
        chosen.append(statement)
        used += size
        if used >= limit_words:
            break
    chosen.sort(key=lambda statement: statement.start)
    return [Line(document, s.start, s.end, s.references, as_printed=False) for s in chosen]
