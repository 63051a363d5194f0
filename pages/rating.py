"""Thumbs up or down under an answer, with a reason. In: clicks. Out: a row in the file of ratings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from pages.conversation import Exchange, Rating
from pages.feedback import MOST_REASON, Feedback, rated
from pages.house import draw_problem, show
from rag import Answer, CitewellError, Turn

THUMBS: tuple[tuple[Rating, str, str], ...] = (
    ("up", "Helpful", ":material/thumb_up:"),
    ("down", "Not helpful", ":material/thumb_down:"),
)


@contextmanager
def telling(exchange: Exchange) -> Iterator[None]:
    """Keep a failure with the exchange, to be told where the thumbs are."""
    exchange.trouble = None
    try:
        yield
    except CitewellError as error:
        exchange.trouble = (error.message, error.hint)


def rate(exchange: Exchange, answer: Answer, history: Sequence[Turn], rating: Rating, feedback: Feedback) -> None:
    """Keep a rating at once; the other thumb changes it, the same one takes it back."""
    with telling(exchange):
        if exchange.rated is not None:
            feedback.forget(exchange.rated)
        back = exchange.rating == rating
        exchange.rated = None if back else feedback.keep(rated(answer, history, rating))
        exchange.rating = None if back else rating


def explain(exchange: Exchange, number: int, feedback: Feedback) -> None:
    """Keep the reason of a rating."""
    if exchange.rated is not None:
        with telling(exchange):
            exchange.reason = st.session_state[f"reason-{number}"] or ""
            feedback.explain(exchange.rated, exchange.reason)


def draw_rating(number: int, exchange: Exchange, answer: Answer, history: Sequence[Turn], feedback: Feedback) -> None:
    """The thumbs and, once one was given, the field for its reason."""
    for rating, name, icon in THUMBS:
        st.button(
            name,
            help=name,
            key=f"rate-{number}-{rating}",
            icon=icon,
            type="primary" if exchange.rating == rating else "tertiary",
            on_click=rate,
            args=(exchange, answer, history, rating, feedback),
        )
    if exchange.trouble:
        draw_problem(*exchange.trouble)
    if exchange.rating:
        with st.container(key=f"reason-box-{number}"):
            st.text_input(
                "What was good about it?" if exchange.rating == "up" else "What was wrong, or missing?",
                key=f"reason-{number}",
                value=exchange.reason,
                max_chars=MOST_REASON,
                on_change=explain,
                args=(exchange, number, feedback),
            )
            kept = "Your reason is kept." if exchange.reason else "Your rating is kept."
            show(f'<p class="cw-small" role="status">{kept} It stays on this machine; see What is kept.</p>')
