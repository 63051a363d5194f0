"""Small charts as SVG inside the page: no script, no outside file, colours from the page's style sheet.

In: labels and figures. Out: an element with a text alternative. The classes `a` and `b` colour the first and the
second run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.markup import Html, el
from eval.statistics import Figure

_LABEL = 190  # width of the labels
_PLOT = 420
_ROW = 26
_SERIES = ("a", "b")


def intervals(title: str, rows: Mapping[str, Sequence[Figure | None]]) -> Html:
    """Points with their 95 % intervals on a scale from 0 to 1: a row a label, a point a run."""
    height = _ROW * len(rows) + _ROW
    drawn: list[Html] = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = _x(tick)
        drawn.append(el("line", x1=x, x2=x, y1=0, y2=height - _ROW, class_="grid"))
        drawn.append(el("text", f"{tick:g}", x=x, y=height - 8, text_anchor="middle"))
    for row, (label, values) in enumerate(rows.items()):
        drawn.append(el("text", label, x=_LABEL - 10, y=row * _ROW + 18, text_anchor="end"))
        for run, value in enumerate(values):
            if value is not None:
                y = row * _ROW + 13 + (run * 8 - 4 if len(values) > 1 else 0)
                drawn.append(el("line", x1=_x(value.low), x2=_x(value.high), y1=y, y2=y, class_=f"bar {_SERIES[run]}"))
                point = el("title", f"{label}: {value.value:.3f} ({value.low:.3f} to {value.high:.3f})")
                drawn.append(el("g", point, el("circle", cx=_x(value.value), cy=y, r=4.5), class_=_SERIES[run]))
    return _figure(title, drawn, _LABEL + _PLOT + 30, height)


def bars(title: str, rows: Mapping[str, Sequence[int]]) -> Html:
    """Counts as bars: a row a label, a bar a run."""
    most = max((count for counts in rows.values() for count in counts), default=0) or 1
    drawn: list[Html] = []
    for row, (label, counts) in enumerate(rows.items()):
        drawn.append(el("text", label, x=_LABEL - 10, y=row * _ROW + 18, text_anchor="end"))
        thick = (_ROW - 8) / len(counts)
        for run, count in enumerate(counts):
            y, width = row * _ROW + 5 + run * thick, count / most * (_PLOT - 50)
            bar = el("rect", x=_LABEL, y=round(y, 1), width=round(width, 1), height=round(thick - 1, 1))
            drawn.append(el("g", bar, class_=_SERIES[run]))
            drawn.append(el("text", str(count), x=round(_LABEL + width + 6, 1), y=round(y + thick / 2 + 4, 1)))
    return _figure(title, drawn, _LABEL + _PLOT + 30, _ROW * len(rows) + 8)


def _figure(title: str, drawn: Sequence[Html], width: int, height: int) -> Html:
    picture = el("svg", *drawn, viewBox=f"0 0 {width} {height}", role="img", aria_label=title)
    return el("figure", el("figcaption", title), picture)


def _x(value: float) -> float:
    return round(_LABEL + value * _PLOT, 1)
