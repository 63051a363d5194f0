"""A study that a sentence names by its author is credited for it, and no neighbour's study is."""

from __future__ import annotations

import pytest
from fakes import read_document

from ingest.named import named_studies
from ingest.references import parse_entry

ENTRIES = (
    "Lund AB, Birk C. Naps at noon. J 2011;1:1.",
    "Moss D, Hall E. Naps of nurses. J 2012;1:2.",
    "Moss D, Kerr F. Naps of porters. J 2014;1:3.",
    "Holm Berger G, Nord H. Lamps. J 2009;1:4.",
    "Yuen I, Foss J. Night work. J 2003;1:5.",
    "O’Hara K. Tea. J 2010;1:6.",
    "van der Meer L, Oss M. Quiet rooms. J 2013;1:7.",
)
REFERENCES = [parse_entry(text, number, 0) for number, text in enumerate(ENTRIES, start=1)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("A recent Danish study by Lund et al found that naps help.", [{1}]),
        ("Lund and colleagues counted naps.", [{1}]),
        ("In Lund et al.’s study nurses slept.", [{1}]),
        ("Naps in Lund’s small study were short.", [{1}]),
        ("Holm et al. and Holm Berger et al. lit lamps.", [{4}, {4}]),
        ("Yuen & Foss watched the night.", [{5}]),
        ("Tea is the point of O'Hara's trial.", [{6}]),
        ("Quiet rooms were built by van der Meer et al.", [{7}]),
        ("In the trial by O’Hara they drank tea.", [{6}]),
        ("Moss (2014) asked porters.", [{3}]),
        ("Moss and Kerr asked porters.", [{3}]),
        ("Moss et al., 2012 and Moss et al. (2014) asked.", [{2}, {3}]),
        ("Moss et al asked somebody.", [{2, 3}]),  # either
        ("Ash et al asked somebody.", [set()]),  # of whom there is no entry
        ("O’Hara et al. drank tea.", [set()]),  # the entry has one author
        ("Lund (2012) is another year’s.", []),
        ("Yuen and Lund are no pair of authors.", []),
        ("The town of Lund is near.", []),
        ("Naps are liked in Lund’s wards.", []),
        ("A study by the Moss Institute found naps.", []),
    ],
)
def test_a_name_means_a_study_where_the_sentence_says_so(text: str, numbers: list[set[int]]):
    assert named_studies(text, REFERENCES) == numbers


def credited(part: str) -> list[tuple[int, ...]]:
    """The entries that the sentences of a part credit, in order."""
    entries = "\n".join(f"{number}. {text}" for number, text in enumerate(ENTRIES, start=1))
    document = read_document(f"# Naps\n\n## Part\n\n{part}\n\n## References\n\n{entries}\n")
    return [statement.references for passage in document.passages for statement in passage.statements]


@pytest.mark.parametrize(
    ("part", "numbers"),
    [
        ("Lund et al found naps. Porters nap as well (3).", [(1,), (3,)]),
        ("Lund et al (2) found naps.", [(2,)]),  # its own marker is what counts
        ("Moss et al found naps. Nurses slept (2).", [(), (2,)]),  # which of two, nobody can tell
        ("- Moss et al found naps. Nurses slept (2).", [(2,), (2,)]),  # of which the item credits one
        ("- Lund et al found naps. Porters nap as well (3).", [(1,), (3,)]),
        ("- Ash et al found naps. Porters nap as well (3).", [(), (3,)]),
        ("- Nurses nap (2). They like it. Porters nap as well (3).", [(2,), (), (3,)]),
        ("- Nurses nap (2;3). They like it. Porters nap as well (3).", [(2, 3), (3,), (3,)]),
        ("- Nurses like it. They nap (2), and porters (3).", [(2, 3), (2, 3)]),
    ],
)
def test_a_sentence_credits_its_own_study_and_not_its_neighbours(part: str, numbers: list[tuple[int, ...]]):
    assert credited(part) == numbers
