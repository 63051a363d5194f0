"""A collection → an index as our pipeline builds it, in a folder that is gone afterwards.

In: documents of a public set. Out: an `Index`, and a plain word index of whole documents beside it. Vectors that
were computed are remembered in the cache, so that a second run embeds nothing. In a `HidingIndex` documents can
be left out for a question.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

from eval.collections import CorpusDocument
from ingest.assemble import assemble
from ingest.blocks import Block, clean
from ingest.passages import Measure, with_passages
from ingest.remember import VectorMemory
from rag.encode import Encoder, Vectors
from rag.index.layout import Fingerprint
from rag.index.reader import Index, LiveIndex
from rag.index.texts import passage_text, statement_text
from rag.index.words import PassageWords, WordIndex
from rag.index.writer import Draft, writing
from rag.mentions import Mention, Names
from rag.schema import Catalogue, Document
from rag.settings import Settings
from rag.terms import stem, words

Progress = Callable[[str], None]
MEMORY = "public.sqlite"  # in the cache: apart from the library's vectors, and safe to delete
TOGETHER = 64  # documents embedded in one go: texts of like length fill a batch
_BLANK_LINE = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Built:
    """A collection that can be searched.

    Attributes:
        plain: the same documents searched by words, whole and without fields: BM25 as it is commonly run.
        documents, passages, statements: how many there are.
        seconds: how long reading and embedding, and then building the index, took.
    """

    index: HidingIndex
    plain: WordIndex
    documents: int
    passages: int
    statements: int
    seconds: tuple[float, float]


class HidingIndex(Index):
    """An index in which documents can be hidden: a search finds what it would find without them.

    The weights of rare words still count the hidden documents: one of thousands, which changes no order.
    """

    _hidden: frozenset[str] = frozenset()
    _stems: tuple[frozenset[str], ...] = ()

    def hide(self, source_ids: Iterable[str]) -> None:
        """Leave these documents out from now on, and no others; ids that are not in the index are passed over."""
        self._hidden = frozenset(source_ids) & self._objects.keys()
        documents = [self.document(source_id) for source_id in sorted(self._hidden)]
        self._stems = tuple(stems for document in documents for stems in _stems_of(document))

    @property
    def source_ids(self) -> tuple[str, ...]:
        """See Index."""
        return tuple(source_id for source_id in super().source_ids if source_id not in self._hidden)

    @property
    def catalogues(self) -> Mapping[str, Catalogue]:
        """See Index."""
        return {id_: known for id_, known in super().catalogues.items() if id_ not in self._hidden}

    @cached_property
    def names(self) -> Names:
        """See Index."""
        return _LeftNames(super().catalogues, lambda: self._hidden)

    def by_meaning(self, vector: Vectors, limit: int, only: Sequence[str] = ()) -> dict[str, float]:
        """See Index."""
        return self._left(super().by_meaning(vector, limit + len(self._stems), only), limit)

    def by_words(self, words: Sequence[str], limit: int, only: Sequence[str] = ()) -> dict[str, float]:
        """See Index."""
        return self._left(super().by_words(words, limit + len(self._stems), only), limit)

    def passages_with(self, stem: str) -> int:
        """See Index."""
        return max(0, super().passages_with(stem) - sum(stem in stems for stems in self._stems))

    def _left(self, found: dict[str, float], limit: int) -> dict[str, float]:
        left = ((id_, score) for id_, score in found.items() if source_of(id_) not in self._hidden)
        return dict(islice(left, limit))


class _LeftNames(Names):
    """Names of all documents, of which some may be hidden at the time of a question."""

    def __init__(self, catalogues: Mapping[str, Catalogue], hidden: Callable[[], frozenset[str]]) -> None:
        super().__init__(catalogues)
        self._hidden = hidden

    def find(self, question: str) -> Mention:
        """See Names."""
        found = super().find(question)
        left = tuple(source_id for source_id in found.source_ids if source_id not in self._hidden())
        return replace(found, source_ids=left) if left else Mention((), question, question)


class OneIndex(LiveIndex):
    """A library that stays as it is, for an assistant to ask."""

    def __init__(self, index: Index) -> None:
        """Always this index."""
        self._index = index

    def current(self) -> Index:
        """The index."""
        assert self._index is not None
        return self._index


def source_of(passage_id: str) -> str:
    """The document of a passage."""
    return passage_id.rpartition("#")[0]


@contextlib.contextmanager
def built(
    documents: Iterable[CorpusDocument], settings: Settings, encoder: Encoder, progress: Progress, total: int = 0
) -> Iterator[Built]:
    """Build the index of a collection; `total` is the number of documents, for the progress notes."""
    with (
        tempfile.TemporaryDirectory(prefix="citewell-", ignore_cleanup_errors=True) as name,
        contextlib.ExitStack() as open_,
    ):
        folder = Path(name)
        read = passages = statements = 0
        began = time.monotonic()
        plain = open_.enter_context(contextlib.closing(WordIndex(folder / "plain.sqlite", writable=True)))
        with writing(folder), contextlib.closing(_memory(settings, encoder)) as memory:
            draft = Draft(folder, Fingerprint(encoder.fingerprint, encoder.dim, encoder.max_tokens))
            for group in _groups(documents):
                made = [as_document(document, encoder) for document in group]
                _embed(made, draft, memory, encoder)
                add_plain(plain, group)
                read += len(made)
                passages += sum(len(document.passages) for document in made)
                statements += sum(len(passage.statements) for document in made for passage in document.passages)
                progress(f"{read:,}/{total:,} documents, {passages:,} passages")
            embedded = time.monotonic()
            progress("building the index")
            generation = draft.publish()
        plain.commit()
        seconds = (embedded - began, time.monotonic() - embedded)
        index = open_.enter_context(contextlib.closing(HidingIndex(folder, generation)))
        yield Built(index, plain, read, passages, statements, seconds)


def as_document(document: CorpusDocument, encoder: Encoder) -> Document:
    """A document of a collection as our pipeline reads it: a title, and paragraphs parted by blank lines.

    One without text has its title as its only paragraph.
    """
    title = clean(document.title)
    paragraphs = [paragraph for part in _BLANK_LINE.split(document.text) if (paragraph := clean(part))]
    blocks = [Block("title", title)] if title else []
    blocks += [Block("paragraph", paragraph) for paragraph in paragraphs or [title or document.id]]
    assembled = assemble(document.id, blocks, Catalogue(title=title))
    if not title:  # the id, which stands in for a title, says nothing of what a passage is about
        assembled = replace(assembled, document=replace(assembled.document, catalogue=Catalogue(title="")))
    return with_passages(assembled, Measure(encoder.max_tokens, encoder.count_tokens))


def add_plain(plain: WordIndex, documents: Iterable[CorpusDocument]) -> None:
    """Add documents to a word index whole, title and text in one field."""
    for document in documents:
        whole = f"{document.title}\n{document.text}"
        plain.add(document.id, "{}", [PassageWords(document.id, 0, "", "", whole, "")])


def _memory(settings: Settings, encoder: Encoder) -> VectorMemory:
    return VectorMemory(settings.cache / MEMORY, encoder.fingerprint, encoder.dim)


def _groups(documents: Iterable[CorpusDocument]) -> Iterator[list[CorpusDocument]]:
    rest = iter(documents)
    while group := list(islice(rest, TOGETHER)):
        yield group


def _embed(documents: Sequence[Document], draft: Draft, memory: VectorMemory, encoder: Encoder) -> None:
    texts: list[str] = []
    for document in documents:
        texts += [passage_text(document, passage) for passage in document.passages]
        texts += [statement_text(document, s) for passage in document.passages for s in passage.statements]
    rows = memory.encode(texts, encoder.encode_passages)
    first = 0
    for document in documents:
        passages = first + len(document.passages)
        end = passages + sum(len(passage.statements) for passage in document.passages)
        draft.put(document, rows[first:passages], rows[passages:end])
        first = end


def _stems_of(document: Document) -> list[frozenset[str]]:
    """The stems of each passage, title and headings with it."""
    title = document.catalogue.title
    texts = [
        " ".join((title, *passage.section, document.text[passage.start : passage.end])) for passage in document.passages
    ]
    return [frozenset(stem(word) for word in words(text)) for text in texts]
