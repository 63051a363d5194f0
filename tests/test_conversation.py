"""A question that leans on what was said is completed with the question before; one that stands alone is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.contract import history_from_json
from rag.conversation import leans, standalone
from rag.errors import QuestionError
from rag.schema import Turn

BEFORE = "how should peers in hospitals be trained?"


def user(*texts: str) -> list[Turn]:
    return [Turn("user", text) for text in texts]


@pytest.mark.parametrize(
    "question",
    ["and for how long?", "why?", "what about volunteers?", "how so?", "And by whom?", "which ones?", "for how long?"],
)
def test_a_question_that_leans_takes_the_one_before_along(question: str):
    assert leans(question)
    assert standalone(question, user(BEFORE)) == f"{BEFORE} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "what kinds of supervision do peer support workers in mental health services receive?",
        "which studies measured how volunteers in gardens feel about their pain?",
        "how many learners signed up for the evening course in Utrecht, and who were they?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str):
    assert not leans(question)
    assert standalone(question, user(BEFORE)) == question


def test_without_a_history_every_question_is_left_as_it_is():
    assert standalone("why?", []) == "why?"
    assert standalone("why?", [Turn("assistant", "Because.")]) == "why?"


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stood_alone():
    assert standalone("and why?", user(BEFORE, "and for how long?")) == f"{BEFORE} and for how long? and why?"


def test_a_change_of_topic_in_between_drops_what_was_before_it():
    other = "who brought sleepers to the night clinic when the last bus had gone?"
    assert standalone("and why?", user(BEFORE, other)) == f"{other} and why?"


def test_the_assistants_own_turns_are_not_asked_again():
    turns = [Turn("user", BEFORE), Turn("assistant", "For two weeks, in a hall."), Turn("user", " ")]
    assert standalone("and why?", turns) == f"{BEFORE} and why?"


@given(st.lists(st.builds(Turn, st.sampled_from(("user", "assistant")), st.text(max_size=40)), max_size=6), st.text())
def test_a_question_always_ends_what_is_searched_for(turns: list[Turn], question: str):
    assert standalone(question, turns).endswith(question.lstrip())


def test_a_history_is_read_from_json():
    raw = [{"role": "user", "text": "a"}, {"role": "assistant", "text": "b", "more": 1}]
    assert history_from_json(raw) == (Turn("user", "a"), Turn("assistant", "b"))
    assert history_from_json(None) == history_from_json([]) == ()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("a", "a history is a list of turns"),
        ({"role": "user", "text": "a"}, "a history is a list of turns"),
        (7, "a history is a list of turns"),
        (["a"], "turn 1 of the history cannot be read"),
        ([{"role": "user", "text": "a"}, {"role": "system", "text": "b"}], "turn 2 of the history"),
        ([{"role": "user"}], "turn 1 of the history"),
        ([{"role": "user", "text": None}], "turn 1 of the history"),
    ],
)
def test_a_history_that_is_none_is_told(raw: object, message: str):
    with pytest.raises(QuestionError, match=message) as caught:
        history_from_json(raw)
    assert "oldest first" in caught.value.hint
