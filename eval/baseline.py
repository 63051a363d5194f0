"""The quality floor: what the test set gave when it was last recorded, and what moved since.

In: a run, `eval/baseline.json`. Out: what moved, by measure, with the cases that moved it. The same code on the
same corpus gives the same figures, so a rise that is not recorded is reported like a drop. The file holds figures
of quality only, no words and no milliseconds, and a line for each case, so that a change of it reads well.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.measures import QUALITY
from eval.run import Run
from eval.score import Result
from eval.statistics import mean
from eval.summary import ALL, CONVERSATIONS, STAND_ALONE, groups, values
from ingest.sync import sync
from rag.errors import CitewellError, DocumentError
from rag.settings import Settings

BASELINE = Path(__file__).parent / "baseline.json"
CORPUS = Path(__file__).parent.parent / "corpus"
TOLERANCE = 0.0005
GROUPS = (ALL, "tune", "test", CONVERSATIONS, STAND_ALONE)
FORMAT = 1
PLACES = 4

Marks = Mapping[str, float | None]


class BaselineError(CitewellError):
    """There is no recorded baseline, or it cannot be read."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was recorded.

    Attributes:
        figures: by group, by measure. marks: by result, by measure.
    """

    figures: Mapping[str, Mapping[str, float]]
    marks: Mapping[str, Marks]

    def values(self, results: Sequence[Result], measure: str) -> list[float]:
        """The recorded values of these results, where they have one."""
        found = (self.marks.get(result.key, {}).get(measure) for result in results)
        return [value for value in found if value is not None]


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that is not the recorded one, and the results that moved it: (key, recorded, now)."""

    group: str
    measure: str
    expected: float | None
    got: float | None
    results: tuple[tuple[str, float | None, float | None], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found; `holds` when nothing."""

    moved: tuple[Moved, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """True when every figure is the recorded one and the cases are the same."""
        return not (self.moved or self.added or self.removed)


def baseline_of(run: Run) -> Baseline:
    """What would be recorded of a run."""
    found = groups(run.results)
    figures = {
        group: {measure: round(mean(known), PLACES) for measure in QUALITY if (known := values(found[group], measure))}
        for group in GROUPS
        if group in found
    }
    marks = {
        result.key: {
            measure: None if value is None else round(value, PLACES)
            for measure in QUALITY
            for value in [result.scores[measure]]
        }
        for result in run.results
    }
    return Baseline(figures, marks)


def check(run: Run, recorded: Baseline) -> Verdict:
    """Compare a run with what was recorded."""
    now = baseline_of(run)
    return Verdict(
        tuple(_moved(now, recorded, groups(run.results))),
        added=tuple(key for key in now.marks if key not in recorded.marks),
        removed=tuple(key for key in recorded.marks if key not in now.marks),
    )


def _moved(now: Baseline, recorded: Baseline, members: Mapping[str, Sequence[Result]]) -> Iterator[Moved]:
    for group in GROUPS:
        for measure in QUALITY:
            expected = recorded.figures.get(group, {}).get(measure)
            got = now.figures.get(group, {}).get(measure)
            if expected is None and got is None:
                continue
            if expected is None or got is None or abs(expected - got) > TOLERANCE:
                changed = (
                    (result.key, recorded.marks.get(result.key, {}).get(measure), now.marks[result.key][measure])
                    for result in members.get(group, ())
                )
                yield Moved(group, measure, expected, got, tuple(found for found in changed if found[1] != found[2]))


def write_baseline(baseline: Baseline, path: Path = BASELINE) -> None:
    """Write the file: a line for each figure and each case."""
    lines = [f'{{"format": {FORMAT},', f'"measures": {json.dumps(QUALITY)},', '"figures": {']
    for group, figures in baseline.figures.items():
        inner = ",\n".join(f"  {json.dumps(name)}: {value}" for name, value in figures.items())
        lines.append(f" {json.dumps(group)}: {{\n{inner}\n }},")
    lines[-1] = lines[-1].rstrip(",")
    lines += ["},", '"marks": {']
    lines.append(
        ",\n".join(
            f" {json.dumps(key)}: {json.dumps([marks[measure] for measure in QUALITY])}"
            for key, marks in baseline.marks.items()
        )
    )
    path.write_text("\n".join([*lines, "}}"]) + "\n", encoding="utf-8")


def read_baseline(path: Path = BASELINE) -> Baseline:
    """Read the file; raises BaselineError when it is missing or written for other measures."""
    hint = "record it, in a commit of its own: `python -m eval --write-baseline`"
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if (body["format"], tuple(body["measures"])) != (FORMAT, QUALITY):
            raise BaselineError(f"`{path}` was written in another format or for other measures", hint)
        marks = {key: dict(zip(QUALITY, row, strict=True)) for key, row in body["marks"].items()}
        return Baseline(body["figures"], marks)
    except FileNotFoundError:
        raise BaselineError(f"no baseline at `{path}`", hint) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BaselineError(f"the baseline at `{path}` cannot be read: {error}", hint) from error


def corpus_index(settings: Settings, progress: Callable[[str], None]) -> Settings:
    """Bring an index of `corpus/` alone up to date, with the shipped encoder and the default length of answers.

    It lies under the cache; uploads, other folders and the environment's settings have no part in it. Returns the
    settings that read it. Raises DocumentError when a document of the corpus cannot be read.
    """
    folder = settings.cache / "eval-index"
    # Anew each time (the vectors are remembered): a copied cache holds the paths of another checkout.
    shutil.rmtree(folder, ignore_errors=True)
    own = Settings.model_construct(index=folder, cache=settings.cache, library=folder / "no-uploads")
    for row in sync([CORPUS], own, progress=progress):
        if row.state == "failed":
            raise DocumentError(f"the corpus cannot be read: `{row.path}`: {row.why}", "`python -m ingest` says more")
    return own
