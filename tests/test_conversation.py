"""A question that leans on what was said is completed so that it reads as one; one that stands alone "
"is not changed."""

from __future__ import annotations

import pytest
from fakes import hash_assistant, said
from hypothesis import given
from hypothesis import strategies as st

from rag.compose import abstain
from rag.contract import history_from_json
from rag.conversation import parts, standalone, understand
from rag.errors import QuestionError
from rag.schema import Turn
from rag.settings import Settings

BEFORE = "how should peers in hospitals be trained?"


LISTED = "A: Shared gardens: a brief [1] Walking and sleep [2]"
ENTRIES = (
    "A: Lund M. Eight months later. Path. 2013;6: 77–80. [1] It was Danish. [2] Eck-Dahl E, Falk G. Plots. 2016. [3]"
)

COMPLETED = [
    # Fragments take their place in the question before.
    ((BEFORE,), "and for how long?", "how should peers in hospitals be trained, and for how long?"),
    ((BEFORE,), "what about volunteers?", "how should volunteers in hospitals be trained?"),
    ((BEFORE,), "and in Australia?", "how should peers in hospitals be trained in Australia?"),
    (("Does supervision help peers?",), "why?", "Why does supervision help peers?"),
    (("What is known about pay for nurses?",), "and for volunteers?", "What is known about pay for volunteers?"),
    # Pronouns become what they stand for.
    ((BEFORE,), "do they need supervision?", "do peers in hospitals need supervision?"),
    (("Does this job harm a peer?",), "is it paid?", "is the job paid?"),
    (
        ("What did the Utrecht trainees like about their programme?",),
        "for how long did it last?",
        "for how long did the Utrecht trainees' programme last?",
    ),
    (
        ("Who studied burns?", "A: That is Study A, 30 burn survivors in Canada."),
        "how many of them were women?",
        "how many of the 30 burn survivors in Canada were women?",
    ),
    (("Are peers and volunteers alike?",), "who pays those?", "who pays peers and volunteers?"),
    (("Is renting better than buying?",), "why is the first cheaper?", "why is the first cheaper?"),
    (
        ("Who ran the course?", "A: Tang and others ran it for nine adults in Utrecht."),
        "were they happy?",
        "were nine adults happy?",
    ),
    (
        ("Who ran the course?", "A: Tang and others ran it for nine adults in Utrecht."),
        "what did they find?",
        "what did Tang and others find?",
    ),
    # What was asked for is said better by the answer.
    (
        ("How many people were in the study?", "A: Twelve people living with pain."),
        "did it help them?",
        "did the study help twelve people living with pain?",
    ),
    # "That" may be all that was said.
    (
        ("Which journals were read?", "A: Two, in 2014."),
        "and when was that?",
        "Which journals were read, and when was that?",
    ),
    (("Do nurses meet?", "A: Weekly."), "does that help?", "Do nurses meet – does that help?"),
    (("Do nurses meet?",), "for doing what?", "Do nurses meet – for doing what?"),
    (
        ("Do nurses meet?",),
        "is there anything else of interest about this brief?",
        "is there anything else of interest about this brief?",
    ),
    # "The London one" is one of what was spoken of.
    (
        ("Which databases did the Utrecht review use?",),
        "what about the London one?",
        "Which databases did the London review use?",
    ),
    (
        ("Why were online schemes left out of the review?",),
        "and the paid ones?",
        "Why were the paid schemes left out of the review?",
    ),
    # Beside the question before, a pronoun stands for what is said there.
    (
        ("Do nurses keep their notes?",),
        "and if they lose their keys in the evening?",
        "Do nurses keep their notes, and if they lose their keys in the evening?",
    ),
    # A name, a place or a number takes the place of another one.
    (("what did Kemp recommend?",), "and Moll?", "what did Moll recommend?"),
    (("what did Kemp recommend?",), "what about Creamer?", "what did Creamer recommend?"),
    (("which cited studies come from Australia?",), "and from Canada?", "which cited studies come from Canada?"),
    (
        ("which cited studies come from Canada?",),
        "and about HIV?",
        "which cited studies come from Canada about HIV?",
    ),
    (
        ("which cited studies come from Denmark?", ENTRIES),
        "which of those are retracted?",
        "which of the cited studies are retracted?",
    ),
    (
        ("what did Meehan do?", "A: Ten people were trained in Australia."),
        "what is paid there?",
        "what is paid in Australia?",
    ),
    (
        ("which documents do you hold?", LISTED, "summarise the second one", "A: Ten groups.", "who wrote it?"),
        "and the first one?",
        "who wrote “Shared gardens: a brief”?",
    ),
    (("what did Moll find?",), "who else found that?", "what did Moll find – who else found that?"),
    (
        ("how many trials did the Leeds review read?", "A: Volunteers ran seven."),
        "where were those done?",
        "where were the trials done?",
    ),
    (("how should volunteers be supervised?",), "no, I meant paid peers", "how should paid peers be supervised?"),
    (
        ("what helps?", "A: Rest.", "which studies were those?", "A: Tang 2011."),
        "is any of those retracted?",
        "is any of the cited studies retracted?",
    ),
    # Who told something and asks about it speaks of what was told, more than of what was said to it.
    (
        ("Our peers run a weekly group.", "A: Nurses were paid a stipend in some of the schemes."),
        "how should they be paid?",
        "how should our peers be paid?",
    ),
    # One of those that were listed.
    (("which documents do you hold?", LISTED), "who wrote the first one?", "who wrote “Shared gardens: a brief”?"),
    (("which documents do you hold?", LISTED), "summarise the second one", "summarise “Walking and sleep”"),
    (("which studies are from Denmark?", ENTRIES), "what did the second one find?", "what did Eck-Dahl find?"),
    (("which studies are from Denmark?", ENTRIES), "what did the third one find?", "what did the third one find?"),
    (("what is reference 5 in the garden brief?",), "and 6?", "what is reference 6 in the garden brief?"),
    (("which documents are from 2013?",), "what about 2015?", "which documents are from 2015?"),
    (("who wrote reference 5?", "A: Nobody knows."), "is it retracted?", "is reference 5 retracted?"),
    (
        ("what did Lund find?", "A: In a Danish study by Lund et al, nine walkers slept longer."),
        "how many people were in the study?",
        "how many people were in the Danish study by Lund et al?",
    ),
    # What was done to a thing is no part of its name.
    (
        ("what did Lund find?", "A: In a Danish study by Lund et al, nine walkers slept longer."),
        "was that study retracted?",
        "was the Danish study by Lund et al retracted?",
    ),
    (
        ("Who read the third garden survey?", "A: Nobody."),
        "and was that survey funded?",
        "and was the third garden survey funded?",
    ),
    (("What does the garden brief say?", "who funded it?"), "who wrote it?", "who wrote the garden brief?"),
    (("Do volunteers get burnt out?",), "what helps them?", "what helps volunteers?"),
    (
        ("what is reference 5 in the garden brief?", "A: Lund 2013."),
        "what is it cited for?",
        "what is reference 5 in the garden brief cited for?",
    ),
    # A publication is what was written, funded and cited, however much was said of other things.
    (
        ("How many trials did the Leeds review read?", "A: Seven.", "Which were about sleep?", "A: Insomnia led."),
        "who paid for it?",
        "who paid for the Leeds review?",
    ),
    (
        ("Who paid for the Leeds review?", "A: The Ministry of Sleep paid for the PILLOW study."),
        "when was it published?",
        "when was the Leeds review published?",
    ),
    (
        ("what did Lund find?", "A: In a Danish study by Lund et al, nine walkers slept longer."),
        "who funded it?",
        "who funded the Danish study by Lund et al?",
    ),
    (("Do walks help?", "A: In a Danish study by Lund et al, they did."), "who wrote it?", "who wrote it?"),
    (
        ("Is there a garden in Utrecht?", "A: A public garden."),
        "what are its limitations?",
        "what are its limitations?",
    ),
    # What was asked about is more likely meant than what was answered.
    (
        ("Do nurses learn pruning?", "A: The course was liked."),
        "is it hard?",
        "is pruning hard?",
    ),
    (
        ("was the Danish study by Lund et al retracted?", "A: The reference list announces no retraction."),
        "was it Dutch?",
        "was the Danish study by Lund et al Dutch?",
    ),
    # Its likes need not stand alone, nor be a name where a name was.
    (("Do nurses with asthma get support?",), "I meant eczema", "Do nurses with eczema get support?"),
    (("Do nurses with hepatitis C sleep?",), "sorry, I meant asthma", "Do nurses with asthma sleep?"),
    (("Which trials are about HIV?",), "what about skin care", "Which trials are about skin care?"),
    (
        ("What is known about pay for UNESCO?",),
        "and for public gardens?",
        "What is known about pay for public gardens?",
    ),
    (("What does Lund say?",), "and Falk?", "What does Falk say?"),
    (("What does Lund say?",), "how many nurses was that?", "What does Lund say, and how many nurses was that?"),
    (("Do walks lower blood pressure?",), "why not?", "Do walks lower blood pressure, and why not?"),
    (("Do walks lower blood pressure?",), "and for asthma?", "Do walks lower blood pressure for asthma?"),
    (
        ("How many nurses signed up for the course?",),
        "and their pay?",
        "How many nurses signed up for the course, and their pay?",
    ),
    (("what is reference 5?", ENTRIES), "what did they find?", "what did Lund find?"),
    # Corrections change a part of the question before.
    (
        ("What does the Australian study say about pay?",),
        "no, I meant the Canadian one",
        "What does the Canadian study say about pay?",
    ),
    # What a question is set in goes on to hold.
    (
        ("In the Utrecht survey, how did peers find their work?",),
        "did they feel watched?",
        "In the Utrecht survey, did peers feel watched?",
    ),
    # A title at the opening says whom "she" stands for.
    (("A: Study A (trial) - Methods",), "who paid for it?", "who paid for Study A?"),
    # The words for a change of topic fall away, and with them what was said.
    ((BEFORE,), "Something else: who paid for the survey?", "who paid for the survey?"),
    # What was told and not asked sets the scene of a question that says little itself.
    (
        (BEFORE, "A: Weekly.", "One of our peers fell off a ladder.", "She is back, but we were not ready"),
        "What could have been put on paper?",
        "One of our peers fell off a ladder. She is back, but we were not ready. What could have been put on paper?",
    ),
    (("ladder safety",), "what can be put on paper?", "what can be put on paper?"),
    # One document does not speak of another as "it".
    (
        ("What does the Utrecht brief advise about supervision?",),
        "is the British text as keen on it?",
        "is the British text as keen on supervision as the Utrecht brief?",
    ),
    # Where its place is not plain, it is put beside the question before.
    (("What do peers do?",), "anything besides that?", "What do peers do – anything besides that?"),
]


@pytest.mark.parametrize(("before", "question", "expected"), COMPLETED)
def test_a_question_that_leans_is_completed(before: tuple[str, ...], question: str, expected: str):
    assert standalone(question, said(*before)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "what kinds of supervision do peer support workers in mental health services receive?",
        "which studies measured how volunteers in gardens feel about their pain?",
        "how many learners signed up for the evening course in Utrecht, and who were they?",
        "is it cheaper to train volunteers than nurses?",
        "what are seed libraries?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str):
    assert standalone(question, said(BEFORE)) == question


def test_without_a_history_every_question_is_left_as_it_is():
    assert standalone("why?", []) == "why?"
    assert standalone("why?", said("A: Because.")) == "why?"


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stood_alone():
    history = said("Does supervision help peers?", "what about volunteers?")
    assert standalone("and why?", history) == "Why does supervision help volunteers?"


def test_follow_ups_of_one_question_do_not_pile_up():
    history = said("Do walks help nurses?", "what about sleep, in the long run?")
    assert standalone("ok, and in Denmark?", history) == "Do walks help nurses in Denmark?"
    assert standalone("and where?", said(BEFORE, "and for how long?")) == BEFORE.replace("?", ", and where?")


def test_what_is_said_to_thanks_is_no_answer():
    history = said("Who ran it?", "A: In the Danish study by Lund et al, nurses did.", "thanks", "A: You are welcome.")
    assert standalone("was that study paid?", history) == "was the Danish study by Lund et al paid?"


def test_an_answer_that_there_is_none_is_nothing_to_speak_of():
    none = abstain("q", "q", (), ("this",)).note + " The nearest that it covers: “Garden diary” in A garden."
    question = "how many pages does it fill?"
    assert standalone(question, said("How do nurses sleep?", f"A: {none}")) == question


def test_requests_and_thanks_in_between_are_not_what_a_follow_up_is_about():
    assert standalone("do they need supervision?", said(BEFORE, "A: Weekly. [1]", "say more", "thanks!")) == (
        "do peers in hospitals need supervision?"
    )


def test_what_was_answered_is_not_asked_again(library: Settings):
    before, question = "what did garden volunteers learn?", "and when they met, what did they eat in spring?"
    assistant = hash_assistant(library)
    answer = assistant.ask(question, said(before, "A: To prune."))
    assert understand(question, said(before)).beside
    assert len(parts(answer.standalone_question)) > 1
    assert not any("asked:" in missing for missing in answer.uncovered)
    assert not understand(before, said("how are peers paid?")).beside


TURNS = st.lists(st.builds(Turn, st.sampled_from(("user", "assistant")), st.text(max_size=40)), max_size=6)


@given(TURNS, st.text(min_size=1))
def test_no_history_and_no_question_is_too_odd_to_be_understood(turns: list[Turn], question: str):
    assert understand(question, turns) == understand(question, turns)
    assert bool(standalone(question, turns)) == bool(question.strip())


@given(st.text())
def test_without_a_history_nothing_but_its_own_correction_changes_a_question(question: str):
    assert standalone(question, []) == question.strip()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How are peers trained and are they paid?", ("How are peers trained?", "are peers paid?")),
        ("How are peers paid, and who trains them?", ("How are peers paid?", "who trains peers?")),
        (
            "What do peers do all day? Who supervises volunteers?",
            ("What do peers do all day?", "Who supervises volunteers?"),
        ),
        (
            "What motivates peers, what keeps them and who trains them?",
            ("What motivates peers?", "what keeps peers?", "who trains peers?"),
        ),
        ("Which peers are paid, and which ones are not?", ("Which peers are paid, and which ones are not?",)),
        ("How are peers trained, and why?", ("How are peers trained, and why?",)),
        ("How are peers and volunteers trained?", ("How are peers and volunteers trained?",)),
        ("Pay, training and supervision of peers", ("Pay, training and supervision of peers",)),
    ],
)
def test_a_question_in_several_parts_is_taken_apart(question: str, expected: tuple[str, ...]):
    assert parts(question) == expected


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
