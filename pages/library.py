"""Library: what there is, bring documents and take them away, read one with its sections.

In: the house. Out: a Streamlit page. What a document holds, whether it could be read and why not, comes from `ingest`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from ingest.ledger import Row, read_ledger
from pages.document_markup import FOUND, count, document_head_html, document_html, outline_html, row_html, verdict_html
from pages.hands import hands, look_at
from pages.house import UNEXPECTED, House, Library, draw_problem, show
from pages.intake import safe_name
from pages.markup import esc, link_here, named, tag, titled
from rag import CitewellError
from rag.errors import IndexMissingError
from rag.index.succession import superseded_by

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

MOST_MB = 50  # for one document; the server's own limit stands in .streamlit/config.toml
POLL = 1.0  # seconds between looks at work that goes on
KINDS = "PDF, saved web pages (HTML), Markdown or plain text"
HEADING = "<h1>Library</h1>"
log = logging.getLogger("citewell.page")


def page(house: House) -> None:
    """Draw the list, or one document."""
    hands({"document": open_document})
    try:
        assistant = house.opening.assistant()
        library: Library = assistant.catalogue() if assistant else {}
    except IndexMissingError:
        draw_list(house, {})  # the first documents may come in here
        return
    except Exception as error:
        show(HEADING)
        if isinstance(error, CitewellError):
            draw_problem(error.message, error.hint)
        else:
            log.exception("the library could not be opened")
            draw_problem(*UNEXPECTED)
        return
    wanted = st.query_params.get("document")
    if wanted and assistant is None:
        show(f'{HEADING}<p class="cw-small cw-progress" role="status">Opening the library …</p>')
        watch(house)
    elif wanted:
        draw_document(house, wanted, library)
    else:
        draw_list(house, library)


@st.fragment(run_every=POLL)
def watch(house: House) -> None:
    """Draw the page again as soon as the library is open."""
    try:
        ready = house.opening.assistant() is not None
    except Exception:
        ready = True
    if ready:
        st.rerun()


# One document


def stretch() -> tuple[int, int] | None:
    """The stretch of text that the address asks to be marked."""
    try:
        start, end = int(st.query_params["from"]), int(st.query_params["to"])
    except (KeyError, ValueError):
        return None
    return (start, end) if 0 <= start < end else None


def to_list() -> None:
    """Go back to the list of documents."""
    st.query_params.clear()


def open_document(told: Mapping[str, str]) -> None:
    """Show a document in place of the list."""
    st.query_params.from_dict({"document": str(told.get("document", ""))})


def draw_document(house: House, source_id: str, library: Library) -> None:
    """A document with its sections; the stretch that the address names is marked and brought into view."""
    st.button("All documents", on_click=to_list, icon=":material/arrow_back:", type="tertiary")
    try:
        document = house.opening.wait().document(source_id)
    except CitewellError:
        draw_problem(
            "This document is not in the library", "It may have been removed. All documents shows what there is."
        )
        return
    mark = stretch()
    newer = superseded_by(library).get(source_id, ())
    links = "; ".join(link_here(id_, esc(titled(library[id_].title, library[id_].year))) for id_ in newer)
    superseded = f'<p class="cw-small">{tag("Superseded", warning=True)} by {links}</p>' if newer else ""
    show(document_head_html(document, superseded))
    with st.container(key="document"):
        text_side, outline_side = st.columns([3, 1.25], gap="large")
    with outline_side:
        show(outline_html(document))
    with text_side:
        show(document_html(document, mark))
    if mark and st.session_state.get("found") != (source_id, mark):
        st.session_state["found"] = (source_id, mark)
        look_at(f"#{FOUND}", block="center")
        st.rerun()


# All documents


def draw_list(house: House, library: Library) -> None:
    """What there is, what goes on, and the way to bring more."""
    rows = read_ledger(house.settings.index)
    there = [row for row in rows if not row.withdrawn and (row.state != "failed" or row.stale)]
    known = ", ".join((count(len(there), "document"), count(sum(row.passages for row in there), "passage")))
    show(f'{HEADING}<p class="cw-small">{known}</p>')
    draw_upload(house)
    if "refused" in st.session_state:
        draw_problem(*st.session_state["refused"])
    draw_job(house)
    superseded = superseded_by(library)
    if not rows:
        show('<div class="cw-note">The library is empty. Bring the first documents above.</div>')
    for row in sorted(rows, key=lambda row: order(row, library)):
        with st.container(key=f"row-{row.source_id}", horizontal=True, vertical_alignment="top"):
            show(row_html(row, library.get(row.source_id), row.source_id in superseded))
            st.button(
                named("Bring back" if row.withdrawn else "Remove", row.title or row.source_id),
                key=f"take-{row.source_id}",
                type="tertiary",
                disabled=house.intake.busy,
                on_click=take,
                args=(house, row),
            )


def order(row: Row, library: Library) -> tuple[bool, bool, int, str]:
    """Failed ones first, then the newest, then by title; removed ones last."""
    entry = library.get(row.source_id)
    return (row.withdrawn, row.state != "failed", -(entry.year or 0) if entry else 0, row.title)


def take(house: House, row: Row) -> None:
    """Take a document out, or bring it back."""
    with telling():
        (house.intake.restore if row.withdrawn else house.intake.remove)(row.source_id, row.title or row.source_id)


@contextmanager
def telling() -> Iterator[None]:
    """Keep a failure, to be told over the list."""
    st.session_state.pop("refused", None)
    try:
        yield
    except CitewellError as error:
        st.session_state["refused"] = (error.message, error.hint)


def draw_upload(house: House) -> None:
    """The field for new documents; it says beforehand what can be brought."""
    settings = house.settings
    most = min(MOST_MB, settings.max_file_mb)
    with st.container(key="upload", border=True):
        show(
            '<h2>Bring documents</h2><p class="cw-small">Drop them here or choose them: '
            f"{KINDS}, several at once. Each may have up to {most} MB and {settings.max_file_pages:,} pages, and take "
            f"up to {lasting(settings.max_file_seconds)} to read. Scans have no text in them: run text recognition on "
            "them first. A file of the same name takes the place of the version before.</p>"
        )
        brought = st.session_state.setdefault("brought", 0)
        files = st.file_uploader(
            "Documents to bring",
            accept_multiple_files=True,
            key=f"files-{brought}",
            max_upload_size=most,
            label_visibility="collapsed",
        )
        good = readable(files)
        if good:
            st.button(
                f"Add {count(len(good), 'document')} to the library",
                type="primary",
                on_click=bring,
                args=(house, good),
                disabled=house.intake.busy,
            )


def readable(files: Sequence[UploadedFile]) -> list[UploadedFile]:
    """Those of the files that have a reader; of the others it is said at once what to do with them."""
    good = []
    for file in files:
        try:
            safe_name(file.name)
        except CitewellError as error:
            draw_problem(error.message, error.hint)
        else:
            good.append(file)
    return good


def lasting(seconds: int) -> str:
    """A time limit in words: "3 minutes", "45 seconds"."""
    return count(seconds // 60, "minute") if seconds % 60 == 0 else count(seconds, "second")


def bring(house: House, files: Sequence[UploadedFile]) -> None:
    """Save the uploads and have them taken in."""
    with telling():
        house.intake.check()
        paths = [house.intake.save(file.name, file.getvalue()) for file in files]
        house.intake.take_in(paths)
        st.session_state["brought"] += 1  # an empty field for the next ones


def draw_job(house: House) -> None:
    """The work on the library: how far it is, or what came of it."""
    job = house.intake.job
    if job is None:
        return
    if house.intake.busy:
        with st.container(key="job", border=True):
            draw_progress(house)
        return
    with st.container(key="job", border=True):
        if job.problem:
            draw_problem(*job.problem)
        told = [row for row in job.rows if not job.paths or set(row.all_places) & set(job.paths)]
        if told:
            rows = "".join(map(verdict_html, told))
            show(f'<h2>Done</h2><div role="status"><ul class="cw-rows">{rows}</ul></div>')
        with st.container(key="job-tools", horizontal=True):
            if job.removes and told:
                st.button("Undo", on_click=take, args=(house, told[0]), key="undo-remove")
            st.button("Close", on_click=house.intake.put_away, key="put-away")


@st.fragment(run_every=POLL)
def draw_progress(house: House) -> None:
    """How far the work is; draws the page again when it has ended."""
    job = house.intake.job
    if job is None or not house.intake.busy:
        st.rerun()
    else:
        told = esc(job.told[:1].upper() + job.told[1:])
        show(f'<p class="cw-progress" role="status"><b>{esc(job.about)}</b><br>{told} …</p>')
