"""HTML as saved from a browser → blocks, with selectolax: the article, without the site's furniture.

What a reader of the page sees: headings with their levels, paragraphs, lists, rows of tables. What is hidden by
style or attribute is told apart and never quoted. Metadata for libraries (`citation_title` and its like) are facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.blocks import Block, clean, raised, unseen
from ingest.read.decode import decode
from ingest.read.plain import FURNITURE

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_SILENT = {
    "script", "style", "noscript", "template", "svg", "math", "head", "iframe", "object", "canvas", "audio", "video",
    "select", "datalist", "dialog", "button", "input", "textarea", "map", "-comment", "!doctype",
}  # fmt: skip
_FURNITURE_TAGS = {"nav", "footer", "aside", "form"}
_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "dialog", "alert"}
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|sidebar|breadcrumbs?|cookies?|share|sharing|social|toolbar|masthead|"
    r"advert(?:isement)?s?|ads?|banner|newsletter|subscribe|related|recommend(?:ed|ations)?|skip-?link|pagination|"
    r"footer|site-?header|login|signin|popup|modal|toc|mw-editsection|navbox|metrics|altmetric)(?:$|[\s_-])",
    re.IGNORECASE,
)
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd",
    "label", "mark", "q", "ruby", "rb", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr", "-text", "img", "nobr",
}  # fmt: skip
_UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])|font-size\s*:\s*0*(?:\.\d+|[01](?:\.\d+)?)\s*(?:px|pt|;|$)"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_WHITE = re.compile(r"(?<![-\w])color\s*:\s*(?:white|#fff(?:fff)?\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)", re.IGNORECASE)
_META = {
    "citation_title": "title", "dc.title": "title", "og:title": "title", "citation_author": "authors",
    "dc.creator": "authors", "author": "authors", "citation_publication_date": "year", "citation_date": "year",
    "dc.date": "year", "citation_year": "year", "article:published_time": "year", "citation_journal_title": "publisher",
    "citation_publisher": "publisher", "dc.publisher": "publisher", "citation_doi": "doi", "dc.identifier": "doi",
}  # fmt: skip
_TEMPLATE = re.compile(r"\A\s*---\n.*?\n---\n|\{%.{0,300}?%\}", re.DOTALL)  # marks of a page not yet built
MAX_DEPTH = 200
MIN_SHARE = 0.4  # of the page's text, for a part to be the article


def read(data: bytes) -> list[Block]:
    """Blocks of the article, and what is known or hidden."""
    from selectolax.lexbor import LexborHTMLParser

    source = _TEMPLATE.sub(" ", decode(data, _declared(data)))
    tree = LexborHTMLParser(source)
    walker = _Walker()
    root = _article(tree)
    if root is not None:
        walker.walk(root, 0)
    walker.close()
    return [*_facts(tree), *unseen(source), *walker.hidden, *_one_title(walker.blocks)]


def links(data: bytes) -> list[tuple[str, str]]:
    """Where a page leads, as (address, words); first the PDF that it names itself (`citation_pdf_url`)."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(decode(data, _declared(data)))
    own = [node.attributes.get("content") or "" for node in tree.css('meta[name="citation_pdf_url"]')]
    found = [(node.attributes.get("href") or "", clean(node.text(deep=True))) for node in tree.css("a[href]")]
    return [*((address, "") for address in own), *found]


def _declared(data: bytes) -> str:
    found = _CHARSET.search(data[:4096])
    return found.group(1).decode("ascii") if found else ""


def _article(tree: Any) -> Any:
    """The part that holds the article: `main` or the largest `article`, where it holds enough of the text."""
    body = tree.body
    if body is None:
        return tree.root
    whole = len(body.text(deep=True)) or 1
    for selector in ("main", "[role=main]", "article"):
        parts = sorted(tree.css(selector), key=lambda node: -len(node.text(deep=True)))
        if parts and len(parts[0].text(deep=True)) >= MIN_SHARE * whole * (0.5 if selector != "article" else 1):
            return parts[0]
    return body


def _facts(tree: Any) -> list[Block]:
    found: dict[str, list[str]] = {}
    for node in tree.css("meta"):
        known = {key: value or "" for key, value in node.attributes.items()}
        name = _META.get((known.get("name") or known.get("property") or "").casefold())
        value = clean(known.get("content", ""))
        if name and value and (name == "authors" or name not in found):
            found.setdefault(name, []).append(value)
    blocks = [Block("fact", "; ".join(values), marker=name, origin="page's metadata") for name, values in found.items()]
    title = tree.css_first("head title")
    if title is not None and "title" not in found and clean(title.text()):
        blocks.append(Block("fact", clean(title.text()), marker="title", origin="document properties"))
    return blocks


def _one_title(blocks: list[Block]) -> list[Block]:
    """The first heading of level 1 is the title; furniture that stands alone on a line is dropped."""
    kept = [b for b in blocks if not (b.kind in ("paragraph", "item") and FURNITURE.match(b.text))]
    for place, block in enumerate(kept):
        if block.kind == "heading" and block.level == 1:
            return [*kept[:place], Block("title", block.text, 1), *kept[place + 1 :]]
    return kept


@dataclass
class _Walker:
    """Walks the tree, collecting blocks."""

    blocks: list[Block] = field(default_factory=list)
    hidden: list[Block] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)  # next number of each open list, 0 for bullets
    pending: str = ""
    quoted: int = 0

    def walk(self, node: Any, depth: int) -> None:
        """Take in the children of a node."""
        child = node.child
        while child is not None:
            self.take(child, depth + 1)
            child = child.next

    def take(self, node: Any, depth: int) -> None:
        """Take in a node."""
        tag = node.tag or ""
        if tag == "-text":
            self.parts.append(node.text_content or "")
            return
        if tag in _SILENT or tag.startswith(("!", "-")):
            return
        known = node.attributes
        why = _why_hidden(known)
        if why or depth > MAX_DEPTH:
            text = clean(node.text(deep=True, separator=" "))
            if why and sum(map(str.isalnum, text)) > 3 and why != "hidden by an attribute":
                self.hidden.append(Block("hidden", text[:400], marker=why))
            return
        if _is_furniture(tag, known):
            return
        if tag == "br":
            self.parts.append(" " if not self._preformatted else "\n")
        elif tag == "sup":
            self.parts.append(raised(clean(node.text(deep=True))) if _only_text(node) else "")
            if not _only_text(node):
                self.walk(node, depth)
        elif tag in _INLINE:
            self.walk(node, depth)
        elif re.fullmatch(r"h[1-6]", tag):
            self.close()
            text = clean(_text(node))
            if text:
                self.blocks.append(Block("heading", text, int(tag[1])))
        elif tag == "tr":
            self.row(node)
        elif tag in ("ul", "ol", "menu", "dl"):
            self.close()
            start = known.get("start") or "1"
            self.lists.append(int(start) if tag == "ol" and start.isdigit() and len(start) < 6 else int(tag == "ol"))
            self.walk(node, depth)
            self.close()
            self.lists.pop()
        elif tag in ("li", "dt", "dd"):
            self.close()
            self.pending = self._marker()
            self.walk(node, depth)
            self.close()
            self.pending = ""
        elif tag == "pre":
            self.close()
            for line in _text(node).split("\n"):
                self.parts.append(line)
                self.close()
        else:
            self.close()
            self.quoted += tag == "blockquote"
            self.walk(node, depth)
            self.close()
            self.quoted -= tag == "blockquote"

    _preformatted = False

    def _marker(self) -> str:
        if not self.lists or not self.lists[-1]:
            return "•"
        self.lists[-1] += 1
        return f"{self.lists[-1] - 1}."

    def row(self, node: Any) -> None:
        """A row of a table; a row of one cell that lays out the page is walked as text."""
        self.close()
        cells = [cell for cell in _children(node) if cell.tag in ("td", "th")]
        if len(cells) == 1 or any(cell.css_first("table, h1, h2, h3, p + p, li") for cell in cells):
            for cell in cells:
                self.walk(cell, 2)
                self.close()
            return
        texts = [clean(_text(cell)) for cell in cells if not _why_hidden(cell.attributes)]
        if any(texts):
            self.blocks.append(Block("row", " | ".join(texts)))

    def close(self) -> None:
        """End the block that is open."""
        text = clean("".join(self.parts))
        self.parts.clear()
        if not text:
            return
        if self.pending:
            self.blocks.append(Block("item", text, marker=self.pending))
            self.pending = ""
        else:
            self.blocks.append(Block("note" if self.quoted else "paragraph", text))


def _children(node: Any) -> list[Any]:
    found = []
    child = node.child
    while child is not None:
        found.append(child)
        child = child.next
    return found


def _only_text(node: Any) -> bool:
    return not node.css("sup sup, img, table, p")


def _text(node: Any) -> str:
    """The text of a node as a line: spaces between blocks, numbers raised where they stand so."""
    parts: list[str] = []
    stack = [(child, 0) for child in reversed(_children(node))]
    while stack:
        child, depth = stack.pop()
        tag = child.tag or ""
        if tag == "-text":
            parts.append(child.text_content or "")
        elif tag == "sup":
            parts.append(raised(clean(child.text(deep=True))))
        elif tag == "br":
            parts.append("\n")
        elif tag not in _SILENT and not tag.startswith(("-", "!")) and depth < MAX_DEPTH:
            known = child.attributes
            if _why_hidden(known) or _is_furniture(tag, known):
                continue
            if tag not in _INLINE:
                parts.append(" ")
            stack += [(inner, depth + 1) for inner in reversed(_children(child))]
    return "".join(parts)


def _why_hidden(known: dict[str, str | None]) -> str:
    style = known.get("style") or ""
    if "hidden" in known or known.get("aria-hidden") == "true":
        return "hidden by an attribute"
    if _UNSEEN_STYLE.search(style):
        return "hidden by its style"
    return "white" if _WHITE.search(style) and "background" not in style else ""


def _is_furniture(tag: str, known: dict[str, str | None]) -> bool:
    if tag in ("html", "body", "main", "article"):
        return False
    if tag in _FURNITURE_TAGS or (known.get("role") or "") in _ROLES:
        return True
    named = f"{known.get('class') or ''} {known.get('id') or ''}"
    return tag in ("div", "ul", "ol", "section", "header", "p", "span", "table", "td", "a") and bool(
        _NAMED.search(named)
    )
