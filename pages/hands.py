"""The page's hands: one component that carries clicks and keys on our own markup to Python, and moves the focus.

In: where to look next. Out: acts, as the markup's `data-` attributes say them. The markup itself is drawn and
escaped in Python; `hands.js` makes none, and loads nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

KEY = "hands"
SCRIPT = (Path(__file__).parent / "hands.js").read_text(encoding="utf-8")


def look_at(*goals: str, block: str = "nearest") -> None:
    """Have the next run bring parts of the page (selectors) into view and put the focus on the first of them."""
    click = st.session_state.get("look", {"click": 0})["click"] + 1
    st.session_state["look"] = {"click": click, "goals": list(goals), "block": block}


def look_nowhere() -> None:
    """Forget what was to be looked at."""
    st.session_state.pop("look", None)


def hands(acts: Mapping[str, Callable[[Mapping[str, str]], None]]) -> None:
    """Put the hands on the page; `acts` maps what a click may ask for (`data-cw`) to what does it."""

    def act() -> None:
        told: Any = st.session_state[KEY].act
        if isinstance(told, Mapping) and told.get("cw") in acts:
            acts[told["cw"]](told)

    component = st.components.v2.component("citewell_hands", js=SCRIPT, isolate_styles=False)
    look = st.session_state.get("look")
    # In a list: in a dict Streamlit looks for tables, and imports pandas to do so, while the first answer waits.
    component(key=KEY, data=[look] if look else [], on_act_change=act)
