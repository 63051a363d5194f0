"""Which documents a question may be answered from: by id, year, kind and topic.

In: an index and the user's wishes. Out: source ids. When nothing is left, the error says which wish emptied the rest,
and what there is instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import SourceError
from rag.index.reader import Index
from rag.terms import content_words, stem, words


@dataclass(frozen=True, slots=True)
class Filters:
    """The user's wishes; an empty one restricts nothing.

    Attributes:
        only: source ids. since, until: years of publication, both included; a document without a year is left out.
        kind: words of the document's kind ("review"). topic: words that stand together in one of its passages.
    """

    only: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    kind: str = ""
    topic: str = ""

    def sources(self, index: Index) -> tuple[str, ...]:
        """Source ids that are left, sorted; empty when nothing is filtered. Raises SourceError when none is left."""
        unknown = set(self.only) - set(index.source_ids)
        if unknown:
            raise SourceError(
                f"no document with the id `{sorted(unknown)[0]}` in the library",
                "`python -m ingest status` lists the ids",
            )
        left: Sequence[str] = tuple(sorted(set(self.only)))
        if self.since is None and self.until is None and not self.kind.strip() and not self.topic.strip():
            return tuple(left)
        among = "the documents chosen" if self.only else "the library"
        left = left or index.source_ids
        left = self._of_years(index, left, among)
        left = self._of_kind(index, left, among)
        return tuple(self._on_topic(index, left, among))

    def _of_years(self, index: Index, left: Sequence[str], among: str) -> Sequence[str]:
        if self.since is None and self.until is None:
            return left
        years = {id_: year for id_ in left if (year := index.catalogues[id_].year) is not None}
        since = self.since if self.since is not None else min(years.values(), default=0)
        until = self.until if self.until is not None else max(years.values(), default=0)
        kept = [id_ for id_ in left if id_ in years and since <= years[id_] <= until]
        if kept:
            return kept
        wishes = [f"{self.since} or later"] if self.since is not None else []
        wishes += [f"{self.until} or earlier"] if self.until is not None else []
        first, last = min(years.values(), default=0), max(years.values(), default=0)
        held = "it names no year" if not years else f"its years are {first} to {last}" if first < last else str(first)
        raise SourceError(f"no document of {' and '.join(wishes)} is among {among}", f"choose other years: {held}")

    def _of_kind(self, index: Index, left: Sequence[str], among: str) -> Sequence[str]:
        asked = {stem(word) for word in words(self.kind)}
        kept = [id_ for id_ in left if asked <= {stem(word) for word in words(index.catalogues[id_].kind)}]
        if kept or not asked:
            return kept or left
        kinds = sorted({index.catalogues[id_].kind for id_ in left} - {""})
        held = f"choose another kind: {'; '.join(kinds)}" if kinds else "no document left tells its kind"
        raise SourceError(f"no document of the kind `{self.kind}` is among {among}, as far as it was left", held)

    def _on_topic(self, index: Index, left: Sequence[str], among: str) -> Sequence[str]:
        asked = content_words(self.topic)
        if not asked:
            return left
        about = index.sources_with(asked)
        kept = [id_ for id_ in left if id_ in about]
        if kept:
            return kept
        raise SourceError(
            f"no document with `{self.topic}` in one passage is among {among}, as far as it was left",
            "choose fewer or other words, or leave out another filter",
        )
