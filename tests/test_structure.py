"""Sections stand under their headings, also where the format marks none, and only the body is evidence."""

from __future__ import annotations

import pytest
from fakes import BRIEFS, read_document, statements

from ingest.blocks import Block
from ingest.structure import arrange, heading
from rag.schema import Document

WALKING_TITLE = "Walking groups and sleep: a review of seven studies"


@pytest.fixture(scope="module")
def walking() -> Document:
    return read_document((BRIEFS / "walking.txt").read_bytes(), "walking.txt", WALKING_TITLE)


@pytest.fixture(scope="module")
def gardens() -> Document:
    return read_document((BRIEFS / "gardens.md").read_bytes(), "gardens.md")


def paths(document: Document) -> list[tuple[str, ...]]:
    return [section.path for section in document.sections]


def test_headings_of_a_saved_web_page_get_their_levels(walking: Document):
    """A structured abstract repeats the main sections' names; a run-in heading stands below its section."""
    assert paths(walking) == [
        (),
        ("Abstract",),
        ("Abstract", "Objective"),
        ("Abstract", "Methods"),
        ("Abstract", "Results"),
        ("Introduction",),
        ("Methods",),
        ("Results",),
        ("Results", "Worries about wages"),
        ("Discussion",),
        ("References",),
        ("Prepared by",),
    ]


def test_numbered_headings_of_plain_text_are_known_by_their_names():
    lines = ["How peers learn to listen", "1 Introduction", "Rest", "2 Methods", "3 References"]
    document = read_document("\n\n".join(f"{line}\n\nPeers rest when the day is done." for line in lines), "a.txt")
    assert paths(document)[1:] == [("Introduction",), ("Introduction", "Rest"), ("Methods",), ("References",)]
    assert document.sections[-1].kind == "references"


def test_a_structured_abstract_ends_where_a_name_comes_again():
    lines = ["How peers learn to listen"]
    for name in ("Abstract", "Methods", "Results", "Methods", "Results"):
        lines += [name, f"Peers rest when the day is done, say the {name.casefold()} of this study."]
    document = read_document("\n\n".join(lines), "a.txt")
    assert paths(document)[1:] == [
        ("Abstract",),
        ("Abstract", "Methods"),
        ("Abstract", "Results"),
        ("Methods",),
        ("Results",),
    ]


def test_marked_headings_keep_their_levels(gardens: Document):
    assert paths(gardens) == [
        (),
        ("Key messages",),
        ("What we found",),
        ("What we found", "Training"),
        ("What we found", "Money"),
        ("What we found", "Who took part"),
        ("Limits",),
        ("Reference list",),
    ]


def test_a_level_that_is_left_out_does_not_hide_a_heading():
    document = read_document("# T\n\n## A\n\nPeers rest.\n\n#### B\n\nPeers sing.\n\n### C\n\nPeers go.\n")
    assert [passage.section for passage in document.passages] == [("A",), ("A", "B"), ("A", "C")]


def test_a_known_title_drops_the_furniture_before_it(walking: Document):
    assert walking.text.startswith(WALKING_TITLE + "\n\nAbstract")
    assert "Skip to main content" not in walking.text


def test_without_a_known_title_the_first_heading_of_four_words_is_the_title():
    document = read_document(
        "Menu\n\nHow peers learn to listen\n\nFindings\n\nPeers rest when the day is done, they say.\n", "a.txt"
    )
    assert document.catalogue.title == "How peers learn to listen"
    assert statements(document) == ["Peers rest when the day is done, they say."]


def test_a_document_without_any_title_is_called_by_its_id():
    document = read_document("peers rest when the day is done, and so they always did before.\n", "notes.txt")
    assert document.catalogue.title == "Notes"
    assert len(document.passages) == 1


def test_a_known_title_stays_the_title_where_the_text_has_another():
    document = read_document("# Another title\n\n## Part\n\nPeers rest.\n", title="The title of the catalogue")
    assert document.catalogue.title == "The title of the catalogue"
    assert statements(document) == ["Peers rest."]


def test_front_matter_and_the_reference_list_make_no_passages(gardens: Document, walking: Document):
    for document in (gardens, walking):
        evidence = " ".join(statements(document))
        assert document.references
        assert not any(reference.text in evidence for reference in document.references)
        assert document.catalogue.title not in evidence
        assert {"front", "body", "references"} == {section.kind for section in document.sections}
    assert "made-up brief" in gardens.text
    assert "made-up brief" not in " ".join(statements(gardens))


def test_a_long_paragraph_before_the_first_heading_is_evidence_and_an_address_is_not():
    prose = "Peers rest " + "and then they work again " * 10 + "until the evening."
    document = read_document(f"# T\n\nPeer Street 4, Utrecht\n\n{prose}\n\n## Part\n\nPeers sing.\n")
    assert statements(document) == [prose, "Peers sing."]


def test_an_authors_name_at_the_foot_is_kept_as_text(walking: Document):
    """No text follows it, so that it would be a heading over nothing."""
    assert ("Prepared by",) in [passage.section for passage in walking.passages]
    assert "Cleo Reviewer" in statements(walking)


def test_a_list_stays_with_the_line_that_leads_to_it():
    document = read_document("# T\n\n## Part\n\nPeers ask for:\n\n- rest\n- work\n\nAnd they sing.\n\n- late\n")
    quotes = [document.text[p.start : p.end] for p in document.passages]
    assert quotes == ["Peers ask for:\n\n• rest\n• work", "And they sing.", "late"]


def test_a_passage_never_reaches_over_a_heading():
    document = read_document("# T\n\n## A\n\n- rest\n- work\n\n## B\n\n- sing\n")
    assert [(p.section, document.text[p.start : p.end]) for p in document.passages] == [
        (("A",), "rest\n• work"),
        (("B",), "sing"),
    ]


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("Data extraction.", "Data extraction"),
        ("2.1 Methods", "Methods"),
        ("3. What we found:", "What we found"),
        ("3.2.1. Methods", "Methods"),
        ("12 Methods", "Methods"),
        ("1990s", "1990s"),
        ("2015 in numbers", "2015 in numbers"),
    ],
)
def test_a_heading_is_shown_without_its_number_and_full_stop(printed: str, shown: str):
    assert heading(printed) == shown


def test_a_page_of_headings_only_is_no_evidence():
    _, placed = arrange([Block("title", "T", 1), Block("heading", "A", 2)])
    assert [item.kind for item in placed] == ["front", "body"]
