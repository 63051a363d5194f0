"""Markdown → blocks, with markdown-it-py: what a reader of the rendered page would see, as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ingest.blocks import Block, clean
from ingest.read.decode import decode

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_INLINE = {
    "a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "tt", "u", "var",
}  # fmt: skip


def read(data: bytes) -> list[Block]:
    """Headings with their levels, paragraphs, quoted blocks, items with their markers, rows as `a | b`."""
    from markdown_it import MarkdownIt

    source = _FRONT_MATTER.sub("", decode(data))
    tokens = MarkdownIt("commonmark").enable("table").parse(source)
    blocks: list[Block] = []
    markers: list[str] = []  # of the lists that are open, innermost last
    numbers: list[int] = []
    pending = ""  # marker of the item that has no text yet
    cells: list[str] = []
    quoted = 0
    for index, token in enumerate(tokens):
        match token.type:
            case "bullet_list_open":
                markers.append("•")
                numbers.append(0)
            case "ordered_list_open":
                markers.append("1.")
                numbers.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                markers.pop()
                numbers.pop()
            case "list_item_open":
                pending = f"{numbers[-1]}." if markers[-1] == "1." else "•"
                numbers[-1] += 1
            case "blockquote_open":
                quoted += 1
            case "blockquote_close":
                quoted -= 1
            case "tr_open":
                cells = []
            case "tr_close":
                blocks.append(Block("row", " | ".join(cells)))
            case "inline":
                text = clean(plain(token.children or ()))
                opener = tokens[index - 1]
                if opener.type in ("td_open", "th_open"):
                    cells.append(text)
                elif not text:
                    continue
                elif opener.type == "heading_open":
                    level = int(opener.tag[1])
                    first = level == 1 and not any(block.kind == "title" for block in blocks)
                    blocks.append(Block("title" if first else "heading", text, level))
                elif pending:
                    blocks.append(Block("item", text, marker=pending))
                    pending = ""
                else:
                    blocks.append(Block("note" if quoted else "paragraph", text))
            case "fence" | "code_block" | "html_block":
                content = without_tags(token.content) if token.type == "html_block" else token.content
                for line in filter(None, map(clean, content.split("\n"))):
                    blocks.append(Block("item" if pending else "paragraph", line, marker=pending))
                    pending = ""
    return blocks


def plain(tokens: Sequence[Token]) -> str:
    """The text of inline tokens: emphasis, links and code lose their marks, images and HTML tags vanish.

    `<br>` is a space.
    """
    parts = []
    for token in tokens:
        if token.type in ("text", "code_inline", "text_special"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak") or _BREAK.match(token.content):
            parts.append(" ")
    return "".join(parts)


def without_tags(html: str) -> str:
    """The text of a block of HTML: a line for each paragraph, cell or other block in it; no scripts, no styles."""
    reader = _Text()
    reader.feed(html.replace("<![", ""))  # on which html.parser may stumble
    reader.close()
    return "".join(reader.parts)


class _Text(HTMLParser):
    """Collects text."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append("" if tag in _INLINE else "\n")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append("" if tag in _INLINE else "\n")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            self.parts.append(data.replace("\n", " "))
