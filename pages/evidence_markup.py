"""The evidence behind one citation as HTML: pure functions, no Streamlit. All text is escaped here.

In: a citation of an answer and the library's catalogue. Out: the evidence panel.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pages.answer_markup import stands, study_html
from pages.markup import about, digest_html, esc, link_to_document, original_html, panel_id, pdf_html, tag, titled
from rag.schema import Answer, Catalogue, Citation, Cue

log = logging.getLogger("citewell.page")


def passage_html(citation: Citation) -> str:
    """The passage with exactly the quotation marked, or both apart if it does not stand there."""
    start, end = citation.char_start - citation.passage_start, citation.char_end - citation.passage_start
    passage, quote = citation.passage, f"<mark>{esc(citation.quote)}</mark>"
    if start < 0 or passage[start:end] != citation.quote:
        log.error("citation %d of %s is not in its passage", citation.marker, citation.source_id)
        return f'<p class="cw-text">{quote}</p><p class="cw-text">{esc(passage)}</p>'
    return f'<p class="cw-text">{esc(passage[:start])}{quote}{esc(passage[end:])}</p>'


def panel_html(number: int, answer: Answer, marker: int, library: Mapping[str, Catalogue]) -> str:
    """The evidence panel: one citation in full, with the ways to the one before, the next, and back."""
    markers = [citation.marker for citation in answer.citations]
    at = markers.index(marker)
    citation, own = answer.citations[at], panel_id(number, marker)
    body = evidence_html(citation, library, f"{own}-passage")
    return (
        f'<section class="cw-side cw-panel" aria-labelledby="{own}"><div class="cw-panel-head">'
        f'<h3 id="{own}" tabindex="-1">Citation {marker} <span class="cw-small">of {len(markers)}</span></h3>'
        f'<div class="cw-steps">{_step(number, markers, at, -1)}{_step(number, markers, at, 1)}'
        '<button type="button" class="cw-button" data-cw="close" aria-label="Close the evidence" title="Close (Esc)">'
        f"✕</button></div></div>{body}</section>"
    )


def _step(number: int, markers: list[int], at: int, step: int) -> str:
    there = 0 <= at + step < len(markers)
    name, sign, key = ("Next", "→", "→") if step > 0 else ("Previous", "←", "←")
    goal = f'data-marker="{markers[at + step]}"' if there else "disabled"
    return (
        f'<button type="button" class="cw-button" data-cw="open" data-turn="{number}" data-step="{step}" {goal}'
        f' aria-label="{name} citation" title="{name} citation ({key})">{sign}</button>'
    )


def evidence_html(citation: Citation, library: Mapping[str, Catalogue], passage_id: str = "passage") -> str:
    """One citation in full: where it stands, the passage, the studies behind it, signs of strength."""
    entry = library.get(citation.source_id)
    span = (citation.char_start, citation.char_end) if citation.kind == "text" else (None, None)
    link = link_to_document(citation.source_id, *span)
    links = [f'<a href="{link}" target="_blank">Read it in the document</a>']
    links += [pdf_html(citation.source_id, citation.page), original_html(entry, citation.page) if entry else ""]
    parts = [
        f'<p class="cw-title">{esc(titled(citation.title, citation.year))}</p>',
        f'<p class="cw-small">{esc(about(entry))}</p>' if entry else "",
        superseded_html(citation, library),
        digest_html(entry) if entry else "",
        f'<p class="cw-place">{esc(stands(citation))}</p>',
        f'<blockquote class="cw-passage" id="{passage_id}" tabindex="0" aria-label="Passage">'
        f"{passage_html(citation)}</blockquote>",
        f'<p class="cw-links">{" ".join(link for link in links if link)}</p>',
    ]
    if citation.studies:
        rows = "".join(f"<li><b>{study_html(s)}</b><br>{esc(s.reference)}</li>" for s in citation.studies)
        parts.append(f'<h4>Primary studies behind it</h4><ul class="cw-rows">{rows}</ul>')
    if citation.cues:
        rows = "".join(cue_html(cue) for cue in citation.cues)
        parts.append(f'<h4>Signs of strength, in the source’s words</h4><ul class="cw-rows">{rows}</ul>')
    return "".join(parts)


def superseded_html(citation: Citation, library: Mapping[str, Catalogue]) -> str:
    """Say which documents of the library replace the one cited; empty when none does."""
    if not citation.superseded_by:
        return ""
    links = "; ".join(
        f'<a href="{link_to_document(id_)}" target="_blank">'
        f"{esc(titled(library[id_].title, library[id_].year) if id_ in library else id_)}</a>"
        for id_ in citation.superseded_by
    )
    return f'<p class="cw-small">{tag("Superseded", warning=True)} by {links}</p>'


def cue_html(cue: Cue) -> str:
    """A sign of strength with the words that show it: "Sample size: 92 — “92 nurses took part”"."""
    kind = cue.kind.replace("_", " ").capitalize()
    return f'<li>{esc(kind)}: <b>{esc(cue.value)}</b> <span class="cw-small">“{esc(cue.words)}”</span></li>'
