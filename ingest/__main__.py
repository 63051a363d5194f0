"""`python -m ingest`: bring the index in step with folders and files; see what the library holds.

python -m ingest [PATH ...]        default: corpus/
python -m ingest fetch [SOURCE_ID ...]
python -m ingest remove SOURCE_ID
python -m ingest restore SOURCE_ID
python -m ingest status [--json]
python -m ingest text SOURCE_ID
python -m ingest bench [--folder DIR] [--documents N] [--unchanged N] [--passages N ...]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from ingest.keep import remove, restore
from ingest.ledger import Ledger, Run, describe, load_ledger
from ingest.progress import Progress
from ingest.sync import sync
from rag.commands import command, command_first, index_option
from rag.errors import CitewellError
from rag.index.layout import Layout
from rag.settings import Settings, load_settings

COMMANDS = ("sync", "fetch", "remove", "restore", "status", "text", "bench")


@command
def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code: 0 done, 1 an expected failure, 2 wrong usage."""
    # `python -m ingest corpus/` needs no word for the usual thing.
    options = _parser().parse_args(command_first(arguments, COMMANDS, "sync"))
    settings = load_settings(index=options.index)
    match options.command:
        case "status":
            return _status(settings, options.json)
        case "text":
            return _text(settings, options.source_id)
        case "bench":
            return _bench(settings, options)
        case "fetch":
            return _fetch(settings, options.source_ids, options.folder)
        case "remove":
            print(describe(remove(options.source_id, settings, progress=_progress())))
            return 0
        case "restore":
            print(describe(restore(options.source_id, settings, progress=_progress())))
            return 0
        case _:
            return _sync(settings, options.paths or [Path("corpus")], options.remove_all)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Bring the index in step with folders and files.",
        epilog="Without a command: `python -m ingest [PATH ...]` brings the index in step, with corpus/ by default.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    common = index_option()
    step = commands.add_parser(
        "sync",
        parents=[common],
        help="bring the index in step (the default)",
        description="New files are added, changed ones replaced, vanished ones removed, others left untouched.",
    )
    step.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="folder or file (default: corpus/)")
    step.add_argument("--remove-all", action="store_true", help="accept that a folder lost all its documents")
    bring = commands.add_parser(
        "fetch",
        parents=[common],
        help="bring originals from the internet",
        description="Fetch the originals of digests from their addresses in library.toml, into the folder of uploads.",
    )
    bring.add_argument("source_ids", nargs="*", metavar="SOURCE_ID", help="default: all digests with an address")
    bring.add_argument("--folder", type=Path, default=Path("corpus"), help="whose library.toml (default: corpus/)")
    for name, help_ in (
        ("remove", "take a document out, and keep it out"),
        ("restore", "bring a removed document back"),
    ):
        commands.add_parser(name, parents=[common], help=help_).add_argument("source_id", metavar="SOURCE_ID")
    status = commands.add_parser("status", parents=[common], help="what is in the library")
    status.add_argument("--json", action="store_true", help="as JSON")
    text = commands.add_parser("text", parents=[common], help="the text that citation offsets count in")
    text.add_argument("source_id", metavar="SOURCE_ID")
    bench = commands.add_parser(
        "bench",
        parents=[common],
        help="measure how fast this computer ingests",
        description="Measure ingestion in folders that are thrown away; a line for each figure.",
    )
    bench.add_argument("--folder", type=Path, default=Path("corpus"), help="documents to embed (default: corpus/)")
    bench.add_argument("--documents", type=int, default=8, metavar="N", help="how many of them; 0 for none")
    bench.add_argument(
        "--unchanged", type=int, default=1000, metavar="N", help="documents of the run in which nothing changed"
    )
    bench.add_argument(
        "--passages", type=int, nargs="*", default=[20_000], metavar="N", help="sizes of library to publish into"
    )
    return parser


def _progress() -> Progress:
    started = time.monotonic()

    def told(note: str) -> None:
        print(f"  {time.monotonic() - started:6.1f} s  {note}", file=sys.stderr, flush=True)

    return told


def _sync(settings: Settings, paths: Sequence[Path], remove_all: bool) -> int:
    rows = sync(paths, settings, progress=_progress(), remove_all=remove_all)
    for row in rows:
        print(describe(row))
    counts = Counter(row.state for row in rows)
    if rows:
        print(", ".join(f"{count} {state}" for state, count in sorted(counts.items())))
    else:
        print("no documents found", file=sys.stderr)
    _prepare(settings)
    return 1 if counts["failed"] else 0


def _prepare(settings: Settings) -> None:
    """Read the passages ahead and prepare the questions to suggest, so that nobody who asks waits for it."""
    from rag.index.layout import Layout
    from rag.receipts import code_version
    from rag.suggest import place

    layout = Layout(settings.index)
    if not layout.current.exists() or place(settings.cache, layout.published(), code_version()).exists():
        return
    from rag.assistant import open_assistant

    try:
        open_assistant(settings).prepare(_progress())
    except CitewellError as error:  # the library is published all the same
        print(f"note: questions could not be prepared for: {error.message}", file=sys.stderr)


def _fetch(settings: Settings, source_ids: Sequence[str], folder: Path) -> int:
    from ingest.fetch import fetch

    outcomes = fetch(folder, source_ids, settings, progress=_progress())
    for outcome in outcomes:
        print(f"{'fetched' if outcome.path else 'failed':<10} {outcome.source_id}  {outcome.path or ''}".rstrip())
        if outcome.why:
            print(f"           {outcome.why}")
    if any(outcome.path for outcome in outcomes):
        print("run `python -m ingest` to put them in their digests' place", file=sys.stderr)
    return 0 if all(outcome.path for outcome in outcomes) else 1


def _bench(settings: Settings, options: argparse.Namespace) -> int:
    from ingest.bench import run

    for line in run(options.folder, options.documents, options.unchanged, options.passages, settings, _progress()):
        print(line, flush=True)
    return 0


def _status(settings: Settings, as_json: bool) -> int:
    layout = Layout(settings.index)
    generation = layout.published()
    ledger = load_ledger(settings.index)
    if as_json:
        body = asdict(ledger) | {"generation": generation}
        print(json.dumps(body, ensure_ascii=False, indent=1))
        return 0
    rows = [row for row in ledger.documents if not row.withdrawn]
    for row in ledger.documents:
        print(f"{row.source_id}\n    {row.title}\n    {row.path}\n    {row.date}  {describe(row)}")
    print(_last_run(ledger))
    print(f"{len(rows)} documents, {sum(row.passages for row in rows)} passages, state {generation}")
    return 0


def _last_run(ledger: Ledger) -> str:
    if not ledger.runs:
        return "no run is recorded"
    run: Run = ledger.runs[-1]
    counts = ", ".join(f"{count} {state}" for state, count in (run.counts or {}).items())
    return (
        f"run {run.number} of {run.started}: {run.outcome}"
        + (f", {counts}" if counts else "")
        + (f": {run.why}" if run.why else "")
    )


def _text(settings: Settings, source_id: str) -> int:
    from rag.index.reader import Index

    layout = Layout(settings.index)
    index = Index(settings.index, layout.published())
    # Exactly the text: no line end is added, and none is translated.
    sys.stdout.buffer.write(index.document(source_id).text.encode())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
