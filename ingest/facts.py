"""What a document says of itself: title, authors, year, publisher, DOI, each with where that stands.

In: the blocks as read (their facts first), and the catalogue of `library.toml`, which overrules all. Out: the
catalogue filled in, and the place of each field. Nothing is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.blocks import SPOKEN, Block
from rag.schema import Catalogue

FIRST_PAGE, LIBRARY = "first page", "library.toml"
FIELDS = ("title", "authors", "year", "publisher", "doi", "licence", "url")
ORDER = ("front matter", "page's metadata", FIRST_PAGE, "document properties")  # whom to believe first
MAX_BLOCKS = 40  # of the first page
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]*[^\s\"<>.,;:)\]]")
_LABELLED = re.compile(
    r"(?:^|\s)(Authors?|By|Journal|Publisher|Published by|Publication date|Published|Date|Year|DOI|Licen[cs]e"
    r"|PMC|Citation)\s*:\s+",
    re.IGNORECASE,
)
_FIELD_OF = {
    "author": "authors", "authors": "authors", "by": "authors", "journal": "publisher", "publisher": "publisher",
    "published by": "publisher", "publication date": "year", "published": "year", "date": "year", "year": "year",
    "doi": "doi", "license": "licence", "licence": "licence",
}  # fmt: skip
_RIGHTS = re.compile(r"(?:©|\bcopyright\b|\(c\)|\bpublished\b)[^.]{0,40}?((?:19|20)\d{2})", re.IGNORECASE)
_MARKS = re.compile(r"[\d⁰¹²³⁴⁵⁶⁷⁸⁹*†‡∗§¶#,]+$|\b(?:PhD|MD|MSc|MPH|RN|BSc|MA|Dr\.?|Prof\.?)\b\.?")
_NAME = re.compile(
    r"[^\W\d_a-z][\w'’-]*\.?(?:\s(?:(?:van|von|de|der|den|del|di|da|dos|la|le|bin|al)\s)?[^\W\d_a-z][\w'’-]*\.?){1,3}"
)
_IDLE_TITLE = re.compile(r"^(?:untitled|microsoft \w+\s*-|document\d*$|slide\s?\d|\S+\.\w{2,4}$)", re.IGNORECASE)


def complete(catalogue: Catalogue, blocks: Sequence[Block]) -> tuple[Catalogue, tuple[tuple[str, str], ...]]:
    """The catalogue with what the document says, and (field, place) for each field that is known."""
    found: dict[str, tuple[str, str]] = {}
    said = [(b.marker, b.text, b.origin) for b in blocks if b.kind == "fact"]
    said += [(name, text, FIRST_PAGE) for name, text in _first_page([b for b in blocks if b.kind in SPOKEN])]
    for origin in ORDER:
        for name, text, place in said:
            if place == origin and name in FIELDS and name not in found and _usable(name, text):
                found[name] = (text, origin)
    origins = []
    for name in FIELDS:
        if getattr(catalogue, name):
            origins.append((name, LIBRARY))
        elif name in found and name != "title":
            value, origin = found[name]
            catalogue = replace(catalogue, **{name: _value(name, value)})  # type: ignore[arg-type]
            origins.append((name, origin))
    return catalogue, tuple(origins)


def stated_title(blocks: Sequence[Block]) -> tuple[str, str]:
    """The title that the file's front matter or properties give, and where; ("", "") where they give none."""
    for origin in ORDER:
        for block in blocks:
            if (
                block.kind == "fact"
                and block.marker == "title"
                and block.origin == origin
                and _usable("title", block.text)
            ):
                return block.text, origin
    return "", ""


def _usable(name: str, text: str) -> bool:
    if name == "title":
        return len(text.split()) > 1 and not _IDLE_TITLE.match(text) and len(text) < 400
    return bool(_YEAR.search(text)) if name == "year" else bool(_DOI.search(text)) if name == "doi" else bool(text)


def _value(name: str, text: str) -> object:
    if name == "year":
        return int(_YEAR.search(text)[0])  # type: ignore[index]
    if name == "doi":
        return _DOI.search(text)[0]  # type: ignore[index]
    return names(text) if name == "authors" else text


def names(text: str) -> tuple[str, ...]:
    """Persons of a list: "Ann Lee, Bo Hall and C. Dahl"; "Lee, A.; Hall, B." keeps its commas."""
    parts = re.split(r"\s*;\s*" if ";" in text else r"\s*,\s*(?:and\s+|&\s*)?|\s+and\s+|\s*&\s*", text)
    return tuple(name for name in (_MARKS.sub("", part).strip(" ,.") for part in parts) if name)[:60]


def _first_page(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Fields that the beginning of the text gives."""
    front = blocks[:MAX_BLOCKS]
    titled = next((place for place, b in enumerate(front) if b.kind in ("title", "heading")), 0)
    for place, block in enumerate(front):
        if block.kind == "heading" and block.text.casefold() in ("references", "bibliography"):
            return
        labels = list(_LABELLED.finditer(block.text)) if len(block.text) < 3000 else []
        ends = [label.start() for label in labels[1:]] + [len(block.text)] * bool(labels)
        for label, end in zip(labels, ends, strict=True):
            name, value = _FIELD_OF.get(label[1].casefold(), ""), block.text[label.end() : end].strip()
            if name and value:
                yield name, re.sub(r"\s*\((?:19|20)\d{2}\)$", "", value) if name == "publisher" else value
            if label[1].casefold() in ("journal", "citation") and _YEAR.search(value):
                yield "year", value
        if (
            titled < place <= titled + 3
            and not labels
            and block.kind in ("paragraph", "item", "heading", "row")
            and _are_names(block.text)
        ):
            yield "authors", block.text.replace(" | ", ", ")
        rights = _RIGHTS.search(block.text)
        if rights:
            yield "year", rights[1]
        if _DOI.search(block.text):
            yield "doi", block.text


def _are_names(text: str) -> bool:
    if len(text) > 600 or text.endswith((".", ":", "?")):
        return False
    parts = names(text.replace(" | ", ", "))
    people = [part for part in parts if _NAME.fullmatch(part)]
    return len(parts) > 0 and len(people) >= 0.8 * len(parts) and (len(people) > 1 or text == parts[0])
