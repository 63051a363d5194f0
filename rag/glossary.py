"""What the library's documents abbreviate: "CBT" in a question is searched as "cognitive behaviour therapy" as well.

In: the abbreviations that documents define, and a question. Out: the words of the long forms that its own lack. An
abbreviation counts as it is written ("who" is no "WHO"), with or without a plural's s. Made once a library: a question
then costs look-ups of its own words only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from rag.terms import content_words, stem, words

MEANINGS = 3  # of an abbreviation; those that most documents give
_SHORT = re.compile(r"[A-Za-z0-9][A-Z]")  # a capital within a word
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9&/-]*[A-Za-z0-9]")


def abbreviates(question: str) -> bool:
    """Whether a question may hold an abbreviation; most hold none, and need no glossary."""
    return _SHORT.search(question) is not None


class Glossary:
    """The abbreviations of a library."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """`pairs` are (short, long), as often as documents define them."""
        meanings: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
        for short, long in pairs:
            meanings[short][tuple(content_words(long))] += 1
        self._long = {
            short: tuple(dict.fromkeys(word for long, _ in counted.most_common(MEANINGS) for word in long))
            for short, counted in meanings.items()
        }

    def spelled_out(self, question: str) -> tuple[str, ...]:
        """The words of what the question's abbreviations stand for, each once, without those that it has."""
        short = [found for word in _WORD.findall(question) for found in (word, word.removesuffix("s"))]
        own = {stem(word) for word in words(question)}
        found = {stem(word): word for one in dict.fromkeys(short) for word in self._long.get(one, ())}
        return tuple(word for root, word in found.items() if root not in own)
