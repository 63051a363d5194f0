"""The script that Streamlit runs for each visit (`app.py` names it): opens the house once and leads to the pages.

The first page does not wait for the others' imports.
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
    """Ask: the first page."""
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
    pages = [
        st.Page(ask_page, title="Ask", default=True),
        st.Page(library_page, title="Library", url_path="library"),
        st.Page(kept_page, title="What is kept", url_path="privacy"),
    ]
    page = st.navigation(pages, position="hidden")
    draw_head(pages)
    page.run()
    house().opening.begin()  # after the first page has been drawn
