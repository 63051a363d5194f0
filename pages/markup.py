"""Answers, citations and documents as HTML and as text for the pages: pure functions, no Streamlit.

In: types of `rag.schema`. Out: strings. Text of documents and questions is data: every function here that
returns HTML has escaped it, and `label` keeps it from being read as Markdown.
"""

from __future__ import annotations

import html
import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from rag.schema import Answer, Catalogue, Citation, Cue, Study

# What Streamlit replaces in Markdown even where it was escaped: `:smile:`, `->`, `--`, `>=` and the like.
SHORTCUT = re.compile(r":(?=[\w+/-]+:)|-(?=[->])|[<>~](?=[=-])")
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
WORD_JOINER = "\u2060"  # invisible, no width

log = logging.getLogger("citewell.page")
esc = html.escape


def label(text: str) -> str:
    """Text for a place where Streamlit reads Markdown, so that it is shown as it is."""
    unbroken = SHORTCUT.sub(lambda sign: sign[0] + WORD_JOINER, " ".join(text.split()))
    return PUNCTUATION.sub(r"\\\1", unbroken)


def titled(title: str, year: int | None) -> str:
    """Title and year: "Peer work (2013)"."""
    return f"{title} ({year})" if year else title


def names_apart(library: Mapping[str, Catalogue]) -> dict[str, str]:
    """Title and year of each document, and its id where two would read the same."""
    names = {source_id: titled(entry.title, entry.year) for source_id, entry in library.items()}
    count = Counter(names.values())
    return {id_: name if count[name] == 1 else f"{name} [{id_}]" for id_, name in names.items()}


def place(section: Iterable[str], page: int | None) -> str:
    """Heading path and page: "What we found › Training, page 3"."""
    path = " › ".join(section) or "Before the first heading"
    return path if page is None else f"{path}, page {page}"


def about(entry: Catalogue) -> str:
    """Publisher, year and kind, as far as they are known."""
    return " · ".join(str(part) for part in (entry.publisher, entry.year, entry.kind) if part)


def answer_text(answer: Answer) -> str:
    """The answer with its references, for copying."""
    lines = [answer.text, ""]
    for citation in answer.citations:
        where = f"{titled(citation.title, citation.year)}. {place(citation.section, citation.page)}."
        lines.append(f"[{citation.marker}] {where} “{' '.join(citation.quote.split())}”")
        for study in citation.studies:
            retracted = " (RETRACTED)" if study.retracted else ""
            lines.append(f"    {study.label} [reference {study.number}]{retracted}: {study.reference}")
    return "\n".join(lines).strip()


def digest_html(entry: Catalogue) -> str:
    """Say that a digest is one and where its original is; empty for an original."""
    if not entry.digest:
        return ""
    original = "the original"
    if entry.url.startswith(("https://", "http://")):
        original = f'<a href="{esc(entry.url)}" target="_blank" rel="noopener noreferrer">{original}</a>'
    return f'<p class="cw-small"><span class="cw-tag">Digest</span> Restates {original} in other words.</p>'


def documents_html(library: Iterable[Catalogue]) -> str:
    """What there is to search: title, publisher, year, kind."""
    rows = "".join(
        f'<li><p class="cw-title">{esc(entry.title)}</p><p class="cw-small">{esc(about(entry))}</p>'
        f"{digest_html(entry)}</li>"
        for entry in library
    )
    return f'<ul class="cw-rows">{rows}</ul>'


def study_html(study: Study) -> str:
    """A primary study by its label: "Creamer 2012 [reference 5]", with a mark if it was retracted."""
    mark = ' <strong class="cw-retracted">RETRACTED</strong>' if study.retracted else ""
    return f"{esc(study.label)} [reference {study.number}]{mark}"


def sources_html(answer: Answer) -> str:
    """The sources of an answer, by document: number, section, page and primary studies."""
    by_document: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_document.setdefault(citation.source_id, []).append(citation)
    items = ""
    for cited in by_document.values():
        rows = "".join(
            f'<li><span class="cw-number">[{citation.marker}]</span> <div>'
            f"<span>{esc(place(citation.section, citation.page))}</span>"
            + "".join(f'<span class="cw-study">{study_html(study)}</span>' for study in citation.studies)
            + "</div></li>"
            for citation in cited
        )
        title = esc(titled(cited[0].title, cited[0].year))
        items += f'<li><p class="cw-title">{title}</p><ul>{rows}</ul></li>'
    return f'<h3>Sources</h3><ul class="cw-sources">{items}</ul>'


def passage_html(citation: Citation) -> str:
    """The passage with exactly the quotation marked, or both apart if it does not stand there."""
    start, end = citation.char_start - citation.passage_start, citation.char_end - citation.passage_start
    passage, quote = citation.passage, f"<mark>{esc(citation.quote)}</mark>"
    if start < 0 or passage[start:end] != citation.quote:
        log.error("citation %d of %s is not in its passage", citation.marker, citation.source_id)
        return f'<p class="cw-text">{quote}</p><p class="cw-text">{esc(passage)}</p>'
    return f'<p class="cw-text">{esc(passage[:start])}{quote}{esc(passage[end:])}</p>'


def evidence_html(citation: Citation, entry: Catalogue | None, total: int) -> str:
    """One citation in full: where it stands, the passage, the studies behind it, signs of strength."""
    parts = [
        f'<h3 id="cw-evidence" tabindex="-1">Citation {citation.marker} of {total}</h3>',
        f'<p class="cw-title">{esc(citation.title)}</p>',
        f'<p class="cw-small">{esc(about(entry) if entry else str(citation.year or ""))}</p>',
        digest_html(entry) if entry else "",
        f'<p class="cw-place">{esc(place(citation.section, citation.page))}</p>',
        f'<blockquote tabindex="0" aria-label="Passage">{passage_html(citation)}</blockquote>',
    ]
    if citation.studies:
        rows = "".join(f"<li><b>{study_html(s)}</b><br>{esc(s.reference)}</li>" for s in citation.studies)
        parts.append(f'<h4>Primary studies behind it</h4><ul class="cw-rows">{rows}</ul>')
    if citation.cues:
        rows = "".join(cue_html(cue) for cue in citation.cues)
        parts.append(f'<h4>Signs of strength, in its words</h4><ul class="cw-rows">{rows}</ul>')
    return "".join(parts)


def cue_html(cue: Cue) -> str:
    """A sign of strength with the words that show it: "Sample size: 92 “92 nurses took part”"."""
    kind = cue.kind.replace("_", " ").capitalize()
    return f"<li>{esc(kind)}: <b>{esc(cue.value)}</b> “{esc(cue.words)}”</li>"
