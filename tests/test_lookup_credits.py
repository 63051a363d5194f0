"""What an author found is told by the statements credited to the author's entries, and by nothing else."""

from __future__ import annotations

import pytest
from fakes import library_of, make_settings
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.schema import Answer

HEDGES = """# Hedges beside roads

## What we found

Hawthorn hedges made a busy road quieter by a third (1). Pruning in autumn cost the town little (2;3). Birds nested in
every second hedge (1-5). A survey by Lindqvist et al counted wrens, among them three pairs in one holly (1-5).

An inquiry asked drivers what they saw (4). These answers were sorted by season (4). In Okafor et al. drivers of lorries
were not asked. Drivers liked the blossom most (6).

## Reference list

1. O’Neill B, Smith H. Hawthorn and noise. Hedge Notes 2011;4(2):11-9.
2. Moreau C, Dale F. Pruning by towns. Shears 2012;7:3.
3. Moreau C. Autumn work. Shears 2014;9:3.
4. Okafor N. Drivers and blossom. Lanes 2016;2:5-8.
5. Lindqvist A, Ray P. Wrens of one lane. Nests 2010;3:4.
6. Sher-man D, Hall I. Blossom beside motorways. Lanes 2015;1:1-4.
"""
PONDS = """# Ponds in parks

## What we found

Newts came back within two years (1). Shallow edges matter, as Virchow knew.

## Reference list

1. Hilfinger Costa D. Newts of the north. Pond Letters 2009;1:1.
"""


@pytest.fixture(scope="module")
def hedges(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("hedges")
    return library_of(make_settings(folder), folder, {"hedges.md": HEDGES, "ponds.md": PONDS})


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "beginnings"),
    [
        ("what did O'Neill find about noise?", ["Hawthorn hedges made"]),
        ("what did O'Neill and Smith find about a quieter road?", ["Hawthorn hedges made"]),
        ("what did Moreau say about pruning?", ["Pruning in autumn"]),
        ("what did Moreau 2014 report on the cost of pruning?", ["Pruning in autumn"]),
        ("What did Okafor et al. find about lorries?", ["In Okafor et al. drivers"]),
        ("what did the Okafor study find on seasons?", ["An inquiry asked drivers what they saw (4). These"]),
        ("what are the findings of Hilfinger Costa on newts?", ["Newts came back"]),
        ("what did Costa find about newts?", ["Newts came back"]),
        ("what did Sherman find about blossom?", ["Drivers liked"]),
        ("What did Lindqvist find about wrens?", ["A survey by Lindqvist"]),
        ("what did Lindqvist find?", ["A survey by Lindqvist"]),
    ],
)
def test_what_an_author_found_is_what_is_credited_to_the_authors_entries(
    hedges: Assistant, question: str, beginnings: list[str]
):
    found = quotes(hedges.ask(question))
    assert len(found) == len(beginnings), found
    assert all(quote.startswith(beginning) for quote, beginning in zip(found, beginnings, strict=True)), found


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("what did Zimmer find about noise?", "“Zimmer”"),
        ("what did Smith et al. find about noise?", "“Smith et al.”"),
        ("what did O’Neill 2015 find about noise?", "“O'Neill 2015”"),
        ("what did Moreau (2019) recommend?", "“Moreau (2019)”"),
        ("what did Sherman find about tuition?", "what Sherman found on “tuition”"),
    ],
)
def test_what_is_credited_to_nobody_of_the_name_is_said_to_be_missing(hedges: Assistant, question: str, missing: str):
    answer = hedges.ask(question)
    assert answer.abstained
    assert answer.uncovered == (missing,)


def test_where_the_topic_is_missing_what_is_credited_to_the_author_is_the_nearest(hedges: Assistant):
    answer = hedges.ask("what did Sherman find about tuition?")
    assert answer.hits[0].text.startswith("Drivers liked")
    assert "“What we found” in Hedges beside roads" in answer.note


@pytest.mark.parametrize(
    "question",
    ["what did Virchow find about edges?", "what did drivers say about hedges?", "what did NEWT find on ponds?"],
)
def test_a_name_without_an_entry_of_which_the_documents_speak_is_searched_for(hedges: Assistant, question: str):
    answer = hedges.ask(question)
    assert not any(name in " ".join(answer.uncovered) for name in ("Virchow", "drivers"))
    assert len(answer.hits) > 1


@pytest.mark.parametrize("question", ["what did Okafor find?", "what did O'Neill find?", "what did Moreau recommend?"])
def test_no_sentence_is_said_twice(hedges: Assistant, question: str):
    found = quotes(hedges.ask(question))
    assert found
    assert not [one for one in found for other in found if one is not other and one in other]


@given(asked=st.sampled_from("'’ʼ‘"), form=st.sampled_from(["what did {} find about noise?", "is {} cited?"]))
def test_an_author_is_found_by_any_apostrophe(hedges: Assistant, asked: str, form: str):
    answer = hedges.ask(form.format(f"O{asked}Neill"))
    assert [study.label for citation in answer.citations for study in citation.studies] == ["O’Neill 2011"]
