"""What a document says of an older one that it replaces, in its own words.

In: a document. Out: the titles (or numbers) that it names as replaced, as printed. Whether the library holds such a
document is found out when the library is read (`rag.index.succession`), for it changes with the library.
"""

from __future__ import annotations

import re

from rag.schema import Document

OPENING = 6000  # characters in which a document says such a thing of itself
# "This brief replaces “Peer work: a scan” (2011)", "An update of our 2011 review, Peer work: a scan."
_SAYS = re.compile(
    r"\b(?:this|the present|our)\s+(?:\w+[\s-]){0,3}?(?:brief|review|response|report|document|version|edition|guide|"
    r"guidance|guideline|synthesis|summary|update|paper|publication|article)\s+"
    r"(?:\w+\s+){0,2}?(?:supersedes|replaces|updates(?:\s+and\s+(?:replaces|supersedes))?|is\s+an\s+update[d]?\s+(?:version\s+)?(?:of|to))\b"
    r"|^\s*(?:supersedes|replaces)\b\s*:?",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(r"[“\"‘']([^“”\"‘’'\n]{8,300})[”\"’']")
_REST = re.compile(r"[^\n]{8,300}")
_OPENER = re.compile(
    r"^(?:\W*(?:the|our|its|an?|earlier|previous|first|older|\d{4}|brief|review|response|report|version|edition|"
    r"document|guide|publication|from|of|titled|entitled|called|published|in)\b)*\W*",
    re.IGNORECASE,
)
_END = re.compile(r"[.;]\s|[.;]$|\s\(\d{4}\)|,\s*(?:published|which|first)\b")


def stated(document: Document) -> tuple[str, ...]:
    """The documents that this one says it replaces; empty when it says nothing of the kind."""
    opening = document.text[:OPENING]
    found: list[str] = []
    for says in _SAYS.finditer(opening):
        line = _REST.match(opening, says.end())
        if line is None:
            continue
        quoted = _QUOTED.findall(line[0])
        named = quoted or [_END.split(_OPENER.sub("", line[0]), maxsplit=1)[0]]
        found += [" ".join(name.split()).strip(" .,;:") for name in named]
    return tuple(dict.fromkeys(name for name in found if len(name) >= 8))
