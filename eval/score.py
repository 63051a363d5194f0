"""One case, one answer → a `Result`: what it scored, what was found and missing, and why, in words.

In: a case, its gold passages, the answer, the texts that it quotes. Out: a frozen Result, which can be written as
JSON and holds all that reports show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval import measures
from eval.cases import Case
from eval.gold import Gold, gold_ids, rank_of, ranked_ids
from eval.measures import ANSWER_WORDS, Expected, first_words
from ingest.sentences import split_sentences
from rag.schema import Answer

Form = Literal["asked", "stand-alone"]
HITS = 10


@dataclass(frozen=True, slots=True)
class FindingResult:
    """An expected finding: where it stands, at which rank its passage was found, what became of it.

    Attributes:
        gold: text of the gold passage.
        rank: among the passages returned, or None.
        found: stands in the first words of the answer. late: stands in the answer, but after them.
        cited: a quotation stands in its passage or carries it.
    """

    statement: str
    source_id: str
    section: str
    gold: str
    rank: int | None
    found: bool
    late: bool
    cited: bool


@dataclass(frozen=True, slots=True)
class CitationResult:
    """A citation: where, what, whether its offsets give the quotation, and whether it supports a finding."""

    marker: int
    source_id: str
    section: str
    quote: str
    exact: bool
    supports: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one case. `form` is "stand-alone" where a conversation's question was asked completed, alone.

    Attributes:
        understood: the question as the assistant completed it.
        answer: as shown, with markers, or the abstaining note.
        wrong: the wrong wording that the answer has, else empty.
        scores: by name of the measure; None where it says nothing about the case.
        reasons: why the case fails, in words; empty when it passes.
    """

    case_id: str
    form: Form
    kind: str
    split: str
    question: str
    history: tuple[str, ...]
    understood: str
    answerable: bool
    note: str
    abstained: bool
    answer: str
    findings: tuple[FindingResult, ...]
    citations: tuple[CitationResult, ...]
    wrong: str
    scores: Mapping[str, float | None]
    milliseconds: float
    reasons: tuple[str, ...]

    @property
    def key(self) -> str:
        """Names the result within a run."""
        return self.case_id if self.form == "asked" else f"{self.case_id} ({self.form})"


def score(case: Case, golds: Sequence[Gold], answer: Answer, texts: Mapping[str, str], form: Form = "asked") -> Result:
    """Measure one answer. `golds` stand in the order of the case's findings; `texts` by source id."""
    sentences = split(sentence.text for sentence in answer.sentences)
    expected = [
        Expected(gold.source_id, gold.start, gold.end, finding.wordings)
        for finding, gold in zip(case.findings, golds, strict=True)
    ]
    supporting = []
    for citation in answer.citations:
        quoted = split([citation.quote])
        supporting.append([measures.supports(citation, finding, quoted) for finding in expected])
    read = list(first_words(sentences))
    findings = tuple(
        FindingResult(
            statement=finding.statement,
            source_id=gold.source_id,
            section=" › ".join(gold.section),
            gold=texts[gold.source_id][gold.start : gold.end],
            rank=rank_of(gold, answer.hits),
            found=finding.wordings.match_any(read),
            late=not finding.wordings.match_any(read) and finding.wordings.match_any(sentences),
            cited=any(row[column] for row in supporting),
        )
        for column, (finding, gold) in enumerate(zip(case.findings, golds, strict=True))
    )
    citations = tuple(
        CitationResult(
            marker=citation.marker,
            source_id=citation.source_id,
            section=" › ".join(citation.section),
            quote=citation.quote,
            exact=measures.is_exact(citation, texts),
            supports=any(row),
        )
        for citation, row in zip(answer.citations, supporting, strict=True)
    )
    wrong = next(filter(None, map(case.wrong.matching, sentences)), "")
    return Result(
        case_id=case.id,
        form=form,
        kind=case.kind,
        split=case.split,
        question=case.standalone if form == "stand-alone" else case.question,
        history=() if form == "stand-alone" else tuple(f"{turn.role}: {turn.text}" for turn in case.history),
        understood=answer.standalone_question,
        answerable=case.answerable,
        note=case.note,
        abstained=answer.abstained,
        answer=answer.text,
        findings=findings,
        citations=citations,
        wrong=wrong,
        scores=_scores(case, golds, answer, texts, expected, supporting, sentences),
        milliseconds=answer.timings_ms.get("total", 0.0),
        reasons=tuple(_reasons(case, answer, findings, citations, wrong)),
    )


def split(texts: Iterable[str]) -> list[str]:
    """The sentences of texts: one shown as a sentence of an answer may be a quotation of several."""
    return [text[start:end] for text in texts for start, end in split_sentences(text)]


def _scores(
    case: Case,
    golds: Sequence[Gold],
    answer: Answer,
    texts: Mapping[str, str],
    expected: Sequence[Expected],
    supporting: Sequence[Sequence[bool]],
    sentences: Sequence[str],
) -> dict[str, float | None]:
    gold, ranked = gold_ids(golds), ranked_ids(golds, answer.hits[:HITS])
    named = {(citation.source_id, study.number) for citation in answer.citations for study in citation.studies}
    return {
        **{f"recall@{k}": measures.recall_at(k, gold, ranked) for k in (1, 3, 5, 10)},
        "mrr@10": measures.reciprocal_rank(gold, ranked),
        "ndcg@10": measures.ndcg(gold, ranked),
        "findings": measures.findings_share(expected, sentences),
        "wrong": measures.has_wrong(case.wrong, sentences),
        "exact": measures.exactness(answer.citations, texts),
        "citation precision": measures.citation_precision(supporting) if case.answerable else None,
        "citation recall": measures.citation_recall(supporting, len(expected)),
        "uncited": measures.uncited(answer.sentences),
        "studies recall": measures.studies_recall(named, set(case.studies)),
        "studies precision": measures.studies_precision(named, set(case.studies)),
        "abstention precision": measures.abstention_precision(answer.abstained, case.answerable),
        "abstention recall": measures.abstention_recall(answer.abstained, case.answerable),
        "verdict": measures.verdict(answer.abstained, case.answerable),
        "words": measures.answer_words(answer),
    }


def _reasons(
    case: Case,
    answer: Answer,
    findings: Sequence[FindingResult],
    citations: Sequence[CitationResult],
    wrong: str,
) -> Iterator[str]:
    """Why the case fails, for people; nothing when it passes."""
    if answer.abstained and case.answerable:
        ranks = [finding.rank for finding in findings if finding.rank is not None]
        where = f"the passage that answers was found at rank {min(ranks)}" if ranks else "its passage was not found"
        yield f"abstained although the library answers this; {where}"
    if not answer.abstained and not case.answerable:
        yield "answered although the library does not cover this" + (f": {case.note}" if case.note else "")
    if not answer.abstained:
        for number, finding in enumerate(findings, start=1):
            if not finding.found:
                yield f"finding {number} is missing: {_why_missing(finding)}"
    if wrong:
        yield f"the answer has a wrong wording: {wrong}"
    for citation in citations:
        if not citation.exact:
            yield f"quotation [{citation.marker}] does not stand in `{citation.source_id}` at its offsets"
    bare = sum(not sentence.citations for sentence in answer.sentences)
    if bare:
        yield f"{bare} sentence(s) without a citation"


def _why_missing(finding: FindingResult) -> str:
    if finding.late:
        return f"it stands after the first {ANSWER_WORDS} words"
    if finding.rank is None:
        return "its passage was not found"
    if finding.cited:
        return f"its passage (rank {finding.rank}) is quoted, but not the sentence that states it"
    return f"its passage was found at rank {finding.rank}, but nothing of it was chosen"
