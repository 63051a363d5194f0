"""A slip of the keyboard is mended, and a right word, a name or an abbreviation is left as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from fakes import hash_assistant
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.conversation import other_language
from rag.schema import Turn
from rag.settings import Settings
from rag.spelling import Speller, neighbours, twins
from rag.terms import stem

HELD = ("supervision", "supervised", "honorarium", "volunteers", "peers", "charting", "cheating", "cheating", "Brunier")
ENGLISH = {
    "fund": 900,
    "carry": 900,
    "plan": 900,
    "under": 900,
    "often": 900,
    "helpers": 900,
    "helped": 90,
    "color": 900,
    "organize": 900,
}


class Held:
    """A library of some words."""

    def counts(self, stems: Sequence[str]) -> Mapping[str, int]:
        own = [stem(word) for word in HELD]
        return {root: own.count(root) for root in stems if root in own}

    def has_word(self, word: str) -> bool:
        return word in [held.lower() for held in HELD]


SPELLER = Speller(Held(), {"ontario": "Ontario", "maclellan": "MacLellan"}, ENGLISH)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("who needs supervisoin?", "who needs supervision?"),
        ("what is an honorarum, and who gets one?", "what is an honorarium, and who gets one?"),
        ("Volunteeers or peeers?", "Volunteers or peers?"),
        ("is chrating a duty?", "is charting a duty?"),  # two letters swapped, though "cheating" is commoner
        ("what do hlpers do?", "what do helpers do?"),  # English, and not in the library
        ("did the Otnario team say so?", "did the Ontario team say so?"),
        ("and in MacLelan's review?", "and in MacLellan's review?"),
        ("what did Brunire find?", "what did Brunier find?"),
        ("Helpes et al. on peers", "Helpes et al. on peers"),
        ("Helpes 2012 retracted?", "Helpes 2012 retracted?"),
        ("Helpes or peers?", "Helpers or peers?"),
        ("Hwo are teh helpers paid?", "How are the helpers paid?"),
        ("wich helpers?", "which helpers?"),
        ("helpers orgnise it", "helpers organise it"),  # as the British write what the list has as "organize"
        ("WHO NEEDS SUPERVISOIN?", "WHO NEEDS SUPERVISION?"),
    ],
)
def test_a_slip_is_mended(typed: str, meant: str):
    assert SPELLER.mended(typed) == meant
    assert SPELLER.mended(meant) == meant


@pytest.mark.parametrize(
    "question",
    [
        "does the funder carry it?",  # one letter from "under", and made of "fund"
        "coloured plans, unplanned",
        "is ketamine better than fentanyl?",
        "what did Bruner find?",  # a letter less may be someone else's name
        "PEERSS, peeers@example.org, peeers-2 and Peeers2",
        "a peer-wrker?",
        "didn't they?",
        "is the hWO, the adm or the thbe meant?",
        "WHO PEERSS",  # may be two abbreviations
        "is a peer in CHARTNG?",
    ],
)
def test_a_word_that_may_be_right_is_left(question: str):
    assert SPELLER.mended(question) == question


class Counting(Held):
    """Counts how many words it was asked for."""

    asked = 0

    def counts(self, stems: Sequence[str]) -> Mapping[str, int]:
        self.asked += len(stems)
        return super().counts(stems)


@pytest.mark.parametrize("typed", ["a" * 4_000, "a" * 700, "supervisoin" * 9])
def test_a_run_of_letters_is_no_slip_and_costs_nothing(typed: str):
    library = Counting()
    question = f"is it {typed} or {typed.title()}?"
    assert Speller(library, {}, ENGLISH).mended(question) == question
    assert library.asked == 0


@given(st.text(max_size=60))
def test_anything_may_be_asked(text: str):
    mended = SPELLER.mended(text)
    assert len(mended) <= 2 * len(text)
    assert [c for c in mended if not c.isalpha()] == [c for c in text if not c.isalpha()]


@given(st.text("abcdef", min_size=5, max_size=9), st.data())
def test_each_kind_of_slip_is_one_step_back(word: str, data: st.DataObject):
    at = data.draw(st.integers(0, len(word) - 1))
    dropped = word[:at] + word[at + 1 :]
    doubled = word[:at] + word[at] + word[at:]
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    changed = word[:at] + "x" + word[at + 1 :]
    assert all(word in set(neighbours(typed)) | {typed} for typed in (dropped, doubled, swapped, changed))
    assert word in set(twins(doubled))
    assert word in set(twins(swapped)) | {swapped}


def test_the_library_is_asked_with_what_was_meant(library: Settings):
    assistant = hash_assistant(library)
    right, wrong = "what did garden volunteers learn?", "what did gardne voluntears learn?"
    answer = assistant.ask(wrong)
    assert answer.standalone_question == right
    assert [hit.passage.id for hit in answer.hits] == [hit.passage.id for hit in assistant.ask(right).hits]
    assert assistant.search(wrong) == assistant.search(right)


def test_a_follow_up_takes_over_what_was_meant(library: Settings):
    assistant = hash_assistant(library)
    wrong, right = Turn("user", "what did gardne voluntears learn?"), Turn("user", "what did garden volunteers learn?")
    answer = assistant.ask("whne did they lerrn it?", [wrong])
    assert answer.standalone_question.startswith("when did garden volunteers learn ")
    assert answer.standalone_question == assistant.ask("when did they learn it?", [right]).standalone_question


def test_a_reader_can_have_the_words_taken_as_they_are(assistant: Assistant):
    question = "what did gardne voluntears learn?"
    answer = assistant.ask(question, as_written=True)
    assert answer.standalone_question == question
    assert answer.receipt != assistant.ask(question).receipt


def test_a_question_in_another_language_is_told_so_and_not_mended_into_english_words(assistant: Assistant):
    for question in ("Wie sollen Peers geschult werden?", "Come devono essere formati i pari?"):
        assert "in English" in assistant.ask(question).text


@pytest.mark.parametrize(
    "question", ["was Lund et al retracted", "Lund et al. sample size", "Lund et. al", "is O'Neill cited?"]
)
def test_a_question_that_names_a_study_is_in_english(question: str):
    assert other_language(question) is None


def test_a_question_in_another_language_may_name_a_study():
    assert "French" in (other_language("que disent Tang et al sur les pairs ?") or "")
