"""A question in several parts: what each part found, put together into one answer.

In: hits, choices and verdicts, a part each; or whole answers, where a part asks about the library itself. Out: the same
for the whole question. No part is drowned by another, and a part that the library does not answer is named as missing
while the others are answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from rag.compose import abstain, as_of
from rag.judge import Verdict
from rag.schema import Answer, Citation, Hit, Sentence
from rag.select import Choice


def together(found: Sequence[tuple[Hit, ...]]) -> tuple[Hit, ...]:
    """What several searches found, each passage once with its best score, ranked anew."""
    if len(found) == 1:
        return found[0]
    best: dict[str, Hit] = {}
    for hit in chain.from_iterable(found):
        known = best.get(hit.passage.id)
        if known is None or known.score < hit.score:
            best[hit.passage.id] = hit
    ranked = sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.id))
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(ranked, start=1))


def joined(
    questions: Sequence[str], each: Sequence[tuple[tuple[Choice, ...], Verdict]]
) -> tuple[tuple[Choice, ...], Verdict]:
    """The choices of the parts that are answered, none twice, and a verdict on the whole question."""
    if len(each) == 1:
        return each[0]
    chosen: dict[tuple[str, int], Choice] = {}
    missing: list[str] = []
    for question, (choices, verdict) in zip(questions, each, strict=True):
        if verdict.answered:
            for choice in choices:
                chosen.setdefault((choice.document.source_id, choice.statements[-1].start), choice)
        else:
            missing.append(f"{', '.join(verdict.missing)} (asked: “{question}”)")
    answered = any(verdict.answered for _, verdict in each)
    return tuple(chosen.values()), Verdict(answered, tuple(missing))


def side_by_side(question: str, understood: str, parts: Sequence[str], answers: Sequence[Answer]) -> Answer:
    """One answer of several, a part each: theirs in turn, citations numbered through, what no part tells named."""
    hits = together([answer.hits for answer in answers])
    told = [answer for answer in answers if not answer.abstained]
    missing = tuple(
        f"{', '.join(answer.uncovered)} (asked: “{part}”)"
        for part, answer in zip(parts, answers, strict=True)
        if answer.uncovered
    )
    if not told:
        return abstain(question, understood, hits, missing)
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    contrasts: list[tuple[int, int]] = []
    for answer in told:
        shift, point = len(citations), 1 + max((sentence.point for sentence in sentences), default=-1)
        sentences += [
            replace(s, citations=tuple(n + shift for n in s.citations), point=s.point + point) for s in answer.sentences
        ]
        citations += [replace(citation, marker=citation.marker + shift) for citation in answer.citations]
        contrasts += [(one + shift, other + shift) for one, other in answer.contrasts]
    return Answer(
        question,
        understood,
        False,
        tuple(sentences),
        tuple(citations),
        hits,
        uncovered=missing,
        contrasts=tuple(contrasts),
        as_of=as_of(citations),
    )


def crediting(choices: tuple[Choice, ...], verdict: Verdict) -> tuple[tuple[Choice, ...], Verdict]:
    """The choices that credit a study, for "which studies were those?"."""
    kept = tuple(choice for choice in choices if any(statement.references for statement in choice.statements))
    if verdict.answered and not kept:
        return (), Verdict(False, ("a study credited in what was quoted",))
    return kept, verdict
