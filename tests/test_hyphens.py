"""A reference reads as it was meant: print's hyphens are undone where that is safe, and no other is."""

from __future__ import annotations

import pytest
from fakes import assert_exact, read_document


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Com-munity nurses", "Community nurses"),  # English
        ("the rela-tionships of nurses", "the relationships of nurses"),
        ("napp-lamps at work", "napplamps at work"),  # the document's own word
        ("us-ers of napplamps", "users of napplamps"),
        ("a peer-driven trial", "a peer-driven trial"),  # no word when joined
        ("co-operation of wards", "co-operation of wards"),  # both parts are words: it may be meant
        ("the well-being of nurses", "the well-being of nurses"),  # also where the document has it otherwise
        ("night-watch of nurses", "night-watch of nurses"),  # the document has it so
        ("the Ward-Griffin lamp", "the Ward-Griffin lamp"),
        ("in-ter-ven-tions", "in-ter-ven-tions"),
        ("http://com-munity.example", "http://com-munity.example"),
    ],
)
def test_a_word_of_an_entry_is_joined_where_it_is_known_so(printed: str, meant: str):
    body = "Nurses of the night-watch and the nightwatch have napplamps and wellbeing, with no sup-port (1)."
    document = read_document(
        f"# Naps\n\n## Part\n\n{body}\n\n## References\n\n1. Lund A, Oss B. On {printed}. J 2011;1:1.\n"
    )
    assert document.references[0].text == f"Lund A, Oss B. On {meant}. J 2011;1:1."
    assert body in document.text  # as printed
    assert_exact(document)


def test_in_a_list_full_of_print_hyphens_the_words_of_the_document_are_joined():
    """Also those whose parts are words, if the document never has them parted."""
    title = "Com-munity rela-tionships and inter-ventions: psycho-logical well-being"
    document = read_document(
        "# Naps\n\n## Part\n\nNaps have psychological effects on well-being and wellbeing (1).\n\n"
        f"## References\n\n1. Lund A, Oss B. {title}. J 2011;1:1.\n"
    )
    assert document.references[0].title == "Community relationships and interventions: psychological well-being"
