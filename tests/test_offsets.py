"""Every part of a document is an exact span of its text, and no word of the body is lost."""

from __future__ import annotations

import unicodedata

import pytest
from fakes import BRIEFS, assert_exact, count_tokens, make_pdf, read_document, statements
from generated import Brief, briefs, wild
from hypothesis import given
from hypothesis import strategies as st

from ingest.blocks import LIGATURES, UNSEEN, clean
from ingest.passages import Measure
from ingest.sentences import split_sentences
from rag.cite import cite
from rag.errors import DocumentError

LONG = Measure(10_000, count_tokens)


@given(briefs())
def test_every_part_of_a_brief_is_an_exact_span(brief: Brief):
    assert_exact(read_document(brief.data, brief.name))


@given(briefs())
def test_every_word_of_the_body_stands_in_a_statement_in_its_order(brief: Brief):
    document = read_document(brief.data, brief.name, measure=LONG)
    assert " ".join(statements(document)).split(" ") == clean(" ".join(brief.words)).split(" ")


@given(briefs())
def test_short_limits_move_the_edges_of_passages_and_lose_nothing(brief: Brief):
    document = read_document(brief.data, brief.name, measure=Measure(60, count_tokens))
    assert_exact(document)
    assert " ".join(statements(document)).split(" ") == clean(" ".join(brief.words)).split(" ")


@given(briefs())
def test_the_text_kept_is_clean_whatever_the_file_looks_like(brief: Brief):
    document = read_document(brief.data, brief.name)
    lines = document.text.split("\n")
    assert lines == [clean(line) for line in lines]
    assert not any(unseen in document.text for unseen in (*UNSEEN, *LIGATURES, "\r", "\t"))


@given(wild())
def test_any_text_at_all_is_read_exactly_or_refused_with_a_reason(brief: Brief):
    try:
        document = read_document(brief.data, brief.name)
    except DocumentError as error:
        refusal = error
    else:
        assert_exact(document)
        return
    assert refusal.message
    assert refusal.hint


@given(
    st.lists(
        st.lists(st.text("abc def (1-3) PQR. ", min_size=1, max_size=70), min_size=1, max_size=12),
        min_size=1,
        max_size=4,
    )
)
def test_pages_are_exact_spans_and_passages_know_theirs(pages: list[list[str]]):
    try:
        document = read_document(make_pdf(pages), "brief.pdf")
    except DocumentError:
        return
    assert_exact(document)
    assert {page.number for page in document.pages} <= set(range(1, len(pages) + 1))


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_more(text: str):
    once = clean(text)
    assert clean(once) == once == unicodedata.normalize("NFC", once)
    assert not any(unicodedata.category(c) == "Cc" for c in once)


@given(
    st.text(st.sampled_from("ab\u0301\u0308ﬁﬃ\u00ad\u200b\u200d\ufeff \u2000\u2126\u0345\u1100\u1161\n"), max_size=30)
)
def test_cleaning_is_idempotent_on_characters_that_combine(text: str):
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("The oﬃce  ﬁnds\tit", "The office finds it"),
        ("cafe\u0301", "café"),
        ("co\u00adoperate\u200b", "cooperate"),
        ("👩‍⚕️ and 👨‍👩‍👧", "👩‍⚕️ and 👨‍👩‍👧"),
        ("I² = 40 %, ½ of H₂O", "I² = 40 %, ½ of H₂O"),
        ("می‌خواهم", "می‌خواهم"),
        ("a\x9b31mb\x1b[0m \x7fc\x90\x9d", "a31mb[0m c"),  # what would change a terminal's colours
        ("one\x85two\x0bthree\x1ffour", "one two three four"),
    ],
)
def test_cleaning_keeps_what_a_reader_sees(raw: str, kept: str):
    assert clean(raw) == kept


@given(st.text(st.one_of(st.sampled_from("aB .!?[]()1,-–é\u0301 "), st.characters(codec="utf-8")), max_size=200))
def test_sentences_cover_all_of_a_text_but_its_spaces(text: str):
    spans = split_sentences(text)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges)
    assert all(not text[end:start].strip() for end, start in zip(edges[::2], edges[1::2], strict=True))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hall et al. [2] agree. Kerr vs. Lund do not.", ["Hall et al. [2] agree.", "Kerr vs. Lund do not."]),
        ("Sleep improved. [2] Mood did not [3]. Why?", ["Sleep improved. [2]", "Mood did not [3].", "Why?"]),
        ("Rated by a tool (CASP) [31]. The rest was not.", ["Rated by a tool (CASP) [31].", "The rest was not."]),
        ("It rose (Fig. 2). It fell by 3.5 points.", ["It rose (Fig. 2).", "It fell by 3.5 points."]),
        ("It rose (1-3). “It fell,” she said (4).", ["It rose (1-3).", "“It fell,” she said (4)."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]):
    assert [text[start:end] for start, end in split_sentences(text)] == expected


@pytest.mark.parametrize("name", ["gardens.md", "walking.txt", "night-clinic.md"])
def test_the_briefs_of_these_tests_are_read_exactly(name: str):
    assert_exact(read_document((BRIEFS / name).read_bytes(), name))


def test_pages_of_a_pdf_begin_where_their_text_begins():
    pages = [[f"Page {n} says something about peers and about", f"their training in year {n}."] for n in ["one", "two"]]
    document = read_document(make_pdf(pages), "brief.pdf")
    assert [(page.number, document.text[page.start : page.end].split()[1]) for page in document.pages] == [
        (1, "one"),
        (2, "two"),
    ]
    assert [passage.page for passage in document.passages] == [1, 2]


def test_a_quotation_has_its_own_page_where_its_passage_began_on_the_one_before():
    pages = [["Peers who were trained in the first year told of it, and those who"], ["did not rest. Others slept."]]
    document = read_document(make_pdf(pages), "brief.pdf")
    (passage,) = document.passages
    cited = [(cite(document, passage, [statement], 1).page) for statement in passage.statements]
    assert (passage.page, cited) == (1, [1, 2])


def test_a_page_on_which_a_paragraph_goes_on_is_a_page():
    line = "{} pages tell of peers who are trained in the {} year and who then"
    document = read_document(make_pdf([[line.format(n, n)] for n in ("one", "two", "six")] + [["rest."]]), "brief.pdf")
    assert_exact(document)
    assert [(page.number, document.text[page.start : page.end].split()[0]) for page in document.pages] == [
        (1, "one"),
        (2, "two"),
        (3, "six"),
        (4, "rest."),
    ]
    assert [passage.page for passage in document.passages] == [1]
