"""What `streamlit run app.py` serves: the pages, and the originals of the library's documents beside them.

The script that draws the pages lies in `pages/`, not here: in a script that has a folder `pages/` beside it, Streamlit
would take the modules there for pages, and tell the first visitor of any other address that there is no such page.
"""

from importlib import import_module
from pathlib import Path
from threading import Thread

import streamlit as st

from pages.originals import route
from rag import load_settings

Thread(target=import_module, args=("pages.ask",)).start()  # while the browser fetches Streamlit's own scripts
app = st.App(Path(__file__).parent / "pages" / "main.py", routes=[route(load_settings)])
