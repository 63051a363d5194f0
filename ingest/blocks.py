"""What every reader returns: a file as a sequence of blocks, in reading order.

A reader knows its file format and nothing else: it does not decide which heading is above which (that is
`ingest.structure`) and makes no offsets (that is `ingest.assemble`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["title", "heading", "paragraph", "note", "item", "row"]

LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Characters that no reader sees, and halves of characters, which no file can hold.
# The joiners U+200C and U+200D stay: Persian words and emoji need them.
UNSEEN = "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_DROPPED = re.compile(f"[{UNSEEN}]|[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_LIGATURE = re.compile("[" + "".join(LIGATURES) + "]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Block:
    """A title, heading, paragraph, note (quoted block), list item or table row.

    Attributes:
        text: one line, as `clean` gives it.
        level: of a heading, 1 for the outermost, None where the format does not say.
        marker: of a list item, as printed: "•" or "12.".
        page: counted from 1, None where the format has no pages.
        turns: where later pages begin in a text that runs over: (offset, page).
    """

    kind: BlockKind
    text: str
    level: int | None = None
    marker: str = ""
    page: int | None = None
    turns: tuple[tuple[int, int], ...] = ()


def clean(text: str) -> str:
    """One line of text as it is kept: composed characters (NFC), no ligatures, nothing unseen, single spaces.

    Idempotent. Superscripts, fractions and full-width forms stay what they are (NFKC would change them).
    """
    text = _DROPPED.sub("", text)
    text = _LIGATURE.sub(lambda match: LIGATURES[match.group()], text)
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()
