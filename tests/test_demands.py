"""What a question demands and what it names is recognised, and so is a statement that has it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import read_document
from hypothesis import given
from hypothesis import strategies as st

from rag.demands import is_known, kinds, names, speaks_of
from rag.schema import Statement

MONEY, SHARE, NUMBER = "an amount of money", "a share or percentage", "a number"
TIME, OFTEN, YEAR = "a length of time", "how often", "a year"


@pytest.mark.parametrize(
    ("question", "demanded"),
    [
        ("how much are peers paid?", [MONEY]),
        ("what do peers earn per hour in Ontario?", [MONEY]),
        ("what is the hourly rate?", [MONEY]),
        ("what would a course cost?", [MONEY]),
        ("what percentage of peers stayed?", [SHARE]),
        ("what proportion were women?", [SHARE]),
        ("how likely is a relapse?", [SHARE]),
        ("how many peers took part?", [NUMBER]),
        ("how large was the study?", [NUMBER]),
        ("what was the sample size?", [NUMBER]),
        ("how long should training last?", [TIME]),
        ("how often should peers be supervised?", [OFTEN]),
        ("how many weeks of training are needed?", [NUMBER, TIME]),
        ("which year was it published?", [YEAR]),
        ("how should peers be trained?", []),
        ("what do peers need?", []),
        ("does peer support work?", []),
        ("what is known about the cost-effectiveness of peers?", []),
        ("what role do wages play in keeping peers?", []),
        ("how does a longer course help?", []),
    ],
)
def test_the_kind_of_thing_asked_for_is_recognised(question: str, demanded: list[str]):
    assert [demand.name for demand in kinds(question)] == demanded


def met(question: str, statement: str) -> bool:
    return all(demand.met_by.search(statement) for demand in kinds(question))


@pytest.mark.parametrize(
    ("question", "meets", "fails"),
    [
        ("how much are peers paid?", "They were paid $15 an hour.", "They were paid fairly."),
        ("how much are peers paid?", "They got 40 euros.", "They got 40 seeds."),
        ("what percentage stayed?", "Of these, 45 % stayed.", "Of these, 45 stayed."),
        ("what proportion stayed?", "Two thirds stayed.", "Most of them stayed."),
        ("what proportion stayed?", "Three out of five stayed.", "Some of them stayed."),
        ("how long did it last?", "It lasted 16 weeks.", "Of these, 45 % came regularly."),
        ("how often did they meet?", "They met regularly.", "They met in church."),
        ("how many took part?", "There were 12 peers.", "There were several peers."),
        ("how many took part?", "Twelve peers took part.", "A number of peers took part."),
        ("how long did it last?", "It lasted two weeks.", "It lasted too long."),
        ("how often did they meet?", "They met monthly.", "They met in a hall."),
        ("which year was it?", "It was in 1998.", "It was in spring."),
    ],
)
def test_a_statement_has_what_was_demanded_or_it_does_not(question: str, meets: str, fails: str):
    assert kinds(question)
    assert met(question, meets)
    assert not met(question, fails)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("how do Swedish peers learn?", ["Swedish"]),
        ("was HbA1c measured?", ["HbA1c"]),
        ("HbA1c: was it measured?", ["HbA1c"]),
        ("what of LGBT peers?", ["LGBT"]),
        ("what did Smith-Jones find in 2012?", ["Smith-Jones", "2012"]),
        ("what was MacLellan's view?", ["MacLellan"]),
        ("Peers need what?", []),
        ("How do I train peers?", []),
        ("We are a charity in Ohio. How should peers be trained?", []),
        ("Our team works with Kurdish families, how should peers be trained?", []),
        ("how many of the 12 peers stayed for 3 weeks?", []),
        ("In Ontario, are peers paid?", ["Ontario"]),
    ],
)
def test_what_a_question_names_is_found_and_what_the_asker_is_is_not(question: str, named: list[str]):
    assert list(names(question)) == named


TEXTS = (
    "peers in canada and the netherlands; lesbian, gay, bisexual and transgender people. hba1c fell. vitamin b12.",
)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Canadian", True),
        ("Ontario", True),  # of Canada
        ("Dutch", True),
        ("Swedish", False),
        ("HbA1c", True),
        ("LGBT", True),
        ("LGB", True),
        ("NHS", False),
        ("B12", True),
        ("2013", False),
    ],
)
def test_a_name_is_known_by_its_other_forms(name: str, known: bool):
    assert is_known(name, TEXTS) is known


def test_a_year_is_known_as_itself_only():
    assert is_known("2013", ("published in 2013.",))
    assert not is_known("2013", ("published in 2014, page 12013.",))


@given(st.text(max_size=120))
def test_any_question_has_demands_and_names(question: str):
    assert len(kinds(question)) <= 5
    assert all(name in question for name in names(question))


APOSTROPHE = st.sampled_from("'’ʼ‘")


@given(asked=APOSTROPHE, printed=APOSTROPHE, ending=st.sampled_from(["", "s"]))
def test_a_name_is_known_whatever_its_apostrophe_looks_like(asked: str, printed: str, ending: str):
    question = f"what did O{asked}Neill{asked + ending if ending else ''} report?"
    (name,) = names(question)
    assert name == f"O{asked}Neill"
    assert is_known(name, (f"as o{printed}neill has it",))
    assert not is_known(name, ("as oneill or mcneill has it",))


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("Lund et al. [3] found that walkers slept.", True),
        ("As Lund and colleagues say, walkers sleep.", True),
        ("In Lund’s trial walkers slept.", True),
        ("Walkers slept (Lund, 2012).", True),
        ("Lund (12) saw walkers sleep.", True),
        ("Walkers of Lund slept well.", False),
        ("Lundgren et al. saw walkers sleep.", False),
    ],
)
def test_a_statement_speaks_of_a_study_by_the_name_of_its_author(text: str, speaks: bool):
    document = replace(read_document("# T\n\n## Part\n\nNobody sleeps at all.\n"), text=text)
    assert speaks_of(document, Statement(0, len(text), ()), {"lund"}) is speaks
