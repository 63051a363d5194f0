"""Where a finding stands in an index: a case's place → the gold passage.

In: a document as the index holds it, and a place. Out: `Gold`: the passage whose span holds the key. Reference
lists and front matter make no passages; there it is the entry, or the section, that holds it. The same place is
found in the original and in its digest, by the key of the one or of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.cases import Place
from rag.schema import Document, Hit

_QUOTES = {"'": "['’‘]", "’": "['’‘]", "‘": "['’‘]", '"': '["“”]', "“": '["“”]', "”": '["“”]'}


@dataclass(frozen=True, slots=True)
class Gold:
    """The span that a right search finds and a right answer cites.

    Attributes:
        id: of the passage; for other spans made of document and offset.
        start, end: of the gold passage. key_start, key_end: of the key inside it.
        section: heading path.
    """

    id: str
    source_id: str
    section: tuple[str, ...]
    start: int
    end: int
    key_start: int
    key_end: int


def occurrences(text: str, key: str) -> list[tuple[int, int]]:
    """Spans at which the key stands; line ends count as spaces, and quotation marks of all kinds are alike."""
    if not key:
        return []
    words = ("".join(_QUOTES.get(sign, re.escape(sign)) for sign in word) for word in key.split())
    return [match.span() for match in re.finditer(r"\s+".join(words), text)]


def locate(document: Document, place: Place) -> Gold | None:
    """The gold span of a place, or None where neither key stands exactly once in the document."""
    for key in (place.original_key, place.digest_key):
        found = occurrences(document.text, key)
        if len(found) == 1:
            return _around(document, *found[0])
    return None


def _around(document: Document, start: int, end: int) -> Gold:
    source_id = document.source_id
    for passage in document.passages:
        if passage.start <= start < passage.end:
            return Gold(passage.id, source_id, passage.section, passage.start, passage.end, start, end)
    section = next(section for section in document.sections if section.start <= start < section.end)
    first, last = section.start, section.end
    for reference in document.references:
        if reference.start <= start < reference.end:
            first, last = reference.start, reference.end
    return Gold(f"{source_id}@{first}", source_id, section.path, first, last, start, end)


def same_heading(document: Document, gold: Gold, heading: str) -> bool:
    """True when the innermost heading over the gold span is this one; front matter stands under the title."""
    return fold(gold.section[-1] if gold.section else document.catalogue.title) == fold(heading)


def fold(heading: str) -> str:
    """A heading without what differs between editions: case, kinds of quotation marks, signs at its end."""
    plain = heading.translate(str.maketrans("’‘“”", "''\"\"")).casefold()
    return " ".join(plain.split()).rstrip(" .:;?!")


def gold_ids(golds: Iterable[Gold]) -> tuple[str, ...]:
    """The gold passages, each once."""
    return tuple(dict.fromkeys(gold.id for gold in golds))


def rank_of(gold: Gold, hits: Sequence[Hit]) -> int | None:
    """Rank of the first hit that holds the key, or None."""
    return next((hit.rank for hit in hits if _holds(hit, gold)), None)


def ranked_ids(golds: Sequence[Gold], hits: Sequence[Hit]) -> tuple[str, ...]:
    """What was found, in order: a hit that holds a key stands there by its gold passage's id, each once.

    So passages that overlap, or are cut otherwise than ours, are measured alike.
    """
    ids: dict[str, None] = {}
    for hit in hits:
        held = [gold.id for gold in golds if _holds(hit, gold)]
        ids.update(dict.fromkeys(held or [hit.passage.id]))
    return tuple(ids)


def _holds(hit: Hit, gold: Gold) -> bool:
    return hit.passage.source_id == gold.source_id and hit.passage.start <= gold.key_start < hit.passage.end
