"""Years that a question asks for: "of 2013", "after 2012", "from 2010 to 2015", "2014 or later", "of the 1990s".

In: a question. Out: `Years`, or None where no year is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

EARLIEST, LATEST = 1900, 2099
_YEAR = r"(?:19|20)\d\d"
YEARS = re.compile(
    rf"\b(?:from|between|of)\s+(?P<first>{_YEAR})\s*(?:to|and|until|[-–])\s*(?P<last>{_YEAR})\b"
    rf"|\b(?:after|later than|newer than)\s+(?P<after>{_YEAR})\b|\b(?:before|older than|earlier than|prior to)\s+"
    rf"(?P<before>{_YEAR})\b|\b(?:(?:from|in|of)\s+)?(?P<since>{_YEAR})\s+(?:or later|and later|on(?:wards)?)\b"
    rf"|\bsince\s+(?P<from>{_YEAR})\b|\b(?:until|up to)\s+(?P<until>{_YEAR})\b"
    rf"|\b(?:from|in|of|dated|published)\s+(?P<year>{_YEAR})\b"
    r"|\b(?:from|in|of)\s+the\s+(?P<decade>(?:19|20)\d0)['’]?s\b"
    r"|\b(?:from|in|of)\s+the\s+(?:last|20th|twentieth)\s+(?P<century>century)\b",
    re.IGNORECASE,
)


class Years(NamedTuple):
    """From the first to the last, both included; 0 for no bound."""

    first: int
    last: int

    def __contains__(self, year: object) -> bool:
        """True for a year between the two."""
        return isinstance(year, int) and self.first <= year <= (self.last or LATEST)

    def __str__(self) -> str:
        """In words: "2013", "2010 or later"."""
        if self.first == self.last:
            return str(self.first)
        if self.first and self.last:
            return f"{self.first} to {self.last}"
        return f"{self.first} or later" if self.first else f"{self.last} or earlier"

    def each(self) -> Iterator[str]:
        """Every year, as a word to look for."""
        return map(str, range(self.first or EARLIEST, (self.last or LATEST) + 1))


def years(question: str) -> Years | None:
    """The years asked for; None where no year is told."""
    match = YEARS.search(question)
    if match is None:
        return None
    if match["century"]:
        return Years(EARLIEST, 1999)
    told = {name: int(year) for name, year in match.groupdict().items() if year}
    if "first" in told:
        return Years(told["first"], told["last"])
    name, year = next(iter(told.items()))
    bounds = {
        "after": (year + 1, 0),
        "before": (0, year - 1),
        "year": (year, year),
        "until": (0, year),
        "decade": (year, year + 9),
    }
    return Years(*bounds.get(name, (year, 0)))
