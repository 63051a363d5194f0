"""A quotation brings along what it leans on: the sentence of its pronoun, the line that leads to its list."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import library_of

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
