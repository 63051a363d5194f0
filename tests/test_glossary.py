"""Abbreviations are spelled out in what is embedded and searched, never in what is quoted."""

from __future__ import annotations

import pytest
from fakes import BRIEFS, Opener, read_document, statements
from hypothesis import given
from hypothesis import strategies as st

from ingest.glossary import find_glossary
from ingest.sync import sync
from rag.index.reader import Index
from rag.index.texts import expand, passage_body, passage_text, statement_text, studies_text
from rag.settings import Settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peer support workers (PSWs) rest. PSWs sing.", [("PSW", "Peer support worker")]),
        ("the rights of people living with HIV (PLHIV)", [("PLHIV", "people living with HIV")]),
        ("a randomised controlled trial (RCT) and another (RCT)", [("RCT", "randomised controlled trial")]),
        (
            "the Ontario Peer Network (OPN); a cognitive task (CT)",
            [("OPN", "Ontario Peer Network"), ("CT", "cognitive task")],
        ),
        ("the glycated haemoglobin test (HbA1c)", []),  # its letters do not stand there
        ("in Canada (USA) and Peers (see) and years (2013)", []),
        ("workers (a) and (II) others", []),
        ("(NHS) at the very beginning", []),
        ("a group. Peers met Support Workers. Rest (PSW)", []),  # not across a full stop
        ("quality of life (QoL)", [("QoL", "quality of life")]),
        ("community based participatory research (CBPR)", [("CBPR", "community based participatory research")]),
    ],
)
def test_a_document_defines_its_abbreviations_in_brackets(text: str, expected: list[tuple[str, str]]):
    assert list(find_glossary(text)) == expected


@given(st.text("abP SW(s). \n", max_size=80))
def test_a_definition_found_stands_in_the_text(text: str):
    for short, long in find_glossary(text):
        assert f"({short}" in text
        assert long in text
        assert len(long) > len(short)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PSWs and a PSW", "peer support workers and a peer support worker"),
        ("PSW's rest; PSW-led", "peer support worker's rest; peer support worker-led"),
        ("PSWX and APSW and psw", "PSWX and APSW and psw"),
    ],
)
def test_abbreviations_are_spelled_out_as_whole_words_singular_and_plural(text: str, expected: str):
    assert expand(text, (("PSW", "peer support worker"),)) == expected


def test_a_long_form_with_backslashes_is_taken_as_it_is():
    assert expand("The AB rests", (("AB", r"a\1b \g<0>"),)) == r"The a\1b \g<0> rests"


def test_what_is_embedded_spells_out_and_what_is_quoted_does_not():
    document = read_document((BRIEFS / "gardens.md").read_bytes(), "gardens.md")
    training = next(p for p in document.passages if "refresher" in document.text[p.start : p.end])
    assert "Most GSVs asked" in document.text[training.start : training.end]
    assert "Most Garden support volunteers asked" in passage_body(document, training)
    assert "Most GSVs asked" in " ".join(statements(document))
    (statement,) = [s for s in training.statements if "refresher" in document.text[s.start : s.end]]
    assert statement_text(document, statement).startswith("Most Garden support volunteers asked")


def test_a_passage_is_embedded_under_its_title_and_headings():
    document = read_document((BRIEFS / "gardens.md").read_bytes(), "gardens.md")
    passage = document.passages[1]
    assert passage_text(document, passage).startswith(
        "Shared gardens for people who live with pain. What we found. Training. Garden volunteers learned"
    )


def test_the_studies_that_a_passage_credits_are_searched_by_words_and_not_embedded():
    document = read_document((BRIEFS / "gardens.md").read_bytes(), "gardens.md")
    passage = document.passages[1]
    assert "Dahl 2016 Dahl E, Eck F" in studies_text(document, passage)
    assert "Gruber" not in studies_text(document, passage)
    assert "Dahl" not in passage_text(document, passage)


def test_all_that_is_embedded_is_spelled_out(settings: Settings):
    opener = Opener(settings)
    sync([BRIEFS], settings, open_=opener)
    assert opener.embedded
    # The definition itself keeps its abbreviation's letters nowhere but in words.
    assert not any("GSV" in text.replace("(GSVs)", "") for text in opener.embedded)


def test_passages_are_found_by_words_that_their_abbreviations_stand_for(library: Settings):
    index = Index(library.index, (library.index / "CURRENT").read_text().strip())
    found = {index.passage(id_)[1].section for id_ in index.by_words(["mellitus"], 10)}
    assert ("Introduction",) in found  # which says DMTT only
    credited = {index.passage(id_)[1].section for id_ in index.by_words(["dahl"], 10)}
    assert credited == {("What we found", "Training"), ("What we found", "Money")}
    index.close()
