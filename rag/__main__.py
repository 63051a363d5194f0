"""`python -m rag`: ask, ask many, only search, or give an answer again.

python -m rag ask "QUESTION" [--history FILE] [FILTERS] [--words N] [--json]
python -m rag batch IN.jsonl OUT.jsonl
python -m rag search "QUESTION" [-k N] [FILTERS] [--explain] [--json]
python -m rag replay RECEIPT
python -m rag receipts [--clear]
python -m rag bench [--passages N ...] [--folder DIR] [--questions N] [--json]

FILTERS: [--only SOURCE_ID ...] [--since YEAR] [--until YEAR] [--kind WORDS] [--topic WORDS]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.commands import command, command_first, index_option
from rag.contract import answer_as_json, explanation_as_json, history_from_json, hit_as_json
from rag.errors import CitewellError, QuestionError, ReceiptError, SourceError
from rag.printed import answer_as_text, hit_as_text, wrapped
from rag.settings import Settings, load_settings
from rag.terms import whole

if TYPE_CHECKING:
    from rag.explain import Explanation

COMMANDS = ("ask", "batch", "search", "replay", "receipts", "bench")


@command
def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code: 0 done, 1 an expected failure, 2 wrong usage."""
    options = _parser().parse_args(command_first(arguments, COMMANDS))
    settings = load_settings(index=options.index)
    match options.command:
        case "ask":
            return _ask(settings, options)
        case "batch":
            return _batch(settings, options.input, options.output)
        case "replay":
            return _replay(settings, options.receipt)
        case "receipts":
            return _receipts(settings, options.clear)
        case "bench":
            return _bench(settings, options)
        case _:
            return _search(settings, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag", description="Answer questions from the library with exact, cited quotations."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    common = index_option()
    filters = argparse.ArgumentParser(add_help=False)
    filters.add_argument("--only", nargs="+", default=[], metavar="SOURCE_ID", help="search these documents only")
    filters.add_argument("--since", type=int, metavar="YEAR", help="search documents of this year or later")
    filters.add_argument("--until", type=int, metavar="YEAR", help="search documents of this year or earlier")
    filters.add_argument("--kind", default="", help="search documents of this kind, for example review")
    filters.add_argument("--topic", default="", help="search documents that have these words in one passage")
    filters.add_argument("--json", action="store_true", help="as JSON")
    ask = commands.add_parser("ask", parents=[common, filters], help="answer a question")
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument("--history", type=Path, metavar="FILE", help="the turns before, as a JSON list")
    ask.add_argument("--words", type=number, metavar="N", help="about how long the answer may be (default: 120)")
    batch = commands.add_parser("batch", parents=[common], help="answer the questions of a JSONL file")
    batch.add_argument("input", type=Path, metavar="IN.jsonl", help='a line: {"id", "question", "history"}')
    batch.add_argument("output", type=Path, metavar="OUT.jsonl", help="a line an answer, in the same order")
    search = commands.add_parser("search", parents=[common, filters], help="show the ranked passages only")
    search.add_argument("question", metavar="QUESTION")
    search.add_argument("--explain", action="store_true", help="tell which words and which statement brought it up")
    search.add_argument("-k", type=number, default=10, metavar="N", help="how many passages (default: 10)")
    bench = commands.add_parser(
        "bench", parents=[common], help="measure speed and memory on a throw-away index of made-up text"
    )
    bench.add_argument("--passages", type=int, nargs="+", default=[20_000], metavar="N", help="sizes (default: 20000)")
    bench.add_argument("--folder", type=Path, default=Path("var/bench"), metavar="DIR", help="default: var/bench")
    bench.add_argument("--questions", type=number, default=60, metavar="N", help="how many are timed (default: 60)")
    bench.add_argument("--json", action="store_true", help="as JSON")
    replay = commands.add_parser("replay", parents=[common], help="give an answer again, or say what has changed")
    replay.add_argument("receipt", metavar="RECEIPT", help="as printed below the answer")
    receipts = commands.add_parser("receipts", parents=[common], help="say how many answers are remembered, and where")
    receipts.add_argument("--clear", action="store_true", help="forget them all")
    return parser


def number(text: str) -> int:
    """A whole number from 1 to 1000; argparse shows this function's name in its message."""
    value = int(text)
    if not 1 <= value <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 1000")
    return value


def _ask(settings: Settings, options: argparse.Namespace) -> int:
    from rag.assistant import open_assistant
    from rag.receipts import Receipts, Request

    history = history_from_json(_read_json(options.history)) if options.history else ()
    filters = _filters(options)
    answer = open_assistant(settings).ask(options.question, history, **filters, words=options.words)
    request = Request.of(answer.question, history, filters, options.words or settings.words)
    print(_dump(answer_as_json(answer)) if options.json else answer_as_text(answer), flush=True)
    try:
        Receipts(settings).keep(request, answer, settings)
    except ReceiptError as error:
        print(f"note: this answer is not remembered: {error.message}; {error.hint}", file=sys.stderr)
    return 0


def _search(settings: Settings, options: argparse.Namespace) -> int:
    from rag.assistant import open_assistant

    assistant = open_assistant(settings)
    hits = assistant.search(options.question, options.k, **_filters(options))
    if options.explain:
        told = assistant.explain(options.question, hits)
        bodies = [explanation_as_json(explanation) for explanation in told]
        texts = [hit_as_text(e.hit) + "\n\n" + _explanation_as_text(e) for e in told]
    else:
        bodies = [hit_as_json(hit) for hit in hits]
        texts = [hit_as_text(hit) for hit in hits]
    print(_dump(bodies) if options.json else "\n\n".join(texts))
    return 0


def _filters(options: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(options, name) for name in ("only", "since", "until", "kind", "topic")}


def _bench(settings: Settings, options: argparse.Namespace) -> int:
    from rag.bench import as_text, bench

    def tell(note: str) -> None:
        print(note, file=sys.stderr)

    rows = list(bench(options.passages, options.folder, settings, options.questions, tell))
    print(_dump([asdict(row) for row in rows]) if options.json else as_text(rows))
    return 0


def _replay(settings: Settings, receipt: str) -> int:
    from rag.assistant import open_assistant
    from rag.receipts import Receipts, changes, depends_on

    record = Receipts(settings).get(receipt)
    asked = record.request
    answer = open_assistant(settings).ask(
        asked.question,
        asked.history,
        **asked.filters,
        words=asked.words,
        suggest=False,
        as_written=asked.as_written,
    )
    differences = changes(record, depends_on(answer.generation, settings), answer)
    if differences:
        told = "\n".join(f"  {line}" for line in differences)
        raise ReceiptError(
            f"the answer is another one now\n{told}", f"the one given then is in `{Receipts(settings).path}`"
        )
    print(record.body)
    print("the same answer, to the byte", file=sys.stderr)
    return 0


def _receipts(settings: Settings, clear: bool) -> int:
    from rag.receipts import Receipts

    receipts = Receipts(settings)
    if clear:
        forgotten = receipts.clear()
        print("the damaged file is deleted" if forgotten is None else f"{forgotten} answers forgotten")
    else:
        print(f"{receipts.count()} of at most {settings.receipts} answers in {receipts.path}")
    return 0


def _batch(settings: Settings, source: Path, target: Path) -> int:
    """A line that cannot be answered gets an object with `error`; the others are answered all the same.

    A file is there when it is whole; a link, a pipe or a device is written to as it goes.
    """
    from rag.assistant import open_assistant

    try:
        lines = [line for line in source.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SourceError(f"cannot read `{source}`: {why}", "name a file of JSON lines in UTF-8") from error
    assistant = open_assistant(settings)
    failed = 0
    straight = target.is_symlink() or (target.exists() and not target.is_file())
    partial = target if straight else target.with_name(f".{target.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as out:
            for number, line in enumerate(lines, start=1):
                id_: Any = None
                try:
                    item = _parse_line(line, number)
                    id_ = item.get("id")
                    answer = assistant.ask(_question_of(item, number), history_from_json(item.get("history")))
                    body = answer_as_json(answer, id_)
                except CitewellError as error:
                    failed += 1
                    body = {"id": id_, "error": error.message, "hint": error.hint}
                    print(f"line {number}: {error.message}; {error.hint}", file=sys.stderr)
                out.write(whole(json.dumps(body, ensure_ascii=False)) + "\n")
                if number % 50 == 0:
                    print(f"  {number}/{len(lines)}", file=sys.stderr)
        if not straight:
            partial.replace(target)
    except OSError as error:
        raise SourceError(
            f"cannot write `{target}`: {error.strerror}", "name a file in a folder that exists"
        ) from error
    finally:
        if not straight:
            partial.unlink(missing_ok=True)
    return 1 if failed else 0


_LINE = 'a line is {"id": "…", "question": "…", "history": []}'


def _parse_line(line: str, number: int) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        raise QuestionError(f"line {number} is not JSON", _LINE) from None
    if not isinstance(item, dict):
        raise QuestionError(f"line {number} holds no question", _LINE)
    return item


def _question_of(item: dict[str, Any], number: int) -> str:
    question = item.get("question")
    if not isinstance(question, str):
        raise QuestionError(f"line {number} holds no question", _LINE)
    return question


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SourceError(f"cannot read `{path}`: {error.strerror}", "name a JSON file") from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"`{path}` is not JSON: {error}", "write a list of turns") from error


def _dump(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, indent=1)


def _explanation_as_text(explanation: Explanation) -> str:
    sums = " + ".join(f"{part.name} {part.value:.4f} × {part.weight:g}" for part in explanation.parts)
    words = "; ".join(f"{w.word} ({', '.join(w.places)}; in {w.passages})" for w in explanation.words)
    lines = [f"    = {sums}", f"    statement: {explanation.statement}", f"    words: {words or 'none'}"]
    if explanation.absent:
        lines.append(f"    not in it: {', '.join(explanation.absent)}")
    return "\n".join(wrapped(line.replace("\n", " "), "    ") for line in lines)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
