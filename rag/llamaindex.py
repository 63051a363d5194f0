"""Citewell inside LlamaIndex: its retriever and its answers for people who build with that library.

In: an `Assistant`. Out: a LlamaIndex retriever whose nodes carry exact offsets, a query engine whose response is
Citewell's answer with a source node a citation, and a chat engine that completes follow-ups as Citewell does. None
needs a language model.

    from rag.assistant import open_assistant
    from rag.llamaindex import CitewellQueryEngine
    from rag.settings import load_settings

    engine = CitewellQueryEngine(assistant=open_assistant(load_settings()))
    print(engine.query("how should peers be trained?"))
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole
from llama_index.core.base.response.schema import Response
from llama_index.core.chat_engine.types import AgentChatResponse, BaseChatEngine, StreamingAgentChatResponse
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.assistant import Assistant
from rag.schema import Answer, Citation, Hit, Turn


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
        return Response(answer.text, source_nodes=_sources(answer), metadata=_metadata(answer))


class CitewellChatEngine(BaseChatEngine):
    """A conversation with Citewell: each message is understood from the turns before it.

    `metadata["standalone_question"]` of a response is the message as it was understood.
    """

    def __init__(self, assistant: Assistant, chat_history: Sequence[ChatMessage] = ()) -> None:
        """`chat_history`: the turns before, oldest first."""
        self._assistant = assistant
        self._history = list(chat_history)

    @property
    def chat_history(self) -> list[ChatMessage]:
        """The turns so far, oldest first."""
        return self._history

    def reset(self) -> None:
        """Forget the conversation."""
        self._history = []

    def chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """Answer a message; a `chat_history` given takes the place of the one remembered."""
        answer = self._ask(message, chat_history)
        return AgentChatResponse(answer.text, source_nodes=_sources(answer), metadata=_metadata(answer))

    def stream_chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> StreamingAgentChatResponse:
        """As `chat`, sentence by sentence."""
        answer = self._ask(message, chat_history)
        return StreamingAgentChatResponse(
            chat_stream=_sentences(answer), source_nodes=_sources(answer), is_writing_to_memory=False
        )

    async def achat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """As `chat`, in a thread of its own."""
        return await asyncio.to_thread(self.chat, message, chat_history)

    async def astream_chat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        """As `stream_chat`; the answer is made in a thread of its own."""
        answer = await asyncio.to_thread(self._ask, message, chat_history)
        return StreamingAgentChatResponse(
            achat_stream=_sentences_later(answer), source_nodes=_sources(answer), is_writing_to_memory=False
        )

    def _ask(self, message: str, chat_history: list[ChatMessage] | None) -> Answer:
        history = list(self._history if chat_history is None else chat_history)
        answer = self._assistant.ask(message, [turn for entry in history for turn in _turns(entry)])
        said = ChatMessage(role=MessageRole.USER, content=message)
        self._history = [*history, said, ChatMessage(role=MessageRole.ASSISTANT, content=answer.text)]
        return answer


def _turns(message: ChatMessage) -> Iterator[Turn]:
    """A message as a turn; those of other roles (system, tool) are no part of a conversation."""
    if message.content and message.role == MessageRole.USER:
        yield Turn("user", message.content)
    elif message.content and message.role in (MessageRole.ASSISTANT, MessageRole.CHATBOT):
        yield Turn("assistant", message.content)


def _sentences(answer: Answer) -> Generator[ChatResponse, None, None]:
    """The answer's text in parts that make it up."""
    told = ""
    parts = [sentence.marked for sentence in answer.sentences] or [answer.text]
    for place, part in enumerate(parts):
        delta = part if not place else f" {part}"
        told += delta
        yield ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=told), delta=delta)


async def _sentences_later(answer: Answer) -> AsyncGenerator[ChatResponse, None]:
    for response in _sentences(answer):
        yield response


def _sources(answer: Answer) -> list[NodeWithScore]:
    return [NodeWithScore(node=_citation_node(citation)) for citation in answer.citations]


def _metadata(answer: Answer) -> dict[str, Any]:
    return {
        "abstained": answer.abstained,
        "uncovered": list(answer.uncovered),
        "standalone_question": answer.standalone_question,
        "receipt": answer.receipt,
        "generation": answer.generation,
    }


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
    in_text = citation.kind == "text"
    place = f"{citation.char_start}-{citation.char_end}" if in_text else f"catalogue:{citation.quote}"
    return TextNode(
        id_=f"{citation.source_id}:{place}",
        text=citation.quote,
        start_char_idx=citation.char_start if in_text else None,
        end_char_idx=citation.char_end if in_text else None,
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
