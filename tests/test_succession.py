"""A brief that was replaced stays readable, ranks behind what replaced it, and is known as replaced."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import Opener, hash_assistant, read_document, write_files

from ingest.keep import remove
from ingest.supersedes import stated
from ingest.sync import sync
from rag.index.layout import Layout
from rag.index.reader import Index
from rag.index.succession import resolve, superseded_by
from rag.schema import Catalogue
from rag.settings import Settings

OLD = "# Peer work in shelters: a scan\n\n## Findings\n\nPeers in shelters are paid by the hour in most cities.\n"
NEW = "# Peer work in shelters, revisited\n\n{}\n\n## Findings\n\nPeers in shelters are mostly paid by the month now.\n"
SAYS = "This brief replaces “Peer work in shelters: a scan” (2011)."
ENTRY = '[[document]]\nid = "{0}"\nfile = "{0}.md"\ntitle = "{1}"\n{2}\n'
QUESTION = "how are peers in shelters paid in most cities?"


def superseded(settings: Settings) -> dict[str, tuple[str, ...]]:
    index = Index(settings.index, Layout(settings.index).published())
    try:
        return dict(index.superseded)
    finally:
        index.close()


@pytest.mark.parametrize("by", ["the catalogue", "its own statement"])
def test_what_was_replaced_ranks_behind_and_stays_readable(settings: Settings, tmp_path: Path, by: str):
    folder = write_files(tmp_path / "corpus", {"old.md": OLD, "new.md": NEW.format("")})
    sync([folder], settings, open_=Opener(settings))
    assert [hit.document.source_id for hit in hash_assistant(settings).search(QUESTION)] == ["old", "new"]
    if by == "the catalogue":
        entry = ENTRY.format("new", "Peer work in shelters, revisited", 'supersedes = ["old"]')
        write_files(folder, {"library.toml": entry})
    else:
        write_files(folder, {"new.md": NEW.format(SAYS)})
    sync([folder], settings, open_=Opener(settings))
    assert superseded(settings) == {"old": ("new",)}
    assistant = hash_assistant(settings)
    assert [hit.document.source_id for hit in assistant.search(QUESTION)] == ["new", "old"]
    assert assistant.catalogue()["new"].supersedes == ("old",)
    assert "by the hour" in assistant.document("old").text


def test_a_successor_that_is_removed_supersedes_nothing(settings: Settings, tmp_path: Path):
    folder = write_files(tmp_path / "corpus", {"old.md": OLD, "new.md": NEW.format(SAYS)})
    sync([folder], settings, open_=Opener(settings))
    remove("new", settings)
    assert superseded(settings) == {}


def test_the_order_in_which_they_come_makes_no_difference(settings: Settings, tmp_path: Path):
    folder = write_files(tmp_path / "corpus", {"new.md": NEW.format(SAYS)})
    sync([folder], settings, open_=Opener(settings))
    assert superseded(settings) == {}
    write_files(folder, {"old.md": OLD})
    sync([folder], settings, open_=Opener(settings))
    assert superseded(settings) == {"old": ("new",)}


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        (SAYS, ("Peer work in shelters: a scan",)),
        ('Our updated review supersedes the 2011 report "Peer work in shelters".', ("Peer work in shelters",)),
        ("This report is an updated version of Peer work in shelters, published in 2011.", ("Peer work in shelters",)),
        ("This version replaces our earlier brief, Peer work in shelters (2011).", ("Peer work in shelters",)),
        ("Supersedes: Peer work in shelters: a scan", ("Peer work in shelters: a scan",)),
        (
            "This review replaces “Day work for peers” and “Night work for peers”.",
            ("Day work for peers", "Night work for peers"),
        ),
        ("The programme replaces injections with tablets in all clinics.", ()),
        ("Peer work supersedes nothing that nurses do in shelters.", ()),
    ],
)
def test_what_a_document_says_of_itself_is_read(says: str, expected: tuple[str, ...]):
    assert stated(read_document(NEW.format(says))) == expected


def test_what_stands_deep_in_a_document_is_not_said_of_itself():
    assert stated(read_document(NEW.format("Peers rest. " * 800 + "\n\n" + SAYS))) == ()


def known(title: str, *supersedes: str, year: int | None = None, aliases: tuple[str, ...] = ()) -> Catalogue:
    return Catalogue(title=title, supersedes=supersedes, year=year, aliases=aliases)


def test_titles_aliases_and_ids_are_found_in_the_library():
    found = resolve(
        {
            "a": known("Peer Work: a Scan", aliases=("the scan of 2011",)),
            "b": known("B", "peer work – a scan"),
            "c": known("C", "The scan of 2011"),
            "d": known("D", "a", "Another thing that is not here"),
            "e": known("E", "e"),
            "f": known("F", "Peer work"),
        }
    )
    assert {id_: entry.supersedes for id_, entry in found.items()} == {
        "a": (),
        "b": ("a",),
        "c": ("a",),
        "d": ("a", "Another thing that is not here"),
        "e": (),
        "f": ("Peer work",),  # too short for the beginning of a title
    }
    assert superseded_by(found) == {"a": ("b", "c", "d")}


def test_of_two_that_replace_each_other_the_younger_one_does():
    both = {"a": known("A", "b", year=2011), "b": known("B", "a", year=2015)}
    assert superseded_by(resolve(both)) == {"a": ("b",)}
    assert superseded_by(resolve({id_: known(entry.title, *entry.supersedes) for id_, entry in both.items()})) == {}


def test_a_title_that_two_documents_have_names_neither():
    assert superseded_by(resolve({"a": known("Peers"), "b": known("Peers"), "c": known("C", "Peers")})) == {}
