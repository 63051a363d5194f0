"""Each kind of file is read as a reader of it sees it; what cannot be read is refused with a reason and a hint."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fakes import make_pdf
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from ingest.blocks import SPOKEN, Block
from ingest.read import READERS, read
from rag.errors import DocumentError


def md(text: str) -> list[Block]:
    return read(Path("brief.md"), text.encode())


def txt(text: str | bytes) -> list[Block]:
    return read(Path("brief.txt"), text.encode() if isinstance(text, str) else text)


def pdf(*pages: list[str]) -> list[Block]:
    return read(Path("brief.pdf"), make_pdf(pages))


def texts(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks if block.kind in SPOKEN]


# Markdown


def test_markdown_headings_have_levels_and_the_first_one_of_level_one_is_the_title():
    blocks = md("# Title\n\nSetext\n------\n\n### Three ###\n\n# Another\n")
    assert [(b.kind, b.text, b.level) for b in blocks] == [
        ("title", "Title", 1),
        ("heading", "Setext", 2),
        ("heading", "Three", 3),
        ("heading", "Another", 1),
    ]


def test_markdown_items_keep_their_markers_in_nested_lists():
    blocks = md("- one\n  - inner\n  - more\n    1. deep\n    2. deeper\n- two\n\n7. seven\n8. eight\n\n   goes on\n")
    assert [(b.kind, b.marker, b.text) for b in blocks] == [
        ("item", "•", "one"),
        ("item", "•", "inner"),
        ("item", "•", "more"),
        ("item", "1.", "deep"),
        ("item", "2.", "deeper"),
        ("item", "•", "two"),
        ("item", "7.", "seven"),
        ("item", "8.", "eight"),
        ("paragraph", "", "goes on"),
    ]


def test_markdown_tables_become_rows():
    blocks = md("| Town | Peers |\n| :-- | --: |\n| **Utrecht** | 34 |\n| Århus | |\n")
    assert [b.kind for b in blocks] == ["row"] * 3
    assert texts(blocks)[:2] == ["Town | Peers", "Utrecht | 34"]


def test_markdown_quoted_blocks_are_notes():
    assert [(b.kind, b.text) for b in md("> A digest.\n> Of two lines.\n\nText.\n")] == [
        ("note", "A digest. Of two lines."),
        ("paragraph", "Text."),
    ]


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("**Peers** _rest_ and `work`", "Peers rest and work"),
        ("See [the brief](https://example.org/a_b) or <https://example.org>", "See the brief or https://example.org"),
        ("![a picture](p.png) Peers rest", "Peers rest"),
        ("Peers <b>rest</b> <i>well</i>", "Peers rest well"),
        ("Peers\nrest\\\nand  \nwork", "Peers rest and work"),
        (r"5 \* 3 \_peers\_ \[1\]", "5 * 3 _peers_ [1]"),
        ("AT&amp;T &mdash; &eacute;", "AT&T — é"),
        ("snake_case_word and 2 * 3", "snake_case_word and 2 * 3"),
        ("Peers<br>rest<BR/>well", "Peers rest well"),
    ],
)
def test_markdown_marks_vanish_and_their_text_stays(source: str, seen: str):
    assert texts(md(source)) == [seen]


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("<p>Peers rest in a block\nof <b>H</b>TML &amp; more.</p>\n", ["Peers rest in a block of HTML & more."]),
        ("<table><tr><td>Town</td><td>Peers</td></tr></table>\n\nText.\n", ["Town", "Peers", "Text."]),
        ("<div>\n\nPeers rest.\n\n</div>\n", ["Peers rest."]),
        ("<style>\np { color: red }\n</style>\n\nText.\n", ["Text."]),
        ("<p>3 < 4\n<![odd[ Peers\n", ["3 < 4 odd[ Peers"]),
    ],
)
def test_markdown_keeps_the_text_of_html_blocks(source: str, seen: list[str]):
    assert texts(md(source)) == seen


def test_markdown_items_that_begin_with_code_or_html_are_items():
    blocks = md("- <p>one</p>\n- two\n\nText.\n")
    assert [(b.kind, b.text) for b in blocks] == [("item", "one"), ("item", "two"), ("paragraph", "Text.")]


def test_markdown_code_is_kept_line_by_line():
    assert texts(md("```sh\nmake app\n\nmake test\n```\n\n    indented\n")) == ["make app", "make test", "indented"]


def test_markdown_front_matter_and_comments_are_left_out():
    assert texts(md("---\ntitle: x\n---\n\n<!-- note -->\n\nText.\n")) == ["Text."]
    assert texts(md("Text.\n\n---\n\nMore.\n")) == ["Text.", "More."]


# Plain text


def test_plain_paragraphs_of_one_line_stay_apart():
    assert texts(txt("Peers rest when the work is done.\nPeers sing when they have rested.\n")) == [
        "Peers rest when the work is done.",
        "Peers sing when they have rested.",
    ]


def test_plain_paragraphs_wrapped_by_hand_are_joined():
    paragraph = "\n".join(f"Line {n} of a paragraph that somebody wrapped by hand" for n in range(11)) + "."
    blocks = txt(f"{paragraph}\n\n{paragraph}\n")
    assert len(blocks) == 2
    assert "by hand Line 1 of a paragraph" in blocks[0].text


def test_plain_lists_are_items_whatever_their_bullets():
    blocks = txt("• one\n  ◦ two\n- three\n* four\n– five\n1. six\n12) seven\n")
    assert [(b.marker, b.text) for b in blocks] == [
        *(("•", word) for word in ("one", "two", "three", "four", "five")),
        ("1.", "six"),
        ("12.", "seven"),
    ]


def test_plain_headings_are_short_lines_that_stand_alone_and_that_text_follows():
    blocks = txt(
        "What we found\n\nPeers rest when the work is done.\n\nTable 1. Who they were\n\nmore, and more\n\n"
        "See https://example.org\n\nPeers who rested often:\n\nData extraction.\n\n"
        "Peers sing when they have rested.\n\nFoot\n"
    )
    assert [b.text for b in blocks if b.kind == "heading"] == ["What we found", "Data extraction."]


@pytest.mark.parametrize(
    "line", ["Skip to main content", "Thumbnail", "• Share", "Loading metrics", "https://example.org/x", "Download PDF"]
)
def test_plain_site_furniture_is_dropped(line: str):
    assert texts(txt(f"{line}\n\nPeers rest when the work is done.\n")) == ["Peers rest when the work is done."]


def test_plain_form_feeds_part_paragraphs():
    assert len(txt("Peers rest when the work is done\fPeers sing when they have rested.")) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
@pytest.mark.parametrize("name", ["brief.txt", "brief.md"])
def test_text_is_read_in_the_encoding_that_it_is_in(encoding: str, name: str):
    sentence = "Les pairs aidants se réunissent à Québec, où l’été est court et la forêt immense."
    text = sentence if encoding != "latin-1" else sentence.replace("’", "'")
    assert texts(read(Path(name), text.encode(encoding))) == [text]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_text_of_two_byte_characters_is_read_in_either_order(mark: bytes):
    encoding = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert texts(txt(mark + "Peers rest at noon, as they do.".encode(encoding))) == ["Peers rest at noon, as they do."]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_of_any_system_are_line_ends(end: str):
    lines = ["# T", "", "Peers rest", "and sing."]
    assert texts(md(end.join(lines))) == ["T", "Peers rest and sing."]


# PDF


LINES = [
    "Peers are trained for two weeks before they begin to work alone, and they are",
    "supported by a coordinator.",
    "Training was repeated every spring, because so many of the peers had asked",
    "for it.",
]


def test_pdf_lines_become_paragraphs_with_their_pages():
    blocks = pdf(LINES, [line.replace("two", "three") for line in LINES])
    assert [(b.kind, b.page) for b in blocks] == [
        ("paragraph", 1),
        ("paragraph", 1),
        ("paragraph", 2),
        ("paragraph", 2),
    ]
    assert blocks[0].text == " ".join(LINES[:2])


def test_pdf_headings_and_lists_are_told_by_their_form():
    blocks = pdf(
        ["How peers are trained", *LINES[:2], "1. A first thing that peers need is time.", "2. A second is rest."]
    )
    assert [(b.kind, b.marker) for b in blocks] == [("heading", ""), ("paragraph", ""), ("item", "1."), ("item", "2.")]


def test_pdf_lines_that_repeat_on_most_pages_are_dropped():
    pages = [["Evidence Desk, brief 7", *LINES, f"Page {n} of 4"] for n in range(1, 5)]
    pages = [[line.replace("weeks", f"weeks{'s' * n}") for line in page] for n, page in enumerate(pages)]
    blocks = pdf(*[[page[0], page[1], page[2] + f" No {'x' * n}.", page[-1]] for n, page in enumerate(pages)])
    assert not any("Evidence Desk" in block.text or "Page" in block.text for block in blocks)
    assert all("Peers are trained" in block.text for block in blocks)


def test_pdf_ligatures_and_a_hyphen_at_a_line_end_are_read():
    blocks = pdf(["Peer support of this kind is given by people who have the same long-", "term illness."])
    assert texts(blocks) == ["Peer support of this kind is given by people who have the same long-term illness."]


def test_pdf_with_an_empty_password_is_read():
    blocks = read(Path("a.pdf"), make_pdf([LINES], password=""))
    assert blocks[0].text == " ".join(LINES[:2])


# What cannot be read


def scan() -> bytes:
    return make_pdf([[], [], []])


def protected() -> bytes:
    """Locked by a scheme of its own (DRM), which no free reader knows."""
    data = make_pdf([LINES], password="")
    assert b"/Standard" in data
    return data.replace(b"/Standard", b"/Own.Kind")


def without_pages() -> bytes:
    out = io.BytesIO()
    PdfWriter().write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "message", "hint"),
    [
        ("a.docx", b"PK\x03\x04", "no reader for this kind of file: `a.docx`", "save it as PDF or HTML"),
        ("a.xlsx", b"PK\x03\x04", "no reader for this kind of file: `a.xlsx`", "save the sheet as PDF"),
        ("a.png", b"\x89PNG", "no reader for this kind of file: `a.png`", "text recognition (OCR)"),
        ("a", b"text", "no reader for this kind of file: `a`", "save it as PDF"),
        ("a.md", b"", "the file is empty: `a.md`", "copy it again"),
        ("a.txt", b" \n\t\n", "no text found in `a.txt`", "OCR"),
        ("a.md", b"<!-- nothing -->\n", "no text found in `a.md`", "OCR"),
        ("a.txt", b"text\x00\x01\x02 of zeros", "it holds zero bytes", "renamed"),
        ("a.pdf", b"", "the file is empty", "copy it again"),
        ("a.pdf", b"not a pdf at all", "the PDF cannot be read", "save it again"),
        ("a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20, "the PDF cannot be read", "save it again"),
        ("a.pdf", make_pdf([LINES])[:300], "the PDF cannot be read", "save it again"),
        ("a.pdf", without_pages(), "no text on 0 page(s)", "OCR"),
        ("a.pdf", protected(), "the PDF cannot be read", "save it again"),
        ("a.pdf", scan(), "no text on 3 page(s): a scan?", "OCR"),
        ("a.pdf", make_pdf([LINES], password="secret"), "asks for a password", "without one"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_hint(name: str, data: bytes, message: str, hint: str):
    with pytest.raises(DocumentError) as caught:
        read(Path(name), data)
    assert message in caught.value.message
    assert hint in caught.value.hint


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12), st.booleans())
def test_a_damaged_pdf_is_read_or_refused_and_nothing_else(damage: list[tuple[int, int]], cut: bool):
    data = bytearray(make_pdf([LINES, LINES]))
    for place, value in damage:
        data[place % len(data)] = value
    assert_read_or_refused("a.pdf", bytes(data[: damage[0][0]] if cut else data))


@given(st.binary(max_size=200), st.sampled_from(("a.md", "a.txt")))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes, name: str):
    assert_read_or_refused(name, data)


def assert_read_or_refused(name: str, data: bytes) -> None:
    try:
        blocks = read(Path(name), data)
    except DocumentError as error:
        refusal = error
    else:
        assert any(block.text for block in blocks)
        return
    assert refusal.message
    assert refusal.hint


def test_the_ending_tells_the_format_in_any_case():
    assert set(READERS) == {".md", ".markdown", ".txt", ".text", ".pdf", ".html", ".htm", ".xhtml"}
    assert texts(read(Path("A.MD"), b"# T\n")) == ["T"]


def test_a_made_pdf_is_a_pdf():
    assert len(PdfReader(io.BytesIO(make_pdf([LINES, LINES]))).pages) == 2
