"""Segments of a page → lines in reading order, told apart as prose and as rows of a table.

In: a `Sheet`. Out: `Line`s. A page is cut where white space runs across it or down it: columns of prose are read one
after the other, cells of a table side by side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest.blocks import clean
from ingest.read.pdfium import Segment, Sheet

ASIDE = 1_000_000  # order of text that runs in another direction
GUTTER = 9.0  # points between columns, at least
MIN_COLUMN_LINES = 4
MIN_LETTERS = 12  # a segment has on average where there are columns of prose: figures of a table have fewer
MAX_BANDS = 12
MIN_WORDS = 3.5  # a line of prose in a column has more, a cell of a table fewer
_BULLET = re.compile(r"[•◦▪‣●○■*·–—\uf0b7-]|\(?(?:\d{1,3}|[a-zA-Z])[.)]|\[\d{1,3}\]")
_NUMBER = re.compile(r"(?:[A-Z]|\d{1,2})(?:\.\d{1,2}){0,3}\.?")  # of a section


@dataclass(slots=True)
class Line:
    """A printed line.

    Attributes:
        cells: texts side by side; more than one in a row of a table.
        left, right: edges of the column that the line stands in.
        gap: white space above it, in letter sizes; large at the top of a column.
        region: counts the parts that a page was cut into.
        order, last: of its first and last segment in the file.
    """

    text: str
    cells: tuple[str, ...]
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    left: float
    right: float
    gap: float
    region: int
    page: int = 0
    order: int = 0
    last: int = 0


_BLANK = Line("", (), 0.0, 0.0, 0.0, 1.0, False, 0.0, 1.0, 99.0, 0)


def lines_of(sheet: Sheet, page: int) -> list[Line]:
    """The lines of a page, in reading order."""
    lines: list[Line] = []
    for region, group in enumerate(_cut([s for s in sheet.segments if clean(s.text)], 0)):
        lines += _lines(group, region, page)
    for text in filter(None, map(clean, sheet.aside)):
        lines.append(replace(_BLANK, text=text, cells=(text,), region=999, page=page, order=ASIDE))
    return lines


def disorder(lines: Sequence[Line]) -> float:
    """Share of neighbours between which the file draws something else, or which it draws the other way round."""
    pairs = [(a, b) for a, b in pairwise(lines) if b.order < ASIDE]
    return sum(b.order != a.last + 1 for a, b in pairs) / max(1, len(pairs))


def _cut(segments: list[Segment], depth: int) -> list[list[Segment]]:
    if len(segments) < 2 * MIN_COLUMN_LINES or depth > 12:
        return [segments] if segments else []
    at = _gutter(segments)
    if at is not None:
        left = [s for s in segments if (s.x0 + s.x1) / 2 < at]
        right = [s for s in segments if (s.x0 + s.x1) / 2 >= at]
        return _cut(left, depth + 1) + _cut(right, depth + 1)
    for upper, lower in _bands(segments):
        if _gutter(upper) is not None or _gutter(lower) is not None:
            return _cut(upper, depth + 1) + _cut(lower, depth + 1)
    return [segments]


def _gutter(segments: Sequence[Segment], deeper: bool = True) -> float | None:
    """Where columns of prose part, or None; `deeper` where a side may hold several columns itself."""
    if len(segments) < 2 * MIN_COLUMN_LINES or sum(len(s.text) for s in segments) < MIN_LETTERS * len(segments):
        return None
    ordered = sorted(segments, key=lambda s: s.x0)
    reach = ordered[0].x1
    best: tuple[float, float] | None = None
    for segment in ordered[1:]:
        gap = segment.x0 - reach
        if gap >= GUTTER and (best is None or gap > best[0]):
            middle = reach + gap / 2
            sides = [s for s in segments if s.x1 <= middle], [s for s in segments if s.x0 >= middle]
            if all(_is_column(side, deeper) for side in sides) and _beside(*sides):
                best = (gap, middle)
        reach = max(reach, segment.x1)
    return best[1] if best else None


def _is_column(side: Sequence[Segment], deeper: bool) -> bool:
    if len(side) < MIN_COLUMN_LINES:
        return False
    rows = _rows(side)
    words = [sum(len(s.text.split()) for s in row) for row in rows]
    alone = sum(len(row) == 1 for row in rows)
    if len(rows) < MIN_COLUMN_LINES or median(words) < MIN_WORDS:
        return False
    return alone >= 0.6 * len(rows) or (deeper and _gutter(side, deeper=False) is not None)


def _beside(left: Sequence[Segment], right: Sequence[Segment]) -> bool:
    top, bottom = (
        min(max(s.y1 for s in side) for side in (left, right)),
        max(min(s.y0 for s in side) for side in (left, right)),
    )
    return top - bottom > 3 * median(s.size for s in left)


def _bands(segments: Sequence[Segment]) -> list[tuple[list[Segment], list[Segment]]]:
    """Ways to cut the page across, at the widest white bands first."""
    ordered = sorted(segments, key=lambda s: -s.y1)
    low = ordered[0].y0
    cuts: list[tuple[float, float]] = []
    for segment in ordered[1:]:
        gap = low - segment.y1
        if gap > -0.25 * segment.size:
            cuts.append((gap, low - gap / 2))
        low = min(low, segment.y0)
    found = []
    for _, at in sorted(cuts, reverse=True)[:MAX_BANDS]:
        upper = [s for s in segments if (s.y0 + s.y1) / 2 > at]
        lower = [s for s in segments if (s.y0 + s.y1) / 2 <= at]
        if upper and lower:
            found.append((upper, lower))
    return found


def _rows(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Segments on one baseline together, from the top."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: -(s.y0 + s.y1)):
        middle = (segment.y0 + segment.y1) / 2
        if rows:
            row = rows[-1]
            before = (row[0].y0 + row[0].y1) / 2
            if abs(before - middle) < 0.45 * max(row[0].size, segment.size):
                row.append(segment)
                continue
        rows.append([segment])
    return [sorted(row, key=lambda s: s.x0) for row in rows]


def _lines(segments: Sequence[Segment], region: int, page: int) -> list[Line]:
    left, right = min(s.x0 for s in segments), max(s.x1 for s in segments)
    lines: list[Line] = []
    above: float | None = None
    for row in _rows(segments):
        widest = max(row, key=lambda s: len(s.text))
        cells = _cells(row)
        top, bottom = max(s.y1 for s in row), min(s.y0 for s in row)
        lines.append(
            Line(
                text=clean(" ".join(cells)),
                cells=cells,
                x0=row[0].x0,
                x1=max(s.x1 for s in row),
                y=(top + bottom) / 2,
                size=round(widest.size * 2) / 2,
                bold=sum(len(s.text) for s in row if s.bold) * 2 > sum(len(s.text) for s in row),
                left=left,
                right=right,
                gap=99.0 if above is None else (above - top) / max(1.0, widest.size),
                region=region,
                page=page,
                order=min(s.order for s in row),
                last=max(s.order for s in row),
            )
        )
        above = bottom
    return lines


def _cells(row: Sequence[Segment]) -> tuple[str, ...]:
    """The cells of a row; a bullet or number stands with what follows it, and overlapping parts together."""
    cells: list[str] = []
    reach = 0.0
    for segment in row:
        text = clean(segment.text)
        close = segment.x0 - reach < 1.1 * segment.size
        numbered = len(row) == 2 and row[0].bold and segment.bold and _NUMBER.fullmatch(cells[0] if cells else "")
        if cells and (close or numbered or _BULLET.fullmatch(cells[-1])):
            cells[-1] = f"{cells[-1]} {text}"
        else:
            cells.append(text)
        reach = max(reach, segment.x1) if cells else segment.x1
    return tuple(cells)
