"""The commands that measure on public sets: `retrieval`, `answerable`, `articles`, `rewrites` and `cues`.

In: parsed arguments. Out: lines, for `eval.__main__` to print. The sets lie outside the project, in the common form
that `eval.collections` reads.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.run import ready
from eval.throwaway import Progress
from rag.settings import Settings, load_settings

COMMANDS = ("retrieval", "answerable", "articles", "rewrites", "cues")
THREADS = 2


def add_commands(commands: Any) -> None:
    """Register the commands; each sets `public`, a function of the options and the progress that gives lines."""
    index = argparse.ArgumentParser(add_help=False)
    index.add_argument(
        "--index", type=Path, metavar="DIR", help="for `articles`; the other sets get an index of their own"
    )
    common = argparse.ArgumentParser(add_help=False, parents=[index])
    common.add_argument(
        "--split", choices=("tune", "test", "all"), default="all", help="part of the questions; tune on `tune` only"
    )
    limited = argparse.ArgumentParser(add_help=False)
    limited.add_argument("--limit", type=_positive, metavar="N", help="a sample of N questions, the same each time")
    command = commands.add_parser("retrieval", parents=[common], help="ranking on a public set")
    command.add_argument("folder", type=Path, metavar="DIR", help="corpus.jsonl with queries.jsonl and qrels.tsv, or "
                         "with conversations.jsonl")  # fmt: skip
    command.add_argument("--run", type=Path, metavar="FILE.trec", help="run file (default: runs/ in the cache)")
    command.set_defaults(public=_retrieval)
    command = commands.add_parser("answerable", parents=[common, limited], help="abstaining on a public set")
    command.add_argument("folder", type=Path, metavar="DIR", help="folder with corpus.jsonl and answerable.jsonl")
    command.set_defaults(public=_answerable)
    command = commands.add_parser(
        "articles", parents=[common, limited], help="answers over a library of whole articles"
    )
    command.add_argument("bench", type=Path, metavar="BENCH", help="folder with library/ and evidence_inference/")
    command.add_argument("--kind", default="", metavar="KIND", help="only `evidence_inference`, or one kind of ours")
    command.set_defaults(public=_articles)
    command = commands.add_parser("rewrites", parents=[common, limited], help="stand-alone questions on a public set")
    command.add_argument("file", type=Path, metavar="FILE.jsonl", help="conversations with a human rewrite")
    command.set_defaults(public=_rewrites)
    command = commands.add_parser("cues", parents=[index], help="evidence cues against labels made by hand")
    command.add_argument(
        "folders", type=Path, nargs="+", metavar="DIR", help="folders that hold the documents labelled"
    )
    command.set_defaults(public=_cues)


def _retrieval(options: argparse.Namespace, progress: Progress) -> Iterator[str]:
    from eval.retrieval import retrieval
    from rag.reader import open_reader

    settings = load_settings()
    run_file = options.run or settings.cache / "runs" / f"{options.folder.resolve().name}-{options.split}.trec"
    ready(run_file)
    reader = open_reader(settings)
    return retrieval(options.folder.resolve(), options.split, run_file, settings, _encoder(settings), progress, reader)


def _answerable(options: argparse.Namespace, progress: Progress) -> Iterator[str]:
    from eval.answerable import answerable

    settings = load_settings()
    return answerable(options.folder.resolve(), options.split, options.limit, settings, _encoder(settings), progress)


def _articles(options: argparse.Namespace, progress: Progress) -> Iterator[str]:
    from eval.articles import articles

    settings = load_settings(index=options.index)
    chosen = (options.split, options.kind, options.limit)
    return articles(options.bench.resolve(), *chosen, settings, _encoder(settings), progress)


def _rewrites(options: argparse.Namespace, progress: Progress) -> Iterator[str]:
    from eval.rewrites import rewrites

    return rewrites(options.file.resolve(), options.split, options.limit, progress)


def _cues(options: argparse.Namespace, progress: Progress) -> Iterator[str]:
    from eval.cues import measure

    return measure(options.folders)


def _encoder(settings: Settings) -> Any:
    from rag.encode import open_encoder

    return open_encoder(settings, threads=THREADS)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number
