"""Where a conversation speaks of one of two, "the other one" is the other."""

from __future__ import annotations

import pytest
from fakes import hash_assistant, said

from rag.conversation import understand
from rag.settings import Settings

TWO = ("garden-brief-2019", "walking-review-2021")


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (("who wrote the walking brief?",), "and the other?", "who wrote “Shared gardens”?"),
        (("who wrote the walking brief?",), "what about the other paper?", "who wrote “Shared gardens”?"),
        (("does the walking brief speak of pay?",), "and who wrote the other one?", "and who wrote “Shared gardens”?"),
        (
            ("does the walking brief speak of pay?", "who paid for it?"),
            "and the other one?",
            "who paid for “Shared gardens”?",
        ),
        (("do nurses sleep?",), "and the other one?", "do nurses sleep – and the other one?"),
        (
            (
                "which studies are from Denmark?",
                "A: Lund M. Months. [1] Eck-Dahl E. Plots. [2]",
                "what did the first one find?",
            ),
            "and the other one?",
            "what did Eck-Dahl find?",
        ),
    ],
)
def test_the_other_is_the_other_of_two(before: tuple[str, ...], question: str, expected: str):
    def other(text: str) -> str:
        return "Shared gardens" if "walking brief" in text else ""

    assert understand(question, said(*before), other).question == expected


def test_of_two_documents_the_other_one_is_told(library: Settings):
    history = said("who wrote the garden brief?", "A: Ada Writer, Ben Author. [1]")
    answer = hash_assistant(library).ask("and the other one?", history, only=TWO)
    assert "Cleo Reviewer" in answer.text


def test_of_three_documents_none_is_the_other_one(library: Settings):
    history = said("who wrote the garden brief?", "A: Ada Writer, Ben Author. [1]")
    assert "Cleo Reviewer" not in hash_assistant(library).ask("and the other one?", history).text
