"""Where sources disagree both are shown, beside each other and apart; where they do not, nothing is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import library_of
from hypothesis import given
from hypothesis import strategies as st

from rag.asked import asks_for_list, asks_for_one_study, asks_for_sides, asks_for_study
from rag.contrast import directions
from rag.lead import lead_figure
from rag.settings import Settings


@pytest.mark.parametrize(
    ("text", "thing", "sign"),
    [
        ("Experts recommend napping.", "nap", 1),
        ("Napping was not always felt to be helpful.", "nap", -1),
        ("Napping had no harmful outcome.", "nap", 1),
        ("Napping reduces stress.", "nap", 1),
        ("Napping led to worries.", "nap", -1),
        ("No one worried about naps, but napping was harmful.", "nap", -1),
    ],
)
def test_what_is_said_of_a_thing_has_a_direction(text: str, thing: str, sign: int):
    assert (thing, sign) in directions(text)


@given(st.text("no harmful naps were not helpful, but stable; ", max_size=80))
def test_any_text_has_directions_or_none(text: str):
    assert all(sign in (-1, 1) for _, sign in directions(text))


FILLER = "".join(f"Gardens of kind {n} need water{n} and soil{n} every spring{n}.\n\n" for n in range(30))
FOR = "Experts recommend regular napping of drivers at noon (1)."
AGAINST = "For drivers at noon, napping was not always felt to be helpful [1]."
NAPS = {
    "for.md": f"# For\n\n## Part\n\n{FOR}\n\n{FILLER}## References\n\n1. Ash P. Noon. J 2011;1:1.\n",
    "against.md": f"# Against\n\n## Part\n\n{AGAINST}\n\n{FILLER}## References\n\n1. Birk L. Dusk. J 2012;1:1.\n",
}


def test_documents_that_disagree_are_shown_side_by_side_and_never_merged(settings: Settings, tmp_path: Path):
    answer = library_of(settings, tmp_path, NAPS).ask("is napping of drivers at noon recommended?")
    (pair,) = answer.contrasts
    both = [citation for citation in answer.citations if citation.marker in pair]
    assert {citation.source_id for citation in both} == {"for", "against"}
    assert {citation.studies[0].label for citation in both} == {"Ash 2011", "Birk 2012"}
    assert pair[1] == pair[0] + 1
    assert all(len(sentence.citations) == 1 for sentence in answer.sentences)
    points = {sentence.citations[0]: sentence.point for sentence in answer.sentences}
    assert points[pair[0]] == points[pair[1]]


def test_the_other_side_is_fetched_where_it_was_not_chosen(settings: Settings, tmp_path: Path):
    """A short answer has room for one statement; the one that disagrees comes all the same."""
    answer = library_of(settings, tmp_path, NAPS).ask("do experts agree on napping of drivers at noon?", words=20)
    assert {citation.source_id for citation in answer.citations} == {"for", "against"}
    assert answer.contrasts == ((1, 2),)


def test_studies_of_one_section_that_a_text_sets_against_each_other_differ(settings: Settings, tmp_path: Path):
    text = (
        "Study A voiced concerns about tired walkers on long walks (1).\n\n"
        "On the other hand, Study B saw no harm to walkers on long walks (2).\n\n"
    )
    references = "## References\n\n1. Ash P. Noon. J 2011;1:1.\n2. Birk L. Dusk. J 2012;1:1.\n"
    assistant = library_of(settings, tmp_path, {"walks.md": f"# Walks\n\n## Part\n\n{text}{FILLER}{references}"})
    answer = assistant.ask("do long walks harm walkers?")
    assert answer.contrasts
    assert [citation.studies[0].label for citation in answer.citations[:2]] == ["Birk 2012", "Ash 2011"]


@pytest.mark.parametrize(
    ("later", "differs"),
    [
        ("On the other hand, some studies saw no harm to walkers on long walks.", True),
        ("Some studies, on the other hand, saw no harm to walkers on long walks.", True),
        ("Some studies saw no harm to walkers on long walks.", False),
    ],
)
def test_what_a_statement_is_set_against_in_its_section_is_quoted_with_it(
    settings: Settings, tmp_path: Path, later: str, differs: bool
):
    """Also from another passage, and where neither credits a study: the text itself sets them against each other."""
    between = "However the weather was, everybody brought a hat and some bread. " * 12
    text = f"Long walks may be a harm to tired walkers.\n\n{between}\n\n{later}\n\n"
    assistant = library_of(settings, tmp_path, {"walks.md": f"# Walks\n\n## Part\n\n{text}{FILLER}"})
    answer = assistant.ask("did some studies see no harm to walkers on long walks?", words=20)
    quotes = [citation.quote for citation in answer.citations]
    assert (answer.contrasts == ((1, 2),)) is differs, quotes
    assert "Long walks may be a harm to tired walkers." in quotes or not differs


def test_what_agrees_is_no_contrast(settings: Settings, tmp_path: Path):
    files = {**NAPS, "against.md": NAPS["against.md"].replace("not always felt", "always felt")}
    assert library_of(settings, tmp_path, files).ask("is napping of drivers at noon recommended?").contrasts == ()


def test_a_figure_leads_only_where_no_other_of_its_kind_is_quoted():
    one, other = "Ninety-two nurses took part.", "In 2012, 40 nurses took part."
    assert lead_figure("how many nurses took part?", one, "They slept well.", one) == "Ninety-two"
    assert lead_figure("how many nurses took part?", one, other) == ""


def test_a_plural_has_no_leading_study():
    assert asks_for_one_study("which study looked at naps?")
    assert asks_for_one_study("who found that naps help?")
    assert not asks_for_one_study("which studies looked at naps?")
    assert not asks_for_one_study("what do the authors recommend?")


def test_one_study_does_not_disagree_with_itself(settings: Settings, tmp_path: Path):
    text = "Napping was helpful at noon (1). Napping was not helpful at noon for all (1)."
    files = {"one.md": f"# One\n\n## Part\n\n{text}\n\n{FILLER}## References\n\n1. Ash P. Noon. J 2011;1:1.\n"}
    assert library_of(settings, tmp_path, files).ask("was napping at noon helpful?").contrasts == ()


# Forms of a question


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("which strategies help new peers?", asks_for_list),
        ("what subjects belong on the syllabus?", asks_for_list),
        ("Tick-list please.", asks_for_list),
        ("which study looked at naps?", asks_for_study),
        ("who found that naps help?", asks_for_study),
        ("does it help or harm?", asks_for_sides),
        ("pros and cons of naps?", asks_for_sides),
    ],
)
def test_a_question_says_in_which_form_it_wants_its_answer(question: str, kind):
    assert kind(question)
    assert not kind("how should peers be trained?")


@pytest.mark.parametrize(
    ("question", "sentence", "figure"),
    [
        ("how many nurses took part?", "Ninety-two nurses took part in 2012.", "Ninety-two"),
        ("how many nurses took part?", "Of 40 nurses, 12 took part.", ""),
        ("what percentage slept?", "In all, 84% of 14 slept.", "84%"),
        ("what proportion slept?", "Two-thirds of them slept.", "Two-thirds"),
        ("how long did it last?", "It lasted 16 weeks.", "16 weeks"),
        ("what is the cost per plot?", "Each got 40 euros a year.", "40 euros"),
        ("what year was it?", "It was in 2012.", "2012"),
        ("who took part?", "Ninety-two nurses took part.", ""),
        ("how many slept?", "Some slept for 16 weeks.", ""),
    ],
)
def test_the_one_figure_of_the_kind_asked_for_leads(question: str, sentence: str, figure: str):
    assert lead_figure(question, sentence) == figure
    assert figure in sentence
