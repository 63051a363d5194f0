"""What speaks for a statement, and for a question being answered at all, as numbers; and the weights that join them.

In: a question, its hits, the reader's logits. Out: rows of features, and the probability that a logistic regression
gives for one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.demands import is_known, kinds, names
from rag.terms import content_words, stem, words

Logits = Sequence[Sequence[float]]
PASSAGE = 1.5  # weight of a passage's own score beside the log-odds of its best statement, when passages are ordered


@dataclass(frozen=True, slots=True)
class Seen:
    """A passage as it is judged: what was found of it, and its statements.

    Attributes:
        heading: title and headings. statements: their texts, in order.
        meaning, words: of the hit. cosines: of the question with each statement.
    """

    heading: str
    statements: Sequence[str]
    meaning: float
    words: float
    cosines: Sequence[float]


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression: weight of each feature by name, and `bias`."""

    features: Mapping[str, float]
    bias: float

    def probability(self, values: Mapping[str, float]) -> float:
        """The probability for one row of features, from 0 to 1."""
        return logistic(self.bias + sum(weight * values[name] for name, weight in self.features.items()))


def logistic(value: float) -> float:
    """The probability whose log-odds are `value`."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))


def odds(probability: float) -> float:
    """Logarithm of the odds, within ±13.8."""
    return math.log(max(probability, 1e-6) / max(1.0 - probability, 1e-6))


def statement_features(question: str, seen: Sequence[Seen], logits: Logits) -> list[list[dict[str, float]]]:
    """For each statement of each passage: what speaks for it.

    logit, share: the reader's logit, and its logarithm of the share among all statements and "none".
    cosine, lead: of the statement, and how far it lies below the best of the question.
    meaning, matched: of its passage. words: share of the question's content words that it holds.
    demand: it holds the kind of thing asked for, where one is. asks: it is a question itself.
    """
    terms = {stem(word) for word in content_words(question)}
    demands = kinds(question)
    everything = _log_sum(logits)
    best = max((cosine for passage in seen for cosine in passage.cosines), default=0.0)
    rows = []
    for passage, own in zip(seen, logits, strict=True):
        row = []
        for text, cosine, logit in zip(passage.statements, passage.cosines, own, strict=True):
            held = {stem(word) for word in words(text)}
            row.append(
                {
                    "logit": logit,
                    "share": logit - everything,
                    "cosine": cosine,
                    "lead": cosine - best,
                    "meaning": passage.meaning,
                    "matched": passage.words,
                    "words": len(terms & held) / len(terms) if terms else 0.0,
                    "demand": float(bool(demands) and any(demand.met_by.search(text) for demand in demands)),
                    "asks": float(text.rstrip().endswith("?")),
                }
            )
        rows.append(row)
    return rows


def question_features(
    question: str, seen: Sequence[Seen], logits: Logits, scores: Sequence[Sequence[float]]
) -> dict[str, float]:
    """What speaks for the question being answered by what was read.

    none: how far the reader prefers the statements to "none of these". best, second: highest logits of the statements.
    score: log-odds of the best statement. cosine, cosines: of the best statement, and the mean of the best five.
    covered, beside: share of the question's content words in the best passage, and in all that was read.
    unmet: kinds of thing asked for that none of the three best statements holds. unnamed: names that stand nowhere in
    what was read; apart: names that do not stand in the best passage.
    """
    flat = sorted((value for row in logits for value in row), reverse=True)
    order = sorted(
        ((score, p, s) for p, row in enumerate(scores) for s, score in enumerate(row)),
        key=lambda item: (-item[0], item[1], item[2]),
    )
    top, place = order[0][0], order[0][1]
    cosines = sorted((cosine for passage in seen for cosine in passage.cosines), reverse=True)
    near = [seen[p].statements[s] for _, p, s in order[:3]]
    terms = {stem(word) for word in content_words(question)}
    whole = [" ".join((passage.heading, *passage.statements)) for passage in seen]
    held = [{stem(word) for word in words(text)} for text in whole]
    named = names(question)
    lower = [text.casefold() for text in whole]
    return {
        "none": _log_sum(logits),
        "best": flat[0],
        "second": flat[min(1, len(flat) - 1)],
        "score": odds(top),
        "cosine": cosines[0],
        "cosines": float(np.mean(cosines[:5])),
        "covered": len(terms & held[place]) / len(terms) if terms else 0.0,
        "beside": len(terms & set().union(*held)) / len(terms) if terms else 0.0,
        "unmet": float(sum(not any(d.met_by.search(text) for text in near) for d in kinds(question))),
        "unnamed": float(sum(not is_known(name, lower) for name in named)),
        "apart": float(sum(not is_known(name, [lower[place]]) for name in named)),
    }


def _log_sum(logits: Logits) -> float:
    """Logarithm of the sum over all statements and the 0 of "none of these answers"."""
    flat = [value for row in logits for value in row]
    return float(np.logaddexp.reduce([0.0, *flat]))
