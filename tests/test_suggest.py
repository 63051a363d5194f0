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


@pytest.mark.parametrize("question", ASKED)
def test_every_suggestion_is_answered(assistant: Assistant, question: str):
    suggestions = assistant.ask(question).suggestions
    assert len(suggestions) <= 3
    assert len(set(suggestions)) == len(suggestions)
    assert question not in suggestions
    for suggestion in suggestions:
        assert not assistant.ask(suggestion).abstained


def test_some_question_gets_suggestions(assistant: Assistant):
    assert any(assistant.ask(question).suggestions for question in ASKED)


def test_a_suggestion_says_what_the_answer_does_not_say_already(assistant: Assistant):
    for question in ASKED:
        answer = assistant.ask(question)
        told = {(citation.source_id, citation.char_start) for citation in answer.citations}
        for suggestion in answer.suggestions:
            first = assistant.ask(suggestion).citations[0]
            assert (first.source_id, first.char_start) not in told


def test_prepared_or_not_the_answer_is_the_same(library: Settings, tmp_path: Path):
    fresh = library.model_copy(update={"cache": tmp_path})
    first = hash_assistant(fresh).ask(ASKED[0]).suggestions
    (file,) = (tmp_path / "suggestions").iterdir()
    again = hash_assistant(fresh).ask(ASKED[0]).suggestions
    file.write_text("[{", encoding="utf-8")  # cut off
    mended = hash_assistant(fresh).ask(ASKED[0]).suggestions
    assert first == again == mended


def test_nothing_is_suggested_where_nothing_is_wanted(assistant: Assistant):
    assert assistant.ask(ASKED[0], suggest=False).suggestions == ()
