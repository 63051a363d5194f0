"""A part of a question takes the place of what it changes in the question before, and is not glued to it."""

from __future__ import annotations

import pytest
from fakes import said

from rag.conversation import standalone

LUND = "how many people were in the Danish study?"


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ((LUND,), "which journal?", "which journal was the Danish study in?"),
        ((LUND,), "and in which year was that?", "which year was the Danish study in?"),
        (
            ("Which gardens help nurses in Utrecht?",),
            "how many were there?",
            "how many nurses in Utrecht were there?",
        ),
        (("How many people took part?",), "and how many women?", "How many women took part?"),
        (("Which journals were read?",), "what databases?", "what databases were read?"),
        # Of another kind, it stays beside it.
        (("Which gardens help?",), "which nurses?", "Which gardens help – which nurses?"),
        (("Does pruning help?",), "which journal?", "Does pruning help – which journal?"),
    ],
)
def test_what_is_asked_for_is_replaced(before: tuple[str, ...], question: str, expected: str):
    assert standalone(question, said(*before)) == expected


def test_what_was_asked_for_is_spoken_of_in_the_next_question():
    history = said("What training is useful for nurses in Utrecht?", "A: It was hard. [1]", "how many were there?")
    assert standalone("did it harm them?", history) == "did the training harm nurses in Utrecht?"
