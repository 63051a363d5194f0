"""Fit the weights that join the reader's logits with what else is known, and measure them.

In: groups that the reader was not trained on, and the shipped reader. Out: `evidence.json` (a logistic regression for
statements, one for questions) and figures. An answered question counts twice: as it is, and with the documents
that answer it taken out of its hits, where the right word is that nothing answers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from rag.reader import READ
from training.data import GOLD, Candidate, Group
from training.features import Seen, Weights, question_features, statement_features
from training.pairs import feed, pairs_of

STATEMENT = ("logit", "share", "cosine", "lead", "meaning", "matched", "words", "demand", "asks")
QUESTION = ("none", "best", "second", "score", "cosine", "cosines", "covered", "beside", "unmet", "unnamed", "apart")
PENALTY = 1.0
REFUSED = 0.07  # share of answered questions that may be refused


class Read:
    """A group as the shipped reader reads it."""

    def __init__(self, group: Group, hits: Sequence[Candidate], answered: bool, logits: Sequence[Sequence[float]]):
        self.group, self.answered, self.logits = group, answered, logits
        self.seen = [Seen(hit.prefix, hit.statements, hit.meaning, hit.words, hit.cosines) for hit in hits]
        self.labels = [[label == GOLD for label in hit.labels] for hit in hits]


def readings(groups: Sequence[Group], session: Any, tokenizer: Any, out_too: bool = True) -> Iterator[Read]:
    """Each group as it is, and, if it has an answer, without the documents that answer."""
    for group in groups:
        if not group.hits or not any(hit.cosines[0] for hit in group.hits):
            continue  # found by words alone: its cosines are not known
        own = {c.source_id for c in (*group.hits, *group.gold) if GOLD in c.labels}
        ways = [(group.hits[:READ], group.answerable)]
        if out_too and group.answerable and group.set != "clapnq":
            ways.append((tuple(hit for hit in group.hits if hit.source_id not in own)[:READ], False))
        for hits, answered in ways:
            if hits:
                yield Read(group, hits, answered, _logits(session, tokenizer, group.question, hits))


def _logits(session: Any, tokenizer: Any, question: str, hits: Sequence[Candidate]) -> list[list[float]]:
    pairs = [pairs_of(tokenizer, question, hit.prefix, hit.statements) for hit in hits]
    rows = session.run(None, feed(pairs))[0]
    logits = []
    for hit, pair, row in zip(hits, pairs, rows, strict=True):
        own = [float(value) for value in row[: len(pair.spans)]]
        logits.append(own + [min(own)] * (len(hit.statements) - len(own)))
    return logits


def fit(reads: Sequence[Read], target: Path) -> dict[str, Weights]:
    """Fit both regressions and write them, with the probability below which a question is refused."""
    rows, right = [], []
    for read in reads:
        for own, labels in zip(
            statement_features(read.group.question, read.seen, read.logits), read.labels, strict=True
        ):
            rows += own
            right += [label and read.answered for label in labels]
    statement = _regression(rows, right, STATEMENT)
    features = [_question(read, statement) for read in reads]
    question = _regression(features, [read.answered for read in reads], QUESTION)
    chances = sorted(question.probability(row) for row, read in zip(features, reads, strict=True) if read.answered)
    least = chances[int(len(chances) * REFUSED)]
    body = {
        "statement": {"features": dict(statement.features), "bias": statement.bias},
        "question": {"features": dict(question.features), "bias": question.bias},
        "least": round(least, 4),
    }
    target.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    return {"statement": statement, "question": question}


def _question(read: Read, statement: Weights) -> dict[str, float]:
    rows = statement_features(read.group.question, read.seen, read.logits)
    scores = [[statement.probability(row) for row in own] for own in rows]
    return question_features(read.group.question, read.seen, read.logits, scores)


def _regression(rows: Sequence[dict[str, float]], right: Sequence[bool], names: Sequence[str]) -> Weights:
    table = np.array([[row[name] for name in names] for row in rows])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    model = LogisticRegression(C=PENALTY, max_iter=2000).fit((table - mean) / spread, right)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - (weights * mean).sum())
    return Weights({name: round(float(w), 5) for name, w in zip(names, weights, strict=True)}, round(bias, 5))


def measure(reads: Sequence[Read], fitted: dict[str, Weights], least: float) -> dict[str, Any]:
    """Figures on groups: by set, and for our own by whether a question is as it was asked."""
    found: dict[str, Any] = {}
    kinds = {read.group.set for read in reads}
    for name in sorted(kinds):
        own = [read for read in reads if read.group.set == name]
        chances = [fitted["question"].probability(_question(read, fitted["statement"])) for read in own]
        plain = [max(c for seen in read.seen for c in seen.cosines) for read in own]
        truth = [read.answered for read in own]
        asis = [i for i, read in enumerate(own) if read.answered == read.group.answerable]
        found[name] = {
            "questions": len(own),
            "first": _first(own, fitted["statement"], 1),
            "five": _first(own, fitted["statement"], 5),
            "first, cosine": _first(own, None, 1),
            "five, cosine": _first(own, None, 5),
            "auroc": _area(truth, chances),
            "auroc, cosine": _area(truth, plain),
            "auroc, as asked": _area([truth[i] for i in asis], [chances[i] for i in asis]),
            "auroc, as asked, cosine": _area([truth[i] for i in asis], [plain[i] for i in asis]),
            "ece": _ece(truth, chances),
            "refused, answered": _share([c < least for c, t in zip(chances, truth, strict=True) if t]),
            "refused, not answered": _share([c < least for c, t in zip(chances, truth, strict=True) if not t]),
            "refused, not answered, as asked": _share([chances[i] < least for i in asis if not truth[i]]),
        }
    return found


def _first(reads: Sequence[Read], statement: Weights | None, many: int) -> float:
    """How often a right statement is among the best; questions whose answer was found nowhere count as missed."""
    hit = []
    for read in reads:
        if not read.answered:
            continue
        if statement is None:
            scores = [c for seen in read.seen for c in seen.cosines]
        else:
            rows = statement_features(read.group.question, read.seen, read.logits)
            scores = [statement.probability(row) for own in rows for row in own]
        labels = [label for own in read.labels for label in own]
        order = sorted(range(len(scores)), key=lambda i: -scores[i])
        hit.append(any(labels[i] for i in order[:many]))
    return _share(hit)


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else math.nan


def _area(truth: Sequence[bool], values: Sequence[float]) -> float:
    return round(float(roc_auc_score(truth, values)), 4) if len(set(truth)) == 2 else math.nan


def _ece(truth: Sequence[bool], chances: Sequence[float], bins: int = 10) -> float:
    """Expected calibration error in ten bins of equal width (Naeini et al. 2015)."""
    total = 0.0
    for place in range(bins):
        own = [
            (t, c) for t, c in zip(truth, chances, strict=True) if place / bins <= c < (place + 1) / bins + (place == 9)
        ]
        if own:
            total += abs(sum(t for t, _ in own) - sum(c for _, c in own))
    return round(total / len(truth), 4)
