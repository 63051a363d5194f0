"""What all pages share: settings, the opened library, the work of taking documents in, ratings, receipts.

In: settings. Out: one `House` for all visitors; tests build theirs with stand-ins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pages.feedback import Feedback
from pages.intake import Intake
from pages.markup import esc
from pages.opening import Opening
from rag import Settings
from rag.receipts import Receipts
from rag.schema import Catalogue

if TYPE_CHECKING:
    from rag.assistant import Assistant

HERE = Path(__file__).parent
UNEXPECTED = ("Something went wrong", "Try again. The terminal in which the page was started says more.")
Library = Mapping[str, Catalogue]


@dataclass(frozen=True)
class House:
    """The things behind the pages."""

    settings: Settings
    opening: Opening
    intake: Intake
    feedback: Feedback
    receipts: Receipts


def open_house(settings: Settings) -> House:
    """The house that the settings describe."""

    def assistant() -> Assistant:
        import rag.assistant

        opened = rag.assistant.open_assistant(settings)
        opened.search("warm up", 1)  # so that the first visitor's question meets loaded models
        return opened

    receipts = Receipts(settings)
    opening = Opening(assistant, keep=lambda request, answer: receipts.keep(request, answer, settings))
    return House(settings, opening, Intake(settings, then=opening.prepare), Feedback(settings.feedback), receipts)


def show(markup: str) -> None:
    """Draw HTML whose text was escaped by the caller."""
    st.html(f'<div class="cw">{markup}</div>')


def draw_problem(message: str, hint: str) -> None:
    """What went wrong and what to do about it."""
    lines = "".join(f"<p>{esc(line[:1].upper() + line[1:])}</p>" for line in (message, hint))
    show(f'<div class="cw-problem" role="alert">{lines}</div>')


def draw_head(pages: Sequence[st.Page]) -> None:
    """The name and the ways to the pages."""
    with st.container(key="head", horizontal=True, vertical_alignment="center"):
        show('<p class="cw-brand">Citewell</p>')
        with st.container(key="ways", horizontal=True, width="content"):
            for page in pages:
                st.page_link(page)


def dress() -> None:
    """The page's name, icon and looks."""
    st.set_page_config(page_title="Citewell", page_icon=str(HERE / "favicon.svg"), layout="wide")
    st.html(HERE / "style.css")
