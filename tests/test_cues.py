"""Evidence cues say what the text says, in its words, and nothing where it is silent. Sentences here are invented."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cues import count, measure, read_labels
from rag.cues import cues, number

BENCH = [Path(folder) for folder in os.environ.get("CITEWELL_CUE_TEXTS", "").split(os.pathsep) if folder]


def said(text: str) -> set[tuple[str, str]]:
    return {(cue.kind, cue.value) for cue in cues(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A Danish qualitative study [4] with 21 night nurses found that naps helped.",
            {("country", "Denmark"), ("design", "qualitative"), ("sample_size", "21"), ("population", "night nurses")},
        ),
        (
            "Forty-one carers living with asthma took part in a pilot study.",
            {("sample_size", "41"), ("design", "pilot"), ("population", "carers living with asthma")},
        ),
        ("Databases were searched from May 2001 to June 2019.", {("search_year", "2001 to 2019")}),
        ("We searched two databases for articles published since 1998.", {("search_year", "since 1998")}),
        ("At six months' follow-up the effect was gone.", {("follow_up", "six months")}),
        ("Walkers were followed for 18 months.", {("follow_up", "18 months")}),
        ("Experts agree that tea should be served.", {("design", "expert opinion")}),
        ("A three-round Delphi process was held.", {("design", "Delphi")}),
        ("They were randomly allocated to tea or coffee.", {("design", "randomised trial")}),
        (
            "The trial took place at two hospitals in Wales and was randomised.",
            {("country", "United Kingdom"), ("design", "randomised trial")},
        ),
        ("A case study of one kitchen.", {("design", "case study")}),
    ],
)
def test_a_cue_says_what_the_text_says(text: str, expected: set[tuple[str, str]]):
    assert said(text) >= expected


@pytest.mark.parametrize(
    "text",
    [
        "Randomised trials of naps are needed.",
        "Tea is cheap in Sweden, and fees are low.",
        "Only two patients left the study.",
        "One worker looks after 40 children.",
        "Twelve nurses were excluded from the analysis.",
        "It was assessed with a tool made in the Swedish manner.",
        "Epidemics like that of Canada were expected.",
        "The course lasted 16 weeks.",
        "We searched every cupboard.",
        "The review was written in 2015.",
        "Peers rest at noon.",
    ],
)
def test_where_the_text_does_not_say_nothing_is_said(text: str):
    assert {(kind, value) for kind, value in said(text) if kind != "population"} == set()


SENTENCE = st.text(
    "a study of with 12 nurses in Canada, randomised (N = 40). searched 2001 follow-up\n[3]", max_size=120
)


@given(st.one_of(st.text(max_size=120), SENTENCE))
def test_a_cue_stands_in_the_text_with_its_words(text: str):
    for cue in cues(text):
        assert cue.words
        assert cue.words in text
        if cue.kind == "sample_size":
            assert any(number(word.strip(" =,.")) == int(cue.value) for word in [cue.words, *cue.words.split()])


@pytest.mark.parametrize(
    ("words", "value"), [("1,600", 1600), ("Ninety-two", 92), ("twenty", 20), ("9", 9), ("1 037", 1037), ("many", 0)]
)
def test_a_number_is_read_in_digits_and_in_words(words: str, value: int):
    assert number(words) == value


def test_the_labels_are_counted_as_they_are_meant(tmp_path: Path):
    text = "A Danish study with 21 nurses found naps. Twelve months later follow-up ended."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    labels = tmp_path / "labels.csv"
    labels.write_text(
        "document,start,end,hash,split,labels\n"
        f"a.txt,0,41,{_hash(text[:41])},dev,country=Denmark;sample_size=22;~population=nurses\n"
        "a.txt,42,60,0000000000000000,dev,\n",
        encoding="utf-8",
    )
    sentences, lost = read_labels([tmp_path], labels)
    counts, mistakes = count(sentences)
    assert lost == 1
    assert (counts["country"].right, counts["country"].found) == (1, 1)
    assert (counts["sample_size"].wrong, counts["sample_size"].missed) == (1, 1)
    assert (counts["population"].right, counts["population"].found, counts["population"].missed) == (1, 0, 0)
    assert len(mistakes) == 2
    assert any("1 sentences, 1 not found again" in line for line in measure([tmp_path], labels))


def _hash(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:16]


@pytest.mark.skipif(not BENCH, reason="the labelled documents are not here: name their folders in CITEWELL_CUE_TEXTS")
def test_cues_are_as_right_as_is_promised():
    sentences, lost = read_labels(BENCH)
    assert (len(sentences) >= 150, lost) == (True, 0)
    counts, _ = count([sentence for sentence in sentences if sentence.split == "held out"])
    assert sum(row.right for row in counts.values()) >= 0.95 * sum(row.right + row.wrong for row in counts.values())
    assert sum(row.found for row in counts.values()) >= 0.85 * sum(row.found + row.missed for row in counts.values())
