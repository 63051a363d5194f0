"""What is kept of people's questions: what, where, for how long; and the way to take it along or delete it.

In: the house. Out: a Streamlit page.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.document_markup import count
from pages.feedback import Rated, as_cases
from pages.house import House, draw_problem, show
from pages.markup import esc, named, tag
from rag import CitewellError

SHOWN = 100  # ratings listed; all of them are exported


def page(house: House) -> None:
    """Draw the page."""
    settings = house.settings
    place = esc(str(house.receipts.path))
    receipts = (
        f"<p><b>The last {settings.receipts:,} answers</b> are also kept, with their questions, the conversation "
        f"before them and their receipts, in <code>{place}</code>, so that an answer can be given again by its receipt "
        "(<code>python -m rag replay</code>). The oldest go first, and all can be deleted here. The setting "
        "<code>CITEWELL_RECEIPTS=0</code> keeps none.</p>"
        if settings.receipts
        else ""
    )
    show(
        "<h1>What is kept</h1>"
        '<div class="cw-prose"><p><b>Your conversation</b> is kept in this computer’s memory while the page is open, '
        "and gone when you close the page or begin a new conversation.</p>"
        f"{receipts}"
        "<p><b>Your ratings</b>, if you press “Helpful” or “Not helpful”, are kept with the question, the conversation "
        f"before it, the answer and your reason, in <code>{esc(str(settings.feedback))}</code>, until somebody deletes "
        "them here. Evaluators use them to make the answers better.</p>"
        f"<p><b>Documents</b> that you bring are kept as files in <code>{esc(str(settings.library))}</code>. Removing "
        "one on the page Library takes it out of the answers and keeps the file.</p>"
        "<p>No name is kept with any of it, and nothing leaves this computer.</p></div>"
    )
    try:
        rows, answers = house.feedback.rows(), house.receipts.count()
    except CitewellError as error:
        draw_problem(error.message, error.hint)
        return
    show(f"<h2>Answers kept by their receipts ({answers:,})</h2>")
    if answers:
        draw_deletion("answers", count(answers, "answer"), house.receipts.clear)
    else:
        show('<p class="cw-small">None so far.</p>')
    show(f"<h2>Ratings kept ({len(rows):,})</h2>")
    if not rows:
        show('<p class="cw-small">None so far.</p>')
        return
    st.download_button("Export as rows of the test set", as_cases(rows), "ratings.csv", "text/csv", on_click="ignore")
    draw_deletion("ratings", count(len(rows), "rating"), house.feedback.forget_all)
    for row in rows[:SHOWN]:
        draw_row(row, house)


def draw_deletion(kind: str, amount: str, act: Callable[[], object]) -> None:
    """The way to delete all of a kind, which asks once more."""
    if st.session_state.get("sure") != kind:
        st.button(f"Delete all {kind} kept …", on_click=ask_first, args=(kind,), key=f"delete-{kind}")
        return
    with st.container(horizontal=True, key="sure", vertical_alignment="center"):
        show(f'<p role="alert">Delete {esc(amount)}? This cannot be undone.</p>')
        st.button("Delete them", type="primary", on_click=delete, args=(act,))
        st.button("Keep them", on_click=keep_all)


def ask_first(kind: str) -> None:
    """Ask whether it is meant."""
    st.session_state["sure"] = kind


def keep_all() -> None:
    """It was not meant."""
    st.session_state.pop("sure", None)


def delete(act: Callable[[], object]) -> None:
    """Delete what was asked about."""
    keep_all()
    act()


def draw_row(row: Rated, house: House) -> None:
    """One rating, with the way to delete it."""
    with st.container(key=f"kept-{row.number}", horizontal=True, vertical_alignment="center"):
        reason = f"<p>{esc(row.reason)}</p>" if row.reason else ""
        day = esc(row.at[:10])
        thumb = tag("Helpful") if row.rating == "up" else tag("Not helpful", warning=True)
        show(f'<p class="cw-title">{esc(row.question)}</p><p class="cw-small">{thumb} {day}</p>{reason}')
        st.button(
            named("Delete", f"the rating of: {row.question[:80]}"),
            key=f"forget-{row.number}",
            type="tertiary",
            on_click=house.feedback.forget,
            args=(row.number,),
        )
