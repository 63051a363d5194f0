"""What the tests of the pages put in the place of the assistant, and how they drive a page without a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fakes import make_settings
from streamlit.testing.v1 import AppTest

from pages.feedback import Feedback
from pages.house import House
from pages.intake import Intake
from pages.opening import Opening
from rag import Answer, Turn
from rag.errors import SourceError
from rag.receipts import Receipts
from rag.schema import Catalogue, Citation, Cue, Document, Hit, Page, Passage, Section, Sentence, Study

TEXT = "Intro. Pay <b>$5</b> *an hour* [4] & note it. After.\n\n- One `item` :smile: -> end"
QUOTE = "Pay <b>$5</b> *an hour* [4] & note it."
START = 100  # where the passage begins in its document

DIGEST = Catalogue(
    "Fair <i>pay</i>", year=2020, publisher="P & Q", kind="review", url="https://example.org/a", digest=True
)
LIBRARY = {
    "pay": DIGEST,
    "rest": Catalogue("Rest", year=2011, publisher="R", kind="evidence brief", url="https://example.org/r.pdf"),
}
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
    cues=(Cue("sample_size", "92", "among <92> people"),),
)
OTHER = Citation(
    2, "rest", "Rest", 2011, ("Breaks",), 7, "Rest often.", 0, 11, "Rest often. Sleep.", 0, superseded_by=("pay",)
)
BRIEF = "Rest\n\nBreaks <b>\n\nRest often. Sleep.\n\nNaps\n\nNap at noon."
DOCUMENT = Document(
    "rest",
    LIBRARY["rest"],
    BRIEF,
    (Section((), 0, 6, "front"), Section(("Breaks <b>",), 6, 38), Section(("Breaks <b>", "Naps"), 38, len(BRIEF))),
    pages=(Page(1, 0, 38), Page(2, 38, len(BRIEF))),
)


def answered(question: str) -> Answer:
    sentences = (Sentence("Pay <b>$5</b> *an hour*.", (1,)), Sentence("Rest often.", (1, 2)))
    return Answer(
        question,
        f"{question} (peers)",
        False,
        sentences,
        (CITED, OTHER),
        (),
        contrasts=((1, 2),),
        as_of="published 2011 to 2020",
        receipt="0123456789abcdef",
    )


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
        self.asked: list[tuple[str, list[Turn], tuple[str, ...], int]] = []
        self.prepared = 0
        self.as_written: list[bool] = []

    def catalogue(self) -> Mapping[str, Catalogue]:
        return self.library

    def document(self, source_id: str) -> Document:
        if source_id != "rest":
            raise SourceError(f"no document with the id `{source_id}`", "look again")
        return DOCUMENT

    def prepare(self) -> None:
        self.prepared += 1

    def ask(self, question: str, history: Sequence[Turn] = (), **options: Any) -> Answer:
        if "progress" in options:  # not one of the questions tried out to begin with
            self.asked.append((question, list(history), tuple(options["only"]), options["words"]))
            self.as_written.append(options["as_written"])
            options["progress"]("Searching")
        return self.reply(question)


def make_house(folder: Path, fake: Any, candidates: Sequence[str] = ("To begin with?",), **settings_: int) -> House:
    """A house in which `fake` is the assistant, or raises while it is being opened."""
    settings = make_settings(folder, **settings_)

    def open_() -> Any:
        if isinstance(fake, Exception):
            raise fake
        return fake

    receipts = Receipts(settings)
    opening = Opening(open_, candidates, keep=lambda request, answer: receipts.keep(request, answer, settings))
    intake = Intake(settings, then=opening.prepare)
    house = House(settings, opening, intake, Feedback(settings.feedback), receipts)
    opening.begin().exception()
    if not isinstance(fake, Exception):
        while fake.library and opening.examples(fake.library) is None:
            time.sleep(0.01)
    return house


def page_script(name, house):  # type: ignore[no-untyped-def] # its source runs by itself, without our imports
    import importlib

    importlib.import_module(f"pages.{name}").page(house)


def opened(house: House, name: str = "ask", **query: str) -> AppTest:
    """A page, drawn once."""
    at = AppTest.from_function(page_script, args=(name, house), default_timeout=60)
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


def shown(at: AppTest) -> str:
    """All of our own HTML that stands on the page."""
    return "\n".join(element.proto.body for element in at.main.get("html"))


def marks(at: AppTest) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", shown(at), re.DOTALL)


def button(at: AppTest, words: str) -> Any:
    return next(b for b in at.button if words in b.label)


def until(done: Callable[[], object]) -> None:
    """Wait for what goes on in the background."""
    for _ in range(1000):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come about")
