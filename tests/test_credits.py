"""An answer credits the studies that its quotations credit, and no others."""

from __future__ import annotations

from pathlib import Path

from fakes import library_of
from questions import LEARNED

from rag.assistant import Assistant
from rag.schema import Answer
from rag.settings import Settings


def studies(answer: Answer, words: str) -> list[str]:
    """Labels of the studies credited for the citation that holds the words."""
    (citation,) = [citation for citation in answer.citations if words in citation.quote]
    return [study.label for study in citation.studies]


def test_studies_are_exactly_those_of_the_statement(assistant: Assistant):
    answer = assistant.ask(LEARNED)
    assert studies(answer, "learned pruning") == ["Ashdown 2011", "Cole 2012", "National Garden Board 2015"]
    assert studies(answer, "refresher") == ["Dahl 2016"]


def test_studies_of_a_list_item_are_those_of_the_whole_item(assistant: Assistant):
    answer = assistant.ask("what kept GSVs in their teams?")
    assert studies(answer, "Weekly coffee hours") == ["Cole 2012", "National Garden Board 2015"]


def test_studies_of_a_joined_quotation_are_those_of_its_statements(assistant: Assistant):
    answer = assistant.ask("what did the training of walking leaders cover: maps, weather?")
    assert studies(answer, "maps") == ["Kerr 2010", "Nord 2015"]


def test_a_range_that_lost_its_dash_credits_all_its_studies(assistant: Assistant):
    answer = assistant.ask("are walking groups cheap to set up for people with short sleep?")
    assert studies(answer, "cheap to set up") == ["Hall 2002", "Ibsen 2008", "Kerr 2010", "Lund 2013", "Moss 2014"]


def test_a_statement_without_markers_credits_nobody(assistant: Assistant):
    assert studies(assistant.ask("who brought sleepers to the clinic?"), "Bus drivers") == []


def test_a_study_is_shown_with_its_entry_and_its_retraction(assistant: Assistant):
    answer = assistant.ask("how much money did each plot receive?")
    (citation,) = [c for c in answer.citations if "40 euros" in c.quote]
    (study,) = citation.studies
    assert (study.label, study.number, study.retracted) == ("Gruber 2014", 5, True)
    assert study.reference == "Gruber H. Tools on loan [retracted in 2018]. Spade 2014;1:1-4."


def test_a_study_that_the_question_names_comes_first(settings: Settings, tmp_path: Path):
    text = "Volunteers rest at noon (1). Volunteers rest at dusk (2). Volunteers rest at dawn (3)."
    entries = "1. Ash P. Noon. J 2011;1:1.\n2. Birk L. Dusk. J 2012;1:1.\n3. Cole R. Dawn. J 2013;1:1.\n"
    files = {"rest.md": f"# A brief on breaks\n\n## Part\n\n{text}\n\n## References\n\n{entries}"}
    assistant = library_of(settings, tmp_path, files)
    for study in ("Ash 2011", "Birk 2012", "Cole 2013"):
        answer = assistant.ask(f"what did {study.split()[0]} find about volunteers who rest?")
        assert [credited.label for credited in answer.citations[0].studies] == [study]
