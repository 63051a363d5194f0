"""Citewell inside LlamaIndex: its retriever and its answers for people who build with that library.

In: an `Assistant`. Out: a LlamaIndex retriever whose nodes carry exact offsets, and a query engine whose response
is Citewell's answer with a source node a citation. Neither needs a language model.

    from rag.assistant import open_assistant
    from rag.llamaindex import CitewellQueryEngine
    from rag.settings import load_settings

    engine = CitewellQueryEngine(assistant=open_assistant(load_settings()))
    print(engine.query("how should peers be trained?"))
"""

from __future__ import annotations

from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.assistant import Assistant
from rag.schema import Citation, Hit


class CitewellRetriever(BaseRetriever):
    """The ranked passages as nodes; score and offsets are Citewell's own."""

    def __init__(self, assistant: Assistant, k: int = 10) -> None:
        """`k`: how many passages, at most."""
        super().__init__()
        self._assistant = assistant
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_hit_node(hit) for hit in self._assistant.search(query_bundle.query_str, self._k)]


class CitewellQueryEngine(CustomQueryEngine):
    """Citewell's answer as a response; its source nodes are the quotations, in the order of their markers.

    When Citewell abstains, the response says so and has no source nodes; `metadata["abstained"]` is True.
    """

    assistant: Any

    def custom_query(self, query_str: str) -> Response:
        """Answer a question that stands alone."""
        answer = self.assistant.ask(query_str)
        return Response(
            answer.text,
            source_nodes=[NodeWithScore(node=_citation_node(citation)) for citation in answer.citations],
            metadata={
                "abstained": answer.abstained,
                "uncovered": list(answer.uncovered),
                "receipt": answer.receipt,
                "generation": answer.generation,
            },
        )


def _hit_node(hit: Hit) -> NodeWithScore:
    node = TextNode(
        id_=hit.passage.id,
        text=hit.text,
        start_char_idx=hit.passage.start,
        end_char_idx=hit.passage.end,
        metadata={
            "source_id": hit.document.source_id,
            "title": hit.document.catalogue.title,
            "year": hit.document.catalogue.year,
            "section": " › ".join(hit.passage.section),
            "page": hit.passage.page,
        },
    )
    return NodeWithScore(node=node, score=hit.score)


def _citation_node(citation: Citation) -> TextNode:
    return TextNode(
        id_=f"{citation.source_id}:{citation.char_start}-{citation.char_end}",
        text=citation.quote,
        start_char_idx=citation.char_start,
        end_char_idx=citation.char_end,
        metadata={
            "marker": citation.marker,
            "source_id": citation.source_id,
            "title": citation.title,
            "year": citation.year,
            "section": " › ".join(citation.section),
            "page": citation.page,
            "studies": [study.label for study in citation.studies],
        },
    )
