"""Studies that a sentence speaks of by their authors: "a study by Lund et al", "Hall and Moss’s trial", "Lund (2012)".

In: a sentence, and the entries of the reference list. Out: for each study so named the numbers of the entries that it
can be. An entry is known by its first author's surname, with the second author's and the year where the sentence has
them; nothing is guessed where several fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.authoryear import surname
from rag.schema import Reference
from rag.terms import APOSTROPHES

_LETTER = rf"(?:\w|‐|-|[{APOSTROPHES}](?!s\b))"
_NAME = rf"[^\W\d_a-z]{_LETTER}*[^\W\d_]"
_NAMES = rf"(?P<names>(?:(?:van|von|de|der|den|del|di|da|le|la|al|bin|ter)\s)*{_NAME}(?:\s{_NAME}){{0,2}})"
_OTHERS = r"(?P<others>,?\s(?:et\.?\sal\b\.?|(?:and|&)\s(?:colleagues|co-?workers)\b))(?:,?\s\(?(?P<of>(?:19|20)\d\d))?"
_SECOND = rf"\s(?:and|&)\s(?P<second>{_NAME})"
_STUDY = r"(?:stud(?:y|ies)|trials?|reviews?|surveys?|papers?|articles?|research|analys[ie]s|interviews?)"
_OWNS = rf"(?P<owns>[{APOSTROPHES}]s?(?=\s(?:[\w-]+\s){{0,3}}{_STUDY}\b))"
_MENTION = re.compile(
    rf"(?P<by>\b{_STUDY}\s(?:[\w-]+\s){{0,2}}by\s)?\b{_NAMES}(?:{_OTHERS}|{_SECOND})?"
    rf"(?:,?\s\((?P<year>(?:19|20)\d\d)[a-z]?\)|{_OWNS})?"
)
_SAYS_SO = ("by", "others", "second", "year", "owns")  # what makes a name that of a study


def named_studies(text: str, references: Sequence[Reference]) -> list[frozenset[int]]:
    """For each study that the text names, the entries that fit: one, several, or none, which only "et al." can have."""
    return list(_named(text, tuple(references)))


def _named(text: str, references: tuple[Reference, ...]) -> Iterator[frozenset[int]]:
    for match in _MENTION.finditer(text):
        if any(match[sign] for sign in _SAYS_SO):
            others = match["others"] is not None
            fitting = _fitting(
                match["names"], match["second"] or "", int(match["year"] or match["of"] or 0), others, references
            )
            if fitting or others:
                yield fitting


def _fitting(names: str, second: str, year: int, others: bool, references: tuple[Reference, ...]) -> frozenset[int]:
    """The entries whose first author the last of the words name: "Canadian Lund" is Lund, "Van Lund" Van Lund."""
    by_author = _by_first_author(references)
    words = names.split()
    for at in range(len(words)):
        known = by_author.get(_folded(" ".join(words[at:])), ())
        if known:
            return frozenset(
                entry.number
                for entry in known
                if (not year or entry.year == year)
                and (not others or len(entry.authors) > 1 or " et al" in entry.text)
                and (not second or (len(entry.authors) > 1 and _folded(second) == _folded(surname(entry.authors[1]))))
            )
    return frozenset()


@lru_cache(maxsize=64)
def _by_first_author(references: tuple[Reference, ...]) -> dict[str, list[Reference]]:
    """First author's surname → entries; a person's surname of several words also by each of them."""
    table: dict[str, list[Reference]] = {}
    for reference in references:
        for author in reference.authors[:1]:
            own = surname(author)
            parts = own.split() if own != author else []
            for name in {own, *parts}:
                if len(name) > 1 and not name.islower():
                    table.setdefault(_folded(name), []).append(reference)
    return table


def _folded(name: str) -> str:
    return re.sub(rf"[{APOSTROPHES}‐-]", "", name).casefold()
