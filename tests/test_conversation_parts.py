"""A part of a question takes the place of what it changes in the question before, and is not glued to it."""

from __future__ import annotations

import pytest
from fakes import said

from rag.conversation import standalone, understand

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
        (("Did the Danish study last?",), "how many were there?", "how many people were in the Danish study?"),
        (("How many people took part?",), "and how many women?", "How many women took part?"),
        (("Which journals were read?",), "what databases?", "What databases were read?"),
        # Of another kind, it stays beside it.
        (("Which gardens help?",), "which nurses?", "Which gardens help – which nurses?"),
        (("Does pruning help?",), "which journal?", "Does pruning help – which journal?"),
    ],
)
def test_what_is_asked_for_is_replaced(before: tuple[str, ...], question: str, expected: str):
    assert standalone(question, said(*before)) == expected


def test_what_was_asked_for_is_spoken_of_in_the_next_question():
    history = said("What training is useful for nurses in Utrecht?", "A: It was hard. [1]", "how many were there?")
    assert standalone("did it harm them?", history) == "did the training harm the nurses?"


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ((), "How are nurses paid, sorry, I mean trained?", "How are nurses trained?"),
        ((), "What is a nap, I mean really?", "What is a nap, I mean really?"),
        ((), f"How are nurses {'-' * 3900} paid?", f"How are nurses {'-' * 3900} paid?"),
        ((), "what does Lund, sorry, I mean Falk, say about sleep?", "what does Falk say about sleep?"),
        ((), "What did Lund say about burns – no, sorry, pain?", "What did Lund say about pain?"),
        (("anything to prevent burnout?",), "and for cooks, sorry, I mean burns not burnout?",
         "anything to prevent burns for cooks?"),
        (("Who pays nurses?",), "are they happy, or rather healthy?", "are nurses happy, that is, healthy?"),
    ],
)  # fmt: skip
def test_what_is_corrected_in_a_question_replaces_what_was_said(before: tuple[str, ...], question: str, expected: str):
    assert standalone(question, said(*before)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What do you mean by pay?",
        "Is no pay, no thanks, no card, unfair?",
        "I mean, who pays nurses?",
        "I fell off a ladder, sorry, what can I do?",
        "Does it help nurses, actually, at all?",
    ],
)
def test_a_question_without_a_correction_is_left_as_it_is(question: str):
    assert standalone(question, []) == question


def other_of_two(text: str) -> str:
    """The title of the other of two documents, as the library tells it."""
    return "Walking and sleep" if "Leeds" in text else ""


@pytest.mark.parametrize(
    ("asked", "question", "expected"),
    [
        (
            "What does the Leeds review say about pay?",
            "what does the other paper say?",
            "What does “Walking and sleep” say about pay?",
        ),
        (
            "Does the Leeds review praise pruning?",
            "does the other one agree?",
            "Does “Walking and sleep” praise pruning?",
        ),
        (
            "What does the Leeds review say about pay?",
            "what does the other paper say about sleep?",
            "what does “Walking and sleep” say about sleep?",
        ),
        ("Who wrote the Leeds review?", "what does the other paper say?", "what does “Walking and sleep” say?"),
    ],
)
def test_of_two_documents_the_other_is_asked_the_same(asked: str, question: str, expected: str):
    assert understand(question, said(asked, "A: Weekly. [1]"), other_of_two).question == expected
