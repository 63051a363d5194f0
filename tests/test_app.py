"""The page, driven without a browser, with a stand-in for the assistant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.markup import answer_text, evidence_html, label, passage_html, sources_html
from rag import Answer, Turn
from rag.errors import CitewellError, IndexMissingError
from rag.schema import Catalogue, Citation, Cue, Document, Hit, Passage, Sentence, Study

TEXT = "Intro. Pay <b>$5</b> *an hour* [4] & note it. After.\n\n- One `item` :smile: -> end"
QUOTE = "Pay <b>$5</b> *an hour* [4] & note it."
START = 100  # where the passage begins in its document

DIGEST = Catalogue("Fair <i>pay</i>", year=2020, publisher="P & Q", url="https://example.org/a", digest=True)
LIBRARY = {"pay": DIGEST, "rest": Catalogue("Rest", year=2011, publisher="R", kind="evidence brief")}
STUDIES = (
    Study("Ames 1999", 4, "Ames A. On wages. J Pay 1999;1:1-9."),
    Study("Boone 2001", 7, "Boone B. On rates. Retraction in: J Pay 2003.", retracted=True),
)
CITED = Citation(
    marker=1,
    source_id="pay",
    title=DIGEST.title,
    year=2020,
    section=("Findings", "Money <script>"),
    page=3,
    quote=QUOTE,
    char_start=START + TEXT.index(QUOTE),
    char_end=START + TEXT.index(QUOTE) + len(QUOTE),
    passage=TEXT,
    passage_start=START,
    studies=STUDIES,
    cues=(Cue("sample_size", "92", "among 92 people"),),
)
OTHER = Citation(2, "rest", "Rest", 2011, ("Breaks",), None, "Rest often.", 0, 11, "Rest often. Sleep.", 0)


def answered(question: str) -> Answer:
    sentences = (Sentence("Pay <b>$5</b> *an hour*.", (1,)), Sentence("Rest often.", (1, 2)))
    return Answer(question, f"{question} (peers)", False, sentences, (CITED, OTHER), ())


def abstained(question: str) -> Answer:
    passage = Passage("p1", "rest", ("Breaks",), 0, 11, ())
    hit = Hit(1, passage, Document("rest", LIBRARY["rest"], "Rest often. Sleep.", ()), 0.4, 0.4, 0.4, ())
    suggestions = ("How *much* is $5?",)
    return Answer(question, question, True, (), (), (hit,), "No answer here.", ("the <b>cost",), suggestions)


class Fake:
    """An assistant that answers as it is told and remembers what it was asked."""

    def __init__(self, reply: Callable[[str], Answer] = answered, library: Mapping[str, Catalogue] = LIBRARY) -> None:
        self.reply = reply
        self.library = library
        self.asked: list[tuple[str, list[Turn], tuple[str, ...]]] = []

    def catalogue(self) -> Mapping[str, Catalogue]:
        return self.library

    def ask(self, question: str, history: Sequence[Turn] = (), **options: Any) -> Answer:
        self.asked.append((question, list(history), tuple(options["only"])))
        options["progress"]("Searching")
        return self.reply(question)


def script(assistant_of):  # type: ignore[no-untyped-def] # its source runs by itself, without our imports
    from pages import ask

    ask.page(assistant_of)


def opened(fake: Fake) -> AppTest:
    at = AppTest.from_function(script, args=(lambda: fake,), default_timeout=30)
    return at.run()


def asked(fake: Fake, question: str = "what about pay and rest?") -> AppTest:
    at = opened(fake)
    at.chat_input[0].set_value(question).run()
    assert not at.exception
    return at


def shown(at: AppTest) -> str:
    """All of our own HTML that stands on the page, scripts and styles left out."""
    bodies = [element.proto.body for element in [*at.main.get("html"), *at.sidebar.get("html")]]
    return "\n".join(body for body in bodies if not body.startswith(("<script", "<style")))


def button(at: AppTest, words: str) -> Any:
    return next(b for b in at.button if words in b.label)


def test_an_answer_shows_its_sentences_and_sources_as_text() -> None:
    at = asked(Fake())
    page = shown(at)
    assert "Pay &lt;b&gt;$5&lt;/b&gt; *an hour*." in page
    assert "Understood as: what about pay and rest? (peers)" in page
    assert "Fair &lt;i&gt;pay&lt;/i&gt; (2020)" in page
    assert "Findings › Money &lt;script&gt;, page 3" in page
    assert "Ames 1999 [reference 4]" in page
    assert re.search(r"Boone 2001 \[reference 7\] <strong[^>]*>RETRACTED", page)
    assert [b.label for b in at.button if "Citation" in b.label][2] == r"Citation **2**: Rest \(2011\)\, Breaks"
    assert at.code[0].value == answer_text(answered("what about pay and rest?"))
    assert "<script" not in page
    assert "<b>$5" not in page


def test_a_citation_opens_its_passage_leads_to_the_next_and_closes() -> None:
    at = asked(Fake())
    button(at, "Citation **1**").click().run()
    marked = re.findall(r"<mark>(.*?)</mark>", shown(at), re.DOTALL)
    assert marked == ["Pay &lt;b&gt;$5&lt;/b&gt; *an hour* [4] &amp; note it."]
    assert "J Pay 1999" in shown(at)
    assert "Sample size: <b>92</b>" in shown(at)
    assert button(at, "Previous").disabled
    button(at, "Next").click().run()
    assert re.findall(r"<mark>(.*?)</mark>", shown(at)) == ["Rest often."]
    button(at, "Close").click().run()
    assert "<mark>" not in shown(at)


def test_abstaining_shows_what_is_missing_and_nearest_and_its_suggestions_can_be_asked() -> None:
    fake = Fake(abstained)
    at = asked(fake)
    page = shown(at)
    assert "No answer here." in page
    assert "the &lt;b&gt;cost" in page
    assert "they do not answer the question" in page
    assert "Rest often." in page
    fake.reply = answered
    button(at, r"How \*much\* is \$5\?").click().run()
    assert [question for question, _, _ in fake.asked] == ["what about pay and rest?", "How *much* is $5?"]
    assert "Sources" in shown(at)


def test_waiting_questions_are_answered_in_the_next_run_in_order() -> None:
    fake = Fake()
    at = AppTest.from_function(script, args=(lambda: fake,), default_timeout=30)
    waiting = {"only": (), "answer": None, "problem": None}
    at.session_state["turns"] = [{"question": "first", **waiting}, {"question": "second", **waiting}]
    at.run()
    assert [question for question, _, _ in fake.asked] == ["first", "second"]
    at.run()
    assert len(fake.asked) == 2


def test_a_follow_up_gets_the_conversation_and_a_new_one_does_not() -> None:
    fake = Fake()
    at = asked(fake, "one")
    at.chat_input[0].set_value("two").run()
    told = [Turn("user", "one"), Turn("assistant", answered("one").text)]
    assert fake.asked[-1] == ("two", told, ())
    button(at, "New conversation").click().run()
    button(at, "How should peers be trained?").click().run()
    assert fake.asked[-1] == ("How should peers be trained?", [], ())


def test_the_filter_reaches_the_assistant_and_the_page_says_so() -> None:
    fake = Fake()
    at = opened(fake)
    at.multiselect[0].set_value(["rest"])
    at.chat_input[0].set_value("one").run()
    assert fake.asked[-1][2] == ("rest",)
    assert "Searched only in: Rest" in shown(at)


def test_documents_of_the_same_name_can_be_told_apart_and_one_that_left_is_not_searched() -> None:
    fake = Fake(library={"a": Catalogue("Same", year=2000), "b": Catalogue("Same", year=2000)})
    at = opened(fake)
    at.multiselect[0].set_value(["b"]).run()
    at.chat_input[0].set_value("one").run()
    assert fake.asked[-1][2] == ("b",)
    fake.library = LIBRARY
    at.run()
    at.chat_input[0].set_value("two").run()
    assert fake.asked[-1][2] == ()
    assert not at.exception


def test_the_sidebar_tells_what_there_is_and_what_a_digest_is() -> None:
    page = shown(opened(Fake()))
    assert "Fair &lt;i&gt;pay&lt;/i&gt;" in page
    assert "P &amp; Q · 2020" in page
    assert 'Restates <a href="https://example.org/a"' in page
    assert page.count("Digest") == 1
    assert "not medical advice" in page


@pytest.mark.parametrize(
    ("failure", "seen"),
    [
        (IndexMissingError("no index at `var/index`", "build it with `python -m ingest`"), "python -m ingest"),
        (ZeroDivisionError("secret <b>"), "Something went wrong"),
    ],
)
def test_a_failure_is_told_calmly_and_can_be_tried_again(failure: Exception, seen: str) -> None:
    def fail(question: str) -> Answer:
        raise failure

    fake = Fake(fail)
    at = asked(fake)
    assert seen in shown(at)
    assert "secret" not in shown(at)
    fake.reply = answered
    button(at, "Try again").click().run()
    assert "Sources" in shown(at)


@pytest.mark.parametrize("absent", [True, False])
def test_without_a_library_the_page_says_what_to_run(absent: bool) -> None:
    def none() -> Fake:
        if absent:
            raise CitewellError("no index at `var/index`", "build it: python -m ingest")
        return Fake(library={})

    at = AppTest.from_function(script, args=(none,), default_timeout=30).run()
    assert "python -m ingest" in shown(at)
    assert not at.chat_input
    assert not at.exception


def test_a_quotation_that_is_not_in_its_place_is_not_marked_in_the_passage() -> None:
    moved = Citation(1, "a", "A", None, (), None, "quote", 5, 10, "no such words", 0)
    assert passage_html(moved) == '<p class="cw-text"><mark>quote</mark></p><p class="cw-text">no such words</p>'


def test_evidence_and_sources_hold_no_tags_from_a_document() -> None:
    whole = evidence_html(CITED, DIGEST, 1) + sources_html(answered("x"))
    ours = {"h3", "h4", "p", "span", "a", "blockquote", "mark", "ul", "li", "b", "br", "strong", "div"}
    assert set(re.findall(r"<([a-z0-9]+)", whole)) == ours


def test_a_label_is_shown_as_it_is_where_markdown_is_read() -> None:
    assert label("a *b* [c](d) $e$") == r"a \*b\* \[c\]\(d\) \$e\$"
    assert ":smile:" not in label("x :smile: y").replace("\\", "")
    assert "->" not in label("x -> y").replace("\\", "")
