"""A reference list becomes numbered entries, each with the label by which people call the study."""

from __future__ import annotations

import pytest
from fakes import assert_exact, read_document

from ingest.references import parse_entry


@pytest.mark.parametrize(
    ("entry", "label", "year"),
    [
        ("Ashdown P, Birk L. Planting and pain. J Soil. 2011;4(2):11-9.", "Ashdown 2011", 2011),
        ("Dahl E. Allotments of 1999. Plots 2016 Mar;2:5-8.", "Dahl 2016", 2016),
        ("Dahl E. Allotments. Plots 2016 Mar 14;2:5-8.", "Dahl 2016", 2016),
        ("Ibsen J. Long walks. Notes. 2008;7: 20–31. pmid:19991999", "Ibsen 2008", 2008),
        ("Moss N. Groups. Path. 2014;7: 1–12. doi: 10.2001/path.1999", "Moss 2014", 2014),
        ("Moss N. Counts of 2001-2005. Path. 2014;7: 1–12.", "Moss 2014", 2014),
        ("Gruber H. Tools on loan [retracted in 2018]. Spade 2014;1:1-4.", "Gruber 2014", 2014),
        ("van der Berg A, Cole R. Beds. Soil 2012;1:1.", "van der Berg 2012", 2012),
        ("De Vries K. Beds. Soil 2012a;1:1.", "De Vries 2012a", 2012),
        ("O'Neill B. Beds. Soil 2012;1:1.", "O'Neill 2012", 2012),
        ("Smith-Jones AB, Cole R. Beds. Soil 2012;1:1.", "Smith-Jones 2012", 2012),
        ("Öztürk S. Beds. Soil 2012;1:1.", "Öztürk 2012", 2012),
        ("Öztürk Ş. Beds. Soil 2012;1:1.", "Öztürk 2012", 2012),
        ("Smith-Jones A-B, Cole R. Beds. Soil 2012;1:1.", "Smith-Jones 2012", 2012),
        ("Sartre J.-P. Beds. Soil 2012;1:1.", "Sartre 2012", 2012),
        ("Иванов И, Cole R. Beds. Soil 2012;1:1.", "Иванов 2012", 2012),
        ("National Garden Board. Volunteers. Utrecht: Board; 2015.", "National Garden Board 2015", 2015),
        ("World Walking Office. Who walks? Geneva: Office; 2016.", "World Walking Office 2016", 2016),
        ("Board of Beds. Yearbook (2014) [Retracted 2018]. doi: 10.2001/x.2003", "Board of Beds 2014", 2014),
        ("Cole R. Beds. Letters (undated).", "Cole", None),
        ("Hart a, Lind a. Beds. Soil 2012;1:1.", "Hart 2012", 2012),
        ("Hart C a, Lind B. Beds. Soil 2012;1:1.", "Hart 2012", 2012),
        ("Hart a B, Lind B. Beds. Soil 2012;1:1.", "Hart 2012", 2012),
        ("Hart G V, Lind a. Beds. Soil 2012;1:1.", "Hart 2012", 2012),
        ("Hart a bed. Soil 2012;1:1.", "Hart a bed 2012", 2012),
    ],
)
def test_an_entry_is_called_by_its_first_author_and_the_year_of_its_issue(entry: str, label: str, year: int | None):
    reference = parse_entry(entry, 7, 100)
    assert (reference.label, reference.year) == (label, year)
    assert (reference.start, reference.end, reference.text) == (100, 100 + len(entry), entry)


@pytest.mark.parametrize(
    ("entry", "retracted"),
    [
        ("Gruber H. Tools [Retracted]. Spade 2014;1:1.", True),
        ("Retraction: Gruber H. Tools. Spade 2014;1:1.", True),
        ("Gruber H. Tools. Spade 2014;1:1. (this article has been retracted)", True),
        ("Gruber H. Retracting roofs. Spade 2014;1:1.", False),
    ],
)
def test_an_entry_that_announces_a_retraction_is_flagged(entry: str, retracted: bool):
    assert parse_entry(entry, 1, 0).retracted is retracted


@pytest.mark.parametrize("own", ["3. ", "3) ", "[3] "])
def test_a_number_that_the_saved_list_doubles_is_left_out(own: str):
    reference = parse_entry(f"{own}Hall I. Dusk. Notes. 2002;1:1.", 3, 50)
    assert (reference.text, reference.start) == ("Hall I. Dusk. Notes. 2002;1:1.", 50 + len(own))


def test_another_number_at_its_head_belongs_to_the_entry():
    assert parse_entry("1984. Hall I. Notes; 2002.", 3, 0).text.startswith("1984.")


ENTRIES = [f"Author{n} A. Title {n}. J 20{n:02};1:1." for n in range(1, 13)]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("list.md", [f"{n}. {entry}" for n, entry in enumerate(ENTRIES, start=1)]),
        ("list.md", [f"- {entry}" for entry in ENTRIES]),
        ("list.txt", [f"{n}. {entry}" for n, entry in enumerate(ENTRIES, start=1)]),
        ("list.txt", [f"{n}. {n}. {entry}" for n, entry in enumerate(ENTRIES, start=1)]),
        ("list.txt", [f"• {entry}" for entry in ENTRIES]),
        ("list.txt", [f"{n}) {entry}\n" for n, entry in enumerate(ENTRIES, start=1)]),
    ],
)
def test_a_reference_list_is_numbered_as_printed_or_in_its_order(name: str, lines: list[str]):
    mark = "## " if name.endswith("md") else ""
    title = "# Peers at work" if mark else "Peers at work and at rest"
    body = "Peers rest [2], and that is all there is to say about them."
    text = f"{title}\n\n{mark}Findings\n\n{body}\n\n{mark}References\n\n" + "\n".join(lines)
    document = read_document(text, name)
    assert_exact(document)
    assert [(r.number, r.text) for r in document.references] == list(enumerate(ENTRIES, start=1))
    assert [s.references for p in document.passages for s in p.statements] == [(2,)]


@pytest.mark.parametrize(
    "heading",
    ["References", "REFERENCES", "Reference list", "Bibliography", "References:", "7. References", "7 References:"],
)
def test_a_reference_list_is_known_by_its_heading(heading: str):
    document = read_document(f"# T\n\n## Part\n\nPeers rest (1).\n\n## {heading}\n\n1. Cole R. Beds. Soil 2012;1:1.\n")
    assert [reference.label for reference in document.references] == ["Cole 2012"]


def test_text_after_the_reference_list_is_text_again():
    document = read_document(
        "# T\n\n## Part\n\nPeers rest (1).\n\n## References\n\n1. Cole R. Beds. Soil 2012;1:1.\n\n"
        "## Appendix\n\nPeers sing.\n"
    )
    assert [s.kind for s in document.sections] == ["front", "body", "references", "body"]
    assert len(document.references) == 1


@pytest.mark.parametrize(
    ("entry", "authors", "title", "journal"),
    [
        (
            "Ashdown P, Birk L. Beds: a trial. J Soil. 2011;4(2):11-9.",
            ("Ashdown P", "Birk L"),
            "Beds: a trial",
            "J Soil",
        ),
        ("Dahl E, et al (2016) Plots? A review. Soil 2: 5-8.", ("Dahl E",), "Plots? A review", "Soil"),
        ("Dahl, E. A., & Birk, L. (2016). Plots. Soil, 2(1), 5-8.", ("Dahl, E. A.", "Birk, L."), "Plots", "Soil"),
        (
            "Birk L. Beds of soil. How they age. Adv. Soil. 2016;2:5.",
            ("Birk L",),
            "Beds of soil. How they age",
            "Adv. Soil",
        ),
        ("World Office (2016) Who walks? Geneva.", ("World Office",), "Who walks?", "Geneva"),
        ("Birk L. Beds and rest. Utrecht: Office; 2016.", ("Birk L",), "Beds and rest", "Utrecht: Office"),
    ],
)
def test_an_entry_is_read_in_its_parts(entry: str, authors: tuple[str, ...], title: str, journal: str):
    reference = parse_entry(entry, 1, 0)
    assert (reference.authors, reference.title, reference.journal) == (authors, title, journal)


def test_identifiers_are_read_from_any_place():
    reference = parse_entry("Birk L. Beds. Soil 2016;2:5. doi: 10.1000/s.16(2). PMID: 12345678. Google Scholar", 1, 0)
    assert (reference.doi, reference.pmid) == ("10.1000/s.16(2)".rstrip(")"), "12345678")


@pytest.mark.parametrize("printed", ["1. 1. Birk L. Beds. Soil 2016;2:5.", "[1] Birk L. Beds. Soil 2016;2:5."])
def test_doubled_numbers_are_no_part_of_an_entry(printed: str):
    assert parse_entry(printed, 1, 0).text == "Birk L. Beds. Soil 2016;2:5."


@pytest.mark.parametrize("printed", ["Hart C a, Lind a, Moss B", "Hart C, Lind G V, Moss a B"])
def test_initials_that_are_written_small_or_apart_end_no_list_of_authors(printed: str):
    reference = parse_entry(f"{printed}. Beds in spring. Soil. 2012;1:1.", 1, 0)
    assert len(reference.authors) == 3
    assert (reference.title, reference.journal) == ("Beds in spring", "Soil")
