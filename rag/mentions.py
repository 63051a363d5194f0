"""Which documents of the library a question names: "the Ontario brief", "the London review", "MacLellan's paper".

In: a question and what is known of the documents. Out: source ids, and the question without the names. A name is
an alias, the title, an author's surname, or a word of place, publisher or kind beside a word for a publication.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rag.schema import Catalogue
from rag.terms import SMALL_WORDS, words

PUBLICATION = (
    r"(?:briefs?|reviews?|papers?|documents?|publications?|reports?|articles?|text|syntheses|synthesis|"
    r"metasynthesis|meta-synthesis|responses?|summary|authors?|team|reviewers?)"
)
MIN_TITLE_WORDS = 3  # a shorter title may be words of any question
_LEADING = r"(?:\b(?:in|from|according to|going by|by|of|as told in|does|did)\s+)?(?:\bthe\s+)?"


@dataclass(frozen=True, slots=True)
class Mention:
    """Documents named in a question.

    Attributes:
        source_ids: of the documents, sorted; empty when none is named.
        rest: the question without the names, for searching inside the documents; the question itself where
            hardly anything would be left.
        without: the question without the names, however short.
    """

    source_ids: tuple[str, ...]
    rest: str
    without: str


def mentioned(question: str, catalogues: Mapping[str, Catalogue]) -> Mention:
    """The documents that the question names. A name that several documents bear names them all."""
    spans: list[tuple[int, int]] = []
    found = set()
    for source_id, catalogue in catalogues.items():
        for match in _pattern(catalogue).finditer(question):
            found.add(source_id)
            spans.append(match.span())
    rest = question
    for start, end in sorted(spans, reverse=True):
        rest = rest[:start] + " " + rest[end:]
    # What is left may be too little to search with ("what does the Ontario brief say?").
    keep = len(rest.split()) >= 3
    rest = " ".join(rest.split())
    return Mention(tuple(sorted(found)), rest if keep else question, rest)


@lru_cache(maxsize=8192)
def _pattern(catalogue: Catalogue) -> re.Pattern[str]:
    publication = re.compile(PUBLICATION, re.IGNORECASE)
    aliases = [alias.strip() for alias in catalogue.aliases if alias.strip()]
    distinctive = {
        word
        for name in (*aliases, catalogue.place.split(",")[0], catalogue.kind, catalogue.publisher)
        for word in words(name)
        if word not in SMALL_WORDS and not publication.fullmatch(word) and len(word) > 2
    }
    # A distinctive word, then within two words one for a publication: "the Toronto team's brief".
    beside = [rf"\b(?:{_or(distinctive)})(?:['’]s)?(?:\s+[\w'’-]+)?\s+{PUBLICATION}\b(?:['’]s)?"] if distinctive else []
    surnames = [name.split()[-1] for name in catalogue.authors if name.strip() and len(name.split()[-1]) > 3]
    phrases = [re.escape(alias) for alias in aliases if " " in alias or len(alias) > 8]
    lone = {alias.split()[-1] for alias in aliases if publication.fullmatch(alias.split()[-1])}
    parts = [
        *beside,
        *(rf"\b{phrase}\b(?:['’]s)?" for phrase in phrases),
        # A surname may be a common word ("Young"): it needs its capital, or a word for a publication after it.
        *(
            rf"\b(?-i:{re.escape(name)})\b(?:['’]s)?(?:\s+(?:et al\.?|and colleagues|{PUBLICATION}))?"
            for name in surnames
        ),
        *(rf"\b{re.escape(name)}(?:['’]s)?\s+{PUBLICATION}\b" for name in surnames),
        *(rf"\bthe {word}\b(?!\s+of\b)(?:['’]s)?" for word in sorted(lone)),
    ]
    if len(catalogue.title.split()) >= MIN_TITLE_WORDS:
        parts.append(rf"\b{re.escape(catalogue.title)}(?!\w)")
    return re.compile(_LEADING + "(?:" + "|".join(parts) + ")", re.IGNORECASE) if parts else re.compile(r"(?!)")


def _or(choices: set[str]) -> str:
    return "|".join(re.escape(choice) for choice in sorted(choices, key=lambda c: (-len(c), c)))
