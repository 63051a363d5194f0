"""A question that takes something wrongly for granted is answered with the statement that denies it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import library_of

from rag.premise import denies, presupposes
from rag.settings import Settings


@pytest.mark.parametrize(
    "question",
    [
        "Why did the nurses leave?",
        "Given that walking cures all, should we buy boots?",
        "Walking cured them, didn't it?",
        "How come tea was banned?",
        "Which of the Danish studies is best?",
        "By how much did sleep improve?",
    ],
)
def test_a_question_takes_something_for_granted_by_its_form(question: str):
    assert presupposes(question)


@pytest.mark.parametrize(
    "question", ["How are leaders trained?", "With respect to sleep, does tea help?", "What is a night clinic?"]
)
def test_a_plain_question_takes_nothing_for_granted(question: str):
    assert not presupposes(question)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("We did not find any study of tea.", True),
        ("No study looked at tea.", True),
        ("Children were excluded.", True),
        ("Tea wasn’t served.", True),
        ("Tea was served at noon.", False),
        ("Nothing but notable knots.", True),
        ("Notable knots.", False),
    ],
)
def test_a_statement_denies_by_its_words(text: str, denied: bool):
    assert denies(text) is denied


def test_the_statement_that_denies_leads(settings: Settings, tmp_path: Path):
    text = (
        "Walking leaders with dogs were praised by walkers in spring. "
        "We did not find any study of walking leaders with dogs."
    )
    files = {"a.md": f"# Walks\n\n## Part\n\n{text}\n"}
    answer = library_of(settings, tmp_path, files).ask("Why do walking leaders with dogs do best?")
    assert answer.sentences[0].text.startswith("We did not find")
