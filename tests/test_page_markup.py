"""What the pages draw as HTML: text of documents stays text, and markers lead to their quotations."""

from __future__ import annotations

import re
from dataclasses import replace

from page_fakes import (
    CITED,
    DIGEST,
    LIBRARY,
    OTHER,
    QUOTE,
    START,
    TEXT,
    answered,
)

from pages.answer_markup import answer_html, answer_text, sources_html
from pages.evidence_markup import panel_html, passage_html
from pages.markup import label, original_html
from rag.schema import Catalogue, Citation


def test_a_quotation_that_is_not_in_its_place_is_not_marked_in_the_passage() -> None:
    moved = Citation(1, "a", "A", None, (), None, "quote", 5, 10, "no such words", 0)
    assert passage_html(moved) == '<p class="cw-text"><mark>quote</mark></p><p class="cw-text">no such words</p>'


def test_evidence_and_sources_hold_no_tags_from_a_document() -> None:
    answer = answered("x")
    whole = panel_html(0, answer, 1, LIBRARY) + sources_html(0, answer) + answer_html(0, answer)
    ours = {"h3", "h4", "p", "span", "a", "blockquote", "mark", "ul", "li", "b", "br", "div", "section", "button"}
    assert set(re.findall(r"<([a-z0-9]+)", whole)) == ours


def test_points_are_paragraphs_items_a_list_and_what_was_asked_for_stands_first() -> None:
    answer = answered("x")
    apart = replace(answer, sentences=(answer.sentences[0], replace(answer.sentences[1], point=1)), lead="<92>")
    assert answer_html(0, answer).count("<p>") == 1
    assert answer_html(0, apart).count("<p>") == 2
    assert '<p class="cw-asked">&lt;92&gt;</p>' in answer_html(0, apart)
    assert answer_html(0, replace(answer, layout="list")).count("<li>") == 2


def test_a_fact_of_the_catalogue_is_linked_to_its_document_but_marked_nowhere_in_it() -> None:
    answer = replace(answered("x"), citations=(replace(CITED, kind="catalogue"), OTHER))
    panel = panel_html(0, answer, 1, LIBRARY)
    assert "the library’s catalogue" in panel
    assert 'href="./library?document=pay"' in panel


def test_an_answer_is_copied_with_its_references() -> None:
    text = answer_text(answered("x"))
    assert "[1] Fair <i>pay</i> (2020), Findings › Money <script>, page 3. “Pay <b>$5</b>" in text
    assert "Boone 2001 [reference 7] (RETRACTED): Boone B." in text
    assert text.endswith("Evidence published 2011 to 2020.")


def test_only_addresses_of_the_web_are_linked() -> None:
    assert original_html(Catalogue("x", url="javascript:alert(1)")) == ""
    assert 'href="https://doi.org/10.1/a%22b"' in original_html(Catalogue("x", doi='10.1/a"b'))
    assert "&quot;" in original_html(Catalogue("x", url='https://e.org/"x'))


def test_a_label_is_shown_as_it_is_where_markdown_is_read() -> None:
    assert label("a *b* [c](d) $e$") == r"a \*b\* \[c\]\(d\) \$e\$"
    assert ":smile:" not in label("x :smile: y").replace("\\", "")
    assert "->" not in label("x -> y").replace("\\", "")


def test_the_fakes_quotation_stands_where_it_says() -> None:
    assert TEXT[CITED.char_start - START : CITED.char_end - START] == QUOTE
    assert OTHER.passage.startswith(OTHER.quote)
    assert DIGEST.digest
