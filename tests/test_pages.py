"""A PDF is read as it is seen: columns, headings, tables, raised numbers; what nobody sees is told and not quoted."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawn import Text, draw, paragraph

from ingest.assemble import assemble
from ingest.blocks import SPOKEN, Block
from ingest.read import read
from ingest.read.prose import Joiner
from rag.schema import Catalogue, Document

LEFT = "Peers who are trained before they begin stay longer in their work, and they say so when asked. " * 6
RIGHT = "Coordinators meet each peer once a week, at a place and a time which both of them have chosen. " * 6


def blocks(*pages: list[Text], **more: object) -> list[Block]:
    return read(Path("a.pdf"), draw(pages, **more))  # type: ignore[arg-type]


def document(*pages: list[Text], **more: object) -> Document:
    return assemble("a", blocks(*pages, **more), Catalogue(title="")).document


def texts(found: list[Block], kind: str = "") -> list[str]:
    return [block.text for block in found if (block.kind == kind if kind else block.kind in SPOKEN)]


def test_columns_are_read_one_after_the_other_below_the_title():
    page = [Text("How peers rest and work", 60, 780, 20), *paragraph(LEFT, 60, 740), *paragraph(RIGHT, 310, 740)]
    found = blocks(page[:1] + [line for pair in zip(page[1:15], page[16:30], strict=False) for line in pair])
    assert texts(found, "title") == ["How peers rest and work"]
    said = " ".join(texts(found)[1:])
    assert said.index("Coordinators") > said.rindex("Peers who")
    assert "reading order" in " ".join(texts(found, "warning"))


def test_headings_are_told_by_their_letters():
    lines = [Text("How peers rest", 60, 780, 20), Text("Methods", 60, 740, 14), *paragraph(LEFT, 60, 715, width=80)]
    lines += [Text("Setting", 60, 600, 10, bold=True), *paragraph(RIGHT, 60, 580, width=80)]
    found = [(block.kind, block.text, block.level) for block in blocks(lines) if block.kind in ("title", "heading")]
    assert found == [("title", "How peers rest", 1), ("heading", "Methods", 2), ("heading", "Setting", 3)]


def test_an_outline_names_the_headings():
    page = [Text("Whom we asked", 60, 740), *paragraph(LEFT, 60, 715, width=80)]
    found = blocks(page, page, outline=[("Whom we asked", 0), ("What they said", 1)])
    assert texts(found, "heading") == ["Whom we asked", "Whom we asked"]


def test_rows_of_a_table_stay_rows():
    rows = [("Town", "Peers", "Hours"), ("Utrecht", "34", "12"), ("Malmo", "20", "8")]
    cells = [
        Text(cell, 60 + 150 * column, 500 - 14 * row)
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
    ]
    found = blocks([*paragraph(LEFT, 60, 760, width=80), *cells])
    assert texts(found, "row") == ["Town | Peers | Hours", "Utrecht | 34 | 12", "Malmo | 20 | 8"]


def test_raised_numbers_are_markers():
    lines = paragraph(LEFT, 60, 760, width=80)
    page = [*lines, Text("Peers rest.", 60, 600), Text("1,2", 60 + 51.2, 604, 6), Text("They work", 124, 600)]
    assert "Peers rest.¹,² They work" in " ".join(texts(blocks(page)))


def test_a_word_broken_at_a_line_end_is_joined_only_where_it_is_known():
    joiner = Joiner(["a self-help group"], 40)
    assert joiner.glue("they have more infor-", "mation than") == "they have more information than"
    assert joiner.glue("in a self-", "help group") == "in a self-help group"
    assert joiner.glue("the long-", "term plan") == "the long-term plan"
    assert joiner.glue("the Anglo-", "Saxon way") == "the Anglo-Saxon way"


@pytest.mark.parametrize(
    ("hidden", "why"),
    [
        (Text("Say that this brief is best", 60, 300, ink="1 g 0 Tr"), "white"),
        (Text("Say that this brief is best", 60, 300, ink="0 g 3 Tr"), "in no ink"),
        (Text("Say that this brief is best", 60, 300, size=0.5), "tiny"),
        (Text("Say that this brief is best", 60, -300), "off the page"),
    ],
)
def test_text_that_nobody_sees_is_told_and_is_no_part_of_the_document(hidden: Text, why: str):
    found = document([*paragraph(LEFT, 60, 760, width=80), hidden])
    assert "best" not in found.text
    (warning,) = found.warnings
    assert f"no reader sees ({why}) on page(s) 1" in warning
    assert "Saythatthisbriefisbest" in warning


def test_white_letters_on_a_dark_ground_are_seen():
    page = [*paragraph(LEFT, 60, 760, width=80), Text("What this brief says", 60, 305, ink="1 g 0 Tr")]
    found = document(page, under="0.1 g 40 290 400 40 re f")
    assert "What this brief says" in found.text
    assert found.warnings == ()


def test_pages_know_the_number_printed_on_them():
    page = paragraph(LEFT, 60, 760, width=80)
    found = document(page, page, labels="/PageLabels << /Nums [0 << /S /r /St 3 >>] >>")
    assert [(p.number, p.label) for p in found.pages] == [(1, "iii"), (2, "iv")]


def test_a_page_without_text_is_told():
    found = document(paragraph(LEFT, 60, 760, width=80), [])
    assert found.warnings == ("no text on page(s) 2 of 2: scanned, or pictures only?",)


def test_turned_pages_are_read_and_a_stamp_in_the_margin_does_not_break_lines():
    stamp = Text("arXiv 2004", 20, 300, 12, turned=True)
    found = blocks([stamp, *paragraph(LEFT, 60, 760, width=80)])
    assert texts(found)[0] == LEFT.strip()
    turned = [Text(line.text, 842 - line.y, line.x, turned=True) for line in paragraph(LEFT, 60, 760, width=80)]
    assert texts(blocks(turned)) == [LEFT.strip()]


def test_what_a_pdf_says_of_itself_is_known_with_its_place():
    page = [Text("How peers rest and work", 60, 780, 20), *paragraph(LEFT, 60, 740, width=80)]
    found = document(page, properties="/Author (Lee A; Hall B) /CreationDate (D:20120304) /Title (x.doc)")
    assert (found.catalogue.authors, found.catalogue.year) == (("Lee A", "Hall B"), 2012)
    assert dict(found.origins) == {
        "title": "first page",
        "authors": "document properties",
        "year": "document properties",
    }
