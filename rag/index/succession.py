"""Which documents of a library were replaced by others of it.

In: what is known of each document, where `supersedes` holds ids from `library.toml`, or titles as a document itself
states them. Out: the same with titles turned into ids where the library holds such a document. This is found out when
the library is read, as it changes with what the library holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from rag.schema import Catalogue

LEAST = 3  # words of a title that is told by its beginning
_WORD = re.compile(r"\w+")


def resolve(catalogues: Mapping[str, Catalogue]) -> dict[str, Catalogue]:
    """The catalogues with the ids of what each replaces; what the library does not hold stays as it was printed."""
    names: dict[str, set[str]] = {}
    for source_id, known in catalogues.items():
        for name in (known.title, known.doi, *known.aliases):
            if _folded(name):
                names.setdefault(_folded(name), set()).add(source_id)
    found = {}
    for source_id, known in catalogues.items():
        ids = [_id_of(name, source_id, catalogues, names) or name for name in known.supersedes]
        found[source_id] = replace(known, supersedes=tuple(dict.fromkeys(id_ for id_ in ids if id_ != source_id)))
    return {
        source_id: replace(known, supersedes=tuple(old for old in known.supersedes if _newer(source_id, old, found)))
        for source_id, known in found.items()
    }


def superseded_by(catalogues: Mapping[str, Catalogue]) -> dict[str, tuple[str, ...]]:
    """For each document of the library that was replaced, the ids of those that replace it; catalogues resolved."""
    found: dict[str, tuple[str, ...]] = {}
    for source_id, known in sorted(catalogues.items()):
        for old in known.supersedes:
            if old in catalogues:
                found[old] = (*found.get(old, ()), source_id)
    return found


def _id_of(name: str, own: str, catalogues: Mapping[str, Catalogue], names: Mapping[str, set[str]]) -> str:
    if name in catalogues:
        return name
    folded = _folded(name)
    fitting = names.get(folded, set()) - {own}
    if not fitting and folded.count(" ") >= LEAST - 1:
        fitting = {
            source_id
            for known, source_ids in names.items()
            if known.startswith(folded + " ") or (known.count(" ") >= LEAST - 1 and folded.startswith(known + " "))
            for source_id in source_ids - {own}
        }
    return next(iter(fitting)) if len(fitting) == 1 else ""


def _newer(source_id: str, old: str, catalogues: Mapping[str, Catalogue]) -> bool:
    """False for two documents that each claim to replace the other, unless this is the younger one."""
    if old not in catalogues or source_id not in catalogues[old].supersedes:
        return True
    return (catalogues[source_id].year or 0) > (catalogues[old].year or 0)


def _folded(name: str) -> str:
    return " ".join(_WORD.findall(name.casefold()))
