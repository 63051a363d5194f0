"""How a document was made is told in lines that a reader can use as they stand."""

from __future__ import annotations

import pytest
from fakes import library_of, make_settings

from rag.assistant import Assistant
from rag.schema import Answer

LIBRARY = """
[[document]]
id = "ferns"
file = "ferns.txt"
title = "Ferns beside brooks"
authors = ["Ann Birk", "Bo Lund"]
publisher = "Moss Press"
year = 2014
doi = "10.1234/ferns"
aliases = ["fern review"]

[[document]]
id = "gorse"
file = "gorse.md"
title = "Gorse above cliffs"
authors = ["Cleo Holm"]
publisher = "Heath House"
year = 2016
aliases = ["gorse brief"]
"""
FERNS = "Ferns beside brooks\n\n  • Ann Birk ,\n\n  • Bo Lund;\n\nResults\n\nFerns need shade.\n"
GORSE = (
    "# Gorse above cliffs\n\n## Results\n\nGorse needs sun.\n\n## How to cite\n\nHolm C. Gorse. Heath House; 2016.\n"
)


@pytest.fixture(scope="module")
def plants(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("plants")
    return library_of(make_settings(folder), folder, {"library.toml": LIBRARY, "ferns.txt": FERNS, "gorse.md": GORSE})


def told(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


MADE_UP = ["Authors: Ann Birk; Bo Lund", "Ferns beside brooks", "Published by: Moss Press", "Year: 2014"]
MADE_UP += ["DOI: 10.1234/ferns"]
SUGGESTED = ["Holm C. Gorse. Heath House; 2016."]


def test_a_citation_that_a_document_suggests_comes_first_and_another_is_made_up_in_full(plants: Assistant):
    assert told(plants.ask("suggested citation?")) == [*SUGGESTED, *MADE_UP]


@pytest.mark.parametrize(("name", "lines"), [("gorse brief", SUGGESTED), ("fern review", MADE_UP)])
def test_a_document_is_cited_by_its_own_lines(plants: Assistant, name: str, lines: list[str]):
    assert told(plants.ask(f"how do I cite the {name}?")) == lines


def test_authors_are_told_without_the_commas_between_them(plants: Assistant):
    assert told(plants.ask("who wrote the fern review?")) == ["Ann Birk", "Bo Lund"]


def test_when_a_document_was_published_is_told_without_the_rest_of_its_citation(plants: Assistant):
    assert told(plants.ask("when was the fern review published?")) == MADE_UP[2:4]
