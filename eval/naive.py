"""What a LlamaIndex user gets by default, to stand beside ours. In: documents, an encoder. Out: an `Asked`.

LlamaIndex's SentenceSplitter with chunks of 1,024 tokens (and its default overlap of 200) over the same texts, the
same encoder, the chunks in the order of their cosine with the question, the first 150 words of the two best as the
answer, those two as its sources. It never abstains and does not look at the history: that is the default.

The encoder reads 256 tokens. sentence-transformers, which LlamaIndex would use, cuts what is longer without a
word, while ours refuses it; so here each chunk is cut to the first words that fit before it is encoded. Most of
each chunk is therefore never searched, and that is faithful.

Beside the homes of LlamaIndex that DESIGN.md names, this is the one module that imports it: as the thing measured,
not as a part of the assistant (tests/test_architecture.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from eval.measures import ANSWER_WORDS, first_words
from ingest.sentences import split_sentences
from rag.encode import Encoder
from rag.errors import SourceError
from rag.schema import Answer, Citation, Document, Hit, Passage, Sentence, Statement, Turn

CHUNK_TOKENS = 1024
BEST = 2  # LlamaIndex's default similarity_top_k
HITS = 10
NAME = "naive"


class Naive:
    """Chunks, cosine, the first words of the two best."""

    def __init__(self, documents: Sequence[Document], encoder: Encoder) -> None:
        """Cut and embed the documents."""
        self._encoder = encoder
        self._documents: Mapping[str, Document] = {
            document.source_id: replace(document, passages=tuple(chunks(document))) for document in documents
        }
        self._chunks = [(document, chunk) for document in self._documents.values() for chunk in document.passages]
        texts = [document.text[chunk.start : chunk.end] for document, chunk in self._chunks]
        self._vectors = encoder.encode_passages([fitting(text, encoder) for text in texts])

    def document(self, source_id: str) -> Document:
        """A document with its chunks as passages; raises SourceError for an unknown id."""
        if source_id not in self._documents:
            raise SourceError(f"no document with the id `{source_id}` in the index", "see `python -m ingest status`")
        return self._documents[source_id]

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The first words of the two best chunks; the history is not looked at."""
        started = time.perf_counter()
        cosines = self._vectors @ self._encoder.encode_questions([question])[0]
        hits = tuple(
            Hit(rank, chunk, document, round(float(cosines[row]), 4), float(cosines[row]), 0.0, ())
            for rank, row in enumerate(np.argsort(-cosines, kind="stable")[:HITS].tolist(), start=1)
            for document, chunk in [self._chunks[row]]
        )
        best = hits[:BEST]
        sentences = tuple(_sentences(best))
        cited = {number for sentence in sentences for number in sentence.citations}
        citations = tuple(_citation(hit) for hit in best if hit.rank in cited)
        taken = (time.perf_counter() - started) * 1000
        return Answer(question, question, False, sentences, citations, hits, timings_ms={"total": round(taken, 1)})


def chunks(document: Document) -> Iterator[Passage]:
    """The chunks of a document as LlamaIndex cuts it, each as a passage of one statement."""
    from llama_index.core import Document as LlamaDocument
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.schema import TextNode

    splitter = SentenceSplitter(chunk_size=CHUNK_TOKENS)
    for number, node in enumerate(splitter.get_nodes_from_documents([LlamaDocument(text=document.text)])):
        assert isinstance(node, TextNode)
        assert node.start_char_idx is not None
        assert node.end_char_idx is not None
        start, end = node.start_char_idx, node.end_char_idx
        path = next((s.path for s in document.sections if s.start <= start < s.end), ())
        yield Passage(
            f"{document.source_id}#chunk{number:04d}", document.source_id, path, start, end, (Statement(start, end),)
        )


def fitting(text: str, encoder: Encoder) -> str:
    """As many of the text's first words as the encoder reads."""
    words = text.split()
    low, high = 0, len(words)
    while low < high:  # the most words that fit
        middle = (low + high + 1) // 2
        if encoder.count_tokens(" ".join(words[:middle])) <= encoder.max_tokens:
            low = middle
        else:
            high = middle - 1
    return " ".join(words[:low])


def _sentences(hits: Sequence[Hit]) -> Iterator[Sentence]:
    """The first words of the chunks, one chunk after the other, each sentence with its chunk as source."""
    room = ANSWER_WORDS
    for hit in hits:
        parts = [hit.text[start:end] for start, end in split_sentences(hit.text)]
        for text in first_words(parts, room):
            yield Sentence(text, (hit.rank,))
            room -= len(text.split())


def _citation(hit: Hit) -> Citation:
    catalogue = hit.document.catalogue
    return Citation(
        marker=hit.rank,
        source_id=hit.document.source_id,
        title=catalogue.title,
        year=catalogue.year,
        section=hit.passage.section,
        page=None,
        quote=hit.text,
        char_start=hit.passage.start,
        char_end=hit.passage.end,
        passage=hit.text,
        passage_start=hit.passage.start,
    )
