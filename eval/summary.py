"""Results → figures: by group, with intervals; two runs compared. In: runs. Out: what tables and reports show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.cases import KINDS
from eval.measures import MEASURES
from eval.run import Run
from eval.score import Result
from eval.statistics import Difference, Figure, compare, figure, percentile

ALL = "all"
CONVERSATIONS = "conversations"
STAND_ALONE = "conversations, stand-alone"
NEVER = "not found"
_RANKS = ("1", "2", "3", "4", "5", "6–10", NEVER)


@dataclass(frozen=True, slots=True)
class Change:
    """A case that scored otherwise in another run: (measure, there, here)."""

    before: Result
    after: Result
    scores: tuple[tuple[str, float | None, float | None], ...]


def groups(results: Sequence[Result]) -> dict[str, tuple[Result, ...]]:
    """The results by group: all, tune, test, each kind, conversations, and those asked in their stand-alone form.

    Only the last group holds questions that were asked completed; empty groups are left out.
    """
    asked = [result for result in results if result.form == "asked"]
    found = {
        ALL: asked,
        **{split: [result for result in asked if result.split == split] for split in ("tune", "test")},
        **{kind: [result for result in asked if result.kind == kind] for kind in KINDS},
        CONVERSATIONS: [result for result in asked if result.history],
        STAND_ALONE: [result for result in results if result.form == "stand-alone"],
    }
    return {name: tuple(members) for name, members in found.items() if members}


def values(results: Sequence[Result], measure: str) -> list[float]:
    """A measure's values where it is defined."""
    return [value for result in results if (value := result.scores[measure]) is not None]


def figures(results: Sequence[Result]) -> dict[str, Figure]:
    """Figure of each measure that is defined for any of the results."""
    found = {measure.name: figure(values(results, measure.name)) for measure in MEASURES}
    return {name: value for name, value in found.items() if value is not None}


def latency(results: Sequence[Result]) -> tuple[float, float]:
    """Median and 95th percentile of the milliseconds an answer took, as the assistant measured them."""
    taken = [result.milliseconds for result in results] or [0.0]
    return percentile(taken, 0.5), percentile(taken, 0.95)


def gold_ranks(results: Sequence[Result]) -> dict[str, int]:
    """How many expected findings had their passage at rank 1, 2, …"""
    counts = dict.fromkeys(_RANKS, 0)
    for result in results:
        for finding in result.findings:
            rank = finding.rank
            counts[NEVER if rank is None or rank > 10 else str(rank) if rank <= 5 else "6–10"] += 1
    return counts


def differences(before: Sequence[Result], after: Sequence[Result]) -> dict[str, Difference]:
    """Paired comparison by measure, over the results that both runs have and where it is defined in both."""
    pairs = paired(before, after)
    found: dict[str, Difference] = {}
    for measure in MEASURES:
        both = [
            (x, y)
            for a, b in pairs
            if (x := a.scores[measure.name]) is not None and (y := b.scores[measure.name]) is not None
        ]
        difference = compare([x for x, _ in both], [y for _, y in both])
        if difference is not None:
            found[measure.name] = difference
    return found


def changes(before: Run, after: Run) -> tuple[Change, ...]:
    """The cases that scored otherwise, with what moved; words are no score."""
    found = []
    for a, b in paired(before.results, after.results):
        moved = tuple(
            (measure.name, a.scores[measure.name], b.scores[measure.name])
            for measure in MEASURES
            if measure.better and a.scores[measure.name] != b.scores[measure.name]
        )
        if moved:
            found.append(Change(a, b, moved))
    return tuple(found)


def paired(before: Sequence[Result], after: Sequence[Result]) -> list[tuple[Result, Result]]:
    """The results that both runs have, in the order of the second."""
    known: Mapping[str, Result] = {result.key: result for result in before}
    return [(known[result.key], result) for result in after if result.key in known]
