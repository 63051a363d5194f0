"""The words of a question that carry its content, and their stems.

In: text. Out: words without the small words of English, and stems as the word index makes them (Porter).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from unicodedata import combining, normalize

APOSTROPHES = "'’ʼ‘"  # as keyboards, printers and the letters of other languages have it: "O'Hagan"
_WITHIN = re.compile(rf"(?<=\w)[{APOSTROPHES}](?=\w)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_POSSESSIVE = re.compile(r"['’](s|S)?$")
# "Psychology" and "possibly", as SQLite's stemmer takes them: an ending after a vowel and a consonant.
_DEPARTS = re.compile(r"([aeiouy][^aeiouy].*)(logy|logies|bly|blies)$")
SHORTEST = 2  # letters, of words that stay as they are
_SHORT = {"logy": "log", "logies": "log", "bly": "ble", "blies": "ble"}
SMALL_WORDS = frozenset(
    """
    a about above actually after again against all also am an and any anyone anything are as at be because been
    before being below between both but by can cannot could currently did do does doing don't down during each
    either else ever every few for from further get gets getting give given got had has have having he hello her
    here hers hi him his how however i i'd i'm i've if in instead into is isn't it it's its just know let like
    look looking maybe me might more most much must my need no nor not of off ok okay on once one ones only or
    other our ours out over own please rather really same say says she should so some someone something such
    tell than thank thanks that that's the their theirs them then there there's these they thing things this
    those through to too under until up upon us very want was wasn't we well were what what's when where whether
    which while who whom whose why will with within without won't would you your yours
    """.split()  # noqa: SIM905
)


def words(text: str) -> list[str]:
    """All words, in lower case and in order, possessive endings off."""
    return [_POSSESSIVE.sub("", match.group().casefold()) for match in _WORD.finditer(text)]


def any_case(pattern: str) -> re.Pattern[str]:
    """A pattern for text in any case."""
    return re.compile(pattern, re.IGNORECASE)


def straight(text: str) -> str:
    """The text with the same apostrophe in all its words; as long as it was."""
    return _WITHIN.sub("'", text)


def whole(text: str) -> str:
    """The text with halves of characters, which no file and no tokenizer takes, replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def content_words(text: str) -> list[str]:
    """The words that carry content, in order, each once."""
    return list(dict.fromkeys(word for word in words(text) if word not in SMALL_WORDS))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word's stem as the word index makes it: without accents, and otherwise than Porter (1980) in two endings."""
    plain = word if word.isascii() else "".join(c for c in normalize("NFKD", word) if not combining(c))
    plain = _DEPARTS.sub(lambda match: match[1] + _SHORT[match[2]], plain.casefold())
    return str(_stemmer().stemWord(plain)) if len(plain) > SHORTEST else plain


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("porter")
