"""A question is also searched with the words that the field uses for its own."""

from __future__ import annotations

from rag.thesaurus import related


def test_a_word_brings_the_words_that_the_field_uses_for_it():
    assert {"stipend", "honorarium"} <= set(related("are they paid?"))


def test_any_ending_and_a_phrase_count():
    assert "setback" in related("what if a volunteer relapsed?")
    assert "navigator" in related("who are experts by experience?")
    assert "navigator" not in related("an expert opinion")


def test_words_of_the_question_do_not_come_back():
    assert not {"pay", "paid", "wage"} & set(related("is a wage what they are paid? what pay?"))


def test_a_question_without_a_word_of_the_field_stays_alone():
    assert related("what is the capital of Peru?") == ()
