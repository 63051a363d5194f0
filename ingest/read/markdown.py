"""Markdown → blocks, with markdown-it-py: what a reader of the rendered page would see, as plain text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from ingest.blocks import Block, clean, raised, unseen
from ingest.read.decode import decode

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(
    r"\A(?:---\n(?P<yaml>.*?)\n(?:---|\.\.\.)|\+\+\+\n(?P<toml>.*?)\n\+\+\+)[ \t]*(?:\n|\Z)", re.DOTALL
)
_FIELD_OF = {
    "title": "title", "author": "authors", "authors": "authors", "creator": "authors", "date": "year", "year": "year",
    "published": "year", "publisher": "publisher", "journal": "publisher", "doi": "doi", "licence": "licence",
    "license": "licence", "url": "url",
}  # fmt: skip
_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_INLINE = {
    "a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "tt", "u", "var",
}  # fmt: skip


def read(data: bytes) -> list[Block]:
    """Headings with their levels, paragraphs, quoted blocks, items with their markers, rows as `a | b`."""
    from markdown_it import MarkdownIt

    text = decode(data)
    front = _FRONT_MATTER.match(text)
    source = text[front.end() :] if front else text
    tokens = MarkdownIt("commonmark").enable("table").parse(source)
    blocks = [*(_facts(front) if front else ()), *unseen(text)]
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


def _facts(front: re.Match[str]) -> list[Block]:
    """The fields of a front matter in YAML or TOML; none from one that cannot be read."""
    import yaml

    try:
        known: Any = yaml.safe_load(front["yaml"]) if front["toml"] is None else tomllib.loads(front["toml"])
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    found = []
    for key, value in known.items() if isinstance(known, dict) else ():
        name = _FIELD_OF.get(str(key).casefold())
        values = value if isinstance(value, list) else [value]
        told = [str(v.get("name", "")) if isinstance(v, dict) else str(v) for v in values if v is not None]
        text = clean("; ".join(told) if name == "authors" else " ".join(told))
        if name and text:
            found.append(Block("fact", text, marker=name, origin="front matter"))
    return found


def plain(tokens: Sequence[Token]) -> str:
    """The text of inline tokens: emphasis, links and code lose their marks, images and HTML tags vanish.

    `<br>` is a space.
    """
    parts: list[str] = []
    up: int | None = None  # where raised text began
    for token in tokens:
        if token.type == "html_inline" and re.fullmatch(r"</?sup>", token.content, re.IGNORECASE):
            if token.content[1] != "/":
                up = len(parts)
            elif up is not None:
                parts[up:] = [raised("".join(parts[up:]))]
                up = None
        elif token.type in ("text", "code_inline", "text_special"):
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
