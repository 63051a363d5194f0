"""Paths → the files that are documents, each with what its folder's `library.toml` knows of it, and its hash.

A folder that cannot be read is an error, never an empty folder: its documents would be taken for vanished.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.library import NAME, Entry, id_of, read_library
from rag.errors import SourceError
from rag.schema import Catalogue

BLOCK = 1 << 20  # bytes hashed at a time


@dataclass(frozen=True, slots=True)
class Source:
    """A file found, with what is known of it; `named` when its id was given in `library.toml`."""

    path: Path
    entry: Entry
    named: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A source with the hash of its bytes; empty when they cannot be had, and `why` then says the reason."""

    source: Source
    content: str
    why: str = ""

    @property
    def place(self) -> Path:
        """The file, as one path whatever way it was reached."""
        return self.source.path.resolve()


def find(root: Path) -> Iterator[Source]:
    """The documents at a path: the file itself, or all files of a folder but hidden ones, sorted.

    Raises SourceError for a folder, also an inner one, that cannot be listed.
    """
    libraries: dict[Path, dict[str, Entry]] = {}
    for path in [root] if root.is_file() else _files(root):
        inside = path.relative_to(root).parts if root.is_dir() else (path.name,)
        if path.name == NAME or any(part.startswith(".") for part in inside):
            continue
        if path.parent not in libraries:
            libraries[path.parent] = read_library(path.parent)
        known = libraries[path.parent].get(path.name)
        yield Source(path, known or Entry(id_of(path), Catalogue(title="")), known is not None)


def look(source: Source, most: int) -> Found:
    """The source with its hash, unless it cannot be read or is larger than `most` bytes."""
    hasher = hashlib.sha256()
    try:
        size = source.path.stat().st_size
        if size > most:
            return Found(source, "", f"the file has {size / 1e6:,.0f} MB, at most {most / 1e6:,.0f} are read")
        with source.path.open("rb") as file:
            while block := file.read(BLOCK):
                hasher.update(block)
    except OSError as error:
        return Found(source, "", f"cannot be opened: {error.strerror}")
    return Found(source, hasher.hexdigest())


def _files(root: Path) -> list[Path]:
    def told(error: OSError) -> None:
        raise SourceError(
            f"`{error.filename}` cannot be read: {error.strerror}. Nothing was changed",
            "give back the right to read it, or name other folders",
        ) from error

    files: list[Path] = []
    for folder, inner, names in os.walk(root, onerror=told):
        inner[:] = [name for name in inner if not name.startswith(".")]
        files += [path for name in names if _is_document(path := Path(folder, name))]
    return sorted(files)


def _is_document(path: Path) -> bool:
    """A file, or a link to one that is lost, which will be told; no pipe, which would never end."""
    return path.is_file() or (path.is_symlink() and not path.exists())
