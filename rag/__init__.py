"""Citewell's library: find passages, judge them, answer with exact quotations.

`open_assistant(load_settings()).ask("how should peers be trained?")` gives an `Answer`. Importing this
package loads no heavy library.
"""

from __future__ import annotations

from rag.errors import CitewellError
from rag.schema import Answer, Turn
from rag.settings import Settings, load_settings

__all__ = ["Answer", "CitewellError", "Settings", "Turn", "load_settings"]
