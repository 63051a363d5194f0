"""An answer as HTML and as text to take along: pure functions, no Streamlit. All text is escaped here.

In: an answer and its number in the conversation. Out: paragraphs with numbered citations, sources, contrasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from pages.markup import cite_id, esc, link_to_document, place, tag, titled
from rag.schema import Answer, Citation, Hit, Sentence, Study

FIRST_WORDS = 14  # of a passage that is not open yet
CARD_WORDS = 60  # longest quotation on a card; the panel has all of it


def where(citation: Citation) -> str:
    """Source and place in a line: "Peer work (2013), What we found › Training, page 3"."""
    return f"{titled(citation.title, citation.year)}, {stands(citation)}"


def stands(citation: Citation) -> str:
    """Where in its document a quotation stands; a fact of the catalogue stands in none."""
    return "the library’s catalogue" if citation.kind == "catalogue" else place(citation.section, citation.page)


def study_html(study: Study) -> str:
    """A primary study by its label: "Creamer 2012 [reference 5]", with a mark if it was retracted."""
    mark = f" {tag('Retracted', warning=True)}" if study.retracted else ""
    return f"{esc(study.label)} [reference {study.number}]{mark}"


def warnings_html(citation: Citation) -> str:
    """Labels that warn of a citation: its document was superseded, a study behind it was retracted."""
    labels = ["Superseded"] if citation.superseded_by else []
    labels += ["Retracted study"] if any(study.retracted for study in citation.studies) else []
    return "".join(tag(label, warning=True) for label in labels)


def mark_html(number: int, citation: Citation, position: int, opened: int | None = None) -> str:
    """A citation's number: a button that speaks its source, with a card that shows quotation and source."""
    own = cite_id(number, citation.marker, position)
    current = ' aria-current="true"' if citation.marker == opened else ""
    words = citation.quote.split()
    quote = " ".join(words[:CARD_WORDS]) + (" …" if len(words) > CARD_WORDS else "")
    return (
        f'<span class="cw-cite"><button type="button" class="cw-mark" id="{own}" data-cw="open" data-turn="{number}"'
        f' data-marker="{citation.marker}" aria-label="{esc(f"Citation {citation.marker}: {where(citation)}")}"'
        f' aria-describedby="{own}-card"{current}>{citation.marker}</button>'
        f'<span class="cw-card" id="{own}-card" role="tooltip" popover="manual">'
        f'<span class="cw-card-quote">“{esc(quote)}”</span><span class="cw-card-source">{esc(where(citation))}</span>'
        f"{warnings_html(citation)}</span></span>"
    )


def paragraphs(answer: Answer) -> Iterator[list[tuple[int, Sentence]]]:
    """The sentences with their positions, in groups that make the same point; each alone where they are a list."""
    by_item = answer.layout == "list"
    for _, group in groupby(enumerate(answer.sentences), key=lambda s: s[0] if by_item else s[1].point):
        yield list(group)


def answer_html(number: int, answer: Answer, opened: int | None = None) -> str:
    """The answer in paragraphs, each sentence followed by its citations."""
    cited = {citation.marker: citation for citation in answer.citations}
    blocks = ""
    for group in paragraphs(answer):
        block = ""
        for position, sentence in group:
            marks = "".join(mark_html(number, cited[m], position, opened) for m in sentence.citations)
            said, space, last = sentence.text.rpartition(" ")  # the number never stands alone on a line
            block += f'{esc(said)}{space}<span class="cw-glue">{esc(last)}{marks}</span> '
        blocks += f"<li>{block.rstrip()}</li>" if answer.layout == "list" else f"<p>{block.rstrip()}</p>"
    if answer.layout == "list":
        blocks = f'<ul class="cw-items">{blocks}</ul>'
    if answer.lead:
        blocks = f'<p class="cw-asked">{esc(answer.lead)}</p>{blocks}'
    if any(sentence.generated for sentence in answer.sentences):
        blocks += (
            '<p class="cw-small">Worded by a language model from the quotations cited; open a citation to read '
            "the source’s own words.</p>"
        )
    return f'<div class="cw-answer">{blocks}</div>'


def quotations_html(number: int, answer: Answer, opened: int | None = None) -> str:
    """The quotations only, each as it is printed, with its source."""
    rows = "".join(
        f'<li><blockquote class="cw-quote">{esc(c.quote)}{mark_html(number, c, first_position(answer, c), opened)}'
        f'</blockquote><p class="cw-small">{esc(where(c))}</p></li>'
        for c in answer.citations
    )
    return f'<ul class="cw-answer cw-rows">{rows}</ul>'


def first_position(answer: Answer, citation: Citation) -> int:
    """The place of the first sentence that cites it."""
    return next((p for p, s in enumerate(answer.sentences) if citation.marker in s.citations), 0)


def contrasts_html(number: int, answer: Answer) -> str:
    """Quotations that differ on the same point, side by side; empty without any."""
    cited = {citation.marker: citation for citation in answer.citations}
    pairs = ""
    for pair in answer.contrasts:
        sides = "".join(
            f'<div><p class="cw-title">{esc(titled(c.title, c.year))}</p>'
            f'<blockquote class="cw-quote">{esc(c.quote)}</blockquote>{open_html(number, c)}</div>'
            for c in (cited[marker] for marker in pair if marker in cited)
        )
        pairs += f'<div class="cw-pair">{sides}</div>'
    return f"<h3>Where the sources differ</h3>{pairs}" if pairs else ""


def open_html(number: int, citation: Citation, words: str = "", kind: str = "cw-link") -> str:
    """A button that opens a citation from elsewhere than its number in the answer."""
    said = esc(f"Open citation {citation.marker}: {where(citation)}")
    return (
        f'<button type="button" class="{kind}" data-cw="open" data-turn="{number}" data-marker="{citation.marker}"'
        f' aria-label="{said}">{esc(words) or f"Open citation {citation.marker}"}</button>'
    )


def by_document(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Citations of the same document together, in the order of their first."""
    found: dict[str, list[Citation]] = {}
    for citation in citations:
        found.setdefault(citation.source_id, []).append(citation)
    return list(found.values())


def sources_html(number: int, answer: Answer) -> str:
    """The sources of an answer, by document: number, section, page and primary studies."""
    items = ""
    for cited in by_document(answer.citations):
        rows = "".join(
            f"<li>{open_html(number, citation, str(citation.marker), 'cw-mark')}<div>"
            f"<span>{esc(stands(citation))}</span>"
            + "".join(f'<span class="cw-study">{study_html(study)}</span>' for study in citation.studies)
            + "</div></li>"
            for citation in cited
        )
        warning = tag("Superseded", warning=True) if cited[0].superseded_by else ""
        title = esc(titled(cited[0].title, cited[0].year))
        items += f'<li><p class="cw-title">{title} {warning}</p><ul>{rows}</ul></li>'
    as_of = f'<p class="cw-small">Evidence {esc(answer.as_of)}.</p>' if answer.as_of else ""
    return (
        f'<section class="cw-side" aria-label="Sources"><h3>Sources</h3>{as_of}'
        f'<ul class="cw-sources">{items}</ul></section>'
    )


def nearest_html(hits: Iterable[Hit]) -> str:
    """The nearest passages, as what they are."""
    rows = ""
    for hit in hits:
        entry, passage = hit.document.catalogue, hit.passage
        link = link_to_document(passage.source_id, passage.start, passage.end)
        rows += (
            f"<details><summary>{esc(titled(entry.title, entry.year))}"
            f'<span class="cw-small">{esc(place(passage.section, passage.page))}</span>'
            f'<span class="cw-small cw-first">{esc(" ".join(hit.text.split()[:FIRST_WORDS]))} …</span></summary>'
            f'<p class="cw-text cw-source-text">{esc(hit.text)}</p>'
            f'<p class="cw-small"><a href="{link}" target="_blank">Read it in the document</a></p></details>'
        )
    return f'<h3>Nearest passages</h3><p class="cw-small">They do not answer the question.</p>{rows}' if rows else ""


def answer_text(answer: Answer) -> str:
    """The answer with its references, for copying."""
    lines = [answer.question, "", answer.text, ""]
    for citation in answer.citations:
        lines.append(f"[{citation.marker}] {where(citation)}. “{' '.join(citation.quote.split())}”")
        for study in citation.studies:
            retracted = " (RETRACTED)" if study.retracted else ""
            lines.append(f"    {study.label} [reference {study.number}]{retracted}: {study.reference}")
    if answer.as_of:
        lines += ["", f"Evidence {answer.as_of}."]
    return "\n".join(lines).strip()


def copy_html(number: int, answer: Answer) -> str:
    """A button that copies the answer with its references."""
    return _copying(f"copy-{number}", answer_text(answer), "cw-button", "Copy with references")


def receipt_html(number: int, answer: Answer) -> str:
    """The answer's receipt, which a click copies."""
    words = f"Receipt <code>{esc(answer.receipt)}</code>"
    return f'<div class="cw-small">{_copying(f"receipt-{number}", answer.receipt, "cw-quiet", words)}</div>'


def _copying(own: str, text: str, kind: str, words: str) -> str:
    return (
        f'<pre hidden id="{own}">{esc(text)}</pre>'
        f'<button type="button" class="{kind}" data-cw="copy" data-from="{own}">{words}</button>'
        '<span class="cw-said" role="status"></span>'
    )
