"""Citewell inside LlamaIndex gives the same passages and quotations, with the same offsets."""

from __future__ import annotations

import asyncio

from rag.assistant import Assistant
from rag.schema import Turn

LEARNED = "what did garden volunteers learn?"


def test_retrieved_nodes_are_the_ranked_passages(assistant: Assistant):
    from rag.llamaindex import CitewellRetriever

    nodes = CitewellRetriever(assistant, k=5).retrieve(LEARNED)
    hits = assistant.search(LEARNED, 5)
    assert [(n.node.node_id, n.score, n.text) for n in nodes] == [(h.passage.id, h.score, h.text) for h in hits]
    for node in nodes:
        text = assistant.document(node.metadata["source_id"]).text
        assert text[node.node.start_char_idx : node.node.end_char_idx] == node.text


def test_a_query_gives_the_answer_with_a_node_a_citation(assistant: Assistant):
    from rag.llamaindex import CitewellQueryEngine

    response = CitewellQueryEngine(assistant=assistant).query(LEARNED)
    answer = assistant.ask(LEARNED)
    assert str(response) == answer.text
    assert [node.text for node in response.source_nodes] == [citation.quote for citation in answer.citations]
    assert [node.metadata["marker"] for node in response.source_nodes] == [c.marker for c in answer.citations]
    for node in response.source_nodes:
        text = assistant.document(node.metadata["source_id"]).text
        assert text[node.node.start_char_idx : node.node.end_char_idx] == node.text
    assert response.metadata["receipt"] == answer.receipt


def test_an_abstaining_answer_has_no_nodes(assistant: Assistant):
    from rag.llamaindex import CitewellQueryEngine

    response = CitewellQueryEngine(assistant=assistant).query("was MRSA measured in the walking trials?")
    assert response.metadata["abstained"] is True
    assert response.metadata["uncovered"] == ["“MRSA”"]
    assert response.source_nodes == []


def test_a_fact_of_the_catalogue_is_a_node_without_a_place(assistant: Assistant):
    from rag.llamaindex import CitewellQueryEngine

    (node,) = CitewellQueryEngine(assistant=assistant).query("who wrote the garden brief?").source_nodes
    assert node.text == "Authors: Ada Writer; Ben Author"
    assert (node.node.start_char_idx, node.node.end_char_idx) == (None, None)


FOLLOW_UP = "and for how long?"


def test_a_chat_understands_a_message_from_the_turns_before(assistant: Assistant):
    from rag.llamaindex import CitewellChatEngine

    engine = CitewellChatEngine(assistant)
    first = engine.chat(LEARNED)
    second = engine.chat(FOLLOW_UP)
    expected = assistant.ask(FOLLOW_UP, [Turn("user", LEARNED), Turn("assistant", first.response)])
    assert second.response == expected.text
    assert second.metadata is not None
    assert second.metadata["standalone_question"] == expected.standalone_question != FOLLOW_UP
    assert [node.text for node in second.source_nodes] == [citation.quote for citation in expected.citations]
    assert [message.content for message in engine.chat_history] == [
        LEARNED,
        first.response,
        FOLLOW_UP,
        second.response,
    ]


def test_a_chat_that_is_reset_has_forgotten_everything(assistant: Assistant):
    from rag.llamaindex import CitewellChatEngine

    engine = CitewellChatEngine(assistant)
    engine.chat(LEARNED)
    engine.reset()
    assert engine.chat_history == []
    response = engine.chat(FOLLOW_UP)
    assert response.metadata is not None
    assert response.metadata["standalone_question"] == FOLLOW_UP


def test_a_history_given_takes_the_place_of_the_one_remembered(assistant: Assistant):
    from llama_index.core.base.llms.types import ChatMessage, MessageRole

    from rag.llamaindex import CitewellChatEngine

    engine = CitewellChatEngine(assistant)
    engine.chat("what did drivers learn?")
    given = [ChatMessage(role=MessageRole.SYSTEM, content="Be brief."), ChatMessage(role="user", content=LEARNED)]
    response = engine.chat(FOLLOW_UP, given)
    assert response.response == assistant.ask(FOLLOW_UP, [Turn("user", LEARNED)]).text
    assert engine.chat_history[:2] == given


def test_a_streamed_chat_is_the_same_answer_in_parts(assistant: Assistant):
    from rag.llamaindex import CitewellChatEngine

    expected = assistant.ask(LEARNED).text
    engine = CitewellChatEngine(assistant)
    response = engine.stream_chat(LEARNED)
    parts = list(response.response_gen)
    assert "".join(parts) == expected
    assert len(parts) == len(assistant.ask(LEARNED).sentences)
    assert [node.text for node in response.source_nodes] == [c.quote for c in assistant.ask(LEARNED).citations]
    assert engine.chat_history[-1].content == expected


def test_a_chat_can_be_awaited(assistant: Assistant):
    from rag.llamaindex import CitewellChatEngine

    async def both() -> tuple[str, str]:
        plain = await CitewellChatEngine(assistant).achat(LEARNED)
        streamed = await CitewellChatEngine(assistant).astream_chat(LEARNED)
        return plain.response, "".join([part async for part in streamed.async_response_gen()])

    expected = assistant.ask(LEARNED).text
    assert asyncio.run(both()) == (expected, expected)
