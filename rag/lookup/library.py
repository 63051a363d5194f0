"""What a look-up may use: the index, the documents that filter and question leave, and the search for passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.encode import Vectors
from rag.index.reader import Index
from rag.schema import Catalogue, Document, Hit

SCANNED = 40  # documents: with more of them the word index says which to read


@dataclass(frozen=True, slots=True)
class Library:
    """The library as far as a question reaches.

    Attributes:
        left: source ids that the user's filter leaves. named: those of them that the question names.
        find: searches passages for some words. encode: vectors of texts.
    """

    index: Index
    left: tuple[str, ...]
    named: tuple[str, ...]
    find: Callable[[str], Sequence[Hit]]
    encode: Callable[[Sequence[str]], Vectors]

    @property
    def reach(self) -> tuple[str, ...]:
        """The documents named, else all that the filter leaves."""
        return self.named or self.left

    def known(self, source_id: str) -> Catalogue:
        """What is known of a document."""
        return self.index.catalogues[source_id]

    def documents(self, words: Sequence[str] = ()) -> Iterator[Document]:
        """The documents in reach; of many, those where one of the words stands, best first."""
        chosen: Sequence[str] = self.reach
        if len(chosen) > SCANNED and words:
            passages = self.index.by_words(
                words, 10 * SCANNED, self.reach if self.reach != self.index.source_ids else ()
            )
            chosen = tuple(dict.fromkeys(passage_id.rpartition("#")[0] for passage_id in passages))
        for source_id in chosen:
            yield self.index.document(source_id)

    def by_year(self, source_ids: Sequence[str] = ()) -> list[str]:
        """Source ids, newest first, then by title."""
        return sorted(source_ids or self.reach, key=lambda id_: (-(self.known(id_).year or 0), self.known(id_).title))
