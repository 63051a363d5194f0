"""Nothing that is embedded is cut: title, headings and text of a passage fit the encoder's limit."""

from __future__ import annotations

import pytest
from fakes import ROOT, assert_exact, count_tokens, read_document, statements
from generated import Brief, briefs
from hypothesis import given
from hypothesis import strategies as st

from ingest.assemble import assemble
from ingest.find import find
from ingest.passages import Measure, with_passages
from ingest.read import read
from rag.encode import ShippedEncoder
from rag.errors import DocumentError
from rag.index.texts import passage_text, statement_text
from rag.schema import Document


def assert_fits(document: Document, measure: Measure) -> None:
    for passage in document.passages:
        assert measure.count(passage_text(document, passage)) <= measure.limit
        for statement in passage.statements:
            assert measure.count(statement_text(document, statement)) <= measure.limit


@given(briefs(), st.integers(45, 90))
def test_what_is_embedded_fits_the_limit(brief: Brief, limit: int):
    measure = Measure(limit, count_tokens)
    assert_fits(read_document(brief.data, brief.name, measure=measure), measure)


@given(st.integers(20, 120), st.integers(1, 400))
def test_a_long_sentence_is_parted_between_words_and_keeps_them_all(limit: int, length: int):
    words = [f"word{n}" for n in range(length)]
    measure = Measure(limit, count_tokens)
    document = read_document(f"# T\n\n## H\n\n{' '.join(words)}.\n", measure=measure)
    assert_exact(document)
    assert_fits(document, measure)
    assert " ".join(statements(document)) == " ".join(words) + "."


@given(st.integers(15, 60), st.text("abc", min_size=1, max_size=300))
def test_a_word_longer_than_the_limit_is_parted_inside(limit: int, word: str):
    def count(text: str) -> int:
        return len(text.replace(" ", "")) + 2  # every character is a token

    document = read_document(f"# T\n\n## H\n\n{word} end\n", measure=Measure(limit, count))
    assert_exact(document)
    assert_fits(document, Measure(limit, count))
    assert "".join(statements(document)).replace(" ", "") == f"{word}end"


def test_spelled_out_abbreviations_count_towards_the_limit():
    text = "Peer support workers of the night (PSWN) rest. " + "PSWN met PSWN and PSWN with PSWN. " * 30
    measure = Measure(60, count_tokens)
    document = read_document(f"# T\n\n## H\n\n{text}\n", measure=measure)
    assert document.glossary
    assert_fits(document, measure)


def test_the_numbers_of_a_list_count_towards_the_limit():
    """A printed number and its full stop are two tokens to the encoder."""
    text = "# A list\n\n## Steps\n\n" + "\n".join(f"{n}. Peers meet {n} times" for n in range(1, 90))
    measure = Measure(256, count_tokens)
    assert_fits(read_document(text, measure=measure), measure)


@pytest.mark.parametrize("heading", ["long heading " * 150, "x" * 3000])
def test_a_title_or_a_heading_longer_than_the_limit_is_cut_where_it_is_embedded(heading: str):
    measure = Measure(256, count_tokens)
    text = "Peers meet weekly, as they always did. " * 60
    for source in (f"# T\n\n## {heading}\n\n{text}\n", f"# {heading}\n\n## H\n\n{text}\n"):
        document = read_document(source, measure=measure)
        assert_fits(document, measure)
        assert heading.strip() in document.text


@pytest.mark.parametrize(
    "headings", ["# " + "a/" * 900, "\n\n".join(f"{'#' * level} {'heading ' * 90}" for level in range(1, 7))]
)
def test_headings_that_leave_no_room_at_all_are_told(headings: str):
    with pytest.raises(DocumentError, match="alone fill the encoder's 100 tokens") as caught:
        read_document(f"{headings}\n\nPeers meet weekly.\n", measure=Measure(100, count_tokens))
    assert "shorten" in caught.value.hint


def test_long_paragraphs_come_out_in_parts_of_about_the_same_length():
    text = " ".join(f"Sentence {n} says that peers need time." for n in range(60))
    document = read_document(f"# T\n\n## H\n\n{text}\n", measure=Measure(100, count_tokens))
    sizes = [len(passage.statements) for passage in document.passages]
    assert len(sizes) > 4
    assert max(sizes) - min(sizes) <= 2


def test_an_item_of_a_list_stays_whole_and_the_first_with_the_line_that_leads_to_it():
    """So that a finding is found with the study that its item begins with."""
    ahead = " ".join(f"Sentence {n} says that peers need time." for n in range(9))
    items = "\n".join(
        f"- Study {n} asked peers. They said that they need time. They need it at night." for n in range(9)
    )
    document = read_document(
        f"# T\n\n## H\n\n{ahead} They told of this:\n\n{items}\n", measure=Measure(100, count_tokens)
    )
    passages = [document.text[passage.start : passage.end] for passage in document.passages]
    assert all(passage.endswith("at night.") for passage in passages if "Study" in passage)
    assert [passage.count("told of this:\n\n• Study 0") for passage in passages if "told of this" in passage] == [1]


def test_an_item_too_long_for_a_passage_is_parted_between_its_sentences():
    item = " ".join(f"Sentence {n} says that peers need time." for n in range(60))
    document = read_document(f"# T\n\n## H\n\nThey said:\n\n- {item}\n", measure=Measure(100, count_tokens))
    assert len(document.passages) > 4
    assert all(document.text[p.start : p.end].endswith(".") for p in document.passages)


@pytest.mark.encoder
@pytest.mark.parametrize("source", [s.path.name for s in find(ROOT / "corpus")])
def test_nothing_of_the_corpus_is_cut_by_the_real_encoder(source: str, shipped: ShippedEncoder):
    (found,) = [s for s in find(ROOT / "corpus") if s.path.name == source]
    assembled = assemble(found.entry.source_id, read(found.path, found.path.read_bytes()), found.entry.catalogue)
    measure = Measure(shipped.max_tokens, shipped.count_tokens)
    document = with_passages(assembled, measure)
    assert_exact(document)
    assert_fits(document, measure)
    assert len(document.passages) > 20


@pytest.mark.encoder
def test_the_real_encoder_refuses_a_text_that_it_would_have_to_cut(shipped: ShippedEncoder):
    with pytest.raises(ValueError, match="302 tokens, at most 256"):
        shipped.encode_passages(["peer " * 300])
