"""Requests about the last answer ask its question again; greetings, thanks and other languages get a reply."""

from __future__ import annotations

import pytest
from fakes import hash_assistant, said

from rag.conversation import understand
from rag.schema import Turn
from rag.settings import Settings

BEFORE = "how should peers in hospitals be trained?"


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        ("say more", "more"),
        ("Can you tell me more about that?", "more"),
        ("shorter, please", "shorter"),
        ("which studies were those?", "studies"),
        ("What's the source?", "studies"),
        ("where does it say so?", "places"),
        ("only quotations", "quotations"),
        ("can you be briefer?", "shorter"),
        ("be more brief please", "shorter"),
        ("Can you put that shorter?", "shorter"),
        ("in fewer words please", "shorter"),
        ("make it briefer", "shorter"),
        ("in brief, please", "shorter"),
        ("could you say that more briefly?", "shorter"),
        ("please keep it short", "shorter"),
        ("source?", "studies"),
        ("who says so?", "studies"),
        ("says who?", "studies"),
        ("what are the sources?", "studies"),
        ("any more details?", "more"),
        ("is there more?", "more"),
        ("where's that from?", "places"),
        ("where did that come from?", "places"),
        ("are you sure?", "places"),
        ("are you certain about this?", "places"),
        ("is that true?", "places"),
        ("how do you know that?", "places"),
        ("Where did you get that from?", "places"),
        ("can you give me the exact quote", "quotations"),
        ("the original wording, please", "quotations"),
    ],
)
def test_a_request_about_the_last_answer_asks_its_question_again(request_: str, wanted: str):
    meant = understand(request_, said(BEFORE, "A: By peers. [1]"))
    assert (meant.wanted, meant.question) == (wanted, BEFORE)


@pytest.mark.parametrize("asked", ["which of the studies support pruning?", "how many papers are about sleep?"])
def test_a_list_of_the_studies_that_were_asked_for_is_their_list(asked: str):
    meant = understand("list them", said(asked, "A: Two do. [1]"))
    assert (meant.wanted, meant.question) == ("studies", asked)
    assert understand("list them", said(BEFORE, "A: By peers. [1]")).wanted is None


@pytest.mark.parametrize(
    "text", ["say who pays peers", "give me a brief on pay", "is that a trial?", "how short was it?"]
)
def test_a_question_of_its_own_is_no_request(text: str):
    assert understand(text, said(BEFORE, "A: By peers. [1]")).wanted is None


@pytest.mark.parametrize(
    ("follow_up", "request_"),
    [("why?", "which studies were those?"), ("and at night?", "shorter"), ("does that help?", "sources?")],
)
def test_a_request_asks_again_exactly_what_was_asked(follow_up: str, request_: str):
    history = said(BEFORE, "A: Weekly. [1]", follow_up)
    first = understand(follow_up, history[:2])
    again = understand(request_, [*history, Turn("assistant", "Over time. [1]")])
    assert (again.question, again.before, again.beside) == (first.question, first.before, first.beside)
    assert again.asked == first.asked == follow_up


@pytest.mark.parametrize(
    "text", ["what is [2]?", "tell me about citation 2", "source 2?", "What evidence supports [2]?"]
)
def test_a_numbered_citation_is_that_of_the_answer_before(text: str):
    meant = understand(text, said(BEFORE, "A: Weekly. [1] At work. [2]"))
    assert (meant.question, meant.citation) == (BEFORE, 2)


@pytest.mark.parametrize(
    ("text", "history"),
    [
        ("what is [3]?", (BEFORE, "A: Weekly. [1] At work. [2]")),
        ("what is reference 1?", (BEFORE, "A: Weekly. [1]")),
        ("what is [1]?", ()),
        ("what is [1]?", (BEFORE,)),
    ],
)
def test_a_number_that_the_answer_does_not_have_is_no_citation_of_it(text: str, history: tuple[str, ...]):
    assert understand(text, said(*history)).citation == 0


def test_a_citation_of_a_longer_answer_is_looked_for_in_the_longer_answer():
    meant = understand("[5]", said(BEFORE, "A: Weekly. [1]", "say more", "A: Weekly. [1] By nurses. [5]"))
    assert (meant.wanted, meant.citation) == ("more", 5)


def test_citations_can_be_gone_through_one_by_one():
    history = said(BEFORE, "A: Weekly. [1] At work. [2]", "[1]", "A: Weekly. [1]")
    assert understand("and [2]?", history).citation == 2


def test_only_the_citation_that_is_wanted_is_shown(library: Settings):
    assistant = hash_assistant(library)
    question = "what did garden volunteers learn?"
    answer = assistant.ask(question)
    assert len(answer.citations) > 1
    shown = assistant.ask("what is [2]?", said(question, f"A: {answer.text}"))
    assert shown.citations == answer.citations[1:2]
    assert {number for sentence in shown.sentences for number in sentence.citations} == {2}


def test_a_long_history_of_requests_is_read(library: Settings):
    assert understand("[1]", said(BEFORE, "A: Weekly. [1]", *("[1]", "A: Weekly. [1]") * 2000)).citation == 1


def test_more_is_longer_and_shorter_is_shorter():
    assert understand("say more", said(BEFORE)).words(120) == 240
    assert understand("shorter", said(BEFORE)).words(120) == 42
    assert understand(BEFORE, ()).words(120) == 120


def test_a_request_without_an_answer_before_it_is_a_question():
    assert understand("which studies were those?", []).wanted is None


@pytest.mark.parametrize(
    "text", ["Hello!", "hi there, how are you?", "thanks", "ok great, thank you so much!", "bye", "help"]
)
def test_greetings_and_thanks_get_a_reply(text: str):
    assert understand(text, said(BEFORE)).reply


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Wie werden Peers geschult?", "German"),
        ("Faut-il payer les pairs ?", "French"),
        ("¿Cómo se forman los pares?", "Spanish"),
        ("Como são treinados os pares?", "Portuguese"),
        ("Come vengono formati i peer?", "Italian"),
        ("Hoe worden ervaringsdeskundigen opgeleid?", "Dutch"),
        ("同伴如何培训？", "in English"),
        ("Как обучают равных консультантов?", "in English"),
    ],
)
def test_a_question_in_another_language_is_told_what_the_library_reads(text: str, told: str):
    reply = understand(text, []).reply
    assert "English" in reply
    assert told in reply


@pytest.mark.parametrize(
    "question",
    [
        "Was there a survey in Rio de Janeiro?",
        "who funded Médecins du Monde?",
        "peer pay?",
        "hello, how are peers paid?",
        "5",
    ],
)
def test_an_english_question_is_never_refused_for_its_language(question: str):
    assert not understand(question, []).reply


def test_a_greeting_before_a_question_falls_away():
    assert understand("Hello, how are peers paid?", []).question == "how are peers paid?"
