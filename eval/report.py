"""One self-contained HTML page of a run, or of two side by side. In: runs, the baseline. Out: a string.

Scores, charts, and every failing case with its question, answer, expected findings, gold passages and their ranks,
and the reason in words. No script and no outside file: it can be mailed and printed, and follows light and dark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.baseline import Baseline
from eval.charts import bars, intervals
from eval.markup import Html, el, join, table
from eval.measures import MEASURES
from eval.run import Run
from eval.score import Result
from eval.statistics import Figure
from eval.summary import ALL, changes, differences, figures, gold_ranks, groups, latency, paired
from eval.table import HEADLINES, change, number, p_value, score, signed

_SHARES = tuple(measure for measure in MEASURES if measure.better)
_STYLE = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")


def page(run: Run, baseline: Baseline | None = None, before: Run | None = None) -> str:
    """The page of a run; with `before`, the two side by side."""
    title = f"{before.name} and {run.name}, side by side" if before else f"Answer test set: {run.name}"
    parts = list(_compared(before, run) if before else _single(run, baseline))
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title),
        Html(f"<style>{_STYLE}</style>"),
    )
    body = el("body", el("main", el("h1", title), *parts))
    return "<!doctype html>\n" + el("html", head, body, lang="en") + "\n"


def _single(run: Run, baseline: Baseline | None) -> Iterator[Html]:
    found = groups(run.results)
    asked = found.get(ALL, ())
    failing = [result for result in run.results if result.reasons]
    count = sum(bool(result.reasons) for result in asked)
    middle, slow = latency(run.results)
    yield el(
        "p",
        f"{len(asked)} cases, {count} fail. Library state {run.generation or 'unknown'}. "
        f"An answer took {middle:.0f} ms (median), {slow:.0f} ms (95th percentile).",
    )
    yield el("h2", "Scores")
    yield intervals("All cases, with 95 % intervals", {m.name: [figures(asked).get(m.name)] for m in _SHARES})
    yield table(
        ("measure", "what it says", "all", "95 % interval", "change", "tune", "test", "cases"),
        *_score_rows(run, baseline),
        caption="Change: since the baseline, recorded on the digests.",
    )
    yield el("h2", "By kind of question")
    for name in HEADLINES:
        rows = {group: [known] for group, members in found.items() if (known := figures(members).get(name))}
        yield intervals(f"{name}, by kind", rows)
    yield table(
        ("kind", "cases", *HEADLINES),
        *((group, str(len(members)), *_cells(members)) for group, members in found.items()),
    )
    yield el("h2", "Where the gold passages were found")
    yield bars("Expected findings by rank of their passage", {k: [v] for k, v in gold_ranks(asked).items()})
    yield el("h2", "Failing cases")
    kinds = list(dict.fromkeys(result.kind for result in failing))
    for kind in kinds:
        members = [result for result in failing if result.kind == kind]
        yield el("h3", f"{kind} ({len(members)})")
        yield from (_case(result) for result in members)
    if not failing:
        yield el("p", "None.")


def _compared(before: Run, after: Run) -> Iterator[Html]:
    pairs = [pair for pair in paired(before.results, after.results) if pair[0].form == "asked"]
    sides = ([a for a, _ in pairs], [b for _, b in pairs])
    known = [figures(side) for side in sides]
    found = differences(*sides)
    names = (before.name, after.name)
    yield el(
        "p",
        f"{len(pairs)} cases that both have. ",
        el("span", f"● {names[0]}", class_="a"),
        " ",
        el("span", f"● {names[1]}", class_="b"),
    )
    yield intervals(
        "All cases, with 95 % intervals", {m.name: [figure.get(m.name) for figure in known] for m in _SHARES}
    )
    rows = []
    for measure in MEASURES:
        a, b = (_number(figure.get(measure.name)) for figure in known)
        item = found.get(measure.name)
        if item:
            spread = f"{signed(item.low)} to {signed(item.high)}"
            rows.append((measure.name, a, b, signed(item.value), spread, p_value(item.p).strip(), str(item.count)))
        elif a != "–" or b != "–":
            rows.append((measure.name, a, b, "–", "–", "–", "0"))
    yield table(
        ("measure", *names, "difference", "95 % interval", "p", "paired cases"),
        *rows,
        caption="p: randomisation test, two-sided, over the cases where the measure is defined in both.",
    )
    ranks = [gold_ranks(side) for side in sides]
    yield bars("Expected findings by rank of their passage", {k: [r[k] for r in ranks] for k in ranks[0]})
    moved = changes(before, after)
    yield el("h2", f"Case by case: {len(moved)} results differ")
    for case in moved:
        scores = "; ".join(f"{name} {score(a)} → {score(b)}" for name, a, b in case.scores)
        both = (
            el("section", el("h4", name), *_body(result))
            for name, result in zip(names, (case.before, case.after), strict=True)
        )
        yield el("details", _summary(case.after, scores), *_asked(case.after), el("div", *both, class_="sides"))


def _score_rows(run: Run, baseline: Baseline | None) -> Iterator[tuple[str, ...]]:
    found = groups(run.results)
    asked = found.get(ALL, ())
    halves = [figures(found.get(split, ())) for split in ("tune", "test")]
    for measure in MEASURES:
        value = figures(asked).get(measure.name)
        if value:
            yield (
                measure.name,
                measure.title + (" (less is better)" if measure.better < 0 else ""),
                number(value.value),
                f"{number(value.low)} to {number(value.high)}",
                change(asked, measure.name, value, baseline) or "–",
                *(_number(half.get(measure.name)) for half in halves),
                str(value.count),
            )


def _cells(results: Sequence[Result]) -> tuple[str, ...]:
    known = figures(results)
    return tuple(_number(known.get(name)) for name in HEADLINES)


def _number(value: Figure | None) -> str:
    return number(value.value) if value else "–"


def _case(result: Result) -> Html:
    return el("details", _summary(result, "; ".join(result.reasons)), *_asked(result), *_body(result))


def _summary(result: Result, says: str) -> Html:
    return el("summary", el("code", result.key), " ", result.question, el("small", says))


def _asked(result: Result) -> Iterator[Html]:
    if result.history:
        yield el("p", el("b", "Before: "), *(join(turn, Html("<br>")) for turn in result.history))
    yield el("p", el("b", "Question: "), result.question)
    if result.note:
        yield el("p", el("b", "Note: "), result.note)


def _body(result: Result) -> Iterator[Html]:
    """What was answered and what was expected."""
    if result.understood != result.question:
        yield el("p", el("b", "Understood as: "), result.understood)
    yield el("p", el("b", "Abstained: " if result.abstained else "Answer: "), result.answer, class_="answer")
    if result.reasons:
        yield el("ul", *(el("li", reason) for reason in result.reasons), class_="reasons")
    for finding in result.findings:
        rank = f"rank {finding.rank}" if finding.rank else "not found"
        state = "found" if finding.found else "missing"
        yield el(
            "div",
            el("p", el("b", f"Expected, {state}: "), finding.statement),
            el("p", f"{finding.source_id}, {finding.section or 'front matter'}; gold passage: {rank}"),
            el("blockquote", finding.gold),
            class_=f"finding {state}",
        )
    if not result.answerable:
        yield el("p", "Expected: an abstention.")
