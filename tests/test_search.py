"""Passages come in rank order, from the documents that were chosen."""

from __future__ import annotations

import pytest
from questions import LEARNED, QUESTIONS

from rag.assistant import Assistant
from rag.errors import SourceError


@pytest.mark.parametrize("question", [*QUESTIONS, "zebra xylophone submarine?"])
def test_at_least_ten_passages_come_in_rank_order(assistant: Assistant, question: str):
    hits = assistant.ask(question).hits
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len(hits) >= 10
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert scores == [round(score, 4) for score in scores]
    assert len({hit.passage.id for hit in hits}) == len(hits)
    assert all(hit.text == hit.document.text[hit.passage.start : hit.passage.end] for hit in hits)


@pytest.mark.parametrize("k", [1, 3, 1000])
def test_search_gives_the_best_passages_and_no_more_than_asked_for(assistant: Assistant, k: int):
    hits = assistant.search(LEARNED, k)
    assert len(hits) == min(k, 21)
    assert [hit.passage.id for hit in hits[:3]] == [hit.passage.id for hit in assistant.ask(LEARNED).hits[: min(k, 3)]]


def test_search_finds_what_shares_no_vector_by_its_words(assistant: Assistant):
    assert any("HbA1c" in hit.text for hit in assistant.search("HbA1c", 2))


# Filters


def test_only_the_documents_named_are_searched(assistant: Assistant):
    answer = assistant.ask("what did volunteers and drivers learn?", only=["night-clinic"])
    assert {hit.document.source_id for hit in answer.hits} == {"night-clinic"}
    assert {citation.source_id for citation in answer.citations} == {"night-clinic"}


def test_only_documents_of_that_year_or_later_are_searched(assistant: Assistant):
    for since, expected in ((2020, {"walking-review-2021"}), (2019, {"walking-review-2021", "garden-brief-2019"})):
        assert {hit.document.source_id for hit in assistant.search(LEARNED, 30, since=since)} == expected


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"only": ["nowhere"]}, "no document with the id `nowhere`"),
        ({"only": ["night-clinic", "nowhere"]}, "no document with the id `nowhere`"),
        ({"since": 2031}, "no document of 2031 or later"),
        ({"only": ["night-clinic"], "since": 1900}, "no document of 1900 or later"),  # its year is not known
    ],
)
def test_a_filter_that_leaves_nothing_is_told(assistant: Assistant, filters: dict, message: str):
    with pytest.raises(SourceError, match=message) as caught:
        assistant.ask(LEARNED, **filters)
    assert caught.value.hint
    with pytest.raises(SourceError, match=message):
        assistant.search(LEARNED, **filters)


def test_a_document_that_is_not_there_is_told(assistant: Assistant):
    with pytest.raises(SourceError, match="no document with the id `nowhere`"):
        assistant.document("nowhere")
