"""What every reader returns: a file as a sequence of blocks, in reading order.

A reader knows its file format and nothing else: it does not decide which heading is above which (that is
`ingest.structure`) and makes no offsets (that is `ingest.assemble`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["title", "heading", "paragraph", "note", "item", "row", "fact", "page", "hidden", "warning"]
SPOKEN = {"title", "heading", "paragraph", "note", "item", "row"}  # kinds that are the document's text

LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Characters that no reader sees, and halves of characters, which no file can hold.
# Of the control characters those stay that are white space, U+0085 among them: some terminals obey the others.
# The joiners U+200C and U+200D stay: Persian words and emoji need them.
UNSEEN = "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TAGS = "\U000e0000-\U000e007f"  # letters that nothing shows, once meant for language tags
_DROPPED = re.compile(f"[{UNSEEN}{_TAGS}]|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SPELLED = re.compile(f"(?<!\U0001f3f4)[{_TAGS}]{{4,}}")
_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\u2062-\u2064\ufeff]{8,}")
_RAISABLE = re.compile(r"[\d,\s–-]*\d[\d,\s–-]*")
_RAISED = str.maketrans("0123456789-–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_LIGATURE = re.compile("[" + "".join(LIGATURES) + "]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Block:
    """A title, heading, paragraph, note (quoted block), list item or table row; or something about the document.

    The kinds that are not its text: a `fact` (marker: the catalogue's field, origin: where the file says it), a
    `page` (text: the label printed on it), `hidden` text that no reader sees (marker: why), and a `warning`.

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
    origin: str = ""


def clean(text: str) -> str:
    """One line of text as it is kept: composed characters (NFC), no ligatures, nothing unseen, single spaces.

    Idempotent. Superscripts, fractions and full-width forms stay what they are (NFKC would change them).
    """
    text = _DROPPED.sub("", text)
    text = _LIGATURE.sub(lambda match: LIGATURES[match.group()], text)
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def raised(text: str) -> str:
    """Numbers that stand raised, such as reference markers, in characters that say so: 12 → ¹²; other text as it is."""
    return text.translate(_RAISED) if _RAISABLE.fullmatch(text) else text


def unseen(raw: str) -> list[Block]:
    """Text written in characters that have no width, told as what it says."""
    found = [
        Block("hidden", clean("".join(chr(ord(c) - 0xE0000) for c in run if ord(c) > 0xE001F)), marker="zero-width")
        for run in _SPELLED.findall(raw)
    ]
    zero = sum(map(len, _ZERO_WIDTH.findall(raw)))
    if zero:
        found.append(Block("hidden", f"{zero} characters without width", marker="zero-width"))
    return found
