"""Matters that cannot be exchanged for others: a population, an illness, a drug, a place of care, an outcome.

In: a question, texts. Out: the matters that the question names and no text has a word for. The matters are data, in
topics.toml. What is said of peers in general does not answer what is asked of peers in prisons.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.terms import any_case

DATA = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter that a question names: in the question's words, and what in a text, in lower case, speaks of it."""

    words: str
    spoken_of: re.Pattern[str]


def matters(question: str) -> tuple[Matter, ...]:
    """The matters that a question names."""
    folded = question.casefold()
    return tuple(
        Matter(named.group(), re.compile(spoken_of))
        for beginnings, asked, spoken_of in _lines()
        if any(beginning in folded for beginning in beginnings) and (named := any_case(asked).search(question))
    )


def unheld(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Words of the question for matters that none of the texts, in lower case, has a word for; each once."""
    return tuple(
        dict.fromkeys(matter.words for matter in matters(question) if not any(map(matter.spoken_of.search, texts)))
    )


@lru_cache(maxsize=1)
def _lines() -> tuple[tuple[tuple[str, ...], str, str], ...]:
    """For each matter how its words begin, and patterns of what names it in a question, and in a text.

    The patterns are left to be compiled for the few matters of a question: all of them take a command .07 s.
    """
    import tomllib

    kinds: dict[str, list[str]] = tomllib.loads(DATA.read_text(encoding="utf-8"))
    lines = [line.partition("|") for kind in kinds.values() for line in kind]
    return tuple(
        (
            tuple(form.split()[0].partition("*")[0] for form in asked.split(",")),
            _any_of(asked),
            _any_of(f"{asked},{wider}" if wider else asked),
        )
        for asked, _, wider in lines
    )


def _any_of(listed: str) -> str:
    """Words and phrases, commas between them, as a pattern; a star stands for any ending, an "s" may follow."""
    forms = (re.escape(form.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"[\s-]+") for form in listed.split(","))
    return rf"\b(?:{'|'.join(forms)})s?\b"
