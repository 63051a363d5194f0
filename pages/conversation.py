"""The conversation of one visitor: what was asked, what came of it, and what a click does to it.

In: clicks. Out: `Exchange`s in the session's state, kept only while the page is open. A question is stored first and
answered by the run that follows, so that nothing is lost by a click.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from pages.filters import EVERYTHING, Filter
from pages.hands import look_at, look_nowhere
from pages.markup import cite_id, panel_id, question_id
from rag import Answer, Turn

Rating = Literal["up", "down"]
LONGER, SHORTER = 2.0, 0.5  # of the usual length


@dataclass
class Work:
    """An answer in the making, by another thread; `words` grows as it tells how far it is."""

    future: Future[Answer]
    words: list[str]


@dataclass
class Exchange:
    """A question and what became of it; with neither answer nor problem it still waits.

    Attributes:
        narrowed: which documents it is asked of.
        length: share of the usual length of an answer.
        alone: the question is taken as it stands, without the conversation before it and with its slips.
        quotations: show the quotations only.
        rated: number of the rating kept for this answer. trouble: why it could not be kept.
    """

    question: str
    narrowed: Filter = EVERYTHING
    length: float = 1.0
    alone: bool = False
    quotations: bool = False
    answer: Answer | None = None
    problem: tuple[str, str] | None = None
    work: Work | None = field(default=None, repr=False)
    rating: Rating | None = None
    rated: int | None = None
    reason: str = ""
    trouble: tuple[str, str] | None = None

    @property
    def waits(self) -> bool:
        """Whether it has still to be answered."""
        return self.answer is None and self.problem is None

    def again(self, **changes: object) -> None:
        """Let it wait for an answer once more, asked a little differently."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.answer = self.problem = self.work = None
        self.rating = self.rated = None
        self.reason = ""
        self.trouble = None


def turns() -> list[Exchange]:
    """The conversation so far."""
    exchanges: list[Exchange] = st.session_state.setdefault("turns", [])
    return exchanges


def history(before: list[Exchange]) -> list[Turn]:
    """The turns before, as the assistant wants them."""
    told = []
    for exchange in before:
        if exchange.answer:
            told += [Turn("user", exchange.question), Turn("assistant", exchange.answer.text)]
    return told


def ask(question: str) -> None:
    """Store a question; the run that follows answers it."""
    if question.strip():
        st.session_state.pop("open", None)
        turns().append(Exchange(question.strip(), st.session_state.get("filter", EVERYTHING)))
        look_at(f"#{question_id(len(turns()) - 1)}", block="start")


def ask_typed() -> None:
    """Store the question that stands in the input."""
    ask(st.session_state["typed"] or "")


def ask_again(number: int, **changes: object) -> None:
    """Answer a question once more, asked a little differently; the focus goes to it."""
    st.session_state.pop("open", None)
    turns()[number].again(**changes)
    look_at(f"#{question_id(number)}", block="start")


def start_over() -> None:
    """Forget the conversation; the choice of documents stays."""
    for name in ("turns", "open"):
        st.session_state.pop(name, None)
    look_nowhere()


def opened() -> tuple[int, int] | None:
    """Turn and marker of the citation whose evidence is open."""
    at: tuple[int, int] | None = st.session_state.get("open")
    return at


def open_citation(told: Mapping[str, str]) -> None:
    """Open the evidence of a citation; what the browser tells is taken only if there is such a citation."""
    try:
        number, marker = int(told["turn"]), int(told["marker"])
        answer = turns()[number].answer if number >= 0 else None
    except (KeyError, ValueError, TypeError, IndexError):
        return
    if answer and marker in {citation.marker for citation in answer.citations}:
        st.session_state["open"] = (number, marker)
        panel = panel_id(number, marker)
        look_at(f"#{panel}", f"#{panel}-passage mark")


def close_evidence(_: Mapping[str, str]) -> None:
    """Close the evidence and go back to the citation that was read last."""
    at = st.session_state.pop("open", None)
    if at:
        number, marker = at
        answer = turns()[number].answer if number < len(turns()) else None
        places = [p for p, s in enumerate(answer.sentences) if marker in s.citations] if answer else []
        # As it is drawn once the evidence is closed: the focus on the mark as it stood before would go with it.
        mark = f"#{cite_id(number, marker, places[0])}:not([aria-current])" if places else f"#{question_id(number)}"
        look_at(mark)
