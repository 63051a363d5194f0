"""The reliability plot: how often questions were answered, beside how likely they were said to be (docs/reader.md).

In: for each set the bins of its questions: (how many, mean probability said, share answered). Out: an SVG that needs
neither script nor style sheet. A point lies on the diagonal where the two agree; its area is the share of the set's
questions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from eval.markup import Html, el

Bins = Sequence[tuple[int, float, float]]

SIDE = 320
LEFT, TOP, BELOW, RIGHT = 54, 28, 44, 250
LARGEST = 15.0  # radius of a point that holds half of a set's questions or more
COLOURS = ("#0b6e99", "#b3541e", "#3f7d3a", "#7a4fa3", "#8a6d00", "#555555")


def reliability(parts: Mapping[str, Bins]) -> str:
    """The plot; raises ValueError for more sets than there are colours."""
    drawn: list[Html] = [el("rect", x=0, y=0, width=LEFT + SIDE + RIGHT, height=TOP + SIDE + BELOW, fill="white")]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        drawn.append(el("line", x1=_x(tick), x2=_x(tick), y1=_y(0), y2=_y(1), stroke="#dddddd"))
        drawn.append(el("line", x1=_x(0), x2=_x(1), y1=_y(tick), y2=_y(tick), stroke="#dddddd"))
        drawn.append(el("text", f"{tick:g}", x=_x(tick), y=_y(0) + 16, text_anchor="middle"))
        drawn.append(el("text", f"{tick:g}", x=LEFT - 8, y=_y(tick) + 4, text_anchor="end"))
    drawn.append(el("line", x1=_x(0), x2=_x(1), y1=_y(0), y2=_y(1), stroke="#888888", stroke_dasharray="4 4"))
    drawn.append(el("text", "probability said", x=_x(0.5), y=_y(0) + 36, text_anchor="middle"))
    drawn.append(el("text", "share answered", x=8, y=14))
    for row, ((name, bins), colour) in enumerate(zip(parts.items(), COLOURS[: len(parts)], strict=True)):
        every = sum(count for count, _, _ in bins)
        for count, said, true in bins:
            told = el("title", f"{name}: {count} questions, said {said:.2f}, answered {true:.2f}")
            size = round(max(2.5, LARGEST * math.sqrt(min(1.0, 2 * count / every))), 1)
            point = el("circle", cx=_x(said), cy=_y(true), r=size, fill=colour, fill_opacity=0.55)
            drawn.append(el("g", told, point))
        y = TOP + 20 + row * 22
        drawn.append(el("circle", cx=LEFT + SIDE + 20, cy=y - 4, r=6, fill=colour))
        drawn.append(el("text", f"{name} ({every})", x=LEFT + SIDE + 34, y=y))
    wide, high = LEFT + SIDE + RIGHT, TOP + SIDE + BELOW
    label = "Reliability: share of questions answered over the probability said"
    style: dict[str, str | float] = {"font_family": "sans-serif", "font_size": 12, "role": "img", "aria_label": label}
    style |= {"viewBox": f"0 0 {wide} {high}", "width": wide, "xmlns": "http://www.w3.org/2000/svg"}
    return str(el("svg", *drawn, **style)) + "\n"


def _x(value: float) -> float:
    return round(LEFT + value * SIDE, 1)


def _y(value: float) -> float:
    return round(TOP + (1 - value) * SIDE, 1)
