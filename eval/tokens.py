"""Comparing short texts word by word. In: texts. Out: words, shares from 0 to 1.

Token F1 and exact match as in Rajpurkar, Zhang, Lopyrev, Liang: SQuAD: 100,000+ questions for machine comprehension
of text (EMNLP 2016). Words are runs of letters and digits in lower case and articles stay, as in the published
floor on CANARD (.685 and 6 % for the question unchanged), which these functions give again; with SQuAD's own
normalisation it would be .697.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"\w+")
_ARTICLES = frozenset({"a", "an", "the"})
HELD = 0.6  # share of an answer's words from which a text holds it


def tokens(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())


def token_f1(found: str, gold: str) -> float:
    """Harmonic mean of the shares of either text's words that stand in the other; 1 where both have none."""
    ours, theirs = tokens(found), tokens(gold)
    if not ours or not theirs:
        return float(ours == theirs)
    return 2 * _common(ours, theirs) / (len(ours) + len(theirs))


def exact_match(found: str, gold: str) -> float:
    """1 if both texts have the same words in the same order, else 0."""
    return float(tokens(found) == tokens(gold))


def holds(text: str, answers: Sequence[str]) -> float:
    """1 if a text holds one of the answers, else 0.

    It does when the answer's words, articles aside, stand in it one after the other, or when at least `HELD` of
    them stand in it anywhere (each as often as in the answer). Our own measure: exact match asks for a span, and
    our answers are sentences.
    """
    own = _without_articles(text)
    return float(any(_held(own, wanted) for answer in answers if (wanted := _without_articles(answer))))


def _held(own: Sequence[str], wanted: Sequence[str]) -> bool:
    in_a_row = f" {' '.join(wanted)} " in f" {' '.join(own)} "
    return in_a_row or _common(own, wanted) >= HELD * len(wanted)


def _without_articles(text: str) -> list[str]:
    return [word for word in tokens(text) if word not in _ARTICLES]


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    return (Counter(a) & Counter(b)).total()
