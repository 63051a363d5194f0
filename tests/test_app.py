"""The pages, driven without a browser, with a stand-in for the assistant. `tests/browser` drives them with one."""

from __future__ import annotations

import re
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import child_environment, python
from page_fakes import (
    LIBRARY,
    Fake,
    abstained,
    answered,
    button,
    make_house,
    marks,
    opened,
    shown,
    until,
)
from streamlit.testing.v1 import AppTest

from pages.conversation import Exchange
from pages.house import House
from rag import Answer, Turn
from rag.errors import IndexMissingError
from rag.receipts import Request
from rag.schema import Catalogue


def asked(house: House, question: str = "what about pay and rest?") -> AppTest:
    at = opened(house)
    at.chat_input[0].set_value(question).run()
    assert not at.exception
    return at


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def house(tmp_path: Path, fake: Fake) -> House:
    return make_house(tmp_path, fake)


# What is loaded, and when

FIRST = """
import sys, pages.ask
assert "numpy" not in sys.modules
from pathlib import Path
from page_fakes import Fake, make_house, opened, shown
at = opened(make_house(Path(sys.argv[1]), Fake()))
at.chat_input[0].set_value("what about pay?").run()
assert "Rest often." in shown(at) and not at.exception
assert "pandas" not in sys.modules
"""


def test_neither_the_first_page_nor_the_first_answer_waits_for_a_library_that_it_does_not_use(tmp_path: Path) -> None:
    """Streamlit imports pandas, in half a second, for a component that is given a dict."""
    command = python("-c", FIRST, tmp_path)
    child = subprocess.run(command, env=child_environment(), capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr


# Ask


def test_an_answer_shows_its_sentences_and_sources_as_text(house: House) -> None:
    page = shown(asked(house))
    assert "Pay &lt;b&gt;$5&lt;/b&gt; *an " in page
    assert "Understood as: <b>what about pay and rest? (peers)</b>" in page
    assert "Fair &lt;i&gt;pay&lt;/i&gt; (2020)" in page
    assert "Findings › Money &lt;script&gt;, page 3" in page
    assert "Ames 1999 [reference 4]" in page
    assert re.search(r"Boone 2001 \[reference 7\] <span[^>]*>Retracted", page)
    assert "Evidence published 2011 to 2020." in page
    assert 'aria-label="Citation 2: Rest (2011), Breaks, page 7"' in page
    assert "<script" not in page
    assert "<b>$5" not in page


def test_questions_to_begin_with_are_those_that_the_library_answers(tmp_path: Path) -> None:
    def reply(question: str) -> Answer:
        return answered(question) if question == "Known?" else abstained(question)

    at = opened(make_house(tmp_path, Fake(reply), ("Unknown?", "Known?")))
    assert [b.label for b in at.button][:-1] == [r"How \*much\* is \$5\?", r"Known\?"]


def test_an_example_can_be_asked(house: House, fake: Fake) -> None:
    button(opened(house), "To begin with").click().run()
    assert [question for question, *_ in fake.asked] == ["To begin with?"]


def test_a_citation_opens_its_passage_with_all_that_is_known_of_it(house: House) -> None:
    at = asked(house)
    at.session_state["open"] = (0, 1)
    at.run()
    assert marks(at) == ["Pay &lt;b&gt;$5&lt;/b&gt; *an hour* [4] &amp; note it."]
    page = shown(at)
    assert "J Pay 1999" in page
    assert "Sample size: <b>92</b>" in page
    assert "“among &lt;92&gt; people”" in page
    assert 'href="./library?document=pay&amp;from=107&amp;to=145"' in page
    assert 'href="./original/pay#page=3"' in page
    assert re.search(r'data-step="-1" disabled', page)
    assert re.search(r'data-step="1" data-marker="2"', page)
    at.session_state["open"] = (0, 2)
    at.run()
    assert marks(at) == ["Rest often."]
    assert re.search(r">Superseded</span> by <a [^>]*>Fair &lt;i&gt;pay", shown(at))
    assert 'href="https://example.org/r.pdf#page=7"' in shown(at)


def test_what_the_browser_tells_is_taken_only_if_there_is_such_a_citation(house: House) -> None:
    def script(told):  # type: ignore[no-untyped-def]
        import streamlit as st
        from page_fakes import answered

        from pages.conversation import Exchange, open_citation

        st.session_state["turns"] = [Exchange("x", answer=answered("x"))]
        for one in told:
            open_citation(one)
            st.text(str(st.session_state.get("open")))

    bad = [{}, {"turn": "0"}, {"turn": "-1", "marker": "1"}, {"turn": "7", "marker": "1"}, {"turn": "0", "marker": "9"}]
    bad += [{"turn": "x", "marker": None}]
    at = AppTest.from_function(script, args=([*bad, {"turn": "0", "marker": "2"}],)).run()
    assert not at.exception
    assert [text.value for text in at.text] == ["None"] * len(bad) + ["(0, 2)"]


def test_sources_that_differ_stand_side_by_side(house: House) -> None:
    page = shown(asked(house))
    pair = page[page.index("Where the sources differ") :]
    assert pair.count('<blockquote class="cw-quote">') == 2


def test_abstaining_shows_what_is_missing_and_nearest_and_its_suggestions_can_be_asked(tmp_path: Path) -> None:
    fake = Fake(abstained)
    at = asked(make_house(tmp_path, fake))
    page = shown(at)
    assert "No answer here." in page
    assert "the &lt;b&gt;cost" in page
    assert "They do not answer the question" in page
    assert "Rest often." in page
    fake.reply = answered
    button(at, r"How \*much\* is \$5\?").click().run()
    assert [question for question, *_ in fake.asked] == ["what about pay and rest?", "How *much* is $5?"]
    assert "Sources" in shown(at)


def test_a_click_while_an_answer_is_made_loses_nothing_and_asks_nothing_twice(tmp_path: Path) -> None:
    go_on = threading.Event()

    def slow(question: str) -> Answer:
        go_on.wait(30)
        return answered(question)

    fake = Fake(slow)
    at = opened(make_house(tmp_path, fake, ()))
    at.session_state["turns"] = [Exchange("slow?")]
    with pytest.raises(RuntimeError):  # the run does not end before the answer is there
        at.run(timeout=1)
    go_on.set()
    at.run()
    assert [question for question, *_ in fake.asked] == ["slow?"]
    assert "Sources" in shown(at)


def test_a_follow_up_gets_the_conversation_and_a_new_one_does_not(house: House, fake: Fake) -> None:
    at = asked(house, "one")
    at.chat_input[0].set_value("two").run()
    told = [Turn("user", "one"), Turn("assistant", answered("one").text)]
    assert fake.asked[-1][:2] == ("two", told)
    button(at, "New conversation").click().run()
    button(at, "To begin with").click().run()
    assert fake.asked[-1][:2] == ("To begin with?", [])


def test_a_question_can_be_taken_as_it_stands_and_that_be_undone(house: House, fake: Fake) -> None:
    at = asked(house, "one")
    at.chat_input[0].set_value("two").run()
    at.button(key="undo-1").click().run()
    assert fake.asked[-1][:2] == ("two", [])
    assert "Taken as it stands, without" in shown(at)
    at.button(key="undo-1").click().run()
    assert len(fake.asked[-1][1]) == 2
    assert fake.as_written == [False, False, True, False]


def test_a_first_question_can_be_taken_with_its_slips(house: House, fake: Fake) -> None:
    at = asked(house, "one")
    at.button(key="undo-0").click().run()
    assert fake.as_written == [False, True]
    assert "Taken as it stands." in shown(at)
    at.button(key="undo-0").click().run()
    assert not fake.as_written[-1]


def test_an_answer_can_be_longer_shorter_and_quotations_only(house: House, fake: Fake) -> None:
    at = asked(house)
    button(at, "Longer").click().run()
    assert fake.asked[-1][3] == 240
    button(at, "Shorter").click().run()
    assert fake.asked[-1][3] == 60
    button(at, "Usual length").click().run()
    assert fake.asked[-1][3] == 120
    before = len(fake.asked)
    button(at, "Only quotations").click().run()
    assert '<blockquote class="cw-quote">Pay &lt;b&gt;$5&lt;/b&gt; *an hour* [4]' in shown(at)
    assert len(fake.asked) == before


def test_the_filter_reaches_the_assistant_and_the_page_says_so(house: House, fake: Fake) -> None:
    at = opened(house)
    at.multiselect[0].set_value(["rest"]).run()
    at.chat_input[0].set_value("one").run()
    assert fake.asked[-1][2] == ("rest",)
    assert "Asked of: Rest" in shown(at)
    button(at, "Ask all documents").click().run()
    at.selectbox(key="filter-since").set_value(2020).run()
    at.chat_input[0].set_value("two").run()
    assert fake.asked[-1][2] == ("pay",)
    assert "Asked of: of 2020 or later" in shown(at)
    at.button_group(key="filter-kinds").set_value(["evidence brief"]).run()
    at.chat_input[0].set_value("three").run()
    assert len(fake.asked) == 2
    assert "No document in the library is evidence brief, of 2020 or later" in shown(at)


def test_documents_of_the_same_name_can_be_told_apart_and_one_that_left_is_not_searched(tmp_path: Path) -> None:
    fake = Fake(library={"a": Catalogue("Same", year=2000), "b": Catalogue("Same", year=2000)})
    at = opened(make_house(tmp_path, fake))
    at.multiselect[0].set_value(["b"]).run()
    at.chat_input[0].set_value("one").run()
    assert fake.asked[-1][2] == ("b",)
    fake.library = LIBRARY
    at.chat_input[0].set_value("two").run()
    assert not at.exception
    assert "No document in the library is b" in shown(at)


@pytest.mark.parametrize(
    ("failure", "seen"),
    [
        (IndexMissingError("no index at `var/index`", "build it with `python -m ingest`"), "python -m ingest"),
        (ZeroDivisionError("secret <b>"), "Something went wrong"),
    ],
)
def test_a_failure_is_told_calmly_and_can_be_tried_again(
    house: House, fake: Fake, failure: Exception, seen: str
) -> None:
    def fail(question: str) -> Answer:
        raise failure

    fake.reply = fail
    at = asked(house)
    assert seen in shown(at)
    assert "secret" not in shown(at)
    fake.reply = answered
    button(at, "Try again").click().run()
    assert "Sources" in shown(at)


def test_what_went_wrong_in_the_making_of_an_answer_is_said_above_it(house: House, fake: Fake) -> None:
    fake.reply = lambda question: replace(answered(question), note="The model <b> failed.")
    assert shown(asked(house)).index("The model &lt;b&gt; failed.") < shown(asked(house)).index("Sources")


@pytest.mark.parametrize("absent", [True, False])
def test_without_a_library_the_page_says_what_to_do(tmp_path: Path, absent: bool) -> None:
    missing = IndexMissingError("no index at `var/index`", "build it: python -m ingest")
    at = opened(make_house(tmp_path, missing if absent else Fake(library={})))
    assert "<h1>" in shown(at)
    assert "on the page Library" in shown(at)
    assert "python -m ingest" in shown(at)
    assert not at.chat_input
    assert not at.exception


# Ratings


def test_a_rating_with_its_reason_is_kept_changed_taken_back_and_deleted(house: House) -> None:
    at = asked(house)
    at.button(key="rate-0-down").click().run()
    at.text_input(key="reason-0").set_value("=too short").run()
    (row,) = house.feedback.rows()
    assert (row.rating, row.reason, row.question) == ("down", "=too short", "what about pay and rest?")
    at.button(key="rate-0-up").click().run()
    (row,) = house.feedback.rows()
    assert row.rating == "up"
    kept = opened(house, "kept")
    assert "what about pay and rest?" in shown(kept)
    assert str(house.settings.feedback) in shown(kept)
    button(kept, "Delete all ratings").click().run()
    button(kept, "Delete them").click().run()
    assert house.feedback.rows() == ()
    assert not house.settings.feedback.exists()
    at.button(key="rate-0-up").click().run()
    assert house.feedback.rows() == ()


# Receipts


def test_an_answer_is_kept_by_its_receipt_as_the_command_keeps_it_until_that_is_deleted(house: House) -> None:
    page = shown(asked(house))
    assert "Receipt <code>0123456789abcdef</code>" in page
    until(house.receipts.count)
    record = house.receipts.get("0123456789abcdef")
    assert record.request == Request("what about pay and rest?", words=house.settings.words)
    kept = opened(house, "kept")
    assert str(house.receipts.path) in shown(kept)
    button(kept, "Delete all answers").click().run()
    assert house.receipts.count() == 1
    button(kept, "Delete them").click().run()
    assert house.receipts.count() == 0
    assert not house.receipts.path.exists()


def test_no_receipt_is_shown_or_promised_where_none_is_kept(tmp_path: Path) -> None:
    house = make_house(tmp_path, Fake(), receipts=0)
    assert "Receipt" not in shown(asked(house))
    assert "by its receipt" not in shown(opened(house, "kept"))
    assert not house.receipts.path.exists()
