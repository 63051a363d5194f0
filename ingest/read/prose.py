"""Printed lines → paragraphs, items, rows and headings, with hyphens at line ends undone where that is safe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.blocks import Block, clean
from ingest.read.plain import ITEM, looks_like_heading
from rag import weights

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W\d_]+)[-‐\u00ad]$")
SHORTEST = 4  # letters of a joined word that is known to be English alone; shorter ones are often something else
BULLETS = "•◦▪‣●○■"


class Joiner:
    """Takes lines in reading order; `done` gives the blocks.

    `usual` is the usual length of a line: without places, a line that is shorter and ends a sentence ends a paragraph.
    """

    def __init__(self, lines: Sequence[str], usual: int) -> None:
        self._words = {word.casefold() for line in lines for word in _WORD.findall(line)}
        self._usual = usual
        self._blocks: list[Block] = []
        self._open = False
        self._ended = False

    def line(self, text: str, page: int, begins: bool, *, short: bool, placed: bool) -> None:
        """A line of text; `begins` where its place says that a paragraph begins."""
        item = ITEM.match(text)
        if begins and not (self._open and _goes_on(self._blocks[-1].text, text)):
            self._open = False
        if item and (not self._open or item["marker"] in BULLETS or self._ended or short):
            self._blocks.append(Block("item", clean(item["text"]), marker=_marker(item["marker"]), page=page))
            self._open = True
        elif self._open:
            self._continue(text, page)
        elif short and not placed and looks_like_heading(text) and not text.endswith("."):
            self._blocks.append(Block("heading", text, page=page))
            return
        else:
            self._blocks.append(Block("paragraph", text, page=page))
            self._open = True
        self._ended = short and text[-1] in ".?!:)]”"
        if self._ended:
            self._open = False

    def heading(self, text: str, level: int, page: int, *, goes_on: bool) -> None:
        """A line of a heading; `goes_on` from the line before it."""
        last = self._blocks[-1] if self._blocks else None
        if goes_on and last is not None and last.kind == "heading" and last.level == level:
            self._blocks[-1] = replace(last, text=self.glue(last.text, text))
        else:
            self._blocks.append(Block("heading", text, level, page=page))
        self._open = False

    def row(self, cells: Sequence[str], page: int) -> None:
        """A row of a table."""
        self._blocks.append(Block("row", clean(" | ".join(cells)), page=page))
        self._open = False

    def done(self) -> list[Block]:
        """The blocks, in order."""
        return self._blocks

    def glue(self, first: str, second: str) -> str:
        """Join two printed lines. A hyphen at the end vanishes where the joined word is known, else it stays."""
        broken = _BROKEN.search(first)
        if broken is None:
            return f"{first}{second}" if first.endswith("-") else f"{first} {second}"
        rest = re.match(r"[^\W\d_]+", second)
        if rest is None or not rest.group()[0].islower():
            return f"{first}{second}"
        joined = (broken[1] + rest.group()).casefold()
        if f"{broken[1]}-{rest.group()}".casefold() in self._words:
            return f"{first}{second}"
        known = joined in self._words or (len(joined) >= SHORTEST and joined in weights.english())
        return f"{first[:-1]}{second}" if known else f"{first}{second}"

    def _continue(self, text: str, page: int) -> None:
        last = self._blocks[-1]
        joined = clean(self.glue(last.text, text))
        turned = page != (last.turns[-1][1] if last.turns else last.page)
        turns = (*last.turns, (max(0, len(joined) - len(text)), page)) if turned else last.turns
        self._blocks[-1] = replace(last, text=joined, turns=turns)


def _goes_on(before: str, text: str) -> bool:
    return before[-1] not in ".?!:;”" and text[0].islower()


def _marker(printed: str) -> str:
    return printed.replace(")", ".") if printed[0].isdigit() else "•"
