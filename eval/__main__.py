"""`python -m eval`: measure the assistant with the evaluators' test set; hold its quality.

python -m eval [--index DIR] [--split SPLIT] [--kind KIND ...] [--report FILE] [--save FILE] [--compare FILE]
python -m eval --check | --write-baseline
python -m eval new FILE.csv
python -m eval lint [FILE ...]
python -m eval naive
python -m eval retrieval DIR | answerable DIR | rewrites FILE.jsonl    on public sets, see eval/public.py
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from eval import public
from eval.baseline import (
    BASELINE,
    Baseline,
    BaselineError,
    baseline_of,
    check,
    corpus_index,
    read_baseline,
    write_baseline,
)
from eval.cases import CASES, KINDS, Case, CasesError, load_cases, read_cases
from eval.run import Asked, Run, load_run, ready, run_cases, save_run
from eval.table import comparison, summary, verdict_lines
from rag.commands import command, command_first, index_option
from rag.settings import Settings, load_settings

Progress = Callable[[str], None]
COMMANDS = ("run", "new", "lint", "naive", *public.COMMANDS)


def open_assistant(settings: Settings) -> Asked:
    """The assistant that is measured."""
    from rag.assistant import open_assistant as open_

    return open_(settings)


@command
def main(
    arguments: Sequence[str],
    open_: Callable[[Settings], Asked] = open_assistant,
    prepare: Callable[[Settings, Progress], Settings] = corpus_index,
    baseline: Path = BASELINE,
) -> int:
    """Run one command; returns the exit code: 0 done, 1 an expected failure, 2 wrong usage.

    `open_` opens what is measured, `prepare` brings the index of `corpus/` up to date, `baseline` is the file.
    """
    # `python -m eval --check` needs no word for the usual thing.
    options = _parser().parse_args(command_first(arguments, COMMANDS, "run"))
    match options.command:
        case "new":
            return _new(options)
        case "lint":
            return _lint(options)
        case "naive":
            return _naive(options, open_)
        case name if name in public.COMMANDS:
            _print(options.public(options, _clock()))
            return 0
        case _:
            return _run(options, open_, prepare, baseline)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval",
        description="Measure the assistant with the test set in eval/cases.",
        epilog="Without a command: `python -m eval [OPTIONS]` runs the test set; `python -m eval run -h` lists them.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    common = index_option()
    chosen = argparse.ArgumentParser(add_help=False)
    chosen.add_argument("--split", choices=("tune", "test", "all"), default="all", help="half of the cases")
    chosen.add_argument("--kind", choices=KINDS, nargs="+", default=KINDS, metavar="KIND", help=", ".join(KINDS))
    chosen.add_argument("--report", type=Path, metavar="FILE", help="write one self-contained HTML page")
    run = commands.add_parser("run", parents=[common, chosen], help="run the test set (the default)")
    run.add_argument("--save", type=Path, metavar="FILE", help="write the run as JSON")
    run.add_argument("--compare", type=Path, metavar="FILE", help="put a saved run beside this one")
    own = run.add_mutually_exclusive_group()
    own.add_argument(
        "--check",
        action="store_true",
        help="run all cases on an index of corpus/ alone; exit 1 when a figure is not that of eval/baseline.json",
    )
    own.add_argument("--write-baseline", action="store_true", help="run like --check and record the figures")
    new = commands.add_parser("new", parents=[common], help="write a CSV to begin with")
    new.add_argument("file", type=Path, metavar="FILE.csv")
    lint = commands.add_parser("lint", parents=[common], help="check the test set against an index")
    lint.add_argument("files", nargs="*", type=Path, metavar="FILE", help="file or folder (default: eval/cases)")
    commands.add_parser("naive", parents=[common, chosen], help="put LlamaIndex with its defaults beside ours")
    public.add_commands(commands)
    return parser


def _run(
    options: argparse.Namespace,
    open_: Callable[[Settings], Asked],
    prepare: Callable[[Settings, Progress], Settings],
    baseline: Path,
) -> int:
    settings = load_settings(index=options.index)
    for path in filter(None, (options.report, options.save)):
        ready(path)
    held = options.check or options.write_baseline
    if held:
        if options.index or options.split != "all" or options.kind != KINDS:
            _note("all cases are run, on an index of corpus/ alone: --index, --split and --kind have no say in it")
        recorded = read_baseline(baseline) if options.check else None
        settings, cases = prepare(settings, _clock()), load_cases()
    else:
        recorded, cases = _recorded(baseline), _cases(options)
    before = load_run(options.compare) if options.compare else None
    run = run_cases(open_(settings), cases, progress=_clock())
    if options.save:
        save_run(run, options.save)
        _note(f"written: {options.save}")
    if before:
        before = replace(before, name=options.compare.stem)
    _report(options, run, before, recorded)
    _print(comparison(before, run) if before else summary(run, recorded))
    if options.write_baseline:
        write_baseline(baseline_of(run), baseline)
        print(f"recorded: {baseline}")
    if options.check and recorded:
        verdict = check(run, recorded)
        _print(["", *verdict_lines(verdict)])
        if not verdict.holds:
            _note("error: the quality is not the recorded one")
            _note("hint: if that is meant, record it in a commit of its own: `python -m eval --write-baseline`")
            return 1
        print(f"the baseline holds: {len(cases)} cases")
    return 0


def _naive(options: argparse.Namespace, open_: Callable[[Settings], Asked]) -> int:
    from eval.naive import Naive
    from rag.encode import open_encoder

    settings = load_settings(index=options.index)
    if options.report:
        ready(options.report)
    cases = _cases(options)
    ours = open_(settings)
    source_ids = sorted({finding.place.source_id for case in load_cases() for finding in case.findings})
    plain = Naive([ours.document(source_id) for source_id in source_ids], open_encoder(settings))
    _note("the plain method")
    before = run_cases(plain, cases, "naive", _clock())
    _note("ours")
    after = run_cases(ours, cases, progress=_clock())
    _report(options, after, before, None)
    _print(comparison(before, after, cases=0))
    return 0


def _lint(options: argparse.Namespace) -> int:
    from eval.lint import OWN_WORDS_CASES, lint
    from rag.index.layout import Layout
    from rag.index.reader import Index

    settings = load_settings(index=options.index)
    index = Index(settings.index, Layout(settings.index).published())
    cases, problems = read_cases(options.files or [CASES])
    found = lint(cases, index.document)
    problems = (*problems, *found.problems)
    _print(map(str, problems))
    for title, counts in (
        ("kinds", Counter(case.kind for case in cases)),
        ("splits", Counter(case.split for case in cases)),
        ("answerable", Counter("yes" if case.answerable else "no" for case in cases)),
    ):
        print(f"{title}: " + ", ".join(f"{count} {name}" for name, count in counts.most_common()))
    print(f"in the readers' words: {found.own_words:.1%} of {len(found.absent)} (at least {OWN_WORDS_CASES:.0%})")
    print(f"{len(cases)} cases, {len(problems)} problem(s)")
    return 1 if problems else 0


def _new(options: argparse.Namespace) -> int:
    from eval.template import write_template

    write_template(options.file)
    print(f"written: {options.file}; check it with `python -m eval lint {options.file}`, then move it to {CASES}")
    return 0


def _cases(options: argparse.Namespace) -> tuple[Case, ...]:
    cases = tuple(case for case in load_cases() if options.split in (case.split, "all") and case.kind in options.kind)
    if not cases:
        raise CasesError("no case is of that kind and split", "leave out --kind or --split")
    return cases


def _report(options: argparse.Namespace, run: Run, before: Run | None, recorded: Baseline | None) -> None:
    if options.report:
        from eval.report import page

        options.report.write_text(page(run, recorded, before), encoding="utf-8")
        _note(f"written: {options.report}")


def _recorded(path: Path) -> Baseline | None:
    try:
        return read_baseline(path)
    except BaselineError as error:
        _note(f"{error.message}; {error.hint}")
        return None


def _clock() -> Progress:
    started = time.monotonic()
    return lambda note: _note(f"  {time.monotonic() - started:6.1f} s  {note}")


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
