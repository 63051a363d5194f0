"""The quality floor: it holds for the same answers, and fails when retrieval, citing or abstaining is broken."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from eval_fakes import Knowing, case, corpus, ferries, uncovered
from fakes import write_files

from eval.__main__ import main
from eval.baseline import (
    CORPUS,
    TOLERANCE,
    Baseline,
    BaselineError,
    Verdict,
    baseline_of,
    check,
    read_baseline,
    write_baseline,
)
from eval.cases import load_cases
from eval.measures import QUALITY
from eval.run import Run, run_cases
from eval.table import verdict_lines
from rag.schema import Document
from rag.settings import Settings

CASES = (case(), case(id="f-02", split="test"), uncovered(), uncovered(id="u-02", split="test"))


def run(**faults: object) -> Run:
    return run_cases(Knowing([ferries()], CASES, **faults), CASES)  # type: ignore[arg-type]


def verdict(**faults: object) -> Verdict:
    return check(run(**faults), baseline_of(run()))


def test_the_same_answers_hold() -> None:
    assert verdict().holds
    assert list(verdict_lines(verdict())) == []


@pytest.mark.parametrize(
    ("faults", "measure", "changed"),
    [
        ({"behind": 1}, "recall@1", "f-01 1 → 0"),
        ({"behind": 1}, "mrr@10", "f-01 1 → 0.5"),
        ({"shift": 1}, "exact", "f-01 1 → 0"),
        ({"cited": False}, "uncited", "f-01 0 → 1"),
        ({"cited": False}, "citation recall", "f-02 1 → 0"),
        ({"abstain": False}, "abstention recall", "u-01 1 → 0"),
        ({"abstain": True}, "abstention precision", "f-01 – → 0"),
        ({"abstain": True}, "findings", "f-02 1 → 0"),
    ],
)
def test_what_is_broken_on_purpose_is_seen_with_the_cases_it_changed(
    faults: dict[str, object], measure: str, changed: str
) -> None:
    found = verdict(**faults)
    assert not found.holds
    lines = [line for line in verdict_lines(found) if line.startswith(f"{measure} (all): expected ")]
    assert len(lines) == 1
    assert ", got " in lines[0]
    assert changed in lines[0]


def test_a_rise_that_is_not_recorded_is_reported_like_a_drop() -> None:
    found = check(run(), baseline_of(run(behind=1)))
    assert any(moved.measure == "recall@1" and (moved.expected, moved.got) == (0, 1) for moved in found.moved)


@pytest.mark.parametrize(("times", "holds"), [(0.9, True), (1.1, False), (-0.9, True), (-1.1, False)])
def test_the_tolerance_is_half_a_thousandth_either_way(times: float, holds: bool) -> None:
    known = baseline_of(run(behind=1))
    figures = {group: {**known.figures[group], "mrr@10": 0.5 + times * TOLERANCE} for group in known.figures}
    assert check(run(behind=1), Baseline(figures, known.marks)).holds is holds


def test_cases_that_came_or_went_are_named() -> None:
    fewer = Run("fewer", "state", run().results[1:])
    assert check(fewer, baseline_of(run())).removed == ("f-01",)
    assert check(run(), baseline_of(fewer)).added == ("f-01",)
    assert not check(run(), baseline_of(fewer)).holds


def test_what_is_written_is_what_is_read_and_a_case_is_a_line(tmp_path: Path) -> None:
    known = baseline_of(run(behind=1))
    write_baseline(known, tmp_path / "b.json")
    assert read_baseline(tmp_path / "b.json") == known
    lines = (tmp_path / "b.json").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith(' "f-01": [') for line in lines) == 1


def test_words_and_milliseconds_are_no_part_of_it(tmp_path: Path) -> None:
    known = baseline_of(run())
    assert set(known.figures["all"]) <= set(QUALITY)
    assert all(set(marks) == set(QUALITY) for marks in known.marks.values())
    assert "words" not in QUALITY


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"format": 1, "measures": ["recall@1"]}'])
def test_a_baseline_that_cannot_be_read_is_an_error_with_a_hint(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "b.json").write_text(content, encoding="utf-8")
    with pytest.raises(BaselineError) as caught:
        read_baseline(tmp_path / "b.json")
    assert "--write-baseline" in caught.value.hint


@dataclass
class Project:
    """The command line with the shipped test set, its documents, and an assistant that knows all the answers."""

    folder: Path
    documents: tuple[Document, ...] = field(default_factory=lambda: corpus(CORPUS))

    def main(self, *arguments: str, **faults: object) -> int:
        return main(
            arguments,
            lambda _: Knowing(self.documents, load_cases(), **faults),  # type: ignore[arg-type]
            lambda settings, _: settings,
            self.folder / "baseline.json",
        )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project(tmp_path_factory.mktemp("project"))
    assert made.main("--write-baseline") == 0
    return made


def test_every_shipped_case_can_be_answered_rightly(project: Project) -> None:
    figures = read_baseline(project.folder / "baseline.json").figures["all"]
    for measure in ("recall@5", "findings", "exact", "citation precision", "citation recall", "verdict"):
        assert figures[measure] == pytest.approx(1, abs=0.02), measure


def test_the_command_exits_0_while_the_floor_holds(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.main("--check") == 0
    assert "the baseline holds" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("faults", "measure"),
    [({"behind": 3}, "recall@3"), ({"shift": 1}, "exact"), ({"abstain": False}, "abstention recall")],
)
def test_the_command_exits_1_when_something_is_broken(
    project: Project, capsys: pytest.CaptureFixture[str], faults: dict[str, object], measure: str
) -> None:
    assert project.main("--check", **faults) == 1
    said = capsys.readouterr()
    assert f"{measure} (all): expected " in said.out
    assert "--write-baseline" in said.err


def test_the_command_says_what_to_do_without_a_baseline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def never(_: Settings) -> Knowing:
        raise AssertionError("nothing is run without a baseline")

    assert main(["--check"], never, lambda settings, _: settings, tmp_path / "none.json") == 1
    assert "hint: record it" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--report", "--save"])
@pytest.mark.parametrize("place", ["file/page.html", "folder"])
def test_a_file_that_cannot_be_written_is_told_before_anything_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, place: str
) -> None:
    def never(_: Settings) -> Knowing:
        raise AssertionError("nothing is run for a file that cannot be written")

    write_files(tmp_path, {"file": "", "folder/file": ""})
    assert main([option, str(tmp_path / place)], never, lambda settings, _: settings) == 1
    assert "error: cannot write" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "file", "folder"]


def test_wrong_usage_exits_2() -> None:
    for arguments in (["--split", "none"], ["--check", "--write-baseline"], ["new"], ["--kind", "riddle"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2


def test_reports_runs_and_comparisons_are_written(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    saved, page = project.folder / "before.json", project.folder / "pages" / "page.html"
    assert project.main("--split", "tune", "--kind", "numeric", "list", "--save", str(saved), behind=2) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("recall@1 "))
    assert line.split()[3] == "-1.000", "the table shows the change since the baseline"
    assert project.main("--split", "tune", "--compare", str(saved), "--report", str(page)) == 0
    out = capsys.readouterr().out
    assert "before    citewell   difference" in out
    assert "results differ" in out
    assert "before and citewell, side by side" in page.read_text(encoding="utf-8")
