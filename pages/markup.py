"""Text for the pages, as HTML and as labels: pure functions, no Streamlit.

In: types of `rag.schema`. Out: strings. Text of documents and questions is data: every function here and in the
`…_markup` modules that returns HTML has escaped it, and `label` keeps it from being read as Markdown.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

from rag.schema import Catalogue

# What Streamlit replaces in Markdown even where it was escaped: `:smile:`, `->`, `--`, `>=` and the like.
SHORTCUT = re.compile(r":(?=[\w+/-]+:)|-(?=[->])|[<>~](?=[=-])")
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
WORD_JOINER = "\u2060"  # invisible, no width

esc = html.escape


def label(text: str) -> str:
    """Text for a place where Streamlit reads Markdown, so that it is shown as it is."""
    unbroken = SHORTCUT.sub(lambda sign: sign[0] + WORD_JOINER, " ".join(text.split()))
    return PUNCTUATION.sub(r"\\\1", unbroken)


def named(act: str, thing: str) -> str:
    """A button's label that says of what: "Remove" to see, "Remove Peer work" to hear (the style hides the rest)."""
    return f"{act} *{label(thing)}*"


def titled(title: str, year: int | None) -> str:
    """Title and year: "Peer work (2013)"."""
    return f"{title} ({year})" if year else title


def names_apart(library: Mapping[str, Catalogue]) -> dict[str, str]:
    """Title and year of each document, and its id where two would read the same."""
    names = {source_id: titled(entry.title, entry.year) for source_id, entry in library.items()}
    count = Counter(names.values())
    return {id_: name if count[name] == 1 else f"{name} [{id_}]" for id_, name in names.items()}


def place(section: Iterable[str], page: int | None) -> str:
    """Heading path and page: "What we found › Training, page 3"."""
    path = " › ".join(section) or "Before the first heading"
    return path if page is None else f"{path}, page {page}"


def about(entry: Catalogue) -> str:
    """Publisher, year and kind, as far as they are known."""
    return joined(entry.publisher, entry.year, entry.kind)


def joined(*parts: object) -> str:
    """Facts in a line, without those that are empty; no line begins with the dot between them."""
    return "\u00a0· ".join(str(part) for part in parts if part)


def web(url: str) -> str:
    """An address of the web as it may be linked, or nothing."""
    return esc(url) if url.startswith(("https://", "http://")) else ""


def tag(text: str, warning: bool = False) -> str:
    """A short label: "Digest"; one that warns stands out."""
    return f'<span class="cw-tag{" cw-warning" if warning else ""}">{esc(text)}</span>'


def link_to_document(source_id: str, start: int | None = None, end: int | None = None) -> str:
    """The address of a document in the library, opened at a quotation."""
    where = {"document": source_id} | ({} if start is None else {"from": start, "to": end})
    return esc(f"./library?{urlencode(where)}")


def digest_html(entry: Catalogue) -> str:
    """Say that a digest is one; empty for an original."""
    return f'<p class="cw-small">{tag("Digest")} Restates the original in other words.</p>' if entry.digest else ""


def original_html(entry: Catalogue, page: int | None = None) -> str:
    """A link to the original, at a page where it has pages; empty when its address is not known."""
    address = web(entry.url) or (f"https://doi.org/{esc(quote(entry.doi, safe='/'))}" if entry.doi else "")
    if not address:
        return ""
    if page is not None and not entry.digest and ".pdf" in address.lower() and "#" not in address:
        address += f"#page={page}"
    words = "The original" + (f", page {page}" if page is not None and not entry.digest else "")
    return (
        f'<a href="{address}" target="_blank" rel="noopener noreferrer">{words} <span aria-hidden="true">↗</span></a>'
    )


def link_here(source_id: str, words: str) -> str:
    """A link that shows a document in place of the list; `words` are escaped already."""
    own = f'data-cw="document" data-document="{esc(source_id)}"'
    return f'<a href="{link_to_document(source_id)}" target="_self" {own}>{words}</a>'


def pdf_html(source_id: str, page: int | None, words: str = "") -> str:
    """A link to the PDF that a document was read from, at a page; only such documents have pages."""
    if page is None:
        return ""
    address = esc(f"./original/{quote(source_id)}#page={page}")
    return f'<a href="{address}" target="_blank">{esc(words) or f"The PDF, page {page}"}</a>'


def question_id(number: int) -> str:
    """The id of a question's heading."""
    return f"question-{number}"


def cite_id(number: int, marker: int, position: int) -> str:
    """The id of a citation's button: its turn, its marker, and the place of the sentence it stands behind."""
    return f"cite-{number}-{marker}-{position}"


def panel_id(number: int, marker: int) -> str:
    """The id of the evidence panel's heading while it shows this citation."""
    return f"evidence-{number}-{marker}"
