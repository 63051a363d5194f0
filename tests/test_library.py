"""`library.toml` says what is known of documents; a slip in it is named with its entry and its key."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BRIEFS, write_files

from ingest.library import id_of, read_library
from rag.errors import SourceError
from rag.schema import Catalogue

GOOD = 'id = "a"\nfile = "a.md"\ntitle = "T"\n'


def read(folder: Path, text: str):
    return read_library(write_files(folder, {"library.toml": text}))


def test_all_that_is_known_of_a_document_is_read(tmp_path: Path):
    entries = read(
        tmp_path,
        "[[document]]\n"
        + GOOD
        + 'authors = ["A B"]\nyear = 2001\npublisher = "P"\nplace = "Q"\nkind = "brief"\nlicence = "L"\n'
        + 'url = "https://example.org"\ndoi = "10.1/x"\naliases = ["the brief"]\nsupersedes = ["b"]\ndigest = true\n',
    )
    assert entries["a.md"].source_id == "a"
    assert entries["a.md"].catalogue == Catalogue(
        title="T",
        authors=("A B",),
        year=2001,
        publisher="P",
        place="Q",
        kind="brief",
        licence="L",
        url="https://example.org",
        doi="10.1/x",
        aliases=("the brief",),
        supersedes=("b",),
        digest=True,
    )


def test_a_folder_without_it_knows_nothing(tmp_path: Path):
    assert read_library(tmp_path) == {}


def test_the_tests_own_briefs_are_described():
    assert {entry.source_id for entry in read_library(BRIEFS).values()} == {"garden-brief-2019", "walking-review-2021"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not toml", "cannot read `.*library.toml`"),
        ('[[document]]\nid = "a\n', "cannot read `.*library.toml`"),
        ('[[document]]\nfile = "a.md"\ntitle = "T"\n', "document 1: no `id`"),
        ('[[document]]\nid = "a"\ntitle = "T"\n', "document 1: no `file`"),
        (f'[[document]]\n{GOOD}\n[[document]]\nid = "b"\nfile = "b.md"\n', "document 2: no `title`"),
        ('[[document]]\nid = "a"\nfile = "a.md"\ntitle = " "\n', "document 1: no `title`"),
        ('[[document]]\nid = 7\nfile = "a.md"\ntitle = "T"\n', "document 1: no `id`"),
        (f"[[document]]\n{GOOD}jear = 2001\n", "document 1: unknown key `jear`"),
        (f'[[document]]\n{GOOD}year = "2001"\n', "document 1: `year` is not a int: `2001`"),
        (f"[[document]]\n{GOOD}year = true\n", "document 1: `year` is not a int"),
        (f'[[document]]\n{GOOD}authors = "A B"\n', "document 1: `authors` is not a list"),
        (f"[[document]]\n{GOOD}aliases = [1]\n", "document 1: `aliases` is not a list"),
        (f'[[document]]\n{GOOD}digest = "yes"\n', "document 1: `digest` is not a bool"),
        ('[[document]]\nid = "a b"\nfile = "a.md"\ntitle = "T"\n', "document 1: the id `a b` cannot be used"),
        (f"[document]\n{GOOD}", "`document` is no list of entries"),
        ('document = ["a"]\n', "`document` is no list of entries"),
        ("document = 3\n", "`document` is no list of entries"),
        (f"[[document]]\n{GOOD}\n[[document]]\n{GOOD.replace('a.md', 'b.md')}", "the id `a` stands there twice"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, text: str, message: str):
    with pytest.raises(SourceError, match=message) as caught:
        read(tmp_path, text)
    assert caught.value.hint


def test_a_file_that_is_not_text_is_named(tmp_path: Path):
    (tmp_path / "library.toml").write_bytes(b"\xff\xfe[[document]]")
    with pytest.raises(SourceError, match="cannot read"):
        read_library(tmp_path)


@pytest.mark.parametrize("name", ["x.md", "Ünï.pdf", "...md", "a b/c d.txt", "-.md"])
def test_an_id_made_of_a_name_can_be_used_as_one(name: str):
    assert all(c.isascii() and (c.isalnum() or c in "._-") for c in id_of(Path(name)))
    assert id_of(Path(name))
