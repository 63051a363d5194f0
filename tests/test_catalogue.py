"""Questions about the documents themselves are answered with lines of those documents; documents go by many names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from fakes import BRIEFS
from hypothesis import given
from hypothesis import strategies as st

from ingest.library import read_library
from rag.assistant import Assistant
from rag.cite import holds
from rag.lookup.asks import parse
from rag.mentions import Mention, Names
from rag.schema import Catalogue

GARDEN, WALKING = "garden-brief-2019", "walking-review-2021"


def mentioned(question: str, known: Mapping[str, Catalogue]) -> Mention:
    return Names(known).find(question)


KNOWN = {entry.source_id: entry.catalogue for entry in read_library(BRIEFS).values()}


@pytest.mark.parametrize(
    ("question", "source_ids"),
    [
        ("what does the garden brief say about seeds?", (GARDEN,)),
        ("what does the Utrecht brief say about seeds?", (GARDEN,)),
        ("what does the Leeds review say about sleep?", (WALKING,)),
        ("what did Reviewer and colleagues find out about sleep?", (WALKING,)),
        ("what does Shared gardens for people who live with pain say of seeds?", (GARDEN,)),
        ("do the garden brief and the Leeds review agree on leaders?", (GARDEN, WALKING)),
        ("did the Utrecht people only ask about pain?", (GARDEN,)),
        ("and the British one?", (WALKING,)),
        ("what did the Utrecht people who gave up say?", ()),
        ("are Utrecht people fond of gardens?", ()),
        ("how are walking leaders trained in Leeds?", ()),
        ("what grows in a garden?", ()),
    ],
)
def test_a_document_is_known_by_its_names(question: str, source_ids: tuple[str, ...]):
    assert mentioned(question, KNOWN).source_ids == source_ids


def test_the_name_is_left_out_of_what_is_searched_for():
    assert mentioned("what does the garden brief say about seeds?", KNOWN).rest == "what say about seeds?"


def test_a_question_that_is_hardly_more_than_a_name_is_searched_as_it_is():
    assert mentioned("the garden brief?", KNOWN).rest == "the garden brief?"


@given(st.text(max_size=100))
def test_what_is_left_of_a_question_without_names_is_the_question(question: str):
    found = mentioned(question, KNOWN)
    assert found.source_ids or found.rest in (question, " ".join(question.split()))


NEWTS = Catalogue("Newts in ponds of parks", aliases=("GWT report", "UK report", "DNA report", "TB note"))
OTTERS = Catalogue("Otters, traced by their DNA", aliases=("RIV review", "DNA review"))


@pytest.mark.parametrize(
    ("question", "source_ids"),
    [
        ("which ponds did the GWT visit?", ("newts",)),
        ("what is GWT's advice?", ("newts",)),
        ("do RIV and GWT agree?", ("newts", "otters")),
        ("which ponds did the gwt visit?", ()),
        ("are there newts in the UK?", ()),  # a land
        ("is DNA found in water?", ()),  # what documents are about
        ("is TB found in water?", ()),
    ],
)
def test_an_abbreviation_that_only_one_document_goes_by_names_it(question: str, source_ids: tuple[str, ...]):
    assert mentioned(question, {"newts": NEWTS, "otters": OTTERS}).source_ids == source_ids


def test_an_abbreviation_that_two_documents_go_by_names_neither():
    known = {"newts": NEWTS, "frogs": Catalogue("Frogs in ponds of parks", aliases=("GWT digest",))}
    assert mentioned("which ponds did the GWT visit?", known).source_ids == ()


def test_a_document_that_is_named_is_the_only_one_searched(assistant: Assistant):
    answer = assistant.ask("what does the garden brief say about volunteers?")
    assert {hit.document.source_id for hit in answer.hits} == {GARDEN}
    assert {citation.source_id for citation in answer.citations} == {GARDEN}


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("what is reference 2 in the garden brief?", ["Cole R. Coffee among beds. Garden Letters 2012;7:3."]),
        ("which references have been retracted?", ["Gruber H. Tools on loan [retracted in 2018]. Spade 2014;1:1-4."]),
        ("who wrote the Leeds review?", ["Cleo Reviewer"]),
        (
            "what is the 3rd reference?",
            [
                "National Garden Board. Volunteers in numbers. Utrecht: National Garden Board; 2015.",
                "Kerr L, et al. Leading a group. Path. 2010;3: 4.",
            ],
        ),
    ],
)
def test_a_question_about_a_document_is_answered_with_its_lines(assistant: Assistant, question: str, quotes: list[str]):
    answer = assistant.ask(question)
    assert [citation.quote for citation in answer.citations] == quotes
    assert [sentence.text for sentence in answer.sentences] == quotes
    for citation in answer.citations:
        document = assistant.document(citation.source_id)
        assert holds(citation, document)
        assert document.text[citation.char_start : citation.char_end] == citation.quote


def test_an_entry_is_credited_as_the_study_that_it_is(assistant: Assistant):
    (citation,) = assistant.ask("what is reference 5 in the garden brief?").citations
    (study,) = citation.studies
    assert (study.label, study.number, study.retracted) == ("Gruber 2014", 5, True)
    assert citation.section == ("Reference list",)


def test_lines_that_answer_lead_the_ranked_passages(assistant: Assistant):
    answer = assistant.ask("what is reference 2 in the garden brief?")
    assert answer.hits[0].text == answer.citations[0].quote
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("what is reference 40 in the garden brief?", "a reference 40: the list has 5 entries"),
        ("who funded the Leeds review?", "who paid for it"),
        ("which references of the Leeds review were retracted?", "a retraction announced in the reference lists"),
    ],
)
def test_what_no_line_says_is_missing(assistant: Assistant, question: str, missing: str):
    answer = assistant.ask(question)
    assert answer.abstained
    assert answer.uncovered == (missing,)


@pytest.mark.parametrize(
    ("question", "catalogue"),
    [
        ("what interests peers in hospitals most?", Catalogue("Rest")),
        ("how should training of peers be paid for?", Catalogue("Training")),
        ("how long is the training course for young people?", Catalogue("T", authors=("Ann Young", "Bo Long"))),
        ("how long do peers rest?", Catalogue("A long title here", authors=("", " "), aliases=("", " "))),
    ],
)
def test_a_common_word_names_no_document(question: str, catalogue: Catalogue):
    assert mentioned(question, {"a": catalogue}).source_ids == ()


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("which references have been retracted?", {"since": 2020}),
    ],
)
def test_filters_hold_for_questions_about_documents_too(assistant: Assistant, question: str, filters: dict[str, Any]):
    allowed = set(filters.get("only", [WALKING]))
    assert {citation.source_id for citation in assistant.ask(question, **filters).citations} <= allowed


def test_people_who_were_withdrawn_are_no_retraction(assistant: Assistant):
    assert "retracted" not in assistant.ask("how many walkers were withdrawn from the trial?").text


@pytest.mark.parametrize("question", ["what is reference 2 in the garden brief?", "who wrote the Leeds review?"])
def test_a_document_outside_the_filter_is_said_to_be_outside(assistant: Assistant, question: str):
    answer = assistant.ask(question, only=["night-clinic"])
    assert answer.abstained
    assert "not among those chosen" in answer.uncovered[0]


@pytest.mark.parametrize(
    "question",
    [
        "what do the authors of the Leeds review recommend?",
        "where in the Leeds review does sleep appear?",
        "who prepared walkers for the Leeds review?",
        "what does the garden brief say about funding for leaders?",
        "what happens if a volunteer retracts consent?",
        "tell me about item 3 on the training list",
    ],
)
def test_a_question_about_what_a_document_says_is_not_one_about_its_making(question: str):
    assert parse(question, mentioned(question, KNOWN).without) is None
