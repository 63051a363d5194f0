"""HTML that cannot be left unescaped. In: text and elements. Out: elements; every plain string is escaped."""

from __future__ import annotations

import html

# Elements without content.
_EMPTY = ("meta", "line", "circle", "rect")


class Html(str):
    """Markup that was built here. A plain string put into an element is text, never markup."""

    __slots__ = ()


def el(name: str, /, *children: str, **attributes: str | float) -> Html:
    """An element. A trailing `_` of an attribute's name is dropped (`class_`), another one becomes `-`."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"' for key, value in attributes.items()
    )
    if name in _EMPTY:
        return Html(f"<{name}{written}/>")
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: str) -> Html:
    """Several children as one: markup stays, text is escaped."""
    return Html("".join(child if isinstance(child, Html) else html.escape(child) for child in children))


def table(head: tuple[str, ...], *rows: tuple[str, ...], caption: str = "") -> Html:
    """A table; its first column heads the rows."""
    titles = [el("th", title, scope="col") for title in head]
    body = [el("tr", el("th", row[0], scope="row"), *(el("td", cell) for cell in row[1:])) for row in rows]
    captions = [el("caption", caption)] if caption else []
    return el(
        "div", el("table", *captions, el("thead", el("tr", *titles)), el("tbody", *body)), class_="wide", tabindex="0"
    )
