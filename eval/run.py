"""Run the test set on an assistant → a `Run`, which can be saved, loaded and compared.

In: an assistant, cases. Out: a result a case, in the order of the cases; the question of a conversation is asked
twice, in its conversation and completed on its own. Says nothing about what is good: see `eval.measures`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol

from eval.cases import Case, CasesError, Problem
from eval.gold import Gold, locate
from eval.score import CitationResult, FindingResult, Result, score
from rag.errors import CitewellError, SourceError
from rag.schema import Answer, Document, Turn

FORMAT = 1


class Asked(Protocol):
    """What is measured: `rag.assistant.Assistant`, or whatever answers like it."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer a question in its conversation."""
        ...

    def document(self, source_id: str) -> Document:
        """A document; raises SourceError for an unknown id."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """All results of one run.

    Attributes:
        name: whose answers these are, for headings.
        generation: name of the index state that was read.
    """

    name: str
    generation: str
    results: tuple[Result, ...]


class RunError(CitewellError):
    """A saved run cannot be read."""


def run_cases(
    assistant: Asked, cases: Sequence[Case], name: str = "citewell", progress: Callable[[str], None] = lambda _: None
) -> Run:
    """Ask every case. Raises CasesError when a finding's place is not in the library."""
    golds = locate_all(assistant, cases)
    texts = {gold.source_id: assistant.document(gold.source_id).text for found in golds for gold in found}
    results: list[Result] = []
    generation = ""
    for number, (case, found) in enumerate(zip(cases, golds, strict=True), start=1):
        answer = assistant.ask(case.question, case.history)
        generation = answer.generation
        for citation in answer.citations:
            if citation.source_id not in texts:
                texts[citation.source_id] = assistant.document(citation.source_id).text
        results.append(score(case, found, answer, texts))
        if case.history:
            results.append(score(case, found, assistant.ask(case.standalone), texts, "stand-alone"))
        if number % 25 == 0 or number == len(cases):
            progress(f"{number}/{len(cases)} questions")
    return Run(name, generation, tuple(results))


def locate_all(assistant: Asked, cases: Sequence[Case]) -> list[list[Gold]]:
    """The gold passages of every case, in the order of its findings; raises CasesError for those not found."""
    found: list[list[Gold]] = []
    problems = []
    for case in cases:
        golds = []
        for number, finding in enumerate(case.findings, start=1):
            place = finding.place
            try:
                gold = locate(assistant.document(place.source_id), place)
            except SourceError as error:
                problems.append(Problem(case.file, case.row, f"document_{number}", error.message, error.hint))
                continue
            if gold is None:
                what = f"neither key stands exactly once in `{place.source_id}`"
                hint = "copy words from the document's text: `python -m ingest text SOURCE_ID`"
                problems.append(Problem(case.file, case.row, f"original_key_{number}", what, hint))
            else:
                golds.append(gold)
        found.append(golds)
    if problems:
        raise CasesError.of(problems)
    return found


def ready(path: Path) -> Path:
    """The path of a file to be written when all is done; raises RunError at once where it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        there = path.exists()
        path.open("a").close()
        if not there:
            path.unlink()
    except OSError as error:
        raise RunError(f"cannot write `{path}`: {error.strerror}", "name another file") from error
    return path


def save_run(run: Run, path: Path) -> None:
    """Write a run as JSON."""
    ready(path)
    body = {"format": FORMAT, **asdict(run)}
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_run(path: Path) -> Run:
    """Read a run; raises RunError for a file that is none."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["format"] != FORMAT:
            raise RunError(f"`{path}` has format {body['format']}; this version reads {FORMAT}", "save the run again")
        return Run(body["name"], body["generation"], tuple(_result(raw) for raw in body["results"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"not a saved run: `{path}` ({error})", "write one: `python -m eval --save RUN.json`") from error


def _result(raw: dict[str, Any]) -> Result:
    values = {field.name: raw[field.name] for field in fields(Result)}
    for name in ("history", "reasons"):
        values[name] = tuple(values[name])
    values["findings"] = tuple(FindingResult(**finding) for finding in values["findings"])
    values["citations"] = tuple(CitationResult(**citation) for citation in values["citations"])
    return Result(**values)
