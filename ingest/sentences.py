"""A paragraph → its sentences as spans, with syntok (right on "et al.", "vs." and "(Fig. 2)").

A reference marker after the full stop of "et al." or of a sentence belongs to what is before it: "Gillard et
al. [2]." is one piece, and "(CASP) [31]. The" is two.
"""

from __future__ import annotations

import re
from itertools import pairwise

_MARKER = r"[\[(]\d[\d,;–\- ]*[\])]"
_LEADING_MARKER = re.compile(rf"\s*{_MARKER}[.,;]?\s*")
_AFTER_MARKER = re.compile(rf"{_MARKER}[.!?]\s+(?=[A-Z“\"‘])")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences, in order; together they cover all of the text but the spaces between them."""
    from syntok import segmenter

    starts = {sentence[0].offset for paragraph in segmenter.analyze(text) for sentence in paragraph if sentence}
    starts |= {match.end() for match in _AFTER_MARKER.finditer(text)}
    edges = {0, len(text)}
    for start in starts:
        marker = _LEADING_MARKER.match(text, start) if start else None
        edges.add(marker.end() if marker else start)
    spans: list[tuple[int, int]] = []
    for start, stop in pairwise(sorted(edges)):
        part = text[start:stop]
        stripped = part.strip()
        if stripped:
            begin = start + len(part) - len(part.lstrip())
            spans.append((begin, begin + len(stripped)))
    return spans
