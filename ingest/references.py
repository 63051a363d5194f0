"""A reference list's lines → numbered entries with the label by which people call a study.

In: (text, number) of each entry and where it stands. Out: `Reference`. Only what is needed to name a study is
parsed: first author, year, retraction; the entry itself is kept as printed.
"""

from __future__ import annotations

import re

from rag.schema import Reference

_OWN_NUMBER = re.compile(r"^\[?(\d{1,4})[.)\]]\s+")
_IN_BRACKETS = re.compile(r"\[[^\]]*\]|pmid:?\s*\d+|doi:?\s*\S+", re.IGNORECASE)
_YEAR_OF_ISSUE = re.compile(r"(?<![\d–-])((?:19|20)\d{2})[a-z]?\)?(?=(?:\s+[A-Z][a-z]{2,8}\.?(?:\s+\d+)?)?\s*[;:])")
_ANY_YEAR = re.compile(r"(?<![\d–-])((?:19|20)\d{2})(?![\d–-])")
_INITIALS = re.compile(r"(?:L{1,4}|(?:L\.)+(?:L\.?)*|L\.?-(?:L\.?)?)[,.]*".replace("L", r"[^\W\d_]"))  # AB, A.B., A-B
_RETRACTED = re.compile(r"\bretract(?:ed|ion)\b", re.IGNORECASE)
MAX_SURNAME_WORDS = 4


def parse_entry(text: str, number: int, start: int) -> Reference:
    """One entry. `start` is where `text` begins in the document; a number repeated in it is left out.

    A list whose saved form doubles its numbers ("1. 1. Bouchard L …") gives the entry without either.
    """
    own = _OWN_NUMBER.match(text)
    if own and int(own.group(1)) == number:
        start += own.end()
        text = text[own.end() :]
    year = _year(text)
    name = _first_author(text)
    return Reference(
        number=number,
        start=start,
        end=start + len(text),
        text=text,
        label=f"{name} {year}" if year else name,
        year=year,
        retracted=bool(_RETRACTED.search(text)),
    )


def _year(text: str) -> int | None:
    bare = _IN_BRACKETS.sub(" ", text)
    of_issue = _YEAR_OF_ISSUE.search(bare)
    if of_issue:
        return int(of_issue.group(1))
    years = _ANY_YEAR.findall(bare)
    return int(years[-1]) if years else None


def _first_author(text: str) -> str:
    """Surname of the first author, or the name of the organisation that stands in its place."""
    words = text.split()
    for place, word in enumerate(words[: MAX_SURNAME_WORDS + 1]):
        if place and _are_initials(word):
            return " ".join(words[:place]).rstrip(",.")
        if place and word.endswith((".", ":")):
            break
        if word.endswith(",") and place < MAX_SURNAME_WORDS:
            return " ".join(words[: place + 1]).rstrip(",")
    return re.split(r"[.,:]\s", text, maxsplit=1)[0].strip(" .")[:80]


def _are_initials(word: str) -> bool:
    return _INITIALS.fullmatch(word) is not None and (word.isupper() or len(word.strip(".,")) == 1)
