"""Accepted wordings: how a finding is recognised in an answer, whatever words the answer chose.

In: a cell such as `weekly + train | every week + train`. Out: `Wordings`, which say whether a sentence matches.
Alternatives are parted by `|`, the terms of an alternative by `+`. A term is a phrase, each of its words the
beginning of a word: `psycholog first aid` matches "psychological first-aid". All terms of an alternative have to
stand in one sentence. Case, hyphens and kinds of quotation marks make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_TERMS = 4
_WORD = re.compile(r"[^\W_]+")

Term = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wordings:
    """Alternatives, each of one to four terms. Without any, nothing matches.

    Attributes:
        alternatives: for each the text as it was written, and its terms as beginnings of words.
    """

    alternatives: tuple[tuple[str, tuple[Term, ...]], ...] = ()

    def matching(self, sentence: str) -> str:
        """The first alternative that the sentence matches, as it was written; empty when none."""
        words = split_words(sentence)
        for written, terms in self.alternatives:
            if all(_stands_in(term, words) for term in terms):
                return written
        return ""

    def match_any(self, sentences: Iterable[str]) -> bool:
        """True when one of the sentences matches."""
        return any(self.matching(sentence) for sentence in sentences)


def parse_wordings(cell: str) -> Wordings:
    """Read a cell; an empty one gives no alternatives. Raises ValueError that says what is wrong with which part."""
    if not cell.strip():
        return Wordings()
    alternatives = []
    for part in cell.split("|"):
        terms = tuple(tuple(split_words(term)) for term in part.split("+"))
        if not all(terms):
            raise ValueError(f"nothing stands between two signs, or before or after one: `{part.strip() or cell}`")
        if len(terms) > MOST_TERMS:
            raise ValueError(f"more than {MOST_TERMS} terms in one alternative: `{part.strip()}`")
        alternatives.append((part.strip(), terms))
    return Wordings(tuple(alternatives))


def split_words(text: str) -> list[str]:
    """The words of a text in lower case; whatever is no letter and no digit parts them."""
    return _WORD.findall(text.casefold())


def _stands_in(term: Term, words: Sequence[str]) -> bool:
    return any(
        all(word.startswith(start) for word, start in zip(words[first:], term, strict=False))
        for first in range(len(words) - len(term) + 1)
    )
