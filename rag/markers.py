"""Reference markers in running text: `(1-3)`, `(5;6)`, `[1,3,4]`, `[13–15]`, `[4]-[8]`, `¹²`, `(Hall, 2001)`.

In: text, the style of the document's markers, the length of its reference list, and for markers that name their
entry the list itself. Out: where the markers stand and which entries they mean. A document points to its
references in one style; brackets of another kind hold counts ("mental health (14)") and stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.authoryear import find_named
from rag.schema import Marker, MarkerStyle, Reference

_DASH = r"‐‑–—−\-"
_RANGE = rf"\d{{1,6}}(?:\s*[{_DASH}]\s*\d{{1,4}})?"
_NUMBERS = rf"\s*{_RANGE}(?:(?:\s*[,;&]\s*|\s*,?\s+and\s+){_RANGE})*\s*"
_UP = "[⁰¹²³⁴⁵⁶⁷⁸⁹]"
_RAISED = rf"(?:(?<=[^\W\d_]{{3}})|(?<=[.,;:!?)\]”’\"'%])){_UP}+(?:\s?[,⁻{_DASH}]?\s?{_UP}+)*"
_GOES_ON = r"(?=\s\d{1,3}\s|[.,;:)]?(?:\s[^\W\d_a-z]|$)|\s(?:and|but|or|which|that|the|is|are|was|were|to|of|in|for)\b)"
# A number that lost its raised form in plain text stands right behind a word or its punctuation: "schools.12".
_FALLEN = (
    rf"(?:(?<=[^\W\d_]{{2}}[.,;:!?)”’\"'])|(?<=[)%][.,;:])|(?<=[^\W\d_A-Z]{{4}}))"
    rf"\d{{1,3}}(?:\s?[,{_DASH}]\s?\d{{1,3}}|\s\d{{1,3}}{_GOES_ON})*(?![\w%°]|[.,:]\d|[{_DASH}]\w)"
)
_GROUP: dict[MarkerStyle, re.Pattern[str]] = {
    "round": re.compile(rf"\(({_NUMBERS})\)"),
    "square": re.compile(rf"(?<!\d)\[({_NUMBERS}(?:\](?:\s?[,;{_DASH}]\s?)?\[{_NUMBERS})*)\]"),
    "superscript": re.compile(rf"({_RAISED}|{_FALLEN})"),
}
_FIGURE = re.compile(r"\b0|^\s*\d{1,3},\d{3}\s?[‐‑–—−-]\s?\d{1,3},\d{3}\s*$")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TOKEN = re.compile(rf"(\d+)(?:\s*[{_DASH}]\s*(\d+))?")
_SPACE_BEFORE_STOP = re.compile(r"\s+([.,;:!?)])")
STYLES: tuple[MarkerStyle, ...] = ("square", "round", "superscript", "author-year")
IN_ORDER = 0.9  # share of first mentions that ascend, in a document that numbers its entries as it cites them


def find_markers(text: str, style: MarkerStyle, count: int, references: Sequence[Reference] = ()) -> Iterator[Marker]:
    """Groups of the document's style, in order; `count` is the number of entries in its list."""
    if style == "none":
        return
    if style == "author-year":
        yield from (marker for marker in find_named(text, references) if marker.numbers)
        return
    for match in _GROUP[style].finditer(text):
        inside = match.group(1).translate(_LOWERED).replace("[", "").replace("]", "")
        if _FIGURE.search(inside):
            continue  # "[0,76–1,46]" is an interval
        numbers, repaired = resolve(inside, count, counts=style != "square")
        if style != "square" and not numbers:
            continue  # "(2013)", "(154)": a year or a count
        yield Marker(match.start(), match.end(), numbers, repaired)


def marker_style(text: str, count: int, references: Sequence[Reference] = ()) -> MarkerStyle:
    """How a document with `count` entries points to them: in the style that reaches most of them.

    Square brackets seldom hold anything else, the others often do: square wins unless it is far behind.
    """
    if not count:
        return "none"
    reached = {
        style: len({n for marker in find_markers(text, style, count, references) for n in marker.numbers})
        for style in STYLES
    }
    best = max(STYLES, key=lambda style: reached[style])
    if not reached[best]:
        return "none"
    return "square" if reached["square"] and reached["square"] * 2 >= reached[best] else best


def resolve(inside: str, count: int, counts: bool = False) -> tuple[tuple[int, ...], bool]:
    """The entries that the inside of a bracket means, and whether a lost dash was put back.

    A number beyond the list, or one that breaks the ascending order, is read as two numbers whose dash was
    lost when exactly one way to part it fits the list and its neighbours: `115` of 54 entries is 1–15, and
    `13` before `8` is 1–3. With `counts`, for brackets that also hold counts and years, a lone number
    and 1900 to 2099 are never parted. Returns ((), False) if any number can be made sense of in no way.
    """
    tokens = [(int(a), _last(a, b) if b else None) for a, b in _TOKEN.findall(inside)]
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


def repair_by_order(markers: Sequence[Marker], text: str, count: int) -> list[Marker]:
    """Put back dashes that only the order of citation proves: `68` after 5 is 6–8 where 9 to 67 are cited later.

    Only for a document that numbers its entries in the order in which it cites them, and that has no range left.
    """
    if any(re.search(rf"\d\s*[{_DASH}]", text[marker.start : marker.end]) for marker in markers):
        return list(markers)
    found = list(markers)
    for _ in range(len(found)):
        changed = False
        reached = 0
        for place, marker in enumerate(found):
            if marker.repaired and marker.numbers:
                reached = max(reached, *marker.numbers)
                continue
            later = {n for other in found[place + 1 :] for n in other.numbers}
            for number in marker.numbers:
                pair = _by_order(number, reached, count, later, set(marker.numbers))
                if pair is not None:
                    numbers = {*marker.numbers} - {number} | set(range(pair[0], pair[1] + 1))
                    found[place] = replace(marker, numbers=tuple(sorted(numbers)), repaired=True)
                    changed = True
                    break
                reached = max(reached, number)
            if changed:
                break
        if not changed:
            break
    return found


def _by_order(number: int, reached: int, count: int, later: set[int], beside: set[int]) -> tuple[int, int] | None:
    if number <= reached + 1:
        return None
    digits = str(number)
    pairs = [(int(digits[:cut]), int(digits[cut:])) for cut in range(1, len(digits)) if digits[cut] != "0"]
    fits = [(a, b) for a, b in pairs if a == reached + 1 and a < b <= count and b < number]
    if len(fits) != 1:
        return None
    skipped = set(range(fits[0][1] + 1, number)) - beside
    return fits[0] if skipped and len(skipped & later) >= len(skipped) * IN_ORDER else None


def _last(first: str, last: str) -> int:
    """The end of a range, also of one that leaves out the digits that stay: `112-5`."""
    return (
        int(first[: len(first) - len(last)] + last) if int(last) < int(first) and len(last) < len(first) else int(last)
    )


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


def without_markers(text: str, style: MarkerStyle, count: int, references: Sequence[Reference] = ()) -> str:
    """The text without its markers, for showing; counts in brackets of another kind stay."""
    parts: Sequence[Marker] = [m for m in find_markers(text, style, count, references) if m.numbers]
    for marker in reversed(parts):
        gap = "" if style == "superscript" and text[marker.end : marker.end + 1] != "" else " "
        text = text[: marker.start].rstrip() + (gap or "") + text[marker.end :].lstrip(" " if gap else "")
    return _SPACE_BEFORE_STOP.sub(r"\1", text).strip()
