"""Where Streamlit starts: `streamlit run app.py`. Opens the library once and hands it to the pages.

Pages are named here, not found: Streamlit would take every module of `pages/` for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages import ask
from rag import load_settings

if TYPE_CHECKING:
    from rag.assistant import Assistant


@st.cache_resource(show_spinner="Opening the library …")
def assistant() -> Assistant:
    """The assistant over the index that the settings name, opened once for all visitors."""
    import rag.assistant

    return rag.assistant.open_assistant(load_settings())


def ask_page() -> None:
    """Ask: the first page."""
    ask.page(assistant)


if __name__ == "__main__":
    st.navigation([st.Page(ask_page, title="Ask", default=True)], position="hidden").run()
