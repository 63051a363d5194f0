"""`library.toml`: what is known of each document of a folder that its text does not say.

In: a folder. Out: for each file named there, its id and catalogue. Documents without an entry get an id made
of their file's name. A `[[document]]` has: id, file, title, authors, year, publisher, place, kind, licence,
url, doi, aliases, supersedes, digest.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rag.errors import SourceError
from rag.schema import Catalogue

NAME = "library.toml"
_ID = re.compile(r"[A-Za-z0-9._-]+")
_NOT_ID = re.compile(r"[^a-z0-9._-]+")
_LISTS = {"authors", "aliases", "supersedes"}
_HINT = f"each [[document]] in {NAME} needs an id, a file and a title; docs/corpus.md has an example"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document's id and what is known of it."""

    source_id: str
    catalogue: Catalogue


def read_library(folder: Path) -> dict[str, Entry]:
    """The entries of the folder's `library.toml` by file name; empty without one.

    Raises SourceError, naming the entry, for one that cannot be used.
    """
    path = folder / NAME
    if not path.exists():
        return {}
    try:
        documents = tomllib.loads(path.read_text(encoding="utf-8")).get("document", [])
    except (OSError, ValueError) as error:
        raise SourceError(f"cannot read `{path}`: {error}", _HINT) from error
    if not isinstance(documents, list) or not all(isinstance(raw, dict) for raw in documents):
        raise SourceError(f"`{path}`: `document` is no list of entries", "write [[document]], with two brackets")
    entries: dict[str, Entry] = {}
    for number, raw in enumerate(documents, start=1):
        entry = _entry(raw, f"`{path}`, document {number}")
        if entry.source_id in {known.source_id for known in entries.values()}:
            raise SourceError(f"`{path}`: the id `{entry.source_id}` stands there twice", "give each its own id")
        entries[raw["file"]] = entry
    return entries


def id_of(path: Path) -> str:
    """An id made of a file's name: its letters, digits, `.`, `_`, `-` in lower case."""
    return _NOT_ID.sub("-", path.stem.casefold()).strip("-.") or "document"


def _entry(raw: dict[str, Any], place: str) -> Entry:
    known = {field.name for field in fields(Catalogue)}
    unknown = raw.keys() - known - {"id", "file"}
    if unknown:
        raise SourceError(f"{place}: unknown key `{sorted(unknown)[0]}`", _HINT)
    for key in ("id", "file", "title"):
        if not isinstance(raw.get(key), str) or not raw[key].strip():
            raise SourceError(f"{place}: no `{key}`", _HINT)
    if not _ID.fullmatch(raw["id"]):
        raise SourceError(f"{place}: the id `{raw['id']}` cannot be used", "use letters, digits, `.`, `_` and `-` only")
    values: dict[str, Any] = {}
    for key in known & raw.keys():
        value: Any = raw[key]
        wanted: Any = list if key in _LISTS else {"year": int, "digest": bool}.get(key, str)
        if type(value) is not wanted or (key in _LISTS and not all(isinstance(v, str) for v in value)):
            raise SourceError(f"{place}: `{key}` is not a {wanted.__name__}: `{value}`", _HINT)
        values[key] = tuple(value) if key in _LISTS else value
    return Entry(raw["id"], Catalogue(**values))
