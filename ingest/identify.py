"""Files found + what the ledger knows → documents: each with its id, its places, and what it was before.

A document is known again by its path, and by its content where the path is new: a renamed file keeps its id, and the
same content in two places is one document. Nothing here goes by time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.find import Found
from ingest.ledger import Row


@dataclass(frozen=True, slots=True)
class Item:
    """A document that files were found for.

    Attributes:
        found: the file to read it from.
        places: all files that hold it, the one it was or will be read from first.
        before: its row in the ledger.
        elsewhere: it was read from a file outside this run's folders, which is still there.
    """

    source_id: str
    found: Found
    places: tuple[Path, ...]
    before: Row | None = None
    elsewhere: bool = False


def identify(
    found: Sequence[Found], rows: Iterable[Row], covered: Callable[[Path], bool]
) -> tuple[tuple[Item, ...], tuple[Row, ...]]:
    """The documents, by id; and the rows of this run's folders for which no file is left.

    `covered` tells whether a path lies under a folder of this run, or is named in it.
    """
    known = {row.source_id: row for row in rows}
    groups = _groups(_without_stand_ins(found, known.values(), covered))
    owners = _owners(groups, known, covered)
    ids = _ids(groups, owners)
    items = []
    for number, group in enumerate(groups):
        places = [each.place for each in group]
        before = known.get(ids[number])
        if before is not None and owners.get(ids[number]) != number and Path(before.path) not in places:
            before = None  # of a document that is gone, whose id is free
        outside = [place for place in _places(before) if not covered(place) and place.exists()]
        if before is not None and before.stands_in and not group[0].source.entry.catalogue.digest:
            outside = []  # of the digest, whose original has come
        elsewhere = before is not None and Path(before.path) in outside
        places = [*outside, *places] if elsewhere else [*places, *outside]
        items.append(Item(ids[number], group[0], tuple(dict.fromkeys(places)), before, elsewhere))
    used = set(ids.values())
    gone = tuple(
        row for source_id, row in sorted(known.items()) if source_id not in used and all(map(covered, _places(row)))
    )
    return tuple(sorted(items, key=lambda item: item.source_id)), gone


def _places(row: Row | None) -> list[Path]:
    return [Path(place) for place in row.all_places] if row else []


def _without_stand_ins(found: Sequence[Found], rows: Iterable[Row], covered: Callable[[Path], bool]) -> list[Found]:
    """Digests are set aside where the original itself is there under the same id."""
    originals = {f.source.entry.source_id for f in found if f.source.named and not f.source.entry.catalogue.digest}
    originals |= {row.source_id for row in rows if not row.stands_in and _elsewhere(row, covered)}
    return [
        each for each in found if not (each.source.entry.catalogue.digest and each.source.entry.source_id in originals)
    ]


def _elsewhere(row: Row, covered: Callable[[Path], bool]) -> bool:
    return any(not covered(place) and place.exists() for place in _places(row))


def _groups(found: Iterable[Found]) -> list[list[Found]]:
    """Files of one document together: of the same content, unless `library.toml` gives them different ids.

    The first of each group is the one that `library.toml` describes, if there is one.
    """
    groups: list[list[Found]] = []
    named: dict[tuple[str, str], list[Found]] = {}
    by_content: dict[str, list[Found]] = {}
    for each in sorted(found, key=lambda f: (not f.source.named, f.place)):
        key = (each.source.entry.source_id, each.content)
        same = named.get(key) if each.source.named else by_content.get(each.content)
        if same is not None and each.content:
            same.append(each)
            continue
        group = [each]
        groups.append(group)
        if each.source.named:
            named[key] = group
        by_content.setdefault(each.content, group)
    return groups


def _owners(
    groups: Sequence[Sequence[Found]], known: Mapping[str, Row], covered: Callable[[Path], bool]
) -> dict[str, int]:
    """For each id in use the group that has it, or -1 where a document outside this run keeps it."""
    at = {each.place: number for number, group in enumerate(groups) for each in group}
    of_content = {group[0].content: number for number, group in enumerate(groups) if group[0].content}
    asked = {group[0].source.entry.source_id: number for number, group in enumerate(groups) if group[0].source.named}
    owners: dict[str, int] = {}
    taken: set[int] = set()

    def give(row: Row, number: int | None) -> None:
        if number is None or number in taken or row.source_id in owners:
            return
        first = groups[number][0].source
        if first.named and first.entry.source_id != row.source_id:
            return  # `library.toml` gives this file another id
        owners[row.source_id] = number
        taken.add(number)

    rows = sorted(known.values(), key=lambda row: row.source_id)
    for row in rows:  # where it was, and first where it was read from
        give(row, at.get(Path(row.path)))
    for row in rows:
        for place in _places(row):
            give(row, at.get(place))
    for row in rows:  # the same content elsewhere: another place of a document that stays, or a renamed file
        if row.content:
            give(row, of_content.get(row.content))
    for row in rows:
        if row.source_id in owners:
            continue
        wanted = asked.get(row.source_id)
        lost = not any(place.exists() for place in _places(row))
        if wanted is not None and wanted not in taken and (lost or row.stands_in):
            give(row, wanted)  # the id of `library.toml` moves on, to the new file or from a digest to its original
        elif not all(map(covered, _places(row))):
            owners[row.source_id] = -1
    return owners


def _ids(groups: Sequence[Sequence[Found]], owners: Mapping[str, int]) -> dict[int, str]:
    """The id of each group: the one it has, else the wanted one, with a number behind it when that is in use."""
    ids = {number: source_id for source_id, number in owners.items() if number >= 0}
    used = set(owners)
    for number, group in enumerate(groups):  # named ones first, as the groups are ordered
        if number in ids:
            continue
        wanted = group[0].source.entry.source_id
        found, copy = wanted, 1
        while found in used:
            copy += 1
            found = f"{wanted}-{copy}"
        used.add(found)
        ids[number] = found
    return ids
