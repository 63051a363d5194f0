"""Ask: type a question, read an answer made of quotations, open each quotation in its place.

In: what `rag.assistant` returns. Out: a Streamlit page (`streamlit run app.py`). It decides nothing: what
is answered, cited or left unanswered comes from the assistant. Text of documents and questions reaches the
page through `pages.markup` only. Tests call `page` with a stand-in for the assistant.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import streamlit as st

from pages.markup import (
    answer_text,
    digest_html,
    documents_html,
    esc,
    evidence_html,
    label,
    names_apart,
    place,
    sources_html,
    titled,
)
from rag import Answer, CitewellError, Turn
from rag.schema import Catalogue, Hit

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from rag.assistant import Assistant

HERE = Path(__file__).parent
EXAMPLES = (
    "How should peers be trained?",
    "Does being a peer worker harm people's own health?",
    "What is known about paying peers?",
    "How many peer workers does a clinic need?",
)
NEAREST = 3  # passages offered when there is no answer
UNEXPECTED = ("Something went wrong", "Try again. The terminal in which the page was started says more.")
NOTICE = """<p class="cw-small"><b>Evidence, not medical advice.</b></p>
<p class="cw-small">Your questions stay on this machine; they are kept only while this page is open.</p>"""
# Brings what a click asked for into view and moves the focus there, where it can take it.
LOOK = """<script>/* click {click} */ {{
const goals = {selectors}.map((selector) => document.querySelector(selector));
goals[0]?.focus({{preventScroll: true}});
goals.forEach((goal) => goal?.scrollIntoView({{block: "{block}"}}));
}}</script>"""
Library = Mapping[str, Catalogue]
log = logging.getLogger("citewell.page")


class Exchange(TypedDict):
    """A question and what became of it; with neither answer nor problem it still waits."""

    question: str
    only: tuple[str, ...]
    answer: Answer | None
    problem: tuple[str, str] | None


# State and what clicks do to it


def turns() -> list[Exchange]:
    """The conversation so far, kept only while the page is open."""
    exchanges: list[Exchange] = st.session_state.setdefault("turns", [])
    return exchanges


def ask(question: str) -> None:
    """Store a question; the run that follows answers it."""
    if question.strip():
        only = tuple(st.session_state.get("only", ()))
        turns().append({"question": question.strip(), "only": only, "answer": None, "problem": None})
        look_at(f"#question-{len(turns()) - 1}", block="start")


def ask_typed() -> None:
    """Store the question that stands in the input."""
    ask(st.session_state["typed"] or "")


def try_again(exchange: Exchange) -> None:
    """Let a question that failed wait for its answer once more."""
    exchange["problem"] = None


def look_at(*selectors: str, block: str = "nearest") -> None:
    """Have the next run bring parts of the page into view and put the focus on the first of them."""
    click = st.session_state.get("look", (0,))[0] + 1
    st.session_state["look"] = (click, selectors, block)


def open_citation(number: int, marker: int) -> None:
    """Open the evidence of a citation of turn `number`."""
    st.session_state["open"] = (number, marker)
    look_at("#cw-evidence", "mark")


def step_to(number: int, marker: int) -> None:
    """Go on to another citation; the focus stays on the button."""
    st.session_state["open"] = (number, marker)
    look_at("mark")


def close_evidence(number: int, marker: int) -> None:
    """Close the evidence and go back to the citation that it was opened from."""
    st.session_state.pop("open", None)
    look_at(f"[class*='st-key-cite-{number}-{marker}-'] button")


def start_over() -> None:
    """Forget the conversation; the choice of documents stays."""
    for name in ("turns", "open", "look"):
        st.session_state.pop(name, None)


# Drawing


def show(markup: str) -> None:
    """Draw HTML whose text was escaped by the caller."""
    st.html(f'<div class="cw">{markup}</div>')


def draw_library(library: Library) -> None:
    """Sidebar: new conversation, which documents to search, what there is."""
    with st.sidebar:
        st.button("New conversation", on_click=start_over, width="stretch", icon=":material/add:")
        show("<h2>Library</h2>")
        names = names_apart(library)
        st.multiselect(
            "Search only in",
            list(library),
            format_func=lambda source_id: names.get(source_id, source_id),
            key="only",
            placeholder="All documents",
            select_all=False,
        )
        with st.expander(f"Documents ({len(library)})", expanded=len(library) <= 8):
            show(documents_html(library.values()))
        show(NOTICE)


def draw_examples(where: DeltaGenerator) -> None:
    """Before the first question: some to begin with."""
    with where:
        show("<h2>Questions to begin with</h2>")
        for question in EXAMPLES:
            st.button(question, on_click=ask, args=(question,))


def draw_problem(message: str, hint: str) -> None:
    """What went wrong and what to do about it."""
    lines = "".join(f"<p>{esc(line[:1].upper() + line[1:])}</p>" for line in (message, hint))
    show(f'<div class="cw-problem" role="alert">{lines}</div>')


def draw_sentences(number: int, answer: Answer) -> None:
    """The sentences, each followed by its citations as small buttons that speak their source."""
    cited = {citation.marker: citation for citation in answer.citations}
    for position, sentence in enumerate(answer.sentences):
        with st.container(key=f"sentence-{number}-{position}"):
            show(esc(sentence.text))
            for marker in sentence.citations:
                citation = cited[marker]
                name = f"{titled(citation.title, citation.year)}, {place(citation.section, citation.page)}"
                st.button(
                    f"Citation **{marker}**: {label(name)}",
                    key=f"cite-{number}-{marker}-{position}",
                    on_click=open_citation,
                    args=(number, marker),
                )
    if any(sentence.generated for sentence in answer.sentences):
        show(
            '<p class="cw-small">Worded by a language model from the quotations cited; '
            "open a citation to read the source's own words.</p>"
        )


def draw_nearest(hits: tuple[Hit, ...]) -> None:
    """The nearest passages, as what they are."""
    show("<h3>Nearest passages — they do not answer the question</h3>")
    for hit in hits[:NEAREST]:
        entry, passage = hit.document.catalogue, hit.passage
        where = f"{titled(entry.title, entry.year)} — {place(passage.section, passage.page)}"
        with st.expander(label(where)):
            show(f'{digest_html(entry)}<p class="cw-text">{esc(hit.text)}</p>')


def draw_answer(number: int, answer: Answer) -> None:
    """An answer with its sources, or what is missing and what is nearest."""
    if answer.standalone_question != answer.question:
        show(f'<p class="cw-small">Understood as: {esc(answer.standalone_question)}</p>')
    if answer.abstained:
        show(f'<p class="cw-note">{esc(answer.note)}</p>')
    else:
        draw_sentences(number, answer)
    if answer.uncovered:
        rows = "".join(f"<li>{esc(part)}</li>" for part in answer.uncovered)
        show(f'<h3>Not covered by the library</h3><ul class="cw-rows">{rows}</ul>')
    if answer.citations:
        show(sources_html(answer))
        with st.expander("Answer as text"):
            st.code(answer_text(answer), language=None, wrap_lines=True)
    if answer.abstained and answer.hits:
        draw_nearest(answer.hits)
    if answer.suggestions:
        show("<h3>Questions that the library does answer</h3>")
        with st.container(key=f"suggestions-{number}"):
            for position, suggestion in enumerate(answer.suggestions):
                key = f"suggestion-{number}-{position}"
                st.button(label(suggestion), key=key, on_click=ask, args=(suggestion,))


def draw_evidence(number: int, answer: Answer, library: Library) -> None:
    """The evidence panel, if a citation of this turn is open."""
    open_turn, marker = st.session_state.get("open", (None, None))
    markers = [citation.marker for citation in answer.citations]
    if open_turn != number or marker not in markers:
        return
    at = markers.index(marker)
    citation = answer.citations[at]
    st.html(f"<style>[class*='st-key-cite-{number}-{marker}-'] button {{ outline: 2px solid }}</style>")
    with st.container(key="evidence", border=True):
        with st.container(key="evidence-buttons", horizontal=True):
            for name, to in (("Previous", at - 1), ("Next", at + 1)):
                there = 0 <= to < len(markers)
                args = (number, markers[to] if there else marker)
                st.button(name, key=name, on_click=step_to, args=args, disabled=not there)
            st.button("Close", key="close", on_click=close_evidence, args=(number, marker))
        show(evidence_html(citation, library.get(citation.source_id), len(markers)))


def draw_look() -> None:
    """Bring into view what the last click asked for; once, for the text stays the same until the next."""
    if "look" in st.session_state:
        click, selectors, block = st.session_state["look"]
        script = LOOK.format(click=click, selectors=json.dumps(selectors), block=block)
        st.html(script, unsafe_allow_javascript=True)


# Answering


def history(exchanges: list[Exchange]) -> list[Turn]:
    """The turns before, as the assistant wants them."""
    told = []
    for exchange in exchanges:
        if exchange["answer"]:
            told += [Turn("user", exchange["question"]), Turn("assistant", exchange["answer"].text)]
    return told


def settle(assistant: Assistant, exchange: Exchange, before: list[Exchange]) -> None:
    """Answer a waiting question and store the answer, or what went wrong, before anything is drawn."""
    line = st.empty()

    def tell(words: str) -> None:
        with line:
            show(f'<p class="cw-progress" role="status">{esc(words)} …</p>')

    tell("Reading the question")
    try:
        exchange["answer"] = assistant.ask(
            exchange["question"],
            history(before),
            only=exchange["only"],
            progress=tell,
        )
    except CitewellError as error:
        exchange["problem"] = (error.message, error.hint)
    except Exception:
        log.exception("no answer to a question of %d characters", len(exchange["question"]))
        exchange["problem"] = UNEXPECTED
    line.empty()


def draw_turn(number: int, assistant: Assistant, library: Library) -> None:
    """A question with its answer at the left and, when a citation is open, its evidence at the right."""
    exchange = turns()[number]
    with st.container(key=f"turn-{number}"):
        answer_side, evidence_side = st.columns([3, 2], gap="large")
    with answer_side:
        show(f'<h2 id="question-{number}">{esc(exchange["question"])}</h2>')
        if exchange["only"]:
            names = "; ".join(library[i].title if i in library else i for i in exchange["only"])
            show(f'<p class="cw-small">Searched only in: {esc(names)}</p>')
        if exchange["answer"] is None and exchange["problem"] is None:
            draw_look()
            settle(assistant, exchange, turns()[:number])
        if exchange["problem"]:
            draw_problem(*exchange["problem"])
            st.button("Try again", key=f"again-{number}", on_click=try_again, args=(exchange,))
        elif exchange["answer"]:
            draw_answer(number, exchange["answer"])
    with evidence_side:
        if exchange["answer"]:
            draw_evidence(number, exchange["answer"], library)


def open_library(assistant_of: Callable[[], Assistant]) -> tuple[Assistant, Library] | None:
    """The assistant and what it knows, or None after saying what is in the way."""
    try:
        assistant = assistant_of()
        library = assistant.catalogue()
    except CitewellError as error:
        draw_problem(error.message, error.hint)
    except Exception:
        log.exception("the library could not be opened")
        draw_problem(*UNEXPECTED)
    else:
        if library:
            return assistant, library
        draw_problem("The library is empty", "Put documents into corpus/ and run: python -m ingest")
    st.button("Try again")
    return None


def page(assistant_of: Callable[[], Assistant]) -> None:
    """Draw the page with the assistant that `assistant_of` opens."""
    st.set_page_config(page_title="Citewell", page_icon=str(HERE / "favicon.svg"), layout="wide")
    st.html(HERE / "style.css")
    show(
        '<h1>Citewell</h1><p class="cw-lead">Answers from a library of evidence briefs, made of exact'
        " quotations that you can open in their place.</p>"
    )
    opened = open_library(assistant_of)
    if opened is None:
        return
    draw_library(opened[1])
    start, conversation = st.empty(), st.container()
    with st.container(key="ask"):  # in a container, or Streamlit scrolls each answer's beginning out of sight
        st.chat_input("Ask about the evidence", key="typed", on_submit=ask_typed)
    if not turns():
        draw_examples(start.container(key="examples"))
    with conversation:
        for number in range(len(turns())):
            draw_turn(number, *opened)
    draw_look()
