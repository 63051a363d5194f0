"""The test set: CSV files that evaluators edit in a spreadsheet → frozen `Case`s.

In: CSV files. Out: cases, or problems that each name file, row, column and what to do. Rows are counted as a
spreadsheet counts them. A row whose id begins with `#` is a remark and is left out. What the columns mean stands
in `COLUMN_HELP`, which `python -m eval new` writes into the template.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

from eval.wordings import Wordings, parse_wordings
from rag.errors import CitewellError
from rag.schema import Turn

Split = Literal["tune", "test"]
UNCOVERED_KINDS = ("unanswerable", "near_miss")
KINDS = (
    "factual", "numeric", "list", "synthesis", "comparison", "study", "reference", "false_premise", *UNCOVERED_KINDS
)  # fmt: skip
MOST_FINDINGS = 4
LONGEST_KEY = 8
CASES = Path(__file__).parent / "cases"

COLUMN_HELP: Mapping[str, str] = {
    "id": "short, unique, lower case; a row whose id begins with # is not a case",
    "kind": " | ".join(KINDS),
    "split": "tune or test, half and half; nothing may be tuned on test",
    "question": "in the words of the people who ask, not in the document's",
    "history": "turns before, oldest first, one a line: `U: …` the user, `A: …` the assistant; empty for none",
    "standalone": "with a history: the question completed so that it stands alone",
    "answerable": "yes or no; a false premise that a document contradicts is answerable",
    "finding": "what a right answer says, in your words; one to four findings, none for answerable = no",
    "wordings": "how to recognise it: alternatives parted by |, their terms by +, each a phrase of word-beginnings",
    "document": "id of the document in which it stands (python -m ingest status)",
    "section": "the innermost heading over it",
    "original_key": f"at most {LONGEST_KEY} consecutive words of the original, only once in it, in the right sentence",
    "digest_key": "the same for the digest",
    "studies": "primary studies credited there: document id, colon, reference number; parted by ;",
    "wrong": "wordings that only a wrong answer has",
    "note": "why it is not answerable, what the trap is, …",
}
PER_FINDING = ("finding", "wordings", "document", "section", "original_key", "digest_key")
COLUMNS = (
    *("id", "kind", "split", "question", "history", "standalone", "answerable"),
    *(f"{name}_{number}" for number in range(1, MOST_FINDINGS + 1) for name in PER_FINDING),
    *("studies", "wrong", "note"),
)
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_STUDY = re.compile(r"([A-Za-z0-9._-]+):(\d+)")
_ROLES: Mapping[str, Literal["user", "assistant"]] = {"U": "user", "A": "assistant"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands: a document, a heading, and words found once in the original or in the digest."""

    source_id: str
    section: str
    original_key: str
    digest_key: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a right answer says: for people, for recognising it, and where it stands."""

    statement: str
    wordings: Wordings
    place: Place


@dataclass(frozen=True, slots=True)
class Case:
    """One question of the test set.

    Attributes:
        standalone: the question completed; empty without a history.
        studies: (source id, number of the reference) of the primary studies credited for the findings.
        wrong: wordings that only a wrong answer has.
        file, row: where the case is written, the row as a spreadsheet counts.
    """

    id: str
    kind: str
    split: Split
    question: str
    history: tuple[Turn, ...]
    standalone: str
    answerable: bool
    findings: tuple[Finding, ...]
    studies: tuple[tuple[str, int], ...]
    wrong: Wordings
    note: str
    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell (`column` empty: in the row; `row` 0: in the file), and what to do."""

    file: str
    row: int
    column: str
    what: str
    hint: str

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.what}\n    → {self.hint}"


class CasesError(CitewellError):
    """The test set, or a row of it, cannot be used."""

    @classmethod
    def of(cls, problems: Sequence[Problem], shown: int = 10) -> CasesError:
        """The problems in one message, the first ones in full."""
        more = f"\n… and {len(problems) - shown} more" if len(problems) > shown else ""
        listed = "\n".join(str(problem) for problem in problems[:shown])
        return cls(
            f"the test set has {len(problems)} problem(s)\n{listed}{more}", "`python -m eval lint` lists them all"
        )


def load_cases(paths: Sequence[Path] = (CASES,)) -> tuple[Case, ...]:
    """All cases of files and folders; raises CasesError when there are none or any row is bad."""
    cases, problems = read_cases(paths)
    if problems:
        raise CasesError.of(problems)
    if not cases:
        raise CasesError(f"no cases in `{paths[0]}`", "write some: `python -m eval new FILE.csv`")
    return cases


def read_cases(paths: Sequence[Path]) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """All cases of files and folders that can be read, and what is wrong with the others."""
    cases: list[Case] = []
    problems: list[Problem] = []
    for file in _files(paths):
        for found in _read_file(file):
            (cases if isinstance(found, Case) else problems).append(found)  # type: ignore[arg-type]
    first: dict[str, Case] = {}
    for case in cases:
        before = first.setdefault(case.id, case)
        if before is not case:
            what = f"the id `{case.id}` is taken by row {before.row} of {before.file}"
            problems.append(Problem(case.file, case.row, "id", what, "give it another"))
    return tuple(cases), tuple(problems)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise CasesError(f"no such file or folder: `{path}`", "check the path; the default is `eval/cases`")
        yield from sorted(path.glob("*.csv")) if path.is_dir() else [path]


def _read_file(path: Path) -> Iterator[Case | Problem]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        yield Problem(path.name, 0, "", "the file is not in UTF-8", "save it as `CSV UTF-8` in the spreadsheet")
        return
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)  # spreadsheets of some countries write semicolons
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        for name in [*COLUMNS, *header]:
            if header.count(name) != 1 or name not in COLUMNS:
                what = (
                    f"the header names the column {header.count(name)} times" if name in COLUMNS else "unknown column"
                )
                yield Problem(path.name, 1, name, what, "the header has to be that of `python -m eval new`")
                return
        for number, cells in enumerate(rows, start=2):
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                if len(cells) > len(header):
                    hint = "put quotation marks around a cell that holds the delimiter"
                    yield Problem(path.name, number, "", "more cells than the header has columns", hint)
                    continue
                yield from _Row(path.name, number, dict(zip(header, cells, strict=False))).parse()
    except csv.Error as error:
        hint = "a quotation mark in a cell is written twice; a spreadsheet does it by itself"
        yield Problem(path.name, rows.line_num, "", f"the file breaks off: {error}", hint)


class _Row:
    """One row, being read; collects its problems."""

    def __init__(self, file: str, number: int, cells: Mapping[str, str]) -> None:
        self._file = file
        self._number = number
        self._cells = cells
        self._problems: list[Problem] = []

    def parse(self) -> Iterator[Case | Problem]:
        """The case, or all that is wrong with it."""
        answerable = self._choice("answerable", ("yes", "no")) == "yes"
        case = Case(
            id=self._id(),
            kind=self._choice("kind", KINDS),
            split=cast(Split, self._choice("split", ("tune", "test"))),
            question=self._needed("question", "write the question"),
            history=self._history(),
            standalone=self._cell("standalone"),
            answerable=answerable,
            findings=tuple(self._findings()),
            studies=self._studies(),
            wrong=self._wordings("wrong"),
            note=self._cell("note"),
            file=self._file,
            row=self._number,
        )
        if not self._problems:
            self._agree(case)
        if self._problems:
            yield from self._problems
        else:
            yield case if case.history else replace(case, standalone="")

    def _agree(self, case: Case) -> None:
        """What has to fit together across cells."""
        if case.answerable and not case.findings:
            self._bad("finding_1", "an answerable question without a finding", "say what a right answer says")
        if not case.answerable and case.findings:
            self._bad(
                "finding_1", "a question that is not answerable has a finding", "empty it, or set answerable to yes"
            )
        if case.answerable == (case.kind in UNCOVERED_KINDS):
            self._bad(
                "answerable", f"does not fit the kind `{case.kind}`", f"no is for {' and '.join(UNCOVERED_KINDS)}"
            )
        if bool(case.history) != bool(case.standalone):
            self._bad(
                "standalone", "goes with a history, and only with one", "complete the question, or empty the cell"
            )

    def _findings(self) -> Iterator[Finding]:
        ended = False
        for number in range(1, MOST_FINDINGS + 1):
            names = {name: f"{name}_{number}" for name in PER_FINDING}
            if not any(self._cell(column) for column in names.values()):
                ended = True
                continue
            if ended:
                self._bad(names["finding"], "a finding after an empty one", "move it up")
            keys = [self._key(names[name]) for name in ("original_key", "digest_key")]
            if not any(keys):
                self._bad(names["original_key"], "no key", "copy a few words that stand once in the document")
            yield Finding(
                self._needed(names["finding"], "say what a right answer says"),
                self._wordings(names["wordings"], needed=True),
                Place(
                    self._needed(names["document"], "name the document's id"),
                    self._needed(names["section"], "name the heading under which it stands"),
                    *keys,
                ),
            )

    def _cell(self, column: str) -> str:
        return self._cells.get(column, "").strip()

    def _needed(self, column: str, hint: str) -> str:
        if not self._cell(column):
            self._bad(column, "empty", hint)
        return self._cell(column)

    def _bad(self, column: str, what: str, hint: str) -> None:
        self._problems.append(Problem(self._file, self._number, column, what, hint))

    def _id(self) -> str:
        if not _ID.fullmatch(self._cell("id")):
            self._bad("id", f"cannot be used: `{self._cell('id')}`", "use lower-case letters, digits, `.`, `_` and `-`")
        return self._cell("id")

    def _choice(self, column: str, choices: Sequence[str]) -> str:
        value = self._cell(column).casefold()
        if value not in choices:
            self._bad(column, f"unknown: `{self._cell(column)}`", f"use one of: {', '.join(choices)}")
        return value

    def _key(self, column: str) -> str:
        key = self._cell(column)
        if len(key.split()) > LONGEST_KEY:
            self._bad(column, f"{len(key.split())} words", f"at most {LONGEST_KEY} words are allowed")
        return key

    def _history(self) -> tuple[Turn, ...]:
        turns = []
        for line in self._cell("history").splitlines():
            speaker, colon, said = line.partition(":")
            if speaker.strip() not in _ROLES or not colon or not said.strip():
                self._bad("history", f"not a turn: `{line}`", "write each turn on a line of its own: `U: …` or `A: …`")
                return ()
            turns.append(Turn(_ROLES[speaker.strip()], said.strip()))
        return tuple(turns)

    def _studies(self) -> tuple[tuple[str, int], ...]:
        labels = [label.strip() for label in self._cell("studies").split(";") if label.strip()]
        matches = [_STUDY.fullmatch(label) for label in labels]
        for label, match in zip(labels, matches, strict=True):
            if match is None:
                self._bad(
                    "studies", f"not a study: `{label}`", "write the document's id, a colon, the reference's number"
                )
        return tuple((match[1], int(match[2])) for match in matches if match)

    def _wordings(self, column: str, needed: bool = False) -> Wordings:
        try:
            wordings = parse_wordings(self._cell(column))
        except ValueError as error:
            self._bad(column, str(error), "write `one term + another | other wording`")
            return Wordings()
        if needed and not wordings.alternatives:
            self._bad(column, "empty", "say how to recognise the finding in an answer")
        return wordings
