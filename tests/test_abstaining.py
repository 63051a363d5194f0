"""What the library does not hold is named, and what it holds is not refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from fakes import WordReader, hash_assistant
from questions import QUESTIONS

from rag.assistant import Assistant
from rag.interaction import Word
from rag.judge import Verdict, judge
from rag.reader import Reading
from rag.schema import CANNOT_ANSWER, Hit, Turn
from rag.select import choice_of
from rag.settings import Settings


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("In Poland, was the effect of walking gone?", "“Poland”"),
        ("was MRSA measured in the walking trials?", "“MRSA”"),
        ("what did Zimmermann find about walking groups?", "“Zimmermann”"),
        ("what did walking groups do in 2022?", "“2022”"),
        ("zebra xylophone submarine?", "anything close to this question"),
    ],
)
def test_what_the_library_does_not_hold_is_named(assistant: Assistant, question: str, missing: str):
    answer = assistant.ask(question)
    assert answer.abstained
    assert (answer.sentences, answer.citations) == ((), ())
    assert missing in answer.uncovered
    assert answer.text == answer.note
    assert answer.note.startswith(CANNOT_ANSWER)
    assert len(answer.hits) >= 10


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("how much are leaders of walking groups paid?", "an amount of money"),
        ("what percentage of walkers slept longer?", "a share or percentage"),
    ],
)
def test_a_figure_that_no_statement_holds_is_missing(assistant: Assistant, question: str, missing: str):
    answer = assistant.ask(question, only=["walking-review-2021"])
    assert (answer.abstained, answer.uncovered) == (True, (missing,))


@pytest.mark.parametrize(
    ("author", "missing"),
    [("Ibsen", ()), ("Lund", ()), ("Nord", ("a number", "“Nord”, of which nothing found speaks"))],
)
def test_a_figure_of_another_study_is_none_of_the_one_named(
    assistant: Assistant, author: str, missing: tuple[str, ...]
):
    (hit,) = assistant.search("walkers slept 42 minutes longer in the largest trial", 1)
    choice = choice_of(hit.document, hit.passage, 0, 1.0)
    assert choice is not None
    verdict = judge(f"how many walkers did {author} count?", [hit], [choice])
    assert verdict == Verdict(not missing, missing)


@pytest.mark.parametrize(("confidence", "answered"), [(0.75, False), (0.85, True)])
def test_what_is_quoted_of_other_studies_is_no_answer_on_the_one_named(
    assistant: Assistant, confidence: float, answered: bool
):
    (hit,) = assistant.search("walkers slept 42 minutes longer in the largest trial", 1)
    choice = choice_of(hit.document, hit.passage, 0, 1.0)
    assert choice is not None
    verdict = judge("what did Nord say of sleep?", [hit], [choice], confidence)
    assert verdict == Verdict(answered, ("“Nord”, of which nothing found speaks",))


def test_what_is_asked_in_addition_leaves_the_rest_its_answer(assistant: Assistant):
    answer = assistant.ask("how are walking leaders trained and how much did it cost?", only=["walking-review-2021"])
    assert (answer.abstained, answer.uncovered) == (False, ("an amount of money",))


class Sure(WordReader):
    """A reader that is as sure of everything as it was told to be, and was struck by the words that it was told."""

    def __init__(self, sure: float, *struck: Word) -> None:
        self._sure, self._struck = sure, struck

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        return replace(super().read(question, hits), words=self._struck)

    def confidence(self, scores: Sequence[Sequence[float]]) -> float | None:
        return self._sure


def test_what_hardly_answers_by_the_reader_is_not_said(library: Settings):
    answer = hash_assistant(library, Sure(0.05)).ask(QUESTIONS[0])
    assert (answer.abstained, answer.uncovered) == (True, ("anything close to this question",))
    assert not hash_assistant(library, Sure(0.3)).ask(QUESTIONS[0]).abstained


ZEBRA = Word("zebras", 0.3, 0.2)


def test_a_question_that_rests_on_a_word_the_library_never_uses_is_refused_unless_the_reader_is_sure(library: Settings):
    missing = "“zebras”, which stands nowhere in it"
    answer = hash_assistant(library, Sure(0.65, ZEBRA)).ask("how are leaders of walking groups for zebras trained?")
    assert (answer.abstained, answer.uncovered) == (True, (missing,))
    answer = hash_assistant(library, Sure(0.75, ZEBRA)).ask("how are leaders of walking groups for zebras trained?")
    assert (answer.abstained, answer.uncovered) == (False, (missing,))
    assert answer.citations


@pytest.mark.parametrize(
    "word",
    [
        Word("zebras", 0.05, 0.2),  # hardly matters
        Word("zebras", 0.3, 0.8),  # something found is like it
        Word("walks", 0.3, 0.2),  # stands there in another form
        Word("tell", 0.3, 0.2),
        Word("hourly", 0.3, 0.2),
        Word("frightens", 0.3, 0.2),
        Word("hunting", 0.3, 0.2),
        Word("percentage", 0.3, 0.2),
        Word("traiining", 0.3, 0.2),  # stands there but for a doubled letter: "counsellors", "counselors"
        Word("diabetics", 0.3, 0.2),  # a matter for which a document has another word
        Word("42", 0.3, 0.2),
    ],
)
def test_a_word_that_asks_or_that_something_is_like_is_no_reason_to_refuse(library: Settings, word: Word):
    answer = hash_assistant(library, Sure(0.4, word)).ask("how are leaders of walking groups trained?")
    assert (answer.abstained, answer.uncovered) == (False, ())


def test_what_is_named_twice_is_missing_once(library: Settings):
    poland = Word("Poland", 0.3, 0.2)
    answer = hash_assistant(library, Sure(0.4, poland)).ask("In Poland, was the effect of walking gone?")
    assert (answer.abstained, answer.uncovered) == (True, ("“Poland”",))


@pytest.mark.parametrize("question", ["zebra xylophone submarine?", "and the zebra?", "what about xylophones?"])
def test_what_was_said_before_lends_nothing_to_another_matter(assistant: Assistant, question: str):
    answer = assistant.ask(question, [Turn("user", QUESTIONS[0])])
    assert (answer.abstained, answer.standalone_question) == (True, question)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_the_library_holds_is_not_refused(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    assert (answer.abstained, answer.note, answer.uncovered) == (False, "", ())


def test_a_place_is_known_by_its_adjective(assistant: Assistant):
    assert not assistant.ask("was the effect gone in the Swedish walking groups?").abstained


def test_an_abbreviation_is_known_spelled_out(assistant: Assistant):
    assert not assistant.ask("did LGBT nurses take turns at the desk?").abstained


def test_what_the_askers_say_of_themselves_is_not_asked_for(assistant: Assistant):
    assert not assistant.ask("We are a team in Poland. How are walking leaders trained?").abstained
