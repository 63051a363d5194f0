"""Every sentence rests on an exact quotation, and shows it without markers and openers that lost their context."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from questions import LEARNED, QUESTIONS

from rag.assistant import Assistant
from rag.cite import cite, holds, shown
from rag.markers import find_markers
from rag.schema import Answer, Catalogue, Document, Reference, Section


def quotes(answer: Answer) -> dict[str, str]:
    """What is quoted for each sentence shown."""
    by_marker = {citation.marker: citation.quote for citation in answer.citations}
    return {sentence.text: by_marker[sentence.citations[0]] for sentence in answer.sentences}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_exact(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    assert answer.citations
    for citation in answer.citations:
        document = assistant.document(citation.source_id)
        assert document.text[citation.char_start : citation.char_end] == citation.quote
        assert citation.quote in citation.passage
        assert holds(citation, document)
        (passage,) = [p for p in document.passages if p.start <= citation.char_start and citation.char_end <= p.end]
        assert citation.section == passage.section
        assert citation.passage == document.text[passage.start : passage.end]
        assert (citation.title, citation.year) == (document.catalogue.title, document.catalogue.year)


def test_a_citation_that_was_tampered_with_does_not_hold(assistant: Assistant):
    citation = assistant.ask(LEARNED).citations[0]
    document = assistant.document(citation.source_id)
    assert holds(citation, document)
    for change in (
        {"quote": citation.quote.replace("six", "ten")},
        {"quote": ""},
        {"char_start": citation.char_start + 1},
        {"char_end": citation.char_end - 1},
        {"passage": citation.passage.replace("six", "ten")},
        {"passage_start": citation.passage_start - 1},
    ):
        assert not holds(replace(citation, **change), document)


def test_no_citation_is_made_of_a_statement_that_its_passage_does_not_hold(assistant: Assistant):
    document = assistant.document("garden-brief-2019")
    first, second = document.passages[:2]
    with pytest.raises(ValueError, match="outside its passage"):
        cite(document, first, second.statements, 1)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_sentence_cites_and_every_citation_is_cited(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    assert all(sentence.citations for sentence in answer.sentences)
    cited = [number for sentence in answer.sentences for number in sentence.citations]
    assert sorted(set(cited)) == [citation.marker for citation in answer.citations]
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert answer.text == " ".join(
        f"{s.text} {''.join(f'[{number}]' for number in s.citations)}" for s in answer.sentences
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_said_twice(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    places = sorted((c.source_id, c.char_start, c.char_end) for c in answer.citations)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(places))
    assert len({sentence.text for sentence in answer.sentences}) == len(answer.sentences)


# What is shown, and what is quoted


def test_markers_are_taken_out_of_what_is_shown_and_kept_in_the_quotation(assistant: Assistant):
    for question in QUESTIONS:
        answer = assistant.ask(question)
        for citation, sentence in zip(answer.citations, answer.sentences, strict=True):
            document = assistant.document(citation.source_id)
            assert not any(find_markers(sentence.text, document.marker_style, document.last_reference))
    both = quotes(assistant.ask(LEARNED))
    assert both["Garden volunteers learned pruning, listening and first aid in a course of six evenings."] == (
        "Garden volunteers learned pruning, listening and first aid in a course of six evenings (1-3)."
    )


def test_counts_in_brackets_are_shown(assistant: Assistant):
    sentences = [s.text for s in assistant.ask("In Sweden, was the effect of walking gone?").sentences]
    assert "In Sweden (14 groups) the effect was gone after eight months." in sentences


def test_an_opener_that_lost_its_context_is_not_shown(assistant: Assistant):
    both = quotes(assistant.ask("what did the course leave out about conflict between neighbours?"))
    shown_, quote = next((s, q) for s, q in both.items() if "conflict" in s)
    assert (shown_, quote) == (
        "The course left out conflict between neighbours.",
        "However, the course left out conflict between neighbours (2).",
    )


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("However, peers rest.", "Peers rest."),
        ("On the other hand, peers rest.", "Peers rest."),
        ("For example, in Canada (14) peers rest [2].", "In Canada (14) peers rest."),
        ("Some studies, on the other hand, found none.", "Some studies found none."),
        ("Therefore it is so.", "It is so."),
        ("Similarly peers rest.", "Similarly peers rest."),
        ("Overall quality was low.", "Overall quality was low."),
        ("Finally,", "Finally,"),
        ("Thus the peers", "The peers"),
        ("rest at noon\n• sing at dusk", "rest at noon • sing at dusk"),
        ("They:\n\n• rest;\n• sing.", "They: rest; sing."),
    ],
)
def test_a_quotation_is_shown_without_markers_and_openers(quote: str, sentence: str):
    assert shown(DOCUMENT, quote) == sentence


DOCUMENT = Document(
    "a",
    Catalogue("T"),
    "A B. One. J 2001;1:1.",
    (Section((), 0, 21, "references"),),
    references=tuple(Reference(number, 0, 21, "A B. One. J 2001;1:1.", "A 2001") for number in range(1, 5)),
    marker_style="square",
)


@given(st.text("However, the (1-3)[2]peer. \n•", max_size=60))
def test_whatever_is_quoted_something_of_it_is_shown(quote: str):
    sentence = shown(DOCUMENT, quote)
    assert sentence == sentence.strip()
    letters = "".join(c for c in quote.casefold() if c.isalpha())
    assert "".join(c for c in sentence.casefold() if c.isalpha()) in letters


def test_a_statement_that_leans_on_the_one_before_is_quoted_with_it(assistant: Assistant):
    answer = assistant.ask("what did the training of walking leaders cover: maps, weather?")
    (citation,) = [c for c in answer.citations if "maps" in c.quote]
    assert citation.quote.startswith("Leaders of walking groups were trained for two days [3]. This training")
