"""Hyphens of a print's narrow columns that stayed inside the lines of a reference list: "Com-munity", "inter-ventions".

In: placed blocks. Out: the same, the hyphens undone in entries where the joined word is known, from the document or as
English, and the parted one is not. A hyphen that may be meant stays: "peer-driven", "co-operation", "Ward-Griffin".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.structure import Placed
from rag import weights

DAMAGED = 3  # words broken for certain, from which a list's print left its hyphens in the lines
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_PARTED = re.compile(r"(?<![\w/‐-])(?P<first>[^\W\d_]{2,})[-‐](?P<rest>[^\W\d_]{2,})(?![\w/‐-])")


def undo_hyphens(placed: Sequence[Placed]) -> list[Placed]:
    """The blocks, with the words of reference entries joined again. A block that runs over pages stays as it is.

    Where both parts are words ("psycho-logical", "breast-feeding") the joined one has to be the document's, and the
    list to have `DAMAGED` others that no writer parts.
    """
    parted = [match for item in placed if _is_entry(item) for match in _PARTED.finditer(item.block.text)]
    if not parted:
        return list(placed)
    own = {word.casefold() for item in placed for word in _WORD.findall(item.block.text) if item.kind != "references"}
    english = weights.english()

    def meant(first: str, rest: str) -> bool:
        """True for a hyphen that may be a writer's."""
        return not rest.islower() or not {f"{first}-{rest}", f"{first}‐{rest}"}.isdisjoint(own)

    def is_broken(match: re.Match[str], *, damaged: bool) -> bool:
        first, rest = match["first"].casefold(), match["rest"]
        if first in english and rest in english:
            return damaged and first + rest in own and not meant(first, rest)
        return (first + rest in own or first + rest in english) and not meant(first, rest)

    damaged = sum(is_broken(match, damaged=False) for match in parted) >= DAMAGED

    def joined(match: re.Match[str]) -> str:
        return match["first"] + match["rest"] if is_broken(match, damaged=damaged) else match.group()

    return [
        replace(item, block=replace(item.block, text=_PARTED.sub(joined, item.block.text))) if _is_entry(item) else item
        for item in placed
    ]


def _is_entry(item: Placed) -> bool:
    return item.kind == "references" and not item.block.turns
