"""Does what was found answer the question? A first rule on evidence.

In: the question, what was found, what was selected. Out: a verdict, with what is missing in words. Three things
must hold: something near enough was found; what the question names is in the library; the kind of thing it
demands (money, a share, a number, a time) stands in a statement selected. Rates in docs/quality.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.demands import is_known, kinds, names
from rag.schema import Hit
from rag.select import Choice

# Below this cosine of the best statement nothing found is about the question, unless words say otherwise.
NEAR = 0.25
WORDS_NEAR = 0.25
MET_SHARE = 0.9  # of the best statement's score


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the library answers, and what it lacks when it does not."""

    answered: bool
    missing: tuple[str, ...] = ()


def judge(question: str, hits: Sequence[Hit], choices: Sequence[Choice], known: Sequence[str]) -> Verdict:
    """Judge what was selected for a question.

    `known` are texts, in lower case, in which a name may stand: the documents found and the catalogue.
    """
    if not hits or not choices:
        return Verdict(False, ("anything on this question",))
    choices_best = max(choice.score for choice in choices)
    best = max(score for hit in hits for score in hit.statement_scores)
    if best < NEAR and max(hit.words for hit in hits) < WORDS_NEAR:
        return Verdict(False, ("anything close to this question",))
    # A figure in a statement far behind the best one is about something else.
    near = [choice for choice in choices if choice.score >= choices_best * MET_SHARE]
    missing = [f"“{name}”" for name in names(question) if not is_known(name, known)]
    for demand in kinds(question):
        if not any(demand.met_by.search(choice.text) for choice in near):
            missing.append(demand.name)
    return Verdict(not missing, tuple(missing))
