"""What a machine can say about the quality of the test set. In: cases, documents. Out: problems, and what was counted.

The format of rows is checked while they are read (`eval.cases`). Here: are the keys found, do the wordings fit the
text, do the questions use the readers' words, are the splits even, is anything asked twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Case, Finding, Problem
from eval.gold import Gold, locate, occurrences, same_heading
from rag.errors import SourceError
from rag.schema import Document
from rag.terms import content_words, stem

OWN_WORDS = 1 / 3  # more than this share of a question's content words is absent from its gold passages …
OWN_WORDS_CASES = 0.85  # … in at least this share of the questions, references aside
SPLIT_SLACK = 0.05
SPLIT_LEAST = 20  # a file of fewer cases need not be balanced
ALIKE = 0.8  # share of content words in common from which two questions ask the same

Documents = Callable[[str], Document]


@dataclass(frozen=True, slots=True)
class Lint:
    """What was found.

    Attributes:
        absent: for each answerable case but references, the share of content words absent from its gold passages.
    """

    problems: tuple[Problem, ...]
    absent: Mapping[str, float]

    @property
    def own_words(self) -> float:
        """Share of the questions that use the readers' words."""
        return sum(share > OWN_WORDS for share in self.absent.values()) / len(self.absent) if self.absent else 1.0


def lint(cases: Sequence[Case], document: Documents) -> Lint:
    """Check cases against an index; `document` gives a document by id or raises SourceError."""
    problems: list[Problem] = []
    absent: dict[str, float] = {}
    for case in cases:
        golds, found = _check_places(case, document)
        problems += found
        texts = [document(gold.source_id).text[gold.start : gold.end] for gold in golds]
        if case.answerable and case.kind != "reference" and len(golds) == len(case.findings):
            absent[case.id] = absent_share(case.question, texts)
    result = Lint((*problems, *_balance(cases), *_alike(cases)), absent)
    if result.own_words < OWN_WORDS_CASES and cases:
        worst = sorted((id_ for id_ in absent if absent[id_] <= OWN_WORDS), key=lambda id_: (absent[id_], id_))
        what = f"only {result.own_words:.0%} of the questions use the readers' words: `{', '.join(worst)}` do not"
        hint = f"ask otherwise, until {OWN_WORDS_CASES:.0%} have over a third of their words not in the gold passage"
        return Lint((*result.problems, Problem("all files", 0, "question", what, hint)), absent)
    return result


def absent_share(question: str, passages: Sequence[str]) -> float:
    """Share of a question's content words whose stem is in none of the passages."""
    known = {stem(word) for passage in passages for word in content_words(passage)}
    asked = {stem(word) for word in content_words(question)}
    return len(asked - known) / len(asked) if asked else 1.0


def _check_places(case: Case, document: Documents) -> tuple[list[Gold], list[Problem]]:
    golds, problems = [], []
    told: set[str] = set()
    for number, finding in enumerate(case.findings, start=1):
        try:
            source = document(finding.place.source_id)
        except SourceError as error:
            problems.append(Problem(case.file, case.row, f"document_{number}", error.message, error.hint))
            continue
        gold = locate(source, finding.place)
        if gold is None:
            problems.append(_key_problem(case, number, finding, source))
            continue
        golds.append(gold)
        if not same_heading(source, gold, finding.place.section):
            what = f"the key stands under `{' › '.join(gold.section)}`, not under `{finding.place.section}`"
            problems.append(Problem(case.file, case.row, f"section_{number}", what, "correct the heading or the key"))
        if not finding.wordings.match_any(gold_sentences(source, gold, whole=False)):
            what = "no wording matches the sentence that holds the key"
            hint = "add a wording that it has; each alternative has to match within one sentence"
            problems.append(Problem(case.file, case.row, f"wordings_{number}", what, hint))
        wrong = next(filter(None, map(case.wrong.matching, gold_sentences(source, gold, whole=True))), "")
        if wrong and wrong not in told:
            told.add(wrong)
            what = f"`{wrong}` stands in the gold passage of finding {number}, where it is right"
            problems.append(Problem(case.file, case.row, "wrong", what, "make it narrower, or leave it out"))
    for source_id, reference in case.studies:
        try:
            entries = {entry.number for entry in document(source_id).references}
        except SourceError as error:
            problems.append(Problem(case.file, case.row, "studies", error.message, error.hint))
            continue
        if reference not in entries:
            what = f"`{source_id}` has no reference {reference}"
            problems.append(Problem(case.file, case.row, "studies", what, "look it up in the document's list"))
    return golds, problems


def _key_problem(case: Case, number: int, finding: Finding, document: Document) -> Problem:
    counts = [
        f"{name} {'empty' if not key else f'found {len(occurrences(document.text, key))} times'}"
        for name, key in (
            ("original_key", finding.place.original_key),
            ("digest_key", finding.place.digest_key),
        )
    ]
    what = f"neither key stands exactly once in `{document.source_id}`: {', '.join(counts)}"
    hint = f"copy words from the text that this index holds: `python -m ingest text {document.source_id}`"
    return Problem(case.file, case.row, f"original_key_{number}", what, hint)


def gold_sentences(document: Document, gold: Gold, *, whole: bool) -> list[str]:
    """The sentences of a gold passage, or only those that hold the key; an entry of a list with its number."""
    for passage in document.passages:
        if passage.id == gold.id:
            return [
                document.text[statement.start : statement.end]
                for statement in passage.statements
                if whole or (statement.start < gold.key_end and gold.key_start < statement.end)
            ]
    for reference in document.references:
        if reference.start == gold.start:
            return [f"{reference.number}. {document.text[gold.start : gold.end]}"]
    return document.text[gold.start : gold.end].splitlines()


def _balance(cases: Sequence[Case]) -> Iterator[Problem]:
    counts = Counter(case.split for case in cases)
    if len(cases) >= SPLIT_LEAST and abs(counts["tune"] / len(cases) - 0.5) > SPLIT_SLACK:
        what = f"{counts['tune']} cases are marked tune, {counts['test']} test"
        yield Problem("all files", 0, "split", what, "mark half of each kind tune and half test")


def _alike(cases: Sequence[Case]) -> Iterator[Problem]:
    """Questions that have nearly the same content words; in a conversation, those of the completed question."""
    words = [frozenset(map(stem, content_words(case.standalone or case.question))) for case in cases]
    for later, case in enumerate(cases):
        for earlier in range(later):
            together = words[later] | words[earlier]
            if together and len(words[later] & words[earlier]) / len(together) >= ALIKE:
                other = cases[earlier]
                what = f"asks nearly the same as `{other.id}` (row {other.row} of {other.file})"
                yield Problem(case.file, case.row, "question", what, "ask something else, or remove one of the two")
