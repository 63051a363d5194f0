"""Fit the judge and measure it: how likely is it that what was read answers the question?

In: groups of articles that the reader did not learn from, and the shipped reader. Out: slope and intercept for
`rag.reader`, and figures on held-out articles: the area under the ROC curve, the share of unanswerable questions that
are recognised where .07 of the others are refused, the calibration error (Naeini et al. 2015) and its ten bins. Each
question is asked twice: of all that was found, and of what is left without the article that answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.demands import is_known, kinds, names
from rag.interaction import Asked, Interaction, Text
from rag.reader import BEST, EVEN, INTERCEPT, SLOPE
from rag.terms import content_words, stem
from training.data import ROOT, Group, read

SETS = ("library", "covidqa", "evidence_inference")
REFUSED = 0.07  # share of answered questions that may be refused
BINS = 10
SHOWN = 5  # passages; fewer than three say nothing
LEAST = 3
SHIPPED = "shipped"  # the mean of the five best scores, as `rag.reader` makes a probability of it

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """A question, as it is asked or without what answers it.

    Attributes:
        taken_out: whether the article that answers was taken out. features: numbers that may tell.
    """

    id: str
    set: str
    answered: bool
    taken_out: bool
    features: dict[str, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """A statement that was read: likeness of each of the question's words, score, cosine, text."""

    words: Array
    score: float
    cosine: float
    text: str


def rows(groups: Sequence[Group], reader: Interaction) -> Iterator[Row]:
    """What can be told of each question; ClapNQ is left out, whose questions have one passage each."""
    for group in groups:
        if group.set not in SETS:
            continue
        hits = [hit for hit in group.hits if hit.statements]
        asked, texts = reader.read(group.question, [(hit.prefix, hit.statements) for hit in hits])
        without = [n for n, hit in enumerate(hits) if _article(hit.source_id) != _article(group.document)]
        for kept, out in ((range(len(hits)), False), (without, True)):
            if len(kept) >= LEAST and (group.answerable or not out):
                chosen = [(hits[n], texts[n]) for n in list(kept)[:SHOWN]]
                told = features(group.question, asked, chosen)
                yield Row(group.id, group.set, group.answerable and not out, out, told)


def _article(source_id: str) -> str:
    return source_id.partition("#")[0].casefold()


def features(question: str, asked: Asked, read_: Sequence[tuple[Any, Text]]) -> dict[str, float]:
    """Scores, likeness, words found, what the question demands, and its form; `read_` are hits as they were read."""
    seen = sorted(_seen(asked, read_), key=lambda one: -one.score)
    best, five = seen[0], seen[:BEST]
    heavy = asked.weights >= np.median(asked.weights)
    said = [{stem(word) for word in content_words(one.text)} for one in seen]
    wanted = {stem(word) for word in content_words(question)} or {""}
    demands = kinds(question)
    every = " ".join(one.text for one in seen).casefold()
    words = question.casefold().split()
    begin = ("who", "when", "where", "why", "which", "what", "how", "is", "are", "do", "does", "did", "can", "should")
    return {
        "mean of five": float(np.mean([one.score for one in five])),
        "best": best.score,
        "gap": best.score - five[-1].score,
        "cosine": max(one.cosine for one in seen),
        "meaning": max(hit.meaning for hit, _ in read_),
        "words": max(hit.words for hit, _ in read_),
        "least word of the best": float(best.words[heavy].min()),
        "least word of five": float(np.max([one.words for one in five], axis=0)[heavy].min()),
        "words of the best": len(wanted & said[0]) / len(wanted),
        "words of five": len(wanted & set[str]().union(*said[:BEST])) / len(wanted),
        "words of all": len(wanted & set[str]().union(*said)) / len(wanted),
        "length": float(len(wanted)),
        "demands": float(len(demands)),
        "demands not met": float(sum(not any(d.met_by.search(one.text) for one in five) for d in demands)),
        "names not found": float(sum(not is_known(name, (every,)) for name in names(question))),
    } | {f"begins {word}": float(words[:1] == [word]) for word in begin}


def _seen(asked: Asked, read_: Sequence[tuple[Any, Text]]) -> Iterator[Seen]:
    for hit, text in read_:
        near = asked.vectors @ text.vectors.T
        head = near[:, 1 : text.prefix].max(axis=1, initial=-1.0)
        for number, (first, end) in enumerate(text.spans):
            words = np.maximum(near[:, first:end].max(axis=1), head)
            yield Seen(words, float(words @ asked.weights) - EVEN, hit.cosines[number], hit.statements[number])


def fit_and_measure(dev: Sequence[Group], test: Sequence[Group], reader: Interaction) -> dict[str, Any]:
    """Fit on `dev`, measure on `test`: see the module."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    known, held = list(rows(dev, reader)), list(rows(test, reader))
    asked = [row for row in known if row.set == "library" and not row.taken_out]
    near = [row for row in known if row.features["cosine"]]  # the hits of Evidence Inference are found by words
    mean, every = ["mean of five"], list(known[0].features)

    def fitted(model: Any, own: Sequence[Row], chosen: list[str]) -> tuple[Any, list[str]]:
        return model.fit(_table(own, chosen), [row.answered for row in own]), chosen

    boosted = HistGradientBoostingClassifier(max_iter=80, learning_rate=0.06, max_depth=3, min_samples_leaf=20)
    as_asked = fitted(LogisticRegression(C=100), asked, mean)
    in_and_out = fitted(LogisticRegression(C=100), known, mean)
    shipped = LogisticRegression().fit(_table(asked, mean), [row.answered for row in asked])
    shipped.coef_, shipped.intercept_ = np.array([[SLOPE]]), np.array([INTERCEPT])
    models: dict[str, tuple[Any, list[str]]] = {
        SHIPPED: (shipped, mean),
        "fitted in and out": in_and_out,
        "best cosine": fitted(LogisticRegression(C=100), near, ["cosine"]),
        "features, linear": fitted(make_pipeline(StandardScaler(), LogisticRegression(C=0.1)), known, every),
        "features, boosted": fitted(boosted, known, every),
    }
    halves = {item["id"] for item in read([ROOT / "eval" / "questions" / "pairs-2.jsonl"])}
    parts: dict[str, Callable[[Row], bool]] = {
        "library, as asked": lambda row: row.set == "library" and not row.taken_out,
        "pairs-2, as asked": lambda row: row.id in halves and not row.taken_out,
    } | {f"{name}, in and out": lambda row, name=name: row.set == name for name in SETS}
    told = {
        part: {name: _figures([row for row in held if belongs(row)], *model) for name, model in models.items()}
        for part, belongs in parts.items()
    }
    return {"as asked": _line(as_asked[0]), "in and out": _line(in_and_out[0]), "parts": told}


def _line(model: Any) -> dict[str, float]:
    return {"slope": round(float(model.coef_[0][0]), 1), "intercept": round(float(model.intercept_[0]), 2)}


def _table(rows_: Sequence[Row], chosen: Sequence[str]) -> Array:
    return np.array([[row.features[name] for name in chosen] for row in rows_])


def _figures(held: Sequence[Row], model: Any, chosen: Sequence[str]) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    likely = model.predict_proba(_table(held, chosen))[:, 1]
    right = np.array([row.answered for row in held])
    bar = np.sort(likely[right])[math.floor(REFUSED * right.sum())]
    places = np.minimum((likely * BINS).astype(int), BINS - 1)
    bins = [
        (int(here.sum()), round(float(likely[here].mean()), 3), round(float(right[here].mean()), 3))
        for here in (places == number for number in range(BINS))
        if here.any()
    ]
    return {
        "questions": len(held),
        "answered": round(float(right.mean()), 3),
        "auroc": round(float(roc_auc_score(right, likely)), 3),
        "recognised": round(float((likely[~right] < bar).mean()), 3),
        "calibration error": round(sum(n * abs(said - true) for n, said, true in bins) / len(held), 3),
        "bins": bins,
    }
