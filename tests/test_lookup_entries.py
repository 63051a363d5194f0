"""The reference lists of the shipped documents tell of entries, who made them and what they found."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import Opener, hash_assistant, make_settings

from ingest.sync import sync
from rag.assistant import Assistant

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def shipped_library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    settings = make_settings(tmp_path_factory.mktemp("shipped"))
    sync([ROOT / "corpus"], settings, open_=Opener(settings))
    return hash_assistant(settings)


@pytest.mark.parametrize(
    ("question", "studies"),
    [
        ("which cited studies are about hepatitis C?", {20, 26}),
        ("is any cited study retracted?", {10}),
        ("which cited studies come from Australia?", {15, 17}),
        ("any papers on breastfeeding?", {34, 35, 42, 53}),
        ("what is reference 5 in the Ontario brief?", {5}),
        ("what is the full reference for Pillemer?", {32}),
    ],
)
def test_the_shipped_documents_answer_questions_about_their_references(
    shipped_library: Assistant, question: str, studies: set[int]
):
    answer = shipped_library.ask(question)
    assert {study.number for citation in answer.citations for study in citation.studies} == studies


def test_entries_after_a_year_are_those_of_later_years(shipped_library: Assistant):
    answer = shipped_library.ask("which studies cited in the Ontario brief were published after 2012?")
    assert [study.label for citation in answer.citations for study in citation.studies] == ["Hallum-Montes 2013"]


def told(assistant: Assistant, question: str) -> tuple[str, set[int]]:
    """The first sentence of an answer, and the numbers of the studies that it quotes."""
    answer = assistant.ask(question)
    return answer.text, {study.number for citation in answer.citations for study in citation.studies}


@pytest.mark.parametrize(
    ("question", "numbers", "lead"),
    [
        ("is reference 10 in the Ontario brief retracted?", {10}, False),
        ("is reference 5 in the Ontario brief retracted?", {5}, True),
        ("was the study by Creamer retracted?", {5}, True),
        ("was Heisler's paper retracted?", {10}, False),
    ],
)
def test_a_retraction_is_told_of_the_entry_that_was_named(
    shipped_library: Assistant, question: str, numbers: set[int], lead: bool
):
    text, studies = told(shipped_library, question)
    assert studies == numbers
    assert text.startswith("The reference list announces no retraction") == lead


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("when was Badger published?", {2}),
        ("which journal did Creamer appear in?", {5}),
        ("who wrote Tang 2011?", {19}),
        ("any references on HCV", {20, 26}),
    ],
)
def test_the_making_of_a_cited_study_is_told_by_its_entry(shipped_library: Assistant, question: str, numbers: set[int]):
    assert told(shipped_library, question)[1] == numbers


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("what did Moll find?", "Moll 2009"),
        ("what does kemp recommend?", "Kemp 2012"),
        ("what did Henderson say?", "Kemp 2012"),
        ("what are the findings of Barber et al?", "Barber 2008"),
    ],
)
def test_what_an_author_found_is_told_by_what_is_credited_to_the_study(
    shipped_library: Assistant, question: str, label: str
):
    answer = shipped_library.ask(question)
    assert len(answer.citations) >= 2
    assert all(label in [study.label for study in citation.studies] for citation in answer.citations)
    assert [study.label for study in answer.citations[0].studies] == [label]


def test_what_an_author_of_a_document_found_is_its_summary(shipped_library: Assistant):
    answer = shipped_library.ask("what did MacLellan find?")
    assert {citation.source_id for citation in answer.citations} == {"maclellan-psw-metasynthesis-2015"}
    assert shipped_library.ask("what did Zimmermann find?").uncovered == ("“Zimmermann”",)


@pytest.mark.parametrize(
    "question", ["when was the course for gardeners published?", "who wrote the poems of coal miners?"]
)
def test_a_fact_of_something_else_is_not_told_of_the_documents(shipped_library: Assistant, question: str):
    assert not {citation.kind for citation in shipped_library.ask(question).citations} & {"catalogue"}


@pytest.mark.parametrize("question", ["who are the authors?", "author?", "publication date", "who wrote it?"])
def test_a_fact_without_a_document_is_told_of_all_of_a_few(shipped_library: Assistant, question: str):
    answer = shipped_library.ask(question)
    assert {citation.source_id for citation in answer.citations} == set(shipped_library.catalogue())
    assert not {study for citation in answer.citations for study in citation.studies}


def test_who_paid_for_a_cited_study_is_not_told_by_who_paid_for_the_document(shipped_library: Assistant):
    assert (
        "Department of Health Policy"
        not in shipped_library.ask("where was the study by Tang done – who funded it?").text
    )
