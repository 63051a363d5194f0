"""Citewell's library: find passages, judge them, answer with exact quotations.

`open_assistant(load_settings()).ask("how should peers be trained?")` gives an `Answer`. Importing this
package loads no heavy library; pydantic, which reads the settings, comes with the first that asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import CitewellError
from rag.schema import Answer, Turn

if TYPE_CHECKING:
    from rag.settings import Settings, load_settings

__all__ = ["Answer", "CitewellError", "Settings", "Turn", "load_settings"]


def __getattr__(name: str) -> object:
    if name not in ("Settings", "load_settings"):
        raise AttributeError(f"module `rag` has no attribute `{name}`")
    import rag.settings

    value: object = getattr(rag.settings, name)
    return value
