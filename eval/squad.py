"""Comparing short texts word by word, as SQuAD does. In: texts. Out: tokens, shares from 0 to 1.

Rajpurkar, Zhang, Lopyrev, Liang: SQuAD: 100,000+ questions for machine comprehension of text (EMNLP 2016), and
its published evaluation script.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
HELD = 0.6  # share of an answer's tokens from which a text holds it


def tokens(text: str) -> list[str]:
    """The words of a text: lower case, without punctuation marks, without articles."""
    return _ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def token_f1(found: str, gold: str) -> float:
    """Harmonic mean of the shares of either text's tokens that stand in the other; 1 where both have none."""
    ours, theirs = tokens(found), tokens(gold)
    if not ours or not theirs:
        return float(ours == theirs)
    return 2 * _common(ours, theirs) / (len(ours) + len(theirs))


def exact_match(found: str, gold: str) -> float:
    """1 if both texts have the same tokens in the same order, else 0."""
    return float(tokens(found) == tokens(gold))


def holds(text: str, answers: Sequence[str]) -> float:
    """1 if a text holds one of the answers, else 0.

    It does when the answer's tokens stand in it as they are, or when at least `HELD` of them stand in it at all
    (each as often as in the answer). Our own measure: exact match asks for a span, and our answers are sentences.
    """
    own = tokens(text)
    return float(any(_held(own, wanted) for answer in answers if (wanted := tokens(answer))))


def _held(own: Sequence[str], wanted: Sequence[str]) -> bool:
    as_it_is = f" {' '.join(wanted)} " in f" {' '.join(own)} "
    return as_it_is or _common(own, wanted) >= HELD * len(wanted)


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    return (Counter(a) & Counter(b)).total()
