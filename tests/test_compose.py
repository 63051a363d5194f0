"""An answer reads as one: how recent its evidence is, what replaced it, in which order and form it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import library_of

from rag.assistant import Assistant
from rag.contract import answer_as_json
from rag.printed import answer_as_text
from rag.schema import Answer, Sentence
from rag.settings import Settings

LEARNED = "what did garden volunteers learn?"


TWO_EDITIONS = {
    "library.toml": (
        '[[document]]\nid = "old"\nfile = "old.md"\ntitle = "Breaks"\nyear = 2010\n\n'
        '[[document]]\nid = "new"\nfile = "new.md"\ntitle = "Breaks again"\nyear = 2020\nsupersedes = ["old"]\n'
    ),
    "old.md": "# Breaks\n\n## Part\n\nPeers rest at noon under trees near rivers.\n",
    "new.md": "# Breaks again\n\n## Part\n\nPeers rest at noon on roofs above towns.\n",
}


def test_a_source_that_another_document_replaces_is_labelled(settings: Settings, tmp_path: Path):
    answer = library_of(settings, tmp_path, TWO_EDITIONS).ask("where do peers rest at noon?")
    assert {c.source_id: c.superseded_by for c in answer.citations} == {"old": ("new",), "new": ()}
    assert {c["source_id"]: c["superseded_by"] for c in answer_as_json(answer)["citations"]} == {
        "old": ["new"],
        "new": [],
    }


@pytest.mark.parametrize(
    ("only", "as_of"),
    [
        (["garden-brief-2019"], "published 2019"),
        (["night-clinic"], "no year known"),
        (["garden-brief-2019", "night-clinic"], "published 2019; no year known for 1 of 2 sources"),
    ],
)
def test_an_answer_says_how_recent_its_evidence_is(assistant: Assistant, only: list[str], as_of: str):
    answer = assistant.ask("what did volunteers and drivers learn in a course?", only=only)
    assert answer.as_of == as_of == answer_as_json(answer)["as_of"]


def test_an_abstaining_answer_dates_no_evidence(assistant: Assistant):
    assert assistant.ask("In Poland, was the effect of walking gone?").as_of == ""


def test_years_are_told_from_the_first_to_the_last(settings: Settings, tmp_path: Path):
    answer = library_of(settings, tmp_path, TWO_EDITIONS).ask("where do peers rest at noon?")
    assert answer.as_of == "published 2010 to 2020"


def test_where_there_is_no_answer_the_nearest_that_is_covered_is_named(assistant: Assistant):
    answer = assistant.ask("In Poland, what did garden volunteers learn in training?")
    assert answer.abstained
    assert "“Training” in Shared gardens" in answer.note
    assert answer.text == answer.note


def test_an_answer_in_one_string_is_its_sentences_with_their_markers():
    sentences = (Sentence("Peers rest at noon.", (1, 3)), Sentence("Nurses do not.", (2,)))
    answer = Answer("when?", "when?", False, sentences, (), ())
    assert answer.text == "Peers rest at noon. [1][3] Nurses do not. [2]"
    assert answer_as_text(answer).startswith(answer.text)
