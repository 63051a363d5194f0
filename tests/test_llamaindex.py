"""Citewell inside LlamaIndex gives the same passages and quotations, with the same offsets."""

from __future__ import annotations

from rag.assistant import Assistant

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
