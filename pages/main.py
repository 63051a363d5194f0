"""Where Streamlit starts: `streamlit run app.py`. Opens the house once and leads to the pages.

Pages are named here, not found: Streamlit would take every module of `pages/` for one. Their addresses are no names of
modules there, or the first visitor of such an address would get that module for a page. The first page does not wait
for the others' imports.
"""

from __future__ import annotations

import streamlit as st

from pages import ask
from pages.house import House, draw_head, dress, open_house
from rag import load_settings


@st.cache_resource(show_spinner=False)
def house() -> House:
    """What is behind the pages, for all visitors."""
    return open_house(load_settings())


def ask_page() -> None:
    """Ask: the first page; an address that names a document leads on to it."""
    if "document" in st.query_params:
        st.switch_page(DOCUMENTS, query_params=dict(st.query_params))
    ask.page(house())


def library_page() -> None:
    """Library: the documents."""
    from pages import library

    library.page(house())


def kept_page() -> None:
    """What is kept of people's questions."""
    from pages import kept

    kept.page(house())


if __name__ == "__main__":
    dress()
    DOCUMENTS = st.Page(library_page, title="Library", url_path="documents")
    pages = [
        st.Page(ask_page, title="Ask", default=True),
        DOCUMENTS,
        st.Page(kept_page, title="What is kept", url_path="privacy"),
    ]
    page = st.navigation(pages, position="hidden")
    draw_head(pages)
    page.run()
    house().opening.begin()  # after the first page has been drawn
