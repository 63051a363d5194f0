"""An answer begins with what is most direct and comes again the same; any question gets one, or a refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import hash_assistant, library_of
from hypothesis import given
from hypothesis import strategies as st
from questions import LEARNED, QUESTIONS, TRAINED

from rag.assistant import Assistant
from rag.contract import answer_as_json
from rag.errors import QuestionError
from rag.index.reader import LiveIndex
from rag.schema import Turn
from rag.settings import Settings


def test_the_best_statement_comes_first(assistant: Assistant):
    assert assistant.ask(LEARNED).sentences[0].text.startswith("Garden volunteers learned pruning")
    assert assistant.ask(TRAINED).sentences[0].text == "Leaders of walking groups were trained for two days."


def test_an_answer_draws_on_each_source_that_has_a_part_in_it(assistant: Assistant):
    answer = assistant.ask("what did volunteers and drivers learn in a course?")
    assert {"garden-brief-2019", "night-clinic"} == {citation.source_id for citation in answer.citations[:2]}


def test_sources_take_turns(settings: Settings, tmp_path: Path):
    """The best statement of a second source comes before the second-best of the first one."""
    many = "Peers rest at noon under trees. Peers rest at noon near rivers. Peers rest at noon on roofs."
    one = "Peers rest at noon after mornings of work."
    files = {
        "many.md": f"# A brief on breaks\n\n## Part\n\n{many}\n",
        "one.md": f"# A brief on hours\n\n## Part\n\n{one}\n",
    }
    answer = library_of(settings, tmp_path, files).ask("where do peers rest at noon?")
    assert [citation.source_id for citation in answer.citations] == ["many", "one", "many", "many"]


@pytest.mark.parametrize("words", [20, 60, 120])
def test_an_answer_is_about_as_long_as_was_asked_for(assistant: Assistant, words: int):
    length = len(" ".join(s.text for s in assistant.ask(LEARNED, words=words).sentences).split())
    assert words / 3 <= length <= words * 1.3


# Questions that are none


@pytest.mark.parametrize("question", ["", " ", "\n\t", "x" * 20_000, "peer " * 4_000])
def test_an_empty_or_endless_question_is_refused(assistant: Assistant, question: str):
    with pytest.raises(QuestionError) as caught:
        assistant.ask(question)
    assert caught.value.hint
    with pytest.raises(QuestionError):
        assistant.search(question)


@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_any_question_gets_an_answer_or_an_honest_refusal(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    assert answer.question == question
    assert answer.abstained != bool(answer.sentences)
    json.dumps(answer_as_json(answer), ensure_ascii=False)


@pytest.mark.parametrize(
    "question", ['"', "'; DROP TABLE passages; --", "NEAR(a b) OR *", "peer* AND", "()[]{}", "-", "a"]
)
def test_what_a_query_language_would_read_is_only_words(assistant: Assistant, question: str):
    assert len(assistant.search(question)) == 10


# The same question gives the same answer


@pytest.mark.parametrize("question", [*QUESTIONS, "what did walking groups do in 2022?"])
def test_the_same_question_gives_the_same_bytes(assistant: Assistant, library: Settings, question: str):
    answers = []
    for each in (assistant, assistant, hash_assistant(library)):
        body = answer_as_json(each.ask(question))
        timings = body.pop("timings_ms")
        assert set(timings) == {"conversation", "retrieve", "answer", "total"}
        assert all(value >= 0 for value in timings.values())
        answers.append(json.dumps(body))
    assert len(set(answers)) == 1


def test_the_receipt_tells_questions_filters_and_states_apart(assistant: Assistant):
    asked = [
        assistant.ask(LEARNED),
        assistant.ask(TRAINED),
        assistant.ask(LEARNED, words=50),
        assistant.ask(LEARNED, only=["night-clinic"]),
        assistant.ask(LEARNED, [Turn("user", TRAINED)]),
    ]
    assert len({answer.receipt for answer in asked}) == len(asked)
    assert asked[0].receipt == assistant.ask(LEARNED).receipt


# Follow-ups


def test_a_follow_up_takes_the_question_before_along(assistant: Assistant):
    answer = assistant.ask("and for how long?", [Turn("user", TRAINED), Turn("assistant", "For two days.")])
    assert answer.question == "and for how long?"
    assert answer.standalone_question == TRAINED.rstrip("?") + ", and for how long?"
    assert "two days" in answer.sentences[0].text


def test_a_history_of_user_turns_only_is_enough(assistant: Assistant):
    with_answers = assistant.ask("and for how long?", [Turn("user", TRAINED), Turn("assistant", "For two days.")])
    without = assistant.ask("and for how long?", [Turn("user", TRAINED)])
    assert with_answers.standalone_question == without.standalone_question
    assert with_answers.sentences[0].text == without.sentences[0].text


def test_a_history_of_user_turns_only_is_answered_first(assistant: Assistant):
    """The conversation is the one that it would have been."""
    first = "How should peers be trained?"
    told = (Turn("user", first), Turn("assistant", assistant.ask(first).text))
    for question in ("which study was that?", "say more", "and for volunteers?"):
        alone = assistant.ask(question, told[:1])
        assert (alone.standalone_question, alone.text) == (
            assistant.ask(question, told).standalone_question,
            assistant.ask(question, told).text,
        )


def test_a_turn_that_cannot_be_asked_is_left_out(assistant: Assistant):
    history = (Turn("user", ""), Turn("user", "word " * 5000), Turn("user", "How should peers be trained?"))
    assert assistant.ask("and for volunteers?", history).text == assistant.ask("and for volunteers?", history[2:]).text


def test_a_new_topic_leaves_the_history_behind(assistant: Assistant):
    question = "who brought sleepers to the night clinic when the last bus had gone?"
    answer = assistant.ask(question, [Turn("user", LEARNED)])
    assert answer.standalone_question == question
    assert answer.text == assistant.ask(question).text


def test_a_long_history_does_not_make_a_question_too_long(library: Settings):
    assistant = hash_assistant(library)
    turns = [Turn("user", "and why is that so? " * 150) for _ in range(60)]
    assert len(assistant.ask("and why?", turns).standalone_question) <= library.max_question


def test_a_greeting_is_answered_without_a_search(assistant: Assistant):
    answer = assistant.ask("Hello there!")
    assert answer.abstained
    assert answer.note.startswith("Hello")
    assert answer.hits == answer.citations == answer.uncovered == ()


def test_say_more_gives_a_longer_answer_to_the_same_question(assistant: Assistant):
    usual = assistant.ask(TRAINED, words=20)
    more = assistant.ask("say more", [Turn("user", TRAINED), Turn("assistant", usual.text)], words=20)
    assert more.standalone_question == TRAINED
    assert len(more.text) >= len(usual.text)
    assert more.text == assistant.ask(TRAINED, words=40).text


def test_asked_for_its_studies_an_answer_keeps_what_credits_one(assistant: Assistant):
    answer = assistant.ask("which studies were those?", [Turn("user", TRAINED)])
    assert answer.abstained or all(citation.studies for citation in answer.citations)


def test_the_parts_of_a_question_are_answered_each(assistant: Assistant):
    one, other = "how are walking leaders trained?", "what did garden volunteers learn?"
    both = assistant.ask(f"{one} {other}")
    quoted = {citation.quote for citation in both.citations}
    for question in (one, other):
        assert quoted & {citation.quote for citation in assistant.ask(question).citations}


def test_a_part_without_an_answer_is_named_beside_the_answer_to_the_other(assistant: Assistant):
    answer = assistant.ask(f"{TRAINED} What do garden volunteers earn per hour?")
    assert not answer.abstained
    assert any("earn per hour" in missing for missing in answer.uncovered)


def test_progress_is_told(assistant: Assistant):
    notes: list[str] = []
    assistant.ask(LEARNED, progress=notes.append)
    assert notes == ["Searching the library", "Choosing the statements that answer"]


# The library as a whole


def test_the_catalogue_lists_the_newest_document_first(assistant: Assistant):
    assert list(assistant.catalogue()) == ["walking-review-2021", "garden-brief-2019", "night-clinic"]


def test_an_assistant_opens_its_index_when_it_is_asked(settings: Settings):
    LiveIndex(settings.index, "any")  # no index yet: a page can start before the first document comes


def test_a_short_row_can_be_an_answer(assistant: Assistant):
    assert "34" in assistant.ask("how many volunteers came from Rotterdam?").text
