"""The page of the library, driven without a browser; see `test_app.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fakes import Opener, make_settings, write_files
from page_fakes import BRIEF, Fake, button, make_house, marks, opened, shown

from ingest.sync import sync
from pages.house import House
from rag.errors import CitewellError, IndexMissingError
from rag.schema import Catalogue


@pytest.fixture
def house(tmp_path: Path) -> House:
    return make_house(tmp_path, Fake())


def test_a_document_is_shown_with_its_sections_pages_and_the_quotation_marked(house: House) -> None:
    start = BRIEF.index("Rest often.")
    at = opened(house, "library", document="rest", **{"from": str(start), "to": str(start + 11)})
    page = shown(at)
    assert marks(at) == ["Rest often."]
    assert "Breaks &lt;b&gt;</h2>" in page
    assert re.search(r"Page 2</p>.*?<h3[^>]*>Naps</h3>", page, re.DOTALL)
    assert 'aria-label="Sections"' in page
    assert "The original" in page
    assert 'href="./original/rest#page=1"' in page


def test_all_limits_are_said_before_anything_is_brought(tmp_path: Path) -> None:
    page = shown(
        opened(make_house(tmp_path, Fake(), max_file_mb=20, max_file_pages=1200, max_file_seconds=90), "library")
    )
    assert "up to 20 MB and 1,200 pages, and take up to 90 seconds to read" in page


def test_a_document_that_is_not_there_is_told_of(house: House) -> None:
    assert "This document is not in the library" in shown(opened(house, "library", document="<b>none"))


def test_the_list_tells_of_each_document_and_removing_can_be_undone(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    write_files(settings.library, {"naps.md": "# Naps <i>\n\nNurses napped at noon in a study.\n", "scan.txt": " "})
    sync([], settings, open_=Opener(settings))
    fake = Fake(library={"naps": Catalogue("Naps <i>", year=2020, kind="brief")})
    house = make_house(tmp_path, fake)
    at = opened(house, "library")
    page = shown(at)
    assert "1 document, 1 passage" in page
    assert re.search(r'href="\./library\?document=naps"[^>]*>Naps &lt;i&gt; \(2020\)</a>', page)
    assert "2020\u00a0· brief\u00a0· 1 passage" in page
    assert re.search(r"scan <span[^>]*>Not taken in</span>", page)
    assert "No text found in `scan.txt`" in page
    at.button(key="take-naps").click().run()
    assert house.intake.job is not None
    assert house.intake.job.ended.wait(60)
    at.run()
    assert "<b>Naps</b>: removed" in shown(at)
    assert at.button(key="take-naps").label == "Bring back *Naps*"
    button(at, "Undo").click().run()
    assert house.intake.job.ended.wait(60)
    at.run()
    assert at.button(key="take-naps").label == "Remove *Naps*"
    assert at.button(key="take-scan").label == "Remove *scan*"
    assert not at.exception


@pytest.mark.parametrize("path", ["ask", "library"])
@pytest.mark.parametrize("failure", [CitewellError("another encoder's index", "ingest again"), ValueError("secret")])
def test_a_page_has_its_heading_also_where_the_library_cannot_be_opened(
    tmp_path: Path, path: str, failure: Exception
) -> None:
    at = opened(make_house(tmp_path, failure), path)
    assert "<h1>" in shown(at)
    assert "secret" not in shown(at)
    assert "cw-problem" in shown(at)


@pytest.mark.parametrize("query", [{}, {"document": "naps"}])
def test_an_empty_library_asks_for_the_first_documents(tmp_path: Path, query: dict[str, str]) -> None:
    at = opened(make_house(tmp_path, IndexMissingError("no index", "build it")), "library", **query)
    assert "Bring the first documents" in shown(at)
    assert at.get("file_uploader")
    assert not at.exception
