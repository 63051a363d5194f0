"""What is kept of people's questions: what, where, for how long; and the way to take it along or delete it.

In: the house. Out: a Streamlit page.
"""

from __future__ import annotations

import streamlit as st

from pages.feedback import Rated, as_cases
from pages.house import House, draw_problem, show
from pages.markup import esc, label, tag
from rag import CitewellError

SHOWN = 100  # ratings listed; all of them are exported


def page(house: House) -> None:
    """Draw the page."""
    path = esc(str(house.settings.feedback))
    show(
        "<h1>What is kept</h1>"
        '<div class="cw-prose"><p><b>Your questions</b> and their answers are kept in this computer’s memory while '
        "the page is open. They are written to no file, and gone when you close the page or begin a new "
        "conversation.</p>"
        "<p><b>Your ratings</b>, if you press “Helpful” or “Not helpful”, are kept with the question, the conversation "
        f"before it, the answer and your reason, in the file <code>{path}</code>, until somebody deletes them here. "
        "They carry no name. Evaluators use them to make the answers better.</p>"
        f"<p><b>Documents</b> that you bring are kept in <code>{esc(str(house.settings.library))}</code>, until you "
        "remove them on the page Library.</p>"
        "<p>Nothing leaves this computer.</p></div>"
    )
    try:
        rows = house.feedback.rows()
    except CitewellError as error:
        draw_problem(error.message, error.hint)
        return
    show(f"<h2>Ratings kept ({len(rows)})</h2>")
    if not rows:
        show('<p class="cw-small">None so far.</p>')
        return
    with st.container(horizontal=True, key="kept-tools"):
        st.download_button(
            "Export as rows of the test set", as_cases(rows), "ratings.csv", "text/csv", on_click="ignore"
        )
        st.button("Delete all …", on_click=ask_first, disabled=bool(st.session_state.get("sure")))
    if st.session_state.get("sure"):
        with st.container(horizontal=True, key="sure"):
            show(f'<p role="alert">Delete all {len(rows)} ratings? This cannot be undone.</p>')
            st.button("Delete them", type="primary", on_click=delete_all, args=(house,))
            st.button("Keep them", on_click=keep_all)
    for row in rows[:SHOWN]:
        draw_row(row, house)


def ask_first() -> None:
    """Ask whether it is meant."""
    st.session_state["sure"] = True


def keep_all() -> None:
    """It was not meant."""
    st.session_state.pop("sure", None)


def delete_all(house: House) -> None:
    """Delete the ratings."""
    keep_all()
    house.feedback.forget_all()


def draw_row(row: Rated, house: House) -> None:
    """One rating, with the way to delete it."""
    with st.container(key=f"kept-{row.number}", horizontal=True, vertical_alignment="center"):
        reason = f"<p>{esc(row.reason)}</p>" if row.reason else ""
        day = esc(row.at[:10])
        thumb = tag("Helpful") if row.rating == "up" else tag("Not helpful", warning=True)
        show(f'<p class="cw-title">{esc(row.question)}</p><p class="cw-small">{thumb} {day}</p>{reason}')
        st.button(
            "Delete",
            key=f"forget-{row.number}",
            help=label(f"Delete the rating of: {row.question[:80]}"),
            type="tertiary",
            on_click=house.feedback.forget,
            args=(row.number,),
        )
