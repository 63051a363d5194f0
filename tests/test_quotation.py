"""A quotation says something: with the sentence of its pronoun, the line that leads to its list, the items led to."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import library_of, read_document
from hypothesis import given
from hypothesis import strategies as st

from rag.quotation import MAX_WORDS_BROUGHT, quotation
from rag.schema import Answer
from rag.settings import Settings


def asked(settings: Settings, folder: Path, body: str, question: str) -> Answer:
    files = {"a.md": f"# A brief on rest\n\n## Part\n\n{body}\n"}
    return library_of(settings, folder, files).ask(question)


@pytest.mark.parametrize("opener", ["They", "However, they", "In addition, these", "Such people", "Therefore it"])
def test_a_pronoun_brings_the_sentence_before(settings: Settings, tmp_path: Path, opener: str):
    body = f"Night nurses were surveyed in spring. {opener} asked for warm lamps beside each desk."
    answer = asked(settings, tmp_path, body, "who asked for warm lamps beside each desk?")
    (citation,) = [citation for citation in answer.citations if "lamps" in citation.quote]
    assert citation.quote == body


def test_a_sentence_that_stands_alone_comes_alone(settings: Settings, tmp_path: Path):
    body = "Night nurses were surveyed in spring. However, theatre staff asked for warm lamps beside each desk."
    answer = asked(settings, tmp_path, body, "who asked for warm lamps beside each desk?")
    assert "However, theatre staff asked for warm lamps beside each desk." in {c.quote for c in answer.citations}
    assert "Theatre staff asked for warm lamps beside each desk." in {s.text for s in answer.sentences}


def test_a_fragment_of_a_list_brings_the_line_that_leads_to_it(settings: Settings, tmp_path: Path):
    body = "Night nurses asked their ward for:\n\n- quiet rooms near the ward\n- warm lamps beside each desk\n"
    answer = asked(settings, tmp_path, body, "warm lamps beside each desk: who asked?")
    quotes = [citation.quote for citation in answer.citations if "lamps" in citation.quote]
    assert all(quote.startswith("Night nurses asked their ward for:") for quote in quotes)
    assert "Night nurses asked their ward for: quiet rooms near the ward • warm lamps beside each desk" in answer.text


def test_a_list_too_long_to_quote_is_quoted_by_its_item(settings: Settings, tmp_path: Path):
    items = "".join(f"- item {n} of a long list that goes on and on for many words\n" for n in range(9))
    body = f"Night nurses asked their ward for:\n\n{items}- warm lamps beside each desk\n"
    answer = asked(settings, tmp_path, body, "warm lamps beside each desk: who asked?")
    assert any(citation.quote == "warm lamps beside each desk" for citation in answer.citations)


def test_a_row_of_empty_cells_is_not_quoted(settings: Settings, tmp_path: Path):
    body = "| Warm lamps beside each desk asked | |\n| --- | --- |\n| Warm lamps beside each desk wanted | |\n"
    body += "\nNight nurses wanted warm lamps beside each desk.\n"
    answer = asked(settings, tmp_path, body, "who wanted warm lamps beside each desk?")
    assert [citation.quote for citation in answer.citations] == ["Night nurses wanted warm lamps beside each desk."]


def test_a_line_that_leads_to_a_list_brings_its_items(settings: Settings, tmp_path: Path):
    body = "Warm lamps were asked for by these night nurses (1):\n\n- Ash, in the east wing.\n- Birk, in the west.\n"
    answer = asked(settings, tmp_path, body, "which night nurses asked for warm lamps?")
    assert answer.sentences[0].text.endswith("(1): Ash, in the east wing. Birk, in the west.")


def test_a_line_that_only_leads_on_is_quoted_with_its_items(settings: Settings, tmp_path: Path):
    body = "Night nurses asked for two kinds of warm lamps. These were:\n\n- lamps for the desk\n- lamps for the bed\n"
    answer = asked(settings, tmp_path, body, "which kinds of warm lamps did night nurses ask for?")
    assert "warm lamps. These were: lamps for the desk lamps for the bed" in answer.sentences[0].text.replace(" •", "")


def test_a_line_that_leads_to_nothing_is_not_quoted(settings: Settings, tmp_path: Path):
    body = "Warm lamps were asked for by these night nurses:\n\n## Table\n\nWarm lamps are dear to buy.\n"
    answer = asked(settings, tmp_path, body, "which night nurses asked for warm lamps?")
    assert [citation.quote for citation in answer.citations] == ["Warm lamps are dear to buy."]


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Paragraphs and lists in which lines lead to lists, to other such lines, or to nothing."""
    blocks = []
    for _ in range(draw(st.integers(1, 4))):
        length, leads = draw(st.tuples(st.integers(3, 45), st.booleans()))
        blocks.append(f"They slept {'a little ' * length}{'on:' if leads else 'on.'}")
        items = draw(st.lists(st.tuples(st.integers(2, 40), st.sampled_from((":", ".", ";", ""))), max_size=4))
        blocks.append("\n".join(f"- naps {'at noon ' * words}{end}" for words, end in items))
    return "\n\n".join(blocks)


@given(bodies())
def test_no_quotation_ends_where_something_should_follow(body: str):
    document = read_document(f"# A brief on rest\n\n## Part\n\n{body}\n", "a.md")
    text = document.text
    for passage in document.passages:
        parts = passage.statements
        for place, own in enumerate(parts):
            quoted = quotation(document, passage, place)
            if not quoted:
                assert all(text[: part.end].endswith(":") for part in parts[place:])
                continue
            assert own in quoted
            assert quoted == parts[parts.index(quoted[0]) : parts.index(quoted[-1]) + 1]
            assert not text[: quoted[-1].end].endswith(":")
            led = [part for part in quoted if part.start > own.start]
            assert bool(led) == text[: own.end].endswith(":")
            enough = next((n for n, part in enumerate(led) if not text[: part.end].endswith(":")), 0) + 1
            assert len(led) <= enough or len(text[own.end : led[-1].end].split()) <= MAX_WORDS_BROUGHT
            assert len(text[quoted[0].start : own.start].split()) <= MAX_WORDS_BROUGHT
