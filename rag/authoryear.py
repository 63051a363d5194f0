"""Markers that name their entry: `(Hall, 2001)`, `Hall and Lund (2003a, b)`, `(see Moss et al., 1999; WHO 2015)`.

In: text, and the entries of the reference list. Out: where such groups stand and which entries they mean; with
no entries given, where text has that form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.schema import Marker, Reference

_YEAR = r"(?:(?:1[89]|20)\d{2}[a-z]?|in press|forthcoming|n\.d\.)"
_YEARS = rf"{_YEAR}(?:\s*(?:,|;|&|and)\s*(?:{_YEAR}|[a-z]\b))*"
_PAGE = r"(?:,?\s*(?:pp?\.|pages?)\s*\d+(?:\s*[-–]\s*\d+)?)?"
_BRACKET = re.compile(r"[(\[]([^()\[\]]{4,600})[)\]]")
_CITED = re.compile(rf"(?P<names>[^\d;]*?)[,\s]+(?P<years>{_YEARS}){_PAGE}\s*(?=[;,&]|and\b|$)")
_ONLY_YEARS = re.compile(rf"\s*(?P<years>{_YEARS}){_PAGE}\s*")
_LEAD = re.compile(
    r"^(?:[\s,;:&]|and\b|see\b|also\b|e\.?g\.?|i\.?e\.?|cf\.?|for example\b|for (?:a )?reviews?\b"
    r"|reviewed (?:in|by)\b|as cited in\b|"
    r"in\b|by\b|from\b|after\b|adapted\b|reprinted\b|data\b|source\b)+",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?P<names>(?:(?:[^\W\d_][\w'’-]*)\s){0,6}?[^\W\d_a-z][\w'’-]+"
    r"(?:,?\s(?:and|&)\s(?:[^\W\d_][\w'’-]*\s){0,2}?[^\W\d_a-z][\w'’-]+|,?\s+et\s+al\.?,?|\s+and\s+(?:colleagues|co-?workers|others))?)"
    r"(?:['’]s?)?\s*$"
)
_REST = re.compile(r",?\s+et\s+al\b|,?\s+(?:and|&)\s+|,\s+|\s+(?:and|&)\s+colleagues")
_NOT_WORD = re.compile(r"[^\w]+")
MAX_NAME_WORDS = 8


def find_named(text: str, references: Sequence[Reference]) -> Iterator[Marker]:
    """Groups in order; `numbers` are empty where no entry, or more than one, fits any of a group's names."""
    for bracket in _BRACKET.finditer(text):
        inside = bracket.group(1)
        years = _ONLY_YEARS.fullmatch(inside)
        if years:
            before = _BEFORE.search(text, max(0, bracket.start() - 120), bracket.start())
            cited = [(before["names"], years["years"])] if before else []
        else:
            cited = [(match["names"], match["years"]) for match in _CITED.finditer(inside)]
            if cited and not _fills(inside):
                continue
        pairs = [(names, mark) for names, printed in cited for mark in _marks(printed) if _LEAD.sub("", names)]
        if not pairs:
            continue
        found = [_entry(_LEAD.sub("", names), mark, tuple(references)) for names, mark in pairs]
        yield Marker(bracket.start(), bracket.end(), tuple(sorted({n for numbers in found for n in numbers})))


def _fills(inside: str) -> bool:
    """True when a bracket holds citations and little else."""
    rest = _CITED.sub("", inside)
    return len(rest.split()) <= 3 and all(
        len(match["names"].split()) <= MAX_NAME_WORDS + 4 for match in _CITED.finditer(inside)
    )


def _marks(printed: str) -> list[str]:
    """`2001a, b; 2003` → 2001a, 2001b, 2003."""
    marks: list[str] = []
    for part in re.split(r"\s*(?:,|;|&|\band\b)\s*", printed):
        if len(part) == 1 and marks:
            marks.append(marks[-1][:4] + part)
        elif part:
            marks.append(part)
    return marks


def _entry(names: str, mark: str, references: tuple[Reference, ...]) -> tuple[int, ...]:
    parts = [part for part in _REST.split(names) if part.strip()]
    if not parts:
        return ()
    several = re.search(r"\bet\s+al\b|\band\s+(?:colleagues|co-?workers|others)", names) is not None
    table = _table(references)
    words = parts[0].split()
    for first in dict.fromkeys(_folded(" ".join(words[at:])) for at in range(len(words))):
        fits = [entry for entry in table.get(first, ()) if entry[1][:4] == mark[:4]]
        exact = [entry for entry in fits if entry[1] == mark]
        lettered = [fits[ord(mark[4]) - ord("a")]] if len(mark) == 5 and ord(mark[4]) - ord("a") < len(fits) else []
        for chosen in (exact, lettered if not exact else [], fits if not exact else []):
            if len(chosen) > 1:
                chosen = _by_authors(chosen, parts, several) or chosen
            if len(chosen) == 1:
                return (chosen[0][0],)
        if fits:
            return ()
    return ()


def _by_authors(
    fits: Sequence[tuple[int, str, tuple[str, ...]]], parts: Sequence[str], several: bool
) -> list[tuple[int, str, tuple[str, ...]]]:
    second = _folded(parts[1]) if len(parts) > 1 and not several else ""
    if second:
        return [entry for entry in fits if len(entry[2]) > 1 and entry[2][1] == second]
    return [entry for entry in fits if (len(entry[2]) > 1) == several]


@lru_cache(maxsize=64)
def _table(references: tuple[Reference, ...]) -> dict[str, list[tuple[int, str, tuple[str, ...]]]]:
    """Name → entries (number, year as printed, surnames), also by a surname's last word and by initials."""
    table: dict[str, list[tuple[int, str, tuple[str, ...]]]] = {}
    for reference in references:
        surnames = tuple(_folded(surname(author)) for author in reference.authors)
        name, _, tail = reference.label.rpartition(" ")
        mark = tail if tail[:4].isdigit() else "in press" if "in press" in reference.text else ""
        first = _folded(name if mark[:4].isdigit() else reference.label)
        words = (name or reference.label).split()
        initials = "".join(word[0] for word in words if word[0].isupper())
        keys = {first, first.split()[-1] if first else "", surnames[0] if surnames else first}
        keys |= {initials.casefold()} if len(initials) > 2 else set()
        for key in keys - {""}:
            table.setdefault(key, []).append((reference.number, mark, surnames))
    return table


def surname(author: str) -> str:
    """Of an author as a reference list prints it: "van der Berg A.B." → "van der Berg", "Murphy C a" → "Murphy"."""
    words = author.replace(",", " ").split()
    while len(words) > 1 and (
        words[-1] == "a" or (words[-1].isupper() and len(words[-1].replace(".", "").replace("-", "")) <= 4)
    ):
        words.pop()
    return " ".join(words)


def _folded(name: str) -> str:
    return _NOT_WORD.sub(" ", re.sub(r"['’]s$", "", name.strip()).casefold()).strip()
