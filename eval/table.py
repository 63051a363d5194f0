"""Figures → text for a terminal. In: runs, the baseline. Out: lines; nothing is printed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.baseline import Baseline, Moved, Verdict
from eval.measures import MEASURES
from eval.run import Run
from eval.score import Result
from eval.statistics import Difference, Figure, mean
from eval.summary import ALL, changes, differences, figures, groups, latency, paired

HEADLINES = ("recall@5", "findings", "citation precision", "verdict")
SHOWN = 8  # cases named for a figure that moved
_NAME = 22


def summary(run: Run, baseline: Baseline | None) -> Iterator[str]:
    """The tables of one run: all measures, then the headlines by kind."""
    found = groups(run.results)
    if ALL not in found:
        yield "no cases"
        return
    yield f"{run.name}: {len(found[ALL])} cases, library state {run.generation or 'unknown'}"
    yield ""
    yield f"{'':{_NAME}}{'all, 95 % interval':22}{'change':10}{'tune':8}{'test':8}cases"
    halves = {split: figures(found.get(split, ())) for split in ("tune", "test")}
    for name, value in figures(found[ALL]).items():
        tune, test = (_plain(halves[split].get(name)) for split in ("tune", "test"))
        moved = change(found[ALL], name, value, baseline)
        yield f"{name:{_NAME}}{_full(value):22}{moved:10}{tune:8}{test:8}{value.count:5}"
    yield ""
    yield f"{'':{_NAME + 8}}cases  " + "".join(f"{name:28}" for name in HEADLINES).rstrip()
    for group, members in found.items():
        known = figures(members)
        cells = (
            f"{_full(known[name])} {change(members, name, known[name], baseline)}" if name in known else "–"
            for name in HEADLINES
        )
        yield f"{group:{_NAME + 8}}{len(members):5}  " + "".join(f"{cell:28}" for cell in cells).rstrip()
    middle, slow = latency(run.results)
    failing = sum(bool(result.reasons) for result in found[ALL])
    yield ""
    yield f"{failing} of {len(found[ALL])} cases fail; an answer took {middle:.0f} ms (p50), {slow:.0f} ms (p95)"
    yield "change: since the baseline, which is recorded on the digests" if baseline else "no baseline to compare with"


def change(results: Sequence[Result], measure: str, now: Figure, baseline: Baseline | None) -> str:
    """What a figure gained since the baseline, on the same cases; empty where it has none."""
    before = baseline.values(results, measure) if baseline else []
    return signed(now.value - mean(before)) if before else ""


def comparison(before: Run, after: Run, cases: int | None = None) -> Iterator[str]:
    """Two runs side by side: each measure with its difference, interval and p, then case by case."""
    pairs = [pair for pair in paired(before.results, after.results) if pair[1].form == "asked"]
    sides = [a for a, _ in pairs], [b for _, b in pairs]
    known = [figures(side) for side in sides]
    found = differences(*sides)
    yield f"{len(pairs)} cases that both have"
    yield f"{'':{_NAME}}{before.name:>12}{after.name:>12}   difference, 95 % interval   p       paired cases"
    for measure in MEASURES:
        a, b = (_plain(figure.get(measure.name)) for figure in known)
        if a == b == "–":
            continue
        yield f"{measure.name:{_NAME}}{a:>12}{b:>12}   {_difference(found.get(measure.name))}"
    moved = changes(before, after)
    yield ""
    yield f"{len(moved)} results differ"
    for item in moved[:cases]:
        scores = "; ".join(f"{name} {score(a)} → {score(b)}" for name, a, b in item.scores)
        yield f"  {item.after.key:{_NAME}} {scores}"


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """What a check found, for people."""
    for title, keys in (("not in the baseline", verdict.added), ("in the baseline only", verdict.removed)):
        if keys:
            yield f"{len(keys)} case(s) {title}: {_listed(keys)}"
    for moved in verdict.moved:
        yield _moved(moved)


def _moved(moved: Moved) -> str:
    named = [f"{key} {score(a)} → {score(b)}" for key, a, b in moved.results]
    expected, got = (_value(value) for value in (moved.expected, moved.got))
    return f"{moved.measure} ({moved.group}): expected {expected}, got {got}\n    changed: {_listed(named) or 'none'}"


def _listed(items: Sequence[str]) -> str:
    more = f", … and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return ", ".join(items[:SHOWN]) + more


def _difference(found: Difference | None) -> str:
    if found is None:
        return "–"
    interval = f"{signed(found.value)} [{signed(found.low)}, {signed(found.high)}]"
    return f"{interval:26}  {p_value(found.p)}  {found.count:5}"


def p_value(p: float) -> str:
    """A probability, as far as ten thousand rounds can tell."""
    return "< .001" if p < 0.001 else f"{p:6.3f}".replace("0.", " .", 1)


def score(value: float | None) -> str:
    """A case's score, short."""
    return "–" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def _value(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.4f}"


def _plain(value: Figure | None) -> str:
    return "–" if value is None else number(value.value)


def _full(value: Figure) -> str:
    return f"{number(value.value)} [{number(value.low)}–{number(value.high)}]"


def number(value: float) -> str:
    """A figure: three places for a share, one for words."""
    return f"{value:.3f}" if abs(value) <= 1 else f"{value:.1f}"


def signed(value: float) -> str:
    """A difference: three places and its sign, none of them a negative zero."""
    return f"{round(value, 3) + 0.0:+.3f}"
