"""A question too wide to answer gets sharper ones; a question that asks something is never taken for one."""

from __future__ import annotations

import json

import pytest

from eval.articles import OURS
from eval.cases import load_cases
from rag.assistant import Assistant
from rag.contract import answer_as_json
from rag.suggest import Suggestion, next_questions
from rag.vague import about, is_vague, topic


def everywhere(_: str) -> int:
    return 1000


@pytest.mark.parametrize(
    "question",
    [
        "what about peers?",
        "tell me about training",
        "is it good?",
        "does it work?",
        "peers",
        "Tell me about peer support workers.",
        "anything on supervision?",
        "is training important?",
        "why?",
        "an overview of boundaries",
        "Can you tell me something about volunteers?",
    ],
)
def test_a_vague_question_is_told_by_its_form(question: str):
    assert is_vague(question, everywhere, 1000)


@pytest.mark.parametrize(
    "question",
    [
        "how are peers trained?",
        "what is a peer?",
        "tell me about Gillard",
        "is training paid by the hour?",
        "tell me about training in mental health services abroad",
        "who pays peers?",
        "What does the brief say about supervision by clinicians?",
    ],
)
def test_a_question_that_asks_something_is_none(question: str):
    assert not is_vague(question, everywhere, 1000)


def test_a_rare_word_makes_a_question_sharp():
    assert not is_vague("tell me about reciprocity", lambda _: 3, 1000)
    assert is_vague("tell me about reciprocity", lambda _: 300, 1000)


def test_no_question_of_the_test_set_is_taken_for_vague():
    """Whatever the library: each word is taken for one that stands everywhere."""
    assert [case.id for case in load_cases() if is_vague(case.standalone or case.question, everywhere, 1000)] == []


def test_hardly_a_question_written_for_training_is_taken_for_vague():
    rows = [json.loads(line) for file in OURS.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
    questions = {row["standalone"] or row["question"] for row in rows}
    assert len(questions) > 4000
    assert [question for question in questions if is_vague(question, everywhere, 1000)] == []


def test_what_a_question_is_about_is_what_its_opening_and_its_judgement_leave():
    assert about("tell me about training") == ("train",)
    assert about("is it any good?") == ()


@pytest.mark.parametrize("question", ["tell me about walking", "is it good?", "gardens"])
def test_a_vague_question_gets_sharper_ones_that_are_answered(assistant: Assistant, question: str):
    assistant.prepare()
    answer = assistant.ask(question)
    assert answer.vague
    assert answer_as_json(answer)["vague"]
    assert 2 <= len(answer.suggestions) <= 3
    assert not any(assistant.ask(suggestion).abstained for suggestion in answer.suggestions)


def test_the_sharper_questions_are_on_what_was_asked_about(assistant: Assistant):
    prepared = [Suggestion(f"What was found on “{word}”?", "other", (), 0) for word in ("Pay", "Walking groups", "Tea")]
    assert next_questions(prepared, assistant.ask("tell me about walking")) == ("What was found on “Walking groups”?",)
    assert len(next_questions(prepared, assistant.ask("is it good?"))) == 3


def test_a_question_about_nothing_is_not_answered(assistant: Assistant):
    answer = assistant.ask("is it good?")
    assert (answer.abstained, answer.uncovered) == (True, ("what the question is about",))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What does the literature say about supervision of volunteers?", "supervision of volunteers?"),
        ("Going by both papers, which leaders are trained?", "which leaders are trained?"),
        ("Which leaders are trained, according to the two reviews?", "Which leaders are trained?"),
        ("How do the two reviews differ?", "How do the two reviews differ?"),
        ("What is in these documents?", "What is in these documents?"),
        ("what is known about support by telephone?", "support by telephone?"),
        ("What do published studies report on pay?", "pay?"),
        ("tell me about training", "training"),
        ("What do the studies say?", "What do the studies say?"),
        ("What did the studies of pay find about morale?", "What did the studies of pay find about morale?"),
        ("How are walking leaders trained?", "How are walking leaders trained?"),
    ],
)
def test_the_words_that_frame_a_question_are_not_searched_for(question: str, asked: str):
    assert topic(question) == asked


def test_what_the_literature_says_is_what_is_said_without_it(assistant: Assistant):
    framed, bare = (
        assistant.ask(q) for q in ("what does the literature say about training of leaders?", "training of leaders?")
    )
    assert framed.sentences == bare.sentences
