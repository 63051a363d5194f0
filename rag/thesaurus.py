"""A thesaurus of the field: what staff call by one word, a publication calls by another.

In: a question. Out: the words related to its own, without those that it has. The groups are data, in thesaurus.toml.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from rag.terms import stem, words

DATA = Path(__file__).with_suffix(".toml")
_Stems = tuple[str, ...]


def related(question: str) -> tuple[str, ...]:
    """Words that the field uses for words or phrases of the question, each once, in the order of the thesaurus."""
    stems = tuple(stem(word) for word in words(question))
    groups, beginning = _groups()
    said = {
        number
        for at, first in enumerate(stems)
        for phrase, number in beginning.get(first, ())
        if stems[at : at + len(phrase)] == phrase
    }
    found: dict[str, str] = {}
    for number in sorted(said):
        found |= {root: word for root, word in groups[number] if root not in found}
    return tuple(word for root, word in found.items() if root not in stems)


@lru_cache(maxsize=1)
def _groups() -> tuple[list[list[tuple[str, str]]], dict[str, list[tuple[_Stems, int]]]]:
    """The groups' words, each with its stem; and by its first stem each phrase with the number of its group."""
    import tomllib

    groups: list[list[str]] = tomllib.loads(DATA.read_text(encoding="utf-8"))["groups"]
    beginning: dict[str, list[tuple[_Stems, int]]] = {}
    for number, group in enumerate(groups):
        for phrase in group:
            stems = tuple(stem(word) for word in words(phrase))
            beginning.setdefault(stems[0], []).append((stems, number))
    return [[(stem(word), word) for phrase in group for word in words(phrase)] for group in groups], beginning
