"""What becomes of a folder of awkward files, beside what its MANIFEST.tsv says of each.

A file is in, or failed with a reason; `--table` prints the outcome by kind as Markdown. Each file is read in this
process; nothing is written.

    python scripts/measure_documents.py BENCH/documents [--table]
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ingest.assemble import assemble
from ingest.read import ADVICE, read
from rag.errors import DocumentError
from rag.schema import Catalogue, Document

WITHOUT_READER = {ending for endings in ADVICE.values() for ending in endings}
EXPECTED = {
    "ok": "in",
    "no text layer": "scan",
    "encrypted, password needed": "password",
    "unreadable: PdfReadError": "unreadable",
    "unreadable: EmptyFileError": "empty",
}
REASONS = {
    "scan": "no text on",
    "password": "asks for a password",
    "unreadable": "cannot be read",
    "empty": "the file is empty",
    "no reader": "no reader for this kind",
    "no text": "no text found",
}


def outcome(path: Path) -> tuple[str, str, float]:
    """(in, or why it failed), details in words, seconds."""
    began = time.process_time()
    try:
        document = assemble("a", read(path, path.read_bytes()), Catalogue(title="")).document
    except DocumentError as error:
        reason = next((name for name, words in REASONS.items() if words in error.message), error.message)
        return reason, f"{error.message}; {error.hint}", time.process_time() - began
    return "in", _details(document), time.process_time() - began


def _details(document: Document) -> str:
    notes = "; ".join(document.warnings)
    return f"{len(document.text)} characters, “{document.catalogue.title[:50]}”" + (
        f" ({notes[:160]})" if notes else ""
    )


def expected(path: Path, state: str) -> str:
    """What the manifest says, in our words."""
    return "no reader" if path.suffix.lower() in WITHOUT_READER else EXPECTED.get(state, "in")


def main() -> int:
    """Print a line a file, or the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--table", action="store_true")
    args = parser.parse_args()
    rows = list(csv.DictReader((args.folder / "MANIFEST.tsv").open(encoding="utf-8"), delimiter="\t"))
    kinds: dict[str, Counter[str]] = {}
    others: list[str] = []
    slowest = (0.0, "")
    for row in rows:
        path = args.folder / row["file"]
        found, words, seconds = outcome(path)
        wanted = expected(path, row["state"])
        slowest = max(slowest, (seconds, row["file"]))
        kinds.setdefault(f"{path.suffix.lower()}, {row['tag']}", Counter())[found] += 1
        if found != wanted:
            others.append(f"| `{row['file']}` | {wanted} | {found} | {words.replace('|', '/')[:200]} |")
        if not args.table:
            print(f"{'' if found == wanted else '!':<2}{found:<11}{seconds:6.2f} s  {row['file']}: {words}")
    print("\n| kind | files | in | failed, and why |\n| --- | ---: | ---: | --- |")
    for kind, counts in sorted(kinds.items()):
        failed = ", ".join(f"{n} {reason}" for reason, n in counts.most_common() if reason != "in")
        print(f"| {kind} | {counts.total()} | {counts['in']} | {failed} |")
    total = sum(kinds.values(), Counter[str]())
    print(f"| all | {total.total()} | {total['in']} | {total.total() - total['in']} |")
    print(f"\n{len(others)} come out otherwise than the manifest says:\n")
    print("\n".join(["| file | manifest | here | |", "| --- | --- | --- | --- |", *others]))
    print(f"\nslowest: {slowest[0]:.1f} s of processor time, {slowest[1]}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
