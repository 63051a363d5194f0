"""The figure that leads an answer is the one asked for, beyond doubt; where it might be another, none leads."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import library_of

from rag.settings import Settings

NAPS = (
    "During the trial by Lund et al (1), 14 night nurses kept 84% of their breaks with naps, the overall comfort score "
    "for night nurses was 90%, and 75% of night nurses joined quiet room classes."
)
HELPERS = "Moss et al (2) reported 88% of their 45 porters named ‘helping others’ as their reason for joining the rota."
LAMPS = "In a ward of 12 porters with lamps, Birk (3) found that porters liked lamps."
YEAR = "Journals and letters were searched during June 2014."
ENTRIES = "1. Lund A, Oss B. Naps. J 2011;1:1.\n2. Moss D, Hall E. Rota. J 2012;1:2.\n3. Birk C. Lamps. J 2013;1:3.\n"


def lead(settings: Settings, folder: Path, question: str, *texts: str) -> str:
    """What leads the answer to a question from a brief that says nothing but the texts."""
    part = "\n\n".join(texts)
    brief = f"# A brief from Oslo\n\n## Part\n\n{part}\n\n## References\n\n{ENTRIES}"
    answer = library_of(settings, folder, {"brief.md": brief}).ask(question)
    assert not answer.abstained
    assert answer.lead in answer.sentences[0].text or answer.lead == answer.citations[0].studies[0].label
    return answer.lead


@pytest.mark.parametrize(
    ("question", "text", "figure"),
    [
        ("How many night nurses joined quiet room classes?", NAPS, "75%"),
        ("How many of the nurses in the Lund trial went to quiet room classes?", NAPS, "75%"),
        ("How many breaks with naps were kept by the night nurses?", NAPS, "84%"),
        ("What percentage of night nurses joined quiet room classes?", NAPS, "75%"),
        ("How many night nurses were there?", NAPS, ""),  # 14, or one of the shares of them
        ("How many night nurses kept naps?", NAPS, ""),  # 84% is of their breaks
        ("How many night nurses joined classes, and how many breaks with naps were kept?", NAPS, ""),
        ("How many of the porters of Moss named helping others?", HELPERS, "88%"),
        ("How many porters named helping others as their reason?", HELPERS, ""),  # 88% of them, or 45
        ("Percent of porters who said helping others was their reason for joining the rota?", HELPERS, "88%"),
        ("What share of the 45 porters named helping others?", HELPERS, "88%"),
        ("Who found which percentage of porters named helping others?", HELPERS, ""),
        ("Who found that porters named helping others?", HELPERS, "Moss 2012"),
        ("How many porters with lamps were in a ward?", LAMPS, "12"),
        ("How many of the 12 porters liked lamps?", LAMPS, ""),  # the question has that figure itself
        ("Which year were journals and letters searched during?", YEAR, "2014"),
        ("Which year were journals and letters searched in Oslo?", YEAR, "2014"),
    ],
)
def test_the_figure_that_the_words_of_the_question_stand_by_leads(
    settings: Settings, tmp_path: Path, question: str, text: str, figure: str
):
    assert lead(settings, tmp_path, question, text) == figure


def test_no_figure_leads_that_is_told_of_something_else_than_the_question_names(settings: Settings, tmp_path: Path):
    files = {
        "oslo.md": f"# A brief from Oslo\n\n## Part\n\n{YEAR}\n",
        "rome.md": "# A brief from Rome\n\n## Part\n\nLetters were read.\n",
    }
    assistant = library_of(settings, tmp_path, files)
    assert assistant.ask("During which June were journals and letters searched, and what year?").lead == "2014"
    answer = assistant.ask("When journals and letters were searched in Rome, what year?")
    assert "2014" in answer.text
    assert answer.lead == ""
