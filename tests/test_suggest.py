"""A suggested question always has an answer in the library, and preparing them costs an answer nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import hash_assistant

from rag.assistant import Assistant
from rag.settings import Settings

ASKED = [
    "what did garden volunteers learn?",
    "training",
    "In Poland, was the effect of walking gone?",
    "how long did walkers sleep?",
]


@pytest.fixture
def prepared(assistant: Assistant) -> Assistant:
    """An assistant whose suggestions are prepared, as after an ingest."""
    assistant.prepare()
    return assistant


@pytest.mark.parametrize("question", ASKED)
def test_every_suggestion_is_answered(prepared: Assistant, question: str):
    suggestions = prepared.ask(question).suggestions
    assert len(suggestions) <= 3
    assert len(set(suggestions)) == len(suggestions)
    assert question not in suggestions
    for suggestion in suggestions:
        assert not prepared.ask(suggestion).abstained


def test_some_question_gets_suggestions(prepared: Assistant):
    assert any(prepared.ask(question).suggestions for question in ASKED)


def test_a_suggestion_says_what_the_answer_does_not_say_already(prepared: Assistant):
    for question in ASKED:
        answer = prepared.ask(question)
        told = {(citation.source_id, citation.char_start) for citation in answer.citations}
        for suggestion in answer.suggestions:
            first = prepared.ask(suggestion).citations[0]
            assert (first.source_id, first.char_start) not in told


def test_an_answer_waits_for_no_suggestion(library: Settings, tmp_path: Path):
    """And has none where they were not prepared, or their file is not whole."""
    assistant = hash_assistant(library.model_copy(update={"cache": tmp_path}))
    assert assistant.ask(ASKED[0]).suggestions == ()
    assert not (tmp_path / "suggestions").exists()
    assistant.prepare()
    (file,) = (tmp_path / "suggestions").iterdir()
    assert any(assistant.ask(question).suggestions for question in ASKED)
    file.write_text("[{", encoding="utf-8")  # cut off
    again = hash_assistant(library.model_copy(update={"cache": tmp_path}))
    assert again.ask(ASKED[0]).suggestions == ()


def test_nothing_is_suggested_where_nothing_is_wanted(prepared: Assistant):
    assert prepared.ask(ASKED[0], suggest=False).suggestions == ()
