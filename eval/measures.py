"""What is measured, one small pure function each: definition and source in its docstring.

In: plain parts of a case and of an answer. Out: a number from 0 to 1 (words and milliseconds aside), or None
where the measure says nothing about the case. The figure of a set of cases is the mean over those where it is
defined. Ranking measures come from ir-measures, which runs trec_eval's code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures.measures import Measure as IrMeasure

from eval.wordings import Wordings
from rag.schema import Answer, Citation, Sentence

ANSWER_WORDS = 150


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as tables show it. `better` is +1 where more is better, -1 where less is, 0 for a plain figure."""

    name: str
    title: str
    better: int = 1


MEASURES = (
    Measure("recall@1", "gold passages among the first 1"),
    Measure("recall@3", "gold passages among the first 3"),
    Measure("recall@5", "gold passages among the first 5"),
    Measure("recall@10", "gold passages among the first 10"),
    Measure("mrr@10", "reciprocal rank of the first gold passage"),
    Measure("ndcg@10", "nDCG of the first 10"),
    Measure("findings", f"expected findings in the first {ANSWER_WORDS} words"),
    Measure("wrong", "answers with a wrong wording", -1),
    Measure("exact", "quotations exact to the character"),
    Measure("citation precision", "quotations that support a finding"),
    Measure("citation recall", "findings that a quotation supports"),
    Measure("uncited", "sentences without a citation", -1),
    Measure("studies recall", "primary studies named"),
    Measure("studies precision", "named studies that are expected"),
    Measure("abstention precision", "abstentions that are right"),
    Measure("abstention recall", "uncovered questions abstained from"),
    Measure("verdict", "answered or abstained rightly"),
    Measure("words", "words in an answer", 0),
)
QUALITY = tuple(measure.name for measure in MEASURES if measure.better)


@dataclass(frozen=True, slots=True)
class Expected:
    """A finding as the measures see it: the span of its gold passage, and how it is recognised."""

    source_id: str
    start: int
    end: int
    wordings: Wordings


def recall_at(k: int, gold: Sequence[str], ranked: Sequence[str]) -> float | None:
    """Share of the gold passages among the first k found.

    Manning, Raghavan, Schütze: Introduction to Information Retrieval (2008), 8.4; trec_eval's recall_k.
    """
    return _ranking(ir_measures.R @ k, gold, ranked)


def reciprocal_rank(gold: Sequence[str], ranked: Sequence[str]) -> float | None:
    """1 / rank of the first gold passage among the first ten, 0 when there is none; its mean is MRR@10.

    Voorhees: The TREC-8 question answering track report (1999); trec_eval's recip_rank.
    """
    return _ranking(ir_measures.RR @ 10, gold, ranked)


def ndcg(gold: Sequence[str], ranked: Sequence[str]) -> float | None:
    """Sum of 1 / log2(rank + 1) over the gold passages among the first ten, by that of the best possible order.

    Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR techniques (TOIS 2002), every gold passage with a
    gain of 1; trec_eval's ndcg_cut_10.
    """
    return _ranking(ir_measures.nDCG @ 10, gold, ranked)


def _ranking(measure: IrMeasure, gold: Sequence[str], ranked: Sequence[str]) -> float | None:
    if not gold:
        return None
    run = {found: float(-rank) for rank, found in enumerate(ranked, start=1)}
    # An empty run is no query to trec_eval: something that is never gold stands for "nothing found".
    values = ir_measures.iter_calc([measure], {"q": dict.fromkeys(gold, 1)}, {"q": run or {"": 0.0}})
    return float(next(values).value)


def first_words(sentences: Sequence[str], limit: int = ANSWER_WORDS) -> Iterator[str]:
    """The sentences as far as the first `limit` words go; the last one may be cut."""
    for sentence in sentences:
        words = sentence.split()[:limit]
        if words:
            yield " ".join(words)
        limit -= len(words)


def findings_share(expected: Sequence[Expected], sentences: Sequence[str]) -> float | None:
    """Share of the expected findings with an accepted wording in a sentence of the first 150 words.

    Nugget recall as in Voorhees: Overview of the TREC 2003 question answering track, all nuggets vital, with
    wordings in the place of a judge; the limit keeps long answers from winning.
    """
    read = list(first_words(sentences))
    return _share([finding.wordings.match_any(read) for finding in expected])


def has_wrong(wrong: Wordings, sentences: Sequence[str]) -> float | None:
    """1 if a sentence has a wording that only a wrong answer has, else 0; our own, defined where a case has such."""
    return float(wrong.match_any(sentences)) if wrong.alternatives else None


def exactness(citations: Sequence[Citation], texts: Mapping[str, str]) -> float | None:
    """Share of the citations whose offsets give the quotation: `text[start:end] == quote`; our own, DESIGN.md."""
    return _share([is_exact(citation, texts) for citation in citations])


def is_exact(citation: Citation, texts: Mapping[str, str]) -> bool:
    """True when the quotation is not empty and stands in the document, or the catalogue's line, at its offsets."""
    text = texts.get(citation.source_id, "") if citation.kind == "text" else citation.passage
    return bool(citation.quote) and text[citation.char_start : citation.char_end] == citation.quote


def supports(citation: Citation, finding: Expected, sentences: Sequence[str]) -> bool:
    """True when the quotation stands in the finding's gold passage or carries its wording in a sentence."""
    inside = citation.kind == "text" and citation.char_start < finding.end and finding.start < citation.char_end
    return (citation.source_id == finding.source_id and inside) or finding.wordings.match_any(sentences)


def citation_precision(supporting: Sequence[Sequence[bool]]) -> float | None:
    """Share of the citations that support at least one expected finding (a row a citation, a column a finding).

    Set precision (Manning et al. 2008, 8.3) over citations, with `supports` as relevance; compare the citation
    precision of Gao et al.: Enabling large language models to generate text with citations (EMNLP 2023).
    """
    return _share([any(row) for row in supporting])


def citation_recall(supporting: Sequence[Sequence[bool]], findings: int) -> float | None:
    """Share of the expected findings that at least one citation supports; source as for the precision."""
    return _share([any(row[column] for row in supporting) for column in range(findings)])


def uncited(sentences: Sequence[Sentence]) -> float | None:
    """Share of the answer's sentences without a citation; our own, the promise of DESIGN.md."""
    return _share([not sentence.citations for sentence in sentences])


def studies_recall(named: Collection[object], expected: Collection[object]) -> float | None:
    """Share of the expected primary studies that the answer's citations name; set recall (Manning et al., 8.3)."""
    return _share([study in named for study in expected])


def studies_precision(named: Collection[object], expected: Collection[object]) -> float | None:
    """Share of the named primary studies that are expected, where some are expected and some named; set precision."""
    return _share([study in expected for study in named]) if expected else None


def abstention_precision(abstained: bool, answerable: bool) -> float | None:
    """1 if an abstention is right, 0 if not; undefined for an answer. Its mean is the precision of abstaining.

    Unanswerable questions as the positive class, as in Rajpurkar et al.: Know what you don't know (ACL 2018).
    """
    return float(not answerable) if abstained else None


def abstention_recall(abstained: bool, answerable: bool) -> float | None:
    """1 if an unanswerable question is abstained from; undefined for an answerable one; source as above."""
    return float(abstained) if not answerable else None


def verdict(abstained: bool, answerable: bool) -> float:
    """1 if an answerable question is answered or an unanswerable one abstained from; their mean is the accuracy."""
    return float(abstained != answerable)


def answer_words(answer: Answer) -> float | None:
    """Words in the sentences of an answer, markers not counted; undefined where it abstains."""
    return None if answer.abstained else float(sum(len(sentence.text.split()) for sentence in answer.sentences))


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None
