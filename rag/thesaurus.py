"""A thesaurus of the field: what staff call by one word, a publication calls by another.

In: a question. Out: the words related to its own, without those that it has. The groups are data, in thesaurus.toml.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from rag.terms import stem, words

DATA = Path(__file__).with_suffix(".toml")
_Stems = tuple[str, ...]


def related(question: str) -> tuple[str, ...]:
    """Words that the field uses for words or phrases of the question, each once, in the order of the thesaurus."""
    stems = [stem(word) for word in words(question)]
    found: dict[str, str] = {}
    for phrases, other in _groups():
        if any(_stands(phrase, stems) for phrase in phrases):
            found |= {stem(word): word for word in other if stem(word) not in found}
    return tuple(word for root, word in found.items() if root not in stems)


def _stands(phrase: _Stems, stems: Sequence[str]) -> bool:
    size = len(phrase)
    return any(tuple(stems[at : at + size]) == phrase for at in range(len(stems) - size + 1))


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[tuple[_Stems, ...], tuple[str, ...]], ...]:
    """The groups: their phrases as stems, and all their words."""
    import tomllib

    groups: list[list[str]] = tomllib.loads(DATA.read_text(encoding="utf-8"))["groups"]
    return tuple(
        (
            tuple(tuple(stem(word) for word in words(phrase)) for phrase in group),
            tuple(word for phrase in group for word in words(phrase)),
        )
        for group in groups
    )
