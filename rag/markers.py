"""Reference markers in running text: `(1-3)`, `(5;6)`, `[1,3,4]`, `[13–15]`.

In: text, the style of the document's markers, the length of its reference list. Out: where the markers
stand and which entries they mean. A document points to its references in one style; brackets of the other
kind hold counts ("mental health (14)") and stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.schema import MarkerStyle

_NUMBERS = r"\s*\d{1,6}(?:\s*[-–—]\s*\d{1,4})?(?:\s*[,;]\s*\d{1,6}(?:\s*[-–—]\s*\d{1,4})?)*\s*"
_GROUP: dict[MarkerStyle, re.Pattern[str]] = {
    "round": re.compile(rf"\(({_NUMBERS})\)"),
    "square": re.compile(rf"\[({_NUMBERS})\]"),
}
_TOKEN = re.compile(r"(\d+)(?:\s*[-–—]\s*(\d+))?")
_SPACE_BEFORE_STOP = re.compile(r"\s+([.,;:!?)])")


@dataclass(frozen=True, slots=True)
class Marker:
    """One group of markers.

    Attributes:
        start, end: span in the text given, brackets included.
        numbers: entries meant, ascending; empty when they cannot be told.
        repaired: True when a range had lost its dash and the list proves what it was.
    """

    start: int
    end: int
    numbers: tuple[int, ...]
    repaired: bool = False


def find_markers(text: str, style: MarkerStyle, count: int) -> Iterator[Marker]:
    """Groups of the document's style, in order; `count` is the number of entries in its list."""
    if style == "none":
        return
    for match in _GROUP[style].finditer(text):
        numbers, repaired = resolve(match.group(1), count, counts=style == "round")
        if style == "round" and not numbers:
            continue  # "(2013)", "(154)": a year or a count
        yield Marker(match.start(), match.end(), numbers, repaired)


def marker_style(text: str, count: int) -> MarkerStyle:
    """In which brackets a document with `count` entries points to them.

    Square brackets seldom hold anything else, round ones often do: square wins unless it is far behind.
    """
    found = {
        style: sum(1 for marker in find_markers(text, style, count) if marker.numbers) for style in ("round", "square")
    }
    if not count or not any(found.values()):
        return "none"
    return "square" if found["square"] and found["square"] * 2 >= found["round"] else "round"


def resolve(inside: str, count: int, counts: bool = False) -> tuple[tuple[int, ...], bool]:
    """The entries that the inside of a bracket means, and whether a lost dash was put back.

    A number beyond the list, or one that breaks the ascending order, is read as two numbers whose dash was
    lost when exactly one way to part it fits the list and its neighbours: `115` of 54 entries is 1–15, and
    `13` before `8` is 1–3. With `counts`, for brackets that also hold counts and years, a lone number
    and 1900 to 2099 are never parted. Returns ((), False) if any number can be made sense of in no way.
    """
    tokens = [(int(a), int(b) if b else None) for a, b in _TOKEN.findall(inside)]
    spans: list[tuple[int, int]] = []
    repaired = False
    for place, (first, last) in enumerate(tokens):
        before = spans[-1][1] if spans else 0
        after = tokens[place + 1][0] if place + 1 < len(tokens) else None
        if last is not None:
            if not 0 < first <= last <= count:
                return (), False
            spans.append((first, last))
        elif 0 < first <= count and not (after is not None and first > after >= 1 and first >= 10):
            spans.append((first, first))
        else:
            whole = counts and (len(tokens) == 1 or 1900 <= first <= 2099)
            parts = [] if whole else _partings(first, before, after, count)
            if len(parts) == 1:
                spans.append(parts[0])
                repaired = True
            elif 0 < first <= count:
                spans.append((first, first))
            else:
                return (), False
    return tuple(sorted({n for a, b in spans for n in range(a, b + 1)})), repaired


def _partings(number: int, before: int, after: int | None, count: int) -> list[tuple[int, int]]:
    digits = str(number)
    fits = []
    for cut in range(1, len(digits)):
        a, b = int(digits[:cut]), int(digits[cut:])
        ascending = before < a < b <= count and (after is None or b < _least(after, count))
        if ascending and digits[cut] != "0":
            fits.append((a, b))
    return fits


def _least(number: int, count: int) -> int:
    """The least that a number of the list can begin with: itself, or its first digit where it lost a dash."""
    return number if number <= count else int(str(number)[:2]) if int(str(number)[:2]) <= count else count + 1


def without_markers(text: str, style: MarkerStyle, count: int) -> str:
    """The text without its markers, for showing; counts in brackets of the other kind stay."""
    parts: Sequence[Marker] = [m for m in find_markers(text, style, count) if m.numbers]
    for marker in reversed(parts):
        text = text[: marker.start].rstrip() + " " + text[marker.end :].lstrip()
    return _SPACE_BEFORE_STOP.sub(r"\1", text).strip()
