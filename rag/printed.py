"""Answers and hits as text for a terminal.

In: `Answer`, `Hit`. Out: lines of at most 100 characters: the answer by point, then each source with its studies,
cues and what replaced it, then where sources differ, how recent the evidence is, and what is not covered.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby

from rag.schema import Answer, Citation, Hit

WIDTH = 100


def answer_as_text(answer: Answer) -> str:
    """An answer as `python -m rag ask` prints it."""
    return "\n".join(_lines(answer)).rstrip()


def hit_as_text(hit: Hit) -> str:
    """A ranked passage."""
    where = " › ".join((hit.document.catalogue.title, *hit.passage.section))
    return wrapped(f"{hit.rank:>2}. {hit.score:.4f}  {where}", "    ") + "\n" + wrapped(f"    {hit.text}", "    ")


def _lines(answer: Answer) -> Iterator[str]:
    if answer.standalone_question != answer.question:
        yield from (wrapped(f"Understood as: {answer.standalone_question}"), "")
    if answer.abstained:
        missing = f" Missing: {', '.join(answer.uncovered)}." if answer.uncovered else ""
        yield wrapped(answer.note + missing)
        if answer.hits:
            yield from ("", "Nearest passages, which do not answer it:", "")
        yield from (hit_as_text(hit) + "\n" for hit in answer.hits[:3])
    else:
        if answer.lead:
            yield from (f"→ {answer.lead}", "")
        yield from _told(answer)
        yield ""
        for citation in answer.citations:
            yield from _source(citation)
        yield ""
        for one, other in answer.contrasts:
            yield f"Sources differ: [{one}] and [{other}]."
        if answer.note:
            yield wrapped(answer.note)
        if answer.as_of:
            yield f"Evidence {answer.as_of}."
        if answer.uncovered:
            yield wrapped(f"Not covered by the library: {'; '.join(answer.uncovered)}.")
    if answer.suggestions:
        yield from ("", "Questions that the library answers:")
        yield from (wrapped(f"- {question}", "  ") for question in answer.suggestions)
    if answer.receipt:
        yield from ("", f"Receipt {answer.receipt}")


def _told(answer: Answer) -> Iterator[str]:
    """The sentences: those of one point in one paragraph, or one a line where a list was asked for."""
    if answer.layout == "list":
        yield from (wrapped(f"- {sentence.marked}", "  ") for sentence in answer.sentences)
        return
    for _, sentences in groupby(answer.sentences, key=lambda sentence: sentence.point):
        yield wrapped(" ".join(sentence.marked for sentence in sentences))


def _source(citation: Citation) -> Iterator[str]:
    where = " › ".join(citation.section)
    page = f", p. {citation.page}" if citation.page else ""
    yield wrapped(f"[{citation.marker}] {citation.title} ({citation.year or 'no year'}). {where}{page}", "    ")
    if citation.superseded_by:
        yield wrapped(f"    REPLACED by {', '.join(citation.superseded_by)}", "    ")
    for study in citation.studies:
        retracted = "  RETRACTED" if study.retracted else ""
        yield f"    {study.label} [reference {study.number}]{retracted}"
    if citation.cues:
        cues = "; ".join(
            f"{cue.kind.replace('_', ' ')} {cue.value} (“{' '.join(cue.words.split())}”)" for cue in citation.cues
        )
        yield wrapped(f"    {cues}", "    ")


def wrapped(text: str, later: str = "") -> str:
    """The text in lines of at most 100 characters, those after the first behind `later`."""
    return "\n".join(
        textwrap.fill(line, WIDTH, subsequent_indent=later, break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    )
