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
    phrases, groups = _thesaurus()
    stems = [stem(word) for word in words(question)]
    longest = max(map(len, phrases), default=0)
    spans = {tuple(stems[at : at + size]) for size in range(1, longest + 1) for at in range(len(stems) - size + 1)}
    touched = sorted({group for span in spans & phrases.keys() for group in phrases[span]})
    found: dict[str, str] = {}
    for group in touched:
        for root, word in groups[group]:
            found.setdefault(root, word)
    return tuple(word for root, word in found.items() if root not in stems)


@lru_cache(maxsize=1)
def _thesaurus() -> tuple[dict[_Stems, list[int]], list[list[tuple[str, str]]]]:
    """The groups in which each phrase stands, by its stems; and the words of each group with their stems."""
    import tomllib

    phrases: dict[_Stems, list[int]] = {}
    groups = []
    for number, group in enumerate(tomllib.loads(DATA.read_text(encoding="utf-8"))["groups"]):
        for phrase in group:
            phrases.setdefault(tuple(stem(word) for word in words(phrase)), []).append(number)
        groups.append([(stem(word), word) for phrase in group for word in words(phrase)])
    return phrases, groups
