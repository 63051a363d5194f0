"""An assistant that knows all the answers of a test set, and that can be told to go wrong; what to ask it about."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from fakes import count_tokens, read_document

from eval.cases import COLUMNS, Case, Finding, Place
from eval.gold import Gold, locate
from eval.score import Result, score
from eval.wordings import parse_wordings
from ingest.assemble import assemble
from ingest.find import find
from ingest.passages import Measure, with_passages
from ingest.read import read
from rag.errors import SourceError
from rag.schema import Answer, Citation, Document, Hit, Passage, Sentence, Statement, Turn

TEXT = """# Ferries and sleep

## Night crews

Night crews on the island ferries slept 5.4 hours a day (1). Half of them napped before a shift (1;2).

## Day crews

Day crews slept 7.1 hours a day. None of them napped on board.

## References

1. Lund A, Moe B. Sleep on ferries. Sea Health. 2009;3:1-9.
2. Dahl C. Naps before night work. Sea Health. 2011;5:12-20.
"""


def ferries(source_id: str = "ferries") -> Document:
    """A document of two passages and two references."""
    return read_document(TEXT, f"{source_id}.md")


def corpus(folder: Path) -> tuple[Document, ...]:
    """The documents of a folder as they are indexed, but for the encoder's view of length."""
    return tuple(
        with_passages(
            assemble(source.entry.source_id, read(source.path, source.path.read_bytes()), source.entry.catalogue),
            Measure(256, count_tokens),
        )
        for source in find(folder)
    )


def case(**values: object) -> Case:
    """A case about the ferries: how long night crews sleep."""
    finding = Finding(
        "5.4 hours a day", parse_wordings("5.4 + hour"), Place("ferries", "Night crews", "slept 5.4 hours a day", "")
    )
    usual = Case(
        id="f-01",
        kind="numeric",
        split="tune",
        question="How much rest do people get who work after dark?",
        history=(),
        standalone="",
        answerable=True,
        findings=(finding,),
        studies=(("ferries", 1),),
        wrong=parse_wordings("7.1 + hour"),
        note="",
        file="ferries.csv",
        row=2,
    )
    return replace(usual, **values)  # type: ignore[arg-type]


def uncovered(**values: object) -> Case:
    """A case that the ferries' document does not answer."""
    usual: dict[str, object] = {
        "id": "u-01",
        "kind": "unanswerable",
        "question": "What do crews earn?",
        "answerable": False,
        "findings": (),
        "studies": (),
        "wrong": parse_wordings(""),
        "note": "pay is not mentioned",
    }
    return case(**(usual | values))


class Knowing:
    """Answers every question of the cases given as it should be answered.

    It can be told to go wrong: `behind` puts that many other passages before the right ones, `shift` moves the
    offsets of its quotations, `abstain` makes it do so always (True) or never (False), `cited=False` leaves its
    sentences without citations.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        cases: Sequence[Case],
        *,
        behind: int = 0,
        shift: int = 0,
        abstain: bool | None = None,
        cited: bool = True,
    ) -> None:
        self._documents: Mapping[str, Document] = {document.source_id: document for document in documents}
        self._cases = {(q, tuple(h)): case for case in cases for q, h in _asked(case)}
        self._behind, self._shift, self._abstain, self._cited = behind, shift, abstain, cited

    def document(self, source_id: str) -> Document:
        if source_id not in self._documents:
            raise SourceError(f"no document `{source_id}`", "there are others")
        return self._documents[source_id]

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        known = self._cases[question, tuple(history)]
        golds = [locate(self.document(finding.place.source_id), finding.place) for finding in known.findings]
        hits = self._hits([gold for gold in golds if gold])
        if self._abstain if self._abstain is not None else not known.answerable:
            return Answer(question, question, True, (), (), hits, note="That is not covered.", generation="state")
        cited = tuple(self._citation(gold, marker) for marker, gold in enumerate(golds or [None], start=1))
        sentences = tuple(Sentence(c.quote, (c.marker,) if self._cited else ()) for c in cited)
        moved = tuple(
            replace(c, char_start=c.char_start + self._shift, char_end=c.char_end + self._shift) for c in cited
        )
        return Answer(question, question, False, sentences, moved if self._cited else (), hits, generation="state")

    def _hits(self, golds: Sequence[Gold]) -> tuple[Hit, ...]:
        everything = [(document, passage) for document in self._documents.values() for passage in document.passages]
        right = {
            gold.id: (self.document(gold.source_id), _passage(self.document(gold.source_id), gold)) for gold in golds
        }
        others = [(document, passage) for document, passage in everything if passage.id not in right]
        order = [*others[: self._behind], *right.values(), *others[self._behind :]]
        return tuple(Hit(rank, p, d, 1 / rank, 0.0, 0.0, ()) for rank, (d, p) in enumerate(order[:12], start=1))

    def _citation(self, gold: Gold | None, marker: int) -> Citation:
        if gold is None:  # a question that has no answer, answered all the same
            document = next(iter(self._documents.values()))
            passage = document.passages[0]
            quoted = passage.statements[:1]
        else:
            document = self.document(gold.source_id)
            passage = _passage(document, gold)
            quoted = tuple(s for s in passage.statements if s.start < gold.key_end and gold.key_start < s.end)
        start, end = quoted[0].start, quoted[-1].end
        return Citation(
            marker=marker,
            source_id=document.source_id,
            title="",
            year=None,
            section=passage.section,
            page=None,
            quote=document.text[start:end],
            char_start=start,
            char_end=end,
            passage=document.text[passage.start : passage.end],
            passage_start=passage.start,
        )


def _asked(known: Case) -> list[tuple[str, tuple[Turn, ...]]]:
    alone: list[tuple[str, tuple[Turn, ...]]] = [(known.standalone, ())] if known.history else []
    return [(known.question, known.history), *alone]


def _passage(document: Document, gold: Gold) -> Passage:
    whole = Passage(gold.id, gold.source_id, gold.section, gold.start, gold.end, (Statement(gold.start, gold.end),))
    return next((passage for passage in document.passages if passage.id == gold.id), whole)


def scored(known: Case, answer: Answer) -> Result:
    """The result of one answer about the ferries."""
    document = ferries()
    golds = [gold for finding in known.findings if (gold := locate(document, finding.place))]
    return score(known, golds, answer, {"ferries": document.text})


ROW: Mapping[str, str] = {
    "id": "f-01",
    "kind": "numeric",
    "split": "tune",
    "question": "How much rest do people get who work after dark?",
    "answerable": "yes",
    "finding_1": "5.4 hours a day",
    "wordings_1": "5.4 + hour",
    "document_1": "ferries",
    "section_1": "Night crews",
    "original_key_1": "slept 5.4 hours a day",
    "studies": "ferries:1;ferries:2",
    "wrong": "7.1 + hour",
}


def write_cases(path: Path, *rows: Mapping[str, str], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """A file of cases: each row is `ROW` with these cells."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows({**ROW, **row} for row in rows)
    return path
