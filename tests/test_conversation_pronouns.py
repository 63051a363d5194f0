"""What a pronoun stands for is a thing that was spoken of: no scrap of a sentence, and nothing far-fetched."""

from __future__ import annotations

import pytest
from fakes import said

from rag.conversation import standalone
from rag.conversation.phrases import noun_phrases
from rag.conversation.talk import ANSWER_READ, read_answer

LONG = "A: " + "Nurses slept and woke, and slept again. " * 9 + "Later the midwives would not refer clients to them."


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("What training is useful for nurses in Utrecht?", ["training", "nurses"]),
        ("Is initial training helpful?", ["initial training"]),
        ("They found it more difficult to learn and formally pruned.", []),
        ("What is therapeutic use of gardens?", ["therapeutic use of gardens"]),
        ("1,528 papers were found.", ["1,528 papers"]),
        ("They asked ninety-two clinicians.", ["ninety-two clinicians"]),
        ("Ask the vulnerable.", ["the vulnerable"]),
        ("Who are garden support workers?", ["garden support workers"]),
        ("Did Lund reward the nurses?", ["Lund", "the nurses"]),
    ],
)
def test_words_that_only_describe_are_no_things(text: str, phrases: list[str]):
    assert [phrase.text for phrase in noun_phrases(text) if not phrase.text.startswith("Utrecht")] == phrases


def test_what_is_read_of_an_answer_ends_with_a_whole_word():
    read = read_answer(LONG.removeprefix("A: "))
    assert len(read) <= ANSWER_READ
    assert LONG[3 + len(read)] == " "


def test_a_blank_answer_is_none():
    assert read_answer(" " * (ANSWER_READ + 100)) == ""


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (
            ("What training is useful for nurses?", "A: Pruning was difficult to learn. [1]"),
            "how long did it last?",
            "how long did the training last?",
        ),
        (("What is therapeutic use of gardens?",), "who supports it?", "who supports therapeutic use of gardens?"),
        (
            ("How many papers does the Leeds review read?", "A: Eligibility criteria for sleep were met by 39. [1]"),
            "where did it search?",
            "where did the Leeds review search?",
        ),
        (("What did Lund do?", "A: Participants slept longer. [1]"), "were they happy?", "were participants happy?"),
        # The question before says what is spoken of, before any quotation does.
        (
            ("How did the nurses in Lund's study do on sleep?", "A: A Danish scheme by Falk et al was tried. [1]"),
            "was that in Utrecht?",
            "was Lund's study in Utrecht?",
        ),
        # Where nothing fits, what was asked before is put beside it.
        (
            ("What problems did nurses have?", "A: Midwives had to address a challenge. [1]"),
            "did it get better over time?",
            "What problems did nurses have – did it get better over time?",
        ),
        # A person is no "it"; the study of a person is.
        (
            ("What did Lund do?", "A: In a Danish study by Lund et al, nine walkers slept longer. [1]"),
            "how long did it last?",
            "how long did the Danish study by Lund et al last?",
        ),
        (
            ("What did Lund do?", "A: A study by Lund et al asked walkers. [1]", "How many took part?", "A: Ten. [1]"),
            "which journal was it in?",
            "which journal was the study by Lund et al in?",
        ),
        # Who searched, found and the like are those who wrote what was asked about.
        (
            ("How many papers were read in the Leeds review?", "no, I meant the Utrecht one", "A: Ten clinicians. [1]"),
            "where did they search?",
            "where did the Utrecht review search?",
        ),
        (
            ("What does the Leeds review say about pay?", "A: Nurses were paid. [1]"),
            "do they recommend anything?",
            "does the Leeds review recommend anything?",
        ),
        (
            ("What does Lund say?", "A: Lund et al saw nurses. [1]"),
            "was it retracted?",
            "was the study by Lund retracted?",
        ),
    ],
)
def test_a_pronoun_stands_for_a_thing_of_its_number(before: tuple[str, ...], question: str, expected: str):
    assert standalone(question, said(*before)) == expected


def test_a_part_that_was_put_beside_a_question_is_not_what_the_next_part_belongs_to():
    history = said("Do nurses get tired?", "A: Some do. [1]", "how can it be prevented?", "A: By rest. [1]")
    assert standalone("is it common?", history) == "Do nurses get tired – is it common?"
