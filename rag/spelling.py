"""Slips of the keyboard in a question, mended: "supervisoin" → "supervision".

In: a question, and the words of the library. Out: the question. Only a word that neither the library nor English has
is changed, by one slip (a letter dropped, added, changed, or two swapped), and to a word of the library or, if it is
long, of English: drugs and abbreviations stay as they are. Nothing is kept a library: a word's neighbours are made and
looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from rag import weights
from rag.terms import SMALL_WORDS, stem

SHORTEST = 5  # letters: a shorter word has too many neighbours, if a small word was not meant
LONGEST = 40  # letters: what is longer is no word, and has neighbours without end
SHOUTED = 3  # words in capitals, which are then no abbreviations
SMALLEST = 3  # letters of such a small word
LONG = 6  # letters: a word as long seldom has a neighbour that it was not meant for
COMMON = 100  # of an English word that is not the library's, in the list's own measure
ROOT = 3  # letters that have to be left of a word without its ending
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(rf"(?<![\w'’@.-])(?<!\w‘)[A-Za-z]{{{SMALLEST},}}(?![\w@-]|[.'’]\w\w|['’]t)")
_AS_STUDY = re.compile(r"\s+(?:et\.?\s+al\b|\(?(?:19|20)\d\d\b)")  # after a name
_BEGINNING = re.compile(r"(?:anti|dis|inter|mis|multi|non|over|post|pre|re|self|un|under)(?=\w{4})")
_ENDING = re.compile(
    r"(?:(?P<plain>s|less|like|ly|ful|ness|ship|ships|hood|wise|ments?)"
    r"|(?:able|ability|age|ally|ations?|ed|ers?|est?|ible|ings?|ors?|y)"
    r"|(?<=\w{5})(?:ic|ify|ise|ised|ish|ism|ists?|ity|ive|ize|ized))$"
)
_DOUBLED = re.compile(r"[^aeiou][aeiouy]([bdfgklmnprtvz])\1$")


class Vocabulary(Protocol):
    """What is asked of a library: `rag.index.reader.Index`."""

    def counts(self, stems: Sequence[str]) -> Mapping[str, int]:
        """In how many passages stemmed words stand, those that stand nowhere left out."""
        ...

    def has_word(self, word: str) -> bool:
        """True when a word stands in the library in just this form."""
        ...


class Speller:
    """Mends questions to one library."""

    def __init__(
        self, library: Vocabulary, names: Mapping[str, str] | None = None, english: Mapping[str, int] | None = None
    ) -> None:
        """`names` are those that documents go by: lower case → as written. `english`: words → how common they are."""
        self._library = library
        self._names = names or {}
        self._own = english

    def mended(self, question: str) -> str:
        """The question with its slips mended; itself where nothing is to be mended."""

        if question.isupper() and len(question.split()) >= SHOUTED:
            return self.mended(question.lower()).upper()

        def right(match: re.Match[str]) -> str:
            word, low = match.group(), match.group().lower()
            if len(word) > LONGEST or word.isupper() or self._is_known(low):
                return word
            if len(word) < SHORTEST:
                small = next((other for other in (*swapped(low), *aspirated(low)) if other in SMALL_WORDS), "")
                return word if not small or not word[1:].islower() else small if word[0].islower() else small.title()
            if word[0].islower():
                return self._nearest(low, neighbours(low), len(word) >= LONG) or word
            name = min((other for other in neighbours(low) if other in self._names), default="")
            if name:
                return self._names[name]
            before = question[: match.start()].rstrip()
            if (not before or before[-1] in ".?!:") and not _AS_STUDY.match(question, match.end()):
                found = self._nearest(low, neighbours(low), len(word) >= LONG)
            else:  # a name, which the library may well lack: one letter more or less may be someone else
                found = self._nearest(low, twins(low))
            return found.capitalize() if found else word

        return _WORD.sub(right, question)

    def _nearest(self, word: str, near: Iterator[str], beyond: bool = False) -> str | None:
        """The word meant, one of the library's own first, the commonest of them; None where there is none.

        `beyond` the library's words, English ones will do.
        """
        words, alike = self._english, frozenset(twins(word))
        stems = {other: stem(other) for other in near}
        counts = self._library.counts(list(dict.fromkeys(stems.values())))

        def rank(other: str) -> tuple[bool, bool, int, int, str]:
            added = len(other) < len(word) and other not in alike  # a letter is seldom typed that is not there at all
            return added, other not in alike, -counts.get(stems[other], 0), -len(other), other

        own = sorted((other for other, root in stems.items() if root in counts), key=rank)
        found = next((other for other in own if other in words or self._library.has_word(other)), None)
        if found is None and beyond:
            common = {other: words.get(other) or words.get(_american(other), 0) for other in stems}
            ordinary = (other for other in stems if common[other] >= COMMON)
            found = min(ordinary, key=lambda other: (rank(other)[:2], -common[other], other), default=None)
        return found

    def _is_known(self, word: str) -> bool:
        common = weights.english() if self._own is None else self._own  # nearly all words, without the long list
        return word in self._names or word in common or self._library.has_word(word) or self._is_english(word)

    def _is_english(self, word: str) -> bool:
        """True for a word, and for one that is made of a word by a beginning or an ending."""
        words = self._english
        bare = (word, _BEGINNING.sub("", word))
        forms = (form for whole in bare for form in (whole, *_roots(whole)))
        return any(form in words or _american(form) in words for form in forms)

    @property
    def _english(self) -> Mapping[str, int]:
        return _english() if self._own is None else self._own


def _roots(word: str) -> Iterator[str]:
    """What a word may be made of: "funder" of "fund", "planner" of "plan", "carer" of "care", "tidier" of "tidy"."""
    match = _ENDING.search(word)
    root = word[: match.start()] if match else ""
    if match is None or len(root) < ROOT:
        return
    if len(root) > ROOT and not (root.endswith("e") and not match["plain"] and match.group()[0] in "eiy"):
        yield root
    if not match["plain"]:
        if root[-1] not in "aei":
            yield root + "e"
        if root.endswith("i") and match.group()[0] == "e":
            yield root[:-1] + "y"
        if _DOUBLED.search(root) and match.group().startswith(("e", "ing")):
            yield root[:-1]


def neighbours(word: str) -> Iterator[str]:
    """All that one slip makes of a word (Damerau 1964), or that a slip can have made it of."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        for letter in _LETTERS:
            yield before + letter + after
            if after and letter != after[0]:
                yield before + letter + after[1:]
    yield from twins(word)


def swapped(word: str) -> Iterator[str]:
    """The word with two letters beside each other swapped, the last ones first: "how" for "hwo", then "who"."""
    return (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in reversed(range(len(word) - 1)))


def aspirated(word: str) -> Iterator[str]:
    """The word with an "h" more, which is what is left out of a small word: "which" for "wich" and "whic"."""
    return (word[:at] + "h" + word[at:] for at in range(1, len(word) + 1))


def twins(word: str) -> Iterator[str]:
    """The neighbours that are hardly another name: two letters swapped, one doubled or no longer so."""
    for at in range(len(word)):
        before, after = word[:at], word[at:]
        yield before + after[0] + after
        if len(after) > 1 and after[0] != after[1]:
            yield before + after[1] + after[0] + after[2:]
        elif len(after) > 1:
            yield before + after[1:]


def _american(word: str) -> str:
    for british, american in (("is", "iz"), ("ys", "yz"), ("our", "or"), ("ae", "e")):
        word = word.replace(british, american)
    return word


@lru_cache(maxsize=1)
def _english() -> Mapping[str, int]:
    import gzip
    import json
    import pkgutil

    # The list alone: the library would count its letters and words as well, which takes as long as reading it.
    packed = pkgutil.get_data("spellchecker", "resources/en.json.gz")
    assert packed is not None
    known: dict[str, int] = json.loads(gzip.decompress(packed))
    return {word: count for word, count in known.items() if word.isalpha()} | {
        w: max(COMMON, known.get(w, 0)) for w in weights.english()
    }
