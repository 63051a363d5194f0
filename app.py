"""The page: ask a question, read an answer made of quotations, open each quotation in its place.

In: what `rag.assistant` returns. Out: a Streamlit page (`streamlit run app.py`). It decides nothing: what
is answered, cited or left unanswered comes from the assistant. Text of documents and questions is data:
`html.escape` for our own HTML, `label` where Streamlit would read Markdown. Tests call `page` with a
stand-in for the assistant.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import streamlit as st

from rag import Answer, CitewellError, Turn, load_settings
from rag.schema import Catalogue, Citation, Hit, Study

if TYPE_CHECKING:
    from rag.assistant import Assistant

ASSETS = Path(__file__).parent / "assets"
EXAMPLES = (
    "How should peers be trained?",
    "Does being a peer worker harm people's own health?",
    "What is known about paying peers?",
    "How many peer workers does a clinic need?",
)
NEAREST = 3  # passages offered when there is no answer
UNEXPECTED = ("Something went wrong on this page", "Try again. The log, where the page was started, says more.")
Library = Mapping[str, Catalogue]
log = logging.getLogger("citewell.page")
esc = html.escape


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


def ask_typed() -> None:
    """Store the question that stands in the input."""
    ask(st.session_state["typed"] or "")


def try_again(exchange: Exchange) -> None:
    """Let a question that failed wait for its answer once more."""
    exchange["problem"] = None


def choose(number: int | None, marker: int | None) -> None:
    """Open the evidence of a citation of the turn `number`, or close it."""
    st.session_state["open"] = (number, marker)


def start_over() -> None:
    """Forget the conversation; the choice of documents stays."""
    st.session_state["turns"] = []
    choose(None, None)


# Words


def label(text: str) -> str:
    """Text as it is, where Streamlit reads Markdown: signs escaped, shortcuts such as `:smile:` broken up."""
    text = re.sub(r":(?=[\w+/-]+:)|-(?=[->])|[<>~](?==|-)", lambda sign: sign[0] + "\u2060", " ".join(text.split()))
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def titled(title: str, year: int | None) -> str:
    """"Title (2013)", or the title alone."""
    return f"{title} ({year})" if year else title


def place(section: Iterable[str], page: int | None) -> str:
    """Heading path and page: "What we found › Training, page 3"."""
    path = " › ".join(section) or "before the first heading"
    return path if page is None else f"{path}, page {page}"


def about(entry: Catalogue) -> str:
    """Publisher, year and kind, as far as they are known."""
    return " · ".join(str(part) for part in (entry.publisher, entry.year, entry.kind) if part)


def as_text(answer: Answer) -> str:
    """The answer with its references, for copying."""
    lines = [answer.text, ""]
    for citation in answer.citations:
        where = f"{titled(citation.title, citation.year)}. {place(citation.section, citation.page)}."
        lines.append(f"[{citation.marker}] {where} “{' '.join(citation.quote.split())}”")
        lines += [
            f"    {study.label}{' (RETRACTED)' if study.retracted else ''}: {study.reference}"
            for study in citation.studies
        ]
    return "\n".join(lines).strip()


# Our own HTML: every piece of text in it is escaped here


def show(markup: str) -> None:
    """Draw HTML whose text was escaped by the caller."""
    st.html(f'<div class="cw">{markup}</div>')


def digest_html(entry: Catalogue) -> str:
    """Say that a digest is one and where its original is; empty for an original."""
    if not entry.digest:
        return ""
    original = "the original"
    if entry.url.startswith(("https://", "http://")):
        original = f'<a href="{esc(entry.url)}" target="_blank" rel="noopener noreferrer">{original}</a>'
    return f'<p class="cw-small"><span class="cw-tag">Digest</span> Restates {original} in other words.</p>'


def retracted_html(study: Study) -> str:
    """The mark of a retracted study, else nothing."""
    return ' <strong class="cw-retracted">RETRACTED</strong>' if study.retracted else ""


def study_html(study: Study) -> str:
    """A primary study by its label: "Creamer 2012 [reference 5]"."""
    return f"{esc(study.label)} [reference {study.number}]{retracted_html(study)}"


def passage_html(citation: Citation) -> str:
    """The passage with exactly the quotation marked; apart from it if it does not stand there."""
    start, end = (offset - citation.passage_start for offset in (citation.char_start, citation.char_end))
    passage = citation.passage
    if start < 0 or passage[start:end] != citation.quote:
        log.error("quotation %s of %s is not in its passage", citation.marker, citation.source_id)
        return f"<mark>{esc(citation.quote)}</mark></p><p>{esc(passage)}"
    return f"{esc(passage[:start])}<mark>{esc(citation.quote)}</mark>{esc(passage[end:])}"


def sources_html(answer: Answer) -> str:
    """The sources of an answer, by document: number, section, page and primary studies."""
    items = []
    for _, group in groupby(sorted(answer.citations, key=lambda c: c.source_id), key=lambda c: c.source_id):
        cited = list(group)
        rows = "".join(
            f'<li><span class="cw-number">[{c.marker}]</span> {esc(place(c.section, c.page))}'
            + "".join(f'<span class="cw-study">{study_html(study)}</span>' for study in c.studies)
            + "</li>"
            for c in cited
        )
        title = esc(titled(cited[0].title, cited[0].year))
        items.append((cited[0].marker, f'<li><p class="cw-title">{title}</p><ul>{rows}</ul></li>'))
    return f'<h3>Sources</h3><ul class="cw-sources">{"".join(item for _, item in sorted(items))}</ul>'


def evidence_html(citation: Citation, entry: Catalogue | None, total: int) -> str:
    """One citation in full: where it stands, the passage, the studies behind it, signs of strength."""
    parts = [
        f'<h3>Citation {citation.marker}<span class="cw-small"> of {total}</span></h3>',
        f'<p class="cw-title">{esc(citation.title)}</p>',
        f'<p class="cw-small">{esc(about(entry) if entry else str(citation.year or ""))}</p>',
        digest_html(entry) if entry else "",
        f'<p class="cw-place">{esc(place(citation.section, citation.page))}</p>',
        f'<blockquote><p class="cw-text">{passage_html(citation)}</p></blockquote>',
    ]
    if citation.studies:
        rows = "".join(f"<li><b>{study_html(s)}</b><br>{esc(s.reference)}</li>" for s in citation.studies)
        parts.append(f'<h4>Primary studies behind it</h4><ul class="cw-rows">{rows}</ul>')
    if citation.cues:
        rows = "".join(
            f"<li>{esc(cue.kind.replace('_', ' ').capitalize())}: <b>{esc(cue.value)}</b> “{esc(cue.words)}”</li>"
            for cue in citation.cues
        )
        parts.append(f'<h4>What it says of the evidence</h4><ul class="cw-rows">{rows}</ul>')
    return "".join(parts)


# Drawing


def draw_library(library: Library) -> None:
    """Sidebar: new conversation, which documents to search, what there is."""
    with st.sidebar:
        st.button("New conversation", on_click=start_over, width="stretch", icon=":material/add:")
        show("<h2>Library</h2>")
        names = {source_id: titled(entry.title, entry.year) for source_id, entry in library.items()}
        st.multiselect(
            "Search only in",
            list(library),
            format_func=lambda source_id: names.get(source_id, source_id),
            key="only",
            placeholder="All documents",
            select_all=False,
        )
        rows = "".join(
            f'<li><p class="cw-title">{esc(entry.title)}</p><p class="cw-small">{esc(about(entry))}</p>'
            f"{digest_html(entry)}</li>"
            for entry in library.values()
        )
        with st.expander(f"Documents ({len(library)})", expanded=len(library) <= 8):
            show(f'<ul class="cw-rows">{rows}</ul>')
        show(
            '<p class="cw-small"><b>Evidence, not medical advice.</b></p><p class="cw-small">Your questions stay'
            " on this machine; they are kept only while this page is open.</p>"
        )


def draw_examples() -> None:
    """Before the first question: some to begin with."""
    show("<h2>Questions to begin with</h2>")
    with st.container(key="examples"):
        for question in EXAMPLES:
            st.button(question, on_click=ask, args=(question,))


def draw_problem(message: str, hint: str) -> None:
    """What went wrong and what to do about it."""
    show(f'<div class="cw-problem" role="alert"><p><b>{esc(message)}</b></p><p>{esc(hint)}</p></div>')


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
                    key=f"cite-{number}-{position}-{marker}",
                    type="primary" if st.session_state.get("open") == (number, marker) else "secondary",
                    on_click=choose,
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
            st.code(as_text(answer), language=None, wrap_lines=True)
    if answer.abstained and answer.hits:
        draw_nearest(answer.hits)
    if answer.suggestions:
        show("<h3>Questions that the library does answer</h3>")
        for position, suggestion in enumerate(answer.suggestions):
            st.button(label(suggestion), key=f"suggestion-{number}-{position}", on_click=ask, args=(suggestion,))


def draw_evidence(number: int, answer: Answer, library: Library) -> None:
    """The evidence panel, if a citation of this turn is open."""
    open_turn, marker = st.session_state.get("open", (None, None))
    markers = [citation.marker for citation in answer.citations]
    if open_turn != number or marker not in markers:
        return
    at = markers.index(marker)
    with st.container(key="evidence", border=True):
        with st.container(key="evidence-buttons", horizontal=True):
            for name, step in (("Previous", at - 1), ("Next", at + 1)):
                there = 0 <= step < len(markers)
                target = markers[step] if there else None
                st.button(name, key=name, on_click=choose, args=(number, target), disabled=not there)
            st.button("Close", on_click=choose, args=(None, None), key="close")
        citation = answer.citations[at]
        show(evidence_html(citation, library.get(citation.source_id), len(markers)))


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
    place_for_progress = st.empty()
    status = place_for_progress.status("Searching the library …")
    try:
        exchange["answer"] = assistant.ask(
            exchange["question"],
            history(before),
            only=exchange["only"],
            progress=lambda words: status.update(label=label(words)),
        )
    except CitewellError as error:
        exchange["problem"] = (error.message, error.hint)
    except Exception:
        log.exception("no answer to a question of %d characters", len(exchange["question"]))
        exchange["problem"] = UNEXPECTED
    place_for_progress.empty()


def draw_turn(number: int, assistant: Assistant, library: Library) -> None:
    """A question with its answer at the left and, when a citation is open, its evidence at the right."""
    exchange = turns()[number]
    answer_side, evidence_side = st.columns([3, 2], gap="large")
    with answer_side:
        show(f"<h2>{esc(exchange['question'])}</h2>")
        if exchange["only"]:
            names = "; ".join(library[i].title if i in library else i for i in exchange["only"])
            show(f'<p class="cw-small">Searched only in: {esc(names)}</p>')
        if exchange["answer"] is None and exchange["problem"] is None:
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
    st.set_page_config(page_title="Citewell", page_icon=str(ASSETS / "favicon.svg"), layout="wide")
    st.html(ASSETS / "app.css")
    show(
        '<h1>Citewell</h1><p class="cw-lead">Answers from a library of evidence briefs, made of exact'
        " quotations that you can open in their place.</p>"
    )
    opened = open_library(assistant_of)
    if opened is None:
        return
    draw_library(opened[1])
    st.chat_input("Ask about the evidence", key="typed", on_submit=ask_typed)
    if not turns():
        draw_examples()
    for number in range(len(turns())):
        draw_turn(number, *opened)


@st.cache_resource(show_spinner="Opening the library …")
def assistant() -> Assistant:
    """The assistant over the index that the settings name, opened once for all visitors."""
    import rag.assistant

    return rag.assistant.open_assistant(load_settings())


if __name__ == "__main__":
    page(assistant)
