"""Ask: type a question, read an answer made of quotations, open each quotation in its place.

In: the house. Out: a Streamlit page. It decides nothing: what is answered, cited or left unanswered comes from the
assistant. Text of documents and questions reaches the page through `pages.markup` and its like only.
"""

from __future__ import annotations

import logging
from concurrent.futures import wait
from typing import TYPE_CHECKING

import streamlit as st

from pages.answer_markup import (
    answer_html,
    contrasts_html,
    copy_html,
    nearest_html,
    quotations_html,
    receipt_html,
    sources_html,
)
from pages.conversation import (
    LONGER,
    SHORTER,
    Exchange,
    ask,
    ask_again,
    ask_typed,
    close_evidence,
    history,
    open_citation,
    opened,
    start_over,
    turns,
)
from pages.evidence_markup import panel_html
from pages.filters import EVERYTHING, Filter
from pages.hands import hands
from pages.house import UNEXPECTED, House, Library, draw_problem, show
from pages.markup import esc, label, names_apart, question_id
from pages.rating import draw_rating
from rag import Answer, CitewellError
from rag.errors import IndexMissingError

if TYPE_CHECKING:
    from rag.assistant import Assistant

NEAREST = 3  # passages offered when there is no answer
POLL = 0.5  # seconds between looks whether the library is open
TICK = 0.25  # seconds between words of progress
HERO = (
    '<div class="cw-hero"><h1>What does the evidence say?</h1><p class="cw-lead">Ask in plain words. Every '
    "sentence of the answer is a quotation that you can open in its place; what the library does not answer, "
    "it says so.</p></div>"
)
log = logging.getLogger("citewell.page")


# Before the first question


def draw_start(house: House, library: Library | None) -> None:
    """What this is, and questions to begin with that the library answers."""
    show(HERO)
    examples = house.opening.examples(library) if library else None
    with st.container(key="examples"):
        if examples is None:
            told = "Looking for questions to begin with" if library else "Opening the library"
            show(f'<p class="cw-small cw-progress" role="status">{told} …</p>')
            watch(house)
        elif examples:
            show("<h2>Questions to begin with</h2>")
            for question in examples:
                st.button(label(question), on_click=ask, args=(question,))
    show(
        '<p class="cw-small cw-notice"><b>Evidence, not medical advice.</b> Your questions stay on this computer; '
        "what is stored of them stands on the page What is kept.</p>"
    )


@st.fragment(run_every=POLL)
def watch(house: House) -> None:
    """Draw the page again as soon as the library is open and the first questions are tried."""
    try:
        assistant = house.opening.assistant()
        ready = assistant is not None and house.opening.examples(assistant.catalogue()) is not None
    except Exception:
        ready = True  # the page says what is in the way
    if ready:
        st.rerun()


# Which documents are asked


def choose() -> None:
    """Keep the filter as it stands in its fields, which vanish with their page."""
    chosen = [st.session_state.get(f"filter-{name}") for name in ("only", "kinds", "since", "until")]
    st.session_state["filter"] = Filter(tuple(chosen[0] or ()), tuple(chosen[1] or ()), chosen[2], chosen[3])


def clear_filter() -> None:
    """Ask all documents again."""
    for name in ("only", "kinds"):
        st.session_state[f"filter-{name}"] = []
    for name in ("since", "until"):
        st.session_state[f"filter-{name}"] = None
    choose()


def draw_filter(library: Library) -> None:
    """The fields of the filter, behind a button that says what is chosen."""
    chosen: Filter = st.session_state.get("filter", EVERYTHING)
    words = chosen.words(library) if chosen else "all documents"
    with st.popover(label(f"Asking {words}"), key="filter-button", icon=":material/filter_list:"):
        names = names_apart(library)
        keep = {
            "only": [id_ for id_ in chosen.only if id_ in library],
            "kinds": list(chosen.kinds),
            "since": chosen.since,
            "until": chosen.until,
        }
        for name, value in keep.items():
            st.session_state.setdefault(f"filter-{name}", value)
        st.multiselect(
            "Documents",
            list(library),
            format_func=lambda source_id: names.get(source_id, source_id),
            key="filter-only",
            placeholder="All documents",
            select_all=False,
            on_change=choose,
        )
        kinds = sorted({entry.kind for entry in library.values() if entry.kind} | set(chosen.kinds))
        if kinds:
            st.pills("Kinds", kinds, selection_mode="multi", key="filter-kinds", on_change=choose, format_func=label)
        years = sorted({e.year for e in library.values() if e.year} | {y for y in (chosen.since, chosen.until) if y})
        with st.container(horizontal=True):
            for name, title in (("since", "From year"), ("until", "To year")):
                st.selectbox(title, years, index=None, key=f"filter-{name}", on_change=choose, placeholder="Any")
        st.button("Ask all documents", on_click=clear_filter, disabled=not chosen, type="tertiary")


# Answers


def draw_understood(number: int, exchange: Exchange, answer: Answer) -> None:
    """The question as it was understood, with the way back to the reader's own words."""
    with st.container(key=f"understood-{number}", horizontal=True, vertical_alignment="center", gap="small"):
        if exchange.alone:
            beside = ", without the conversation before" if number else ""
            said, way_back = f"Taken as it stands{beside}.", "Undo"
        elif answer.standalone_question != answer.question:
            said, way_back = f"Understood as: <b>{esc(answer.standalone_question)}</b>", "Take my words as they are"
        else:
            return
        show(f'<p class="cw-small">{said}</p>')
        st.button(
            way_back,
            key=f"undo-{number}",
            type="tertiary",
            on_click=ask_again,
            args=(number,),
            kwargs={"alone": not exchange.alone},
        )


def draw_answer(number: int, exchange: Exchange, answer: Answer, marker: int | None) -> None:
    """An answer, or what is missing and what is nearest."""
    draw_understood(number, exchange, answer)
    if answer.note:
        show(f'<p class="cw-note">{esc(answer.note)}</p>')
    if not answer.abstained:
        draw = quotations_html if exchange.quotations else answer_html
        show(draw(number, answer, marker))
    if answer.contrasts:
        show(contrasts_html(number, answer))
    if answer.uncovered:
        rows = "".join(f"<li>{esc(part)}</li>" for part in answer.uncovered)
        show(f'<div class="cw-missing"><h3>Not covered by the library</h3><ul class="cw-rows">{rows}</ul></div>')
    if answer.abstained and answer.hits:
        show(nearest_html(answer.hits[:NEAREST]))


def draw_suggestions(number: int, answer: Answer) -> None:
    """Questions to go on with."""
    if answer.suggestions:
        with st.container(key=f"suggestions-{number}"):
            show(f"<h3>{'Questions that the library does answer' if answer.abstained else 'To go on with'}</h3>")
            for position, suggestion in enumerate(answer.suggestions):
                key = f"suggestion-{number}-{position}"
                st.button(label(suggestion), key=key, on_click=ask, args=(suggestion,))


def draw_actions(number: int, exchange: Exchange, answer: Answer, house: House) -> None:
    """What can be done with an answer: copy, shorter, longer, only quotations, rate."""
    with st.container(key=f"actions-{number}", horizontal=True, vertical_alignment="center", gap="small"):
        if not answer.abstained:
            show(copy_html(number, answer))
            for name, length in (("Shorter", SHORTER), ("Usual length", 1.0), ("Longer", LONGER)):
                if length != exchange.length and (length != 1.0 or exchange.length != 1.0):
                    st.button(
                        name,
                        key=f"length-{number}-{length}",
                        type="tertiary",
                        on_click=ask_again,
                        args=(number,),
                        kwargs={"length": length},
                    )
            st.button(
                "Sentences" if exchange.quotations else "Only quotations",
                key=f"quotations-{number}",
                type="tertiary",
                on_click=turn_over,
                args=(exchange,),
            )
        draw_rating(number, exchange, answer, history(turns()[:number]), house.feedback)
    if answer.receipt and house.settings.receipts:
        show(receipt_html(number, answer))


def turn_over(exchange: Exchange) -> None:
    """Show the quotations only, or the sentences again."""
    exchange.quotations = not exchange.quotations


def settle(house: House, exchange: Exchange, before: list[Exchange]) -> None:
    """Wait for an answer, telling how far it is, and store it, or what went wrong, before anything is drawn."""
    line = st.empty()
    if exchange.work is None:
        words = round(house.settings.words * exchange.length)
        told = () if exchange.alone else history(before)
        exchange.work = house.opening.answer(exchange, told, words)
    work = exchange.work
    while not work.future.done():
        with line:
            words_now = work.words[-1] if work.words else "Reading the question"
            show(f'<p class="cw-progress" role="status">{esc(words_now)} …</p>')
        wait([work.future], timeout=TICK)
    try:
        exchange.answer = work.future.result()
    except CitewellError as error:
        exchange.problem = (error.message, error.hint)
    except Exception:
        log.exception("no answer to a question of %d characters", len(exchange.question))
        exchange.problem = UNEXPECTED
    exchange.work = None
    line.empty()


def draw_turn(number: int, house: House, library: Library) -> None:
    """A question with its answer at the left and its sources, or the evidence that is open, at the right."""
    exchange = turns()[number]
    at = opened()
    marker = at[1] if at and at[0] == number else None
    with st.container(key=f"turn-{number}"):
        answer_side, evidence_side = st.columns([3, 2], gap="large")
    with answer_side:
        show(f'<h2 class="cw-question" id="{question_id(number)}" tabindex="-1">{esc(exchange.question)}</h2>')
        if exchange.narrowed:
            show(f'<p class="cw-small">Asked of: {esc(exchange.narrowed.words(library))}</p>')
        if exchange.waits:
            settle(house, exchange, turns()[:number])
        if exchange.problem:
            draw_problem(*exchange.problem)
            st.button("Try again", key=f"again-{number}", on_click=exchange.again)
        elif exchange.answer:
            draw_answer(number, exchange, exchange.answer, marker)
            if exchange.answer.abstained:
                draw_suggestions(number, exchange.answer)
            if exchange.answer.hits or not exchange.answer.abstained:  # not under a reply to thanks
                draw_actions(number, exchange, exchange.answer, house)
            if not exchange.answer.abstained:
                draw_suggestions(number, exchange.answer)
    with evidence_side:
        if exchange.answer and exchange.answer.citations:
            if marker is None:
                show(sources_html(number, exchange.answer))
            else:
                show(panel_html(number, exchange.answer, marker, library))


def open_library(house: House) -> tuple[Assistant | None, Library | None] | None:
    """The assistant and what it knows, both None while they are being opened; None after saying what is in the way."""
    try:
        assistant = house.opening.assistant()
        library = assistant.catalogue() if assistant else None
    except IndexMissingError as error:
        problem = (error.message, f"Bring documents on the page Library, or {error.hint}")
    except CitewellError as error:
        problem = (error.message, error.hint)
    except Exception:
        log.exception("the library could not be opened")
        problem = UNEXPECTED
    else:
        if library or assistant is None:
            return assistant, library
        problem = (
            "The library is empty",
            "Bring documents on the page Library, or put them into corpus/ and run: python -m ingest",
        )
    show(HERO)
    draw_problem(*problem)
    st.button("Try again")
    return None


def page(house: House) -> None:
    """Draw the page."""
    hands({"open": open_citation, "close": close_evidence})
    found = open_library(house)
    if found is None:
        return
    library = found[1]
    start, conversation = st.empty(), st.container()
    with st.container(key="ask"):  # in a container, or Streamlit scrolls each answer's beginning out of sight
        with st.container(key="ask-tools", horizontal=True, vertical_alignment="center"):
            if library:
                draw_filter(library)
            if turns():
                st.button("New conversation", on_click=start_over, icon=":material/add:", type="tertiary")
        st.chat_input("Ask about the evidence", key="typed", on_submit=ask_typed)
    if not turns():
        with start.container(key="start"):
            draw_start(house, library)
    with conversation:
        if turns():
            show('<h1 class="cw-unseen">Conversation</h1>')
        for number in range(len(turns())):
            draw_turn(number, house, library or {})
    if library is None and turns() and turns()[-1].answer:
        st.rerun()  # the library is open by now: draw what needs it
