"""The page: whole in one file, nothing unescaped, every failing case with all that explains it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from eval_fakes import Knowing, case, ferries, uncovered
from hypothesis import given
from hypothesis import strategies as st

from eval.baseline import baseline_of
from eval.markup import Html, el, join
from eval.report import page
from eval.run import Run, run_cases
from rag.schema import Turn

NASTY = "<script>alert('x')</script> & \"quoted\""
EMPTY = ("meta", "line", "circle", "rect", "br")


class Reader(HTMLParser):
    """Checks that elements are closed in order; keeps the text and the names."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.add(tag)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def run(**faults: object) -> Run:
    cases = (
        case(id="f-02", question=f"How long? {NASTY}", history=(Turn("user", NASTY),), standalone=NASTY),
        uncovered(note=NASTY),
        case(),
    )
    return run_cases(Knowing([ferries()], cases, **faults), cases)  # type: ignore[arg-type]


def test_the_page_is_whole_and_holds_no_script_and_no_outside_file() -> None:
    for html in (page(run(abstain=True), baseline_of(run())), page(run(), None, run(abstain=True))):
        reader = read(html)
        assert not reader.names & {"script", "link", "img", "iframe", "object"}
        assert not re.search(r"\b(?:src|href)=|url\(|@import", html)
        assert len(html) < 200_000


def test_all_text_is_escaped() -> None:
    for html in (page(run(abstain=False, shift=1)), page(run(), None, run(abstain=True))):
        assert "<script" not in html
        assert NASTY in read(html).text, "what was asked is shown as it was"


def test_a_failing_case_is_shown_with_all_that_explains_it() -> None:
    text = read(page(run(abstain=True))).text
    for expected in (
        "How much rest do people get who work after dark?",
        "That is not covered.",
        "Expected, missing: 5.4 hours a day",
        "gold passage: rank 1",
        "Half of them napped before a shift",
        "abstained although the library answers this",
    ):
        assert expected in text


def test_a_page_without_failing_cases_says_so() -> None:
    assert "None." in read(page(run())).text


def test_scores_and_changes_stand_in_the_page() -> None:
    text = read(page(run(behind=1), baseline_of(run()))).text
    assert "-1.000" in text
    assert "reciprocal rank of the first gold passage" in text


def test_two_runs_stand_side_by_side() -> None:
    text = read(page(run(), None, Run("before", "old", run(abstain=True).results))).text
    assert "before and citewell, side by side" in text
    assert "verdict 0 → 1" in text


def test_a_page_without_results_can_be_drawn() -> None:
    read(page(Run("none", "", ())))


@given(st.text(), st.text())
def test_a_plain_string_never_becomes_markup(text: str, attribute: str) -> None:
    made = el("p", text, el("b", text), title=attribute)
    assert isinstance(made, Html)
    inside = made.removeprefix("<p title=").replace("<b>", "").replace("</b>", "").removesuffix("</p>")
    assert "<" not in inside
    assert join(made) == made
