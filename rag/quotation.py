"""How much of a passage is quoted with a statement, so that the quotation says something on its own.

In: a passage and the place of a statement in it. Out: consecutive statements: with the sentence that its pronoun points
to, the line that leads to its list, or the items that it leads to; none where it leads to nothing that is at hand.
"""

from __future__ import annotations

import re

from rag.cite import OPENER
from rag.schema import Document, Passage, Statement

MAX_WORDS_BROUGHT = 60
LEADS_ONLY = 4  # words
_LEADS = re.compile(r":\s*(?:[\[(][\d,;–\s-]+[\])])?$")
_LEANS = re.compile(
    r"^(?:this|these|those|they|it|its|their|such|he|she|others|the latter|both of these|in one study this)\b",
    re.IGNORECASE,
)


def quotation(document: Document, passage: Passage, place: int) -> tuple[Statement, ...]:
    """The statements that are quoted for the one at `place`; empty for a line that leads to nothing in the passage."""
    first = _first(document, passage, place)
    last = _last(document, passage, place)
    return () if last is None else passage.statements[first : last + 1]


def _first(document: Document, passage: Passage, place: int) -> int:
    """Where the quotation of a statement begins: with what it leans on, as far as that is not too long."""
    text, statements = document.text, passage.statements

    def fits(first: int) -> bool:
        return len(text[statements[first].start : statements[place].start].split()) <= MAX_WORDS_BROUGHT

    leans = place and _leans(text[statements[place].start : statements[place].end])
    first = place - 1 if leans and fits(place - 1) else place
    if _is_fragment(text[statements[first].start : statements[first].end]):
        leads = (n for n in range(first - 1, -1, -1) if _leads(text[: statements[n].end]))
        lead = next(leads, first)
        return lead if fits(lead) else first
    return first


def _last(document: Document, passage: Passage, place: int) -> int | None:
    """Where it ends: a line that leads to a list takes as many items as are not too long, but one at least."""
    text, statements = document.text, passage.statements
    if place + 1 < len(statements) and _only_leads(text[statements[place + 1].start : statements[place + 1].end]):
        return _last(document, passage, place + 1) or place
    ends = [n for n in range(place, len(statements)) if not _leads(text[statements[n].start : statements[n].end])]
    if not ends or ends[0] == place:
        return place if ends else None
    start = statements[place].end
    return max((n for n in ends if len(text[start : statements[n].end].split()) <= MAX_WORDS_BROUGHT), default=ends[0])


def _leads(text: str) -> bool:
    """True for a line that leads to what follows and says nothing without it: "The following were found:"."""
    return _LEADS.search(text[-80:]) is not None


def _only_leads(text: str) -> bool:
    """True for a line that only leads on from the statement before: "These were:"."""
    return _leads(text) and _leans(text) and len(text.split()) <= LEADS_ONLY


def _leans(text: str) -> bool:
    """True for a statement that begins with a word for something in the one before: "However, they …"."""
    opener = OPENER.match(text)
    return _LEANS.match(text[opener.end() :] if opener else text) is not None


def _is_fragment(text: str) -> bool:
    """True for a list item that is no sentence of its own: "rest at noon", "tea;"."""
    return text[:1].islower() or text[-1:] not in '.!?:)]”"0123456789'
