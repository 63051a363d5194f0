"""Matters that cannot be exchanged for others: a population, an illness, a drug, a place of care, an outcome.

In: a question, texts. Out: the matters that the question names and no text has a word for. The matters are data, in
topics.toml. What is said of peers in general does not answer what is asked of peers in prisons.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from rag.terms import any_case

DATA = Path(__file__).with_suffix(".toml")


def unheld(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Words of the question for matters that none of the texts, in lower case, has a word for; each once."""
    found: dict[str, None] = {}
    for asked, held in _matters():
        named = asked.search(question)
        if named and not any(map(held.search, texts)):
            found[named.group()] = None
    return tuple(found)


def is_matter(word: str) -> bool:
    """True for a word that names one of the matters."""
    return any(asked.search(word) for asked, _ in _matters())


@lru_cache(maxsize=1)
def _matters() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """For each matter what names it in a question, and what in a text."""
    import tomllib

    kinds: dict[str, list[str]] = tomllib.loads(DATA.read_text(encoding="utf-8"))
    lines = [line.partition("|") for kind in kinds.values() for line in kind]
    return tuple((_any_of(asked), _any_of(f"{asked},{wider}" if wider else asked)) for asked, _, wider in lines)


def _any_of(listed: str) -> re.Pattern[str]:
    """Words and phrases, commas between them, as a pattern; a star stands for any ending, an "s" may follow."""
    forms = (re.escape(form.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"[\s-]+") for form in listed.split(","))
    return any_case(rf"\b(?:{'|'.join(forms)})s?\b")
