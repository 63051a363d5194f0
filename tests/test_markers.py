"""Reference markers mean the entries that a reader takes them to mean, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from fakes import read_document
from hypothesis import given
from hypothesis import strategies as st

from rag.index.texts import studies_text
from rag.markers import find_markers, marker_style, resolve, without_markers
from rag.schema import MarkerStyle


def numbers(text: str, style: MarkerStyle, count: int) -> list[tuple[int, ...]]:
    return [marker.numbers for marker in find_markers(text, style, count)]


def span(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


@pytest.mark.parametrize(
    ("inside", "count", "expected", "repaired"),
    [
        ("1", 21, (1,), False),
        ("1-3", 21, (1, 2, 3), False),
        ("5;6", 21, (5, 6), False),
        ("4;7", 21, (4, 7), False),
        ("1,3,4", 54, (1, 3, 4), False),
        ("13–15", 54, (13, 14, 15), False),
        ("13 — 15", 54, (13, 14, 15), False),
        ("2, 3 ; 5-7", 21, (2, 3, 5, 6, 7), False),
        ("3,1,2", 21, (1, 2, 3), False),
        ("3,3", 21, (3,), False),
        ("115", 54, span(1, 15), True),
        ("1721", 54, span(17, 21), True),
        ("16,2225", 54, (16, *span(22, 25)), True),
        ("1,3,11,13,27,3235", 54, (1, 3, 11, 13, 27, *span(32, 35)), True),
        ("1,2,14,2224,27,32,33", 54, (1, 2, 14, 22, 23, 24, 27, 32, 33), True),
        ("13,8", 54, (1, 2, 3, 8), True),
        ("13", 54, (13,), False),
        ("99", 54, (), False),
        ("0", 54, (), False),
        ("5-60", 54, (), False),
        ("7-3", 54, (), False),
        ("1,99", 54, (), False),
        ("111", 54, span(1, 11), True),
        ("1234", 300, (), False),  # 1–234 and 12–34 both fit: nothing is proved
        ("123456", 54, (), False),
        ("1", 0, (), False),
    ],
)
def test_the_inside_of_a_bracket_means_these_entries(
    inside: str, count: int, expected: tuple[int, ...], repaired: bool
):
    assert resolve(inside, count) == (expected, repaired)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[list[tuple[int, int]], int]:
    """Ascending ranges that do not touch, and a list that holds them."""
    edges = sorted(draw(st.sets(st.integers(1, 300), min_size=2, max_size=12)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    if draw(st.booleans()):
        pairs = [(a, a) if a % 2 else (a, b) for a, b in pairs]
    return pairs, pairs[-1][1] + draw(st.integers(0, 50))


@given(ranges(), st.sampled_from(("-", "–", "—", " – ")), st.sampled_from((",", ";", ", ", "; ")))
def test_ascending_ranges_with_dashes_mean_what_they_say(
    printed: tuple[list[tuple[int, int]], int], dash: str, comma: str
):
    pairs, count = printed
    inside = comma.join(f"{a}{dash}{b}" if a != b else str(a) for a, b in pairs)
    expected = tuple(n for a, b in pairs for n in range(a, b + 1))
    assert resolve(inside, count) == (expected, False)
    for style, text in (("round", f"So ({inside})."), ("square", f"So [{inside}].")):
        assert numbers(text, style, count) == [expected]
        assert without_markers(text, style, count) == "So."


@given(st.text("0123456789,;-– ", max_size=20), st.integers(0, 80))
def test_whatever_a_bracket_holds_only_entries_of_the_list_come_out(inside: str, count: int):
    found, _ = resolve(inside, count)
    assert set(found) <= set(range(1, count + 1))
    assert list(found) == sorted(set(found))


@given(st.text("peer (1-3)[25];.,\u2013 ", max_size=80), st.sampled_from(("round", "square")), st.integers(0, 60))
def test_markers_stand_where_they_are_said_to_stand(text: str, style: MarkerStyle, count: int):
    opening, closing = "()" if style == "round" else "[]"
    end = 0
    for marker in find_markers(text, style, count):
        assert end <= marker.start < marker.end
        assert (text[marker.start], text[marker.end - 1]) == (opening, closing)
        end = marker.end


def test_counts_in_round_brackets_are_left_alone_in_a_document_with_square_markers():
    text = "Mental health (14) and pain (3, 5) came up [2], in Canada (1-2) too [3–5]."
    assert numbers(text, "square", 54) == [(2,), (3, 4, 5)]
    assert without_markers(text, "square", 54) == "Mental health (14) and pain (3, 5) came up, in Canada (1-2) too."


def test_years_in_round_brackets_are_left_alone():
    text = "Hall (2001) and Lund (1998; 2013) agree (3), as (2010-2012) did."
    assert numbers(text, "round", 54) == [(3,)]
    assert without_markers(text, "round", 54) == "Hall (2001) and Lund (1998; 2013) agree, as (2010-2012) did."


def test_a_year_is_never_parted_into_a_range():
    """With 60 entries `(1959)` could be 19–59."""
    assert resolve("1959", 60, counts=True) == ((), False)
    assert numbers("in Utrecht (1959)", "round", 60) == []


def test_a_marker_that_fits_no_entry_has_no_numbers_and_stays_in_the_text():
    assert numbers("It rose [99], and fell [3].", "square", 54) == [(), (3,)]
    assert without_markers("It rose [99], and fell [3].", "square", 54) == "It rose [99], and fell."


def test_a_document_without_a_reference_list_has_no_markers():
    assert marker_style("It rose (3) and fell [4].", 0) == "none"
    assert numbers("It rose (3) and fell [4].", "none", 0) == []
    assert without_markers("It rose (3).", "none", 0) == "It rose (3)."


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("So it is (1-3). So it was (2).", "round"),
        ("So it is [1-3]. So it was (n = 12), (14).", "square"),
        ("Groups (14), (3), and [2] and [5].", "square"),
        ("So it is (1), (2), (3), (4), (5), as [1] says.", "round"),
        ("Nobody is cited, not even (2013) or [99].", "none"),
    ],
)
def test_a_document_points_to_its_references_in_one_style(text: str, style: MarkerStyle):
    assert marker_style(text, 21) == style


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Peers rest (1-3).", "Peers rest."),
        ("Peers rest (1-3), and (n = 12) work (4).", "Peers rest, and (n = 12) work."),
        ("Hall et al. (2) and Lund (3) agree", "Hall et al. and Lund agree"),
        ("(4) is where it begins", "is where it begins"),
        ("Peers (see (2)) rest", "Peers (see) rest"),
        ("Peers rest(5).", "Peers rest."),
    ],
)
def test_markers_are_taken_out_and_the_sentence_stays_whole(text: str, shown: str):
    assert without_markers(text, "round", 21) == shown


def test_a_statement_credits_its_own_markers_and_where_it_has_none_in_a_list_item_those_of_the_item():
    document = read_document(
        "# T\n\n## Part\n\nPeers rest (1). Peers work (2;3). Peers sing.\n\n"
        "- Peers talk. Peers listen (2).\n- Peers go.\n- Peers cook (1). Others eat (3).\n\n"
        "## References\n\n1. A B. One. J 2001;1:1.\n2. C D. Two. J 2002;1:1.\n3. E F. Three. J 2003;1:1.\n"
    )
    credited = {
        document.text[s.start : s.end].split(" (")[0].rstrip("."): s.references
        for passage in document.passages
        for s in passage.statements
    }
    assert credited == {
        "Peers rest": (1,),
        "Peers work": (2, 3),
        "Peers sing": (),
        "Peers talk": (2,),
        "Peers listen": (2,),
        "Peers go": (),
        "Peers cook": (1,),
        "Others eat": (3,),
    }


def test_repaired_and_lost_markers_are_reported_in_words():
    entries = "\n".join(f"{n}. Author{n} A. Title. J 2001;1:{n}." for n in range(1, 25))
    document = read_document(
        f"# T\n\n## Part\n\nPeers rest [115]. Peers work [99]. Peers go [2].\n\n## References\n\n{entries}\n"
    )
    assert [s.references for p in document.passages for s in p.statements] == [span(1, 15), (), (2,)]
    lost, repaired = document.warnings
    assert "[99]" in lost
    assert "[115]" in repaired


@pytest.mark.parametrize(("count", "of"), [(154, 54), (14, 5), (120, 21)])
def test_a_lone_count_in_round_brackets_is_no_range(count: int, of: int):
    assert list(find_markers(f"Volunteers in Denmark ({count}) rest.", "round", of)) == []


LISTED = "".join(
    f"{number}. {entry}\n"
    for number, entry in enumerate(
        (
            "Hall A, Lund B. One. Soil 2001;1:1.",
            "Hall A. Two. Soil 2003a;1:1.",
            "Hall A. Three. Soil 2003b;1:1.",
            "van der Berg C, Moss D, Dahl E. Four. Soil 1999;1:1.",
            "World Sleep Office. Five. Utrecht: Office; 2015.",
        ),
        start=1,
    )
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Peers rest (Hall & Lund, 2001).", [(1,)]),
        ("Peers rest (Hall, 2003a, b; van der Berg et al., 1999).", [(2, 3, 4)]),
        ("Hall and Lund (2001) saw it, as did Berg et al (1999, p. 4).", [(1,), (4,)]),
        ("Peers rest (see World Sleep Office 2015), they say (WSO, 2015).", [(5,), (5,)]),
        ("Peers rest (Hall, 2003), or in May (2001).", []),
    ],
)
def test_markers_that_name_their_entry_are_resolved(text: str, meant: list[tuple[int, ...]]):
    """`Hall, 2003` could be either of two entries, and nobody guesses."""
    other = "Some say so (Hall and Lund, 2001; van der Berg et al., 1999; Hall, 2003a; Hall, 2003b)."
    document = read_document(f"# T\n\n## Part\n\n{text}\n\n{other}\n\n## References\n\n{LISTED}")
    assert document.marker_style == "author-year"
    assert [marker.numbers for marker in document.markers[:-1]] == meant
    for marker in document.markers:
        assert document.text[marker.start] + document.text[marker.end - 1] == "()"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Peers rest.¹,² They work³⁻⁵ on 40 m² at 10⁻³.", [(1, 2), (3, 4, 5)]),
        ("Peers rest.1,2 They work,3–5 and in 2020.", [(1, 2), (3, 4, 5)]),
        ("Peers rest.1 2 They have H1N1 and 1,200 beds; others4 do not.", [(1, 2), (4,)]),
    ],
)
def test_raised_markers_are_resolved_also_where_they_lost_their_form(text: str, meant: list[tuple[int, ...]]):
    document = read_document(f"# T\n\n## Part\n\n{text}\n\n## References\n\n{LISTED}")
    assert document.marker_style == "superscript"
    assert [marker.numbers for marker in document.markers] == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("So [1],[3]-[5] it is.", [(1, 3, 4, 5)]),
        ("So [1, 2 and 4] it is [112-5].", [(1, 2, 4), (112, 113, 114, 115)]),
        ("An interval [0,76–1,46] or 65[26–139] is none [7].", [(7,)]),
    ],
)
def test_square_markers_of_every_form(text: str, meant: list[tuple[int, ...]]):
    assert numbers(text, "square", 120) == meant


def test_the_order_of_citation_proves_a_lost_dash_and_nothing_else_does():
    """68 after 5 is 6–8 where 9 to 67 are cited later; in a document that keeps its dashes, 68 is 68."""
    entries = "\n".join(f"{n}. Author{n} A. Title. J 2001;1:{n}." for n in range(1, 81))
    later = " ".join(f"So [{n}]." for n in range(9, 81))
    for lost, meant in (("[1,2] [3] [4] [5] [68]", (6, 7, 8)), ("[1-2] [3] [4] [5] [68]", (68,))):
        document = read_document(f"# T\n\n## Part\n\nPeers {lost}. {later}\n\n## References\n\n{entries}\n")
        marker = next(m for m in document.markers if document.text[m.start : m.end] == "[68]")
        assert (marker.numbers, marker.repaired) == (meant, len(meant) > 1)


def test_a_finding_taken_by_number_alone_is_found_under_the_name_of_its_study():
    document = read_document(f"# T\n\n## Part\n\nPeers rest [4].\n\nOthers do [1].\n\n## References\n\n{LISTED}")
    words = studies_text(document, document.passages[0])
    assert "van der Berg 1999" in words
    assert "Four" in words
    assert "Hall" not in words
