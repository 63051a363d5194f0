"""Questions about two documents and their reference lists are answered from both, or told what is lacking."""

from __future__ import annotations

import pytest
from fakes import library_of, make_settings

from rag.assistant import Assistant
from rag.schema import Answer

OWLS = """# Owls in barns

Written by Kim Reed, k.reed@owls.example

## What we found

Barn owl boxes (BOBs) were used within a year (1). In Canada owls took every box (2). Farmers who
live with HIV looked after the boxes (3). The director of a zoo kept count (4).

## Reference list

1. Moreau C, Dale F. Boxes in barns. Owl Letters 2012;7:3.
2. Tremblay G. Owls of the north. Nests 1987;3:4.
3. Okafor N. Caring for boxes. Lanes 2016;2:5-8.
4. Heron P. Owls counted [retracted in 2019]. Wings 2015;4:1-9.
5. Adler S, Finch O. Voles of farmland and those who hunt them. Fields 2003;1:1-5.
"""
BATS = """# Bats under bridges

## What we found

Bats left when lamps were lit (1). Voles matter to owls (2).

## Reference list

1. Moreau C. Lamps and bats. Night 2012;1:1.
2. Adler S, Finch O. Voles of farm-land and those who hunt them. Fields 2003;1:1-5. pmid:1234567
"""


@pytest.fixture(scope="module")
def wings(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("wings")
    return library_of(make_settings(folder), folder, {"owls.md": OWLS, "bats.md": BATS})


def labels(answer: Answer) -> list[str]:
    return [study.label for citation in answer.citations for study in citation.studies]


@pytest.mark.parametrize(
    "question",
    [
        "what's the email of the corresponding author",
        "e-mail address of the corresponding author please",
        "email of the author?",
        "how can I get in touch with the authors by post?",
    ],
)
def test_how_to_reach_an_author_is_told_however_many_words_it_is_asked_in(wings: Assistant, question: str):
    (citation,) = wings.ask(question).citations
    assert citation.quote == "Written by Kim Reed, k.reed@owls.example"


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("was Heron retracted?", ["Heron 2015"]),
        ("Heron 2015 retracted?", ["Heron 2015"]),
        ("has the Heron study been retracted", ["Heron 2015"]),
        ("is the study on counted owls retracted?", ["Heron 2015"]),
        ("have any studies been retracted?", ["Heron 2015"]),
        ("which references were retracted?", ["Heron 2015"]),
        ("was Tremblay et al retracted", ["Tremblay 1987"]),
        ("was the study by Okafor withdrawn?", ["Okafor 2016"]),
        ("was Moreau 2012 retracted?", ["Moreau 2012", "Moreau 2012"]),
    ],
)
def test_of_a_study_it_is_told_whether_a_retraction_is_announced(wings: Assistant, question: str, named: list[str]):
    answer = wings.ask(question)
    assert labels(answer) == named
    assert ("announces no retraction" in answer.text) == ("Heron 2015" not in named)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("was the Zimmer study retracted?", "“Zimmer”"),
        ("Zimmer 2015 retracted?", "“Zimmer 2015”"),
        ("was Heron 2012 retracted?", "“Heron 2012”"),
        ("was the Dale study retracted?", "“Dale”"),  # a study goes by its first author
        ("has this study been retracted?", "which study is meant"),
        ("was the trial retracted?", "which study is meant"),
    ],
)
def test_a_study_that_is_not_held_is_not_told_of_by_another(wings: Assistant, question: str, missing: str):
    answer = wings.ask(question)
    assert answer.abstained
    assert answer.uncovered == (missing,)


@pytest.mark.parametrize(
    "question", ["was consent retracted?", "were claws retracted?", "has the offer been withdrawn?"]
)
def test_what_is_no_study_is_not_looked_for_among_the_retractions(wings: Assistant, question: str):
    assert "which study is meant" not in wings.ask(question).uncovered
    assert "Heron 2015" not in labels(wings.ask(question))


@pytest.mark.parametrize(
    "question", ["what does BOB stand for", "What do BOBs stand for?", "spell out BOB", "what is “BOB” short for?"]
)
def test_an_abbreviation_is_told_by_the_sentence_that_spells_it_out(wings: Assistant, question: str):
    (citation,) = wings.ask(question).citations
    assert citation.quote.startswith("Barn owl boxes (BOBs)")


def test_an_abbreviation_that_no_document_spells_out_is_missing(wings: Assistant):
    assert wings.ask("what does HIV stand for?").uncovered == ("what “HIV” stands for",)


@pytest.mark.parametrize(
    ("question", "role"), [("Who is the president of the owls?", "president"), ("who's its chief editor?", "editor")]
)
def test_who_holds_a_role_of_which_no_document_speaks_is_missing(wings: Assistant, question: str, role: str):
    assert wings.ask(question).uncovered == (f"who the {role} is",)


def test_a_role_of_which_a_document_speaks_is_searched_for(wings: Assistant):
    assert "director of a zoo" in wings.ask("who was the director of a zoo?").text


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("studies on voles", {"Adler 2003"}),
        ("cited papers about boxes", {"Moreau 2012", "Tremblay 1987", "Okafor 2016"}),
        ("all studies before 2000", {"Tremblay 1987"}),
        ("studies published between 2014 and 2015", {"Heron 2015"}),
        ("studies from Canada", {"Tremblay 1987"}),
        ("how many studies are from Canada?", {"Tremblay 1987"}),
        ("which studies were done with people living with HIV?", {"Okafor 2016"}),
        ("oldest cited study", {"Tremblay 1987"}),
        ("what is the newest reference?", {"Okafor 2016"}),
        ("what is the oldest study on voles?", {"Adler 2003"}),
        ("references both documents share", {"Adler 2003"}),
        ("which studies are cited in both?", {"Adler 2003"}),
        ("common references", {"Adler 2003"}),
    ],
)
def test_cited_studies_are_listed_by_what_they_have_in_common(wings: Assistant, question: str, named: set[str]):
    assert set(labels(wings.ask(question))) == named


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("is Adler in both?", "2 of 2 documents cite what was named."),
        ("is Okafor cited in both documents?", "1 of 2 documents cite what was named."),
        ("references both documents share", "1 study stands in more than one reference list."),
        (
            "how many studies are from Canada?",
            "1 cited study for Canada, by their own words or those that credit them.",
        ),
    ],
)
def test_of_a_list_it_is_told_how_many_it_has(wings: Assistant, question: str, lead: str):
    assert wings.ask(question).sentences[0].text == lead


def test_two_studies_of_one_author_and_year_are_not_taken_for_one(wings: Assistant):
    assert "Moreau 2012" not in labels(wings.ask("which references do both documents share?"))
