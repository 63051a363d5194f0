"""Which documents a question is asked of: documents by name, kinds, years.

In: what a reader chose and the library's catalogue. Out: source ids, and the choice in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rag import CitewellError
from rag.schema import Catalogue


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of documents; empty parts choose all.

    Attributes:
        only: source ids. kinds: kinds of documents. since, until: years of publication, both included.
    """

    only: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.only or self.kinds or self.since or self.until)

    def keeps(self, source_id: str, entry: Catalogue) -> bool:
        """Whether a document belongs to the choice. One without a year belongs to no span of years."""
        if (self.only and source_id not in self.only) or (self.kinds and entry.kind not in self.kinds):
            return False
        if self.since is None and self.until is None:
            return True
        return entry.year is not None and (self.since or entry.year) <= entry.year <= (self.until or entry.year)

    def source_ids(self, library: Mapping[str, Catalogue]) -> tuple[str, ...]:
        """The documents chosen; empty when nothing is left out. Raises CitewellError when none is left."""
        if not self:
            return ()
        kept = tuple(source_id for source_id, entry in library.items() if self.keeps(source_id, entry))
        if not kept:
            raise CitewellError(
                f"no document in the library is {self.words(library)}", "take back a part of the filter, then ask again"
            )
        return kept

    def words(self, library: Mapping[str, Catalogue]) -> str:
        """The choice for people: "rapid response, from 2013 to 2015"."""
        names = "; ".join(library[id_].title if id_ in library else id_ for id_ in self.only)
        years = {
            (True, True): f"from {self.since} to {self.until}",
            (True, False): f"of {self.since} or later",
            (False, True): f"of {self.until} or earlier",
        }.get((self.since is not None, self.until is not None), "")
        return ", ".join(part for part in (names, " or ".join(self.kinds), years) if part)


EVERYTHING = Filter()
