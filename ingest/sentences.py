"""A paragraph → its sentences as spans, with syntok (right on "et al. [5]", "vs." and "(Fig. 2)")."""

from __future__ import annotations


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences, in order; together they cover all of the text but the spaces between them."""
    from syntok import segmenter

    starts = [
        sentence[0].offset for paragraph in segmenter.analyze(text) for sentence in paragraph if sentence
    ]
    spans: list[tuple[int, int]] = []
    edges = [0, *starts[1:], len(text)]
    for start, stop in zip(edges, edges[1:], strict=False):
        part = text[start:stop]
        stripped = part.strip()
        if stripped:
            begin = start + len(part) - len(part.lstrip())
            spans.append((begin, begin + len(stripped)))
    return spans
