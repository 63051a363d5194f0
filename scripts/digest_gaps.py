"""What a digest lacks of its original: per section, each number and each reference marker.

    python scripts/digest_gaps.py ORIGINALS [DIGESTS]

ORIGINALS and DIGESTS (default: corpus/) are folders with a `library.toml`; documents are compared by id. Prints a
line for each gap and exits with 1 if there is any. Numbers in words count as numbers; a reference group counts by
the entries it means, however it is written.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ingest.assemble import assemble  # noqa: E402
from ingest.find import find  # noqa: E402
from ingest.read import read  # noqa: E402
from ingest.structure import folded  # noqa: E402
from rag.markers import find_markers  # noqa: E402
from rag.schema import Document  # noqa: E402

NUMBER_WORDS = {  # without "one", which is more often a pronoun
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "fourteen": "14",
    "sixteen": "16",
    "seventeen": "17",
    "eighteen": "18",
    "twenty": "20",
    "thirty": "30",
    "ninety-two": "92",
    "two-thirds": "2/3",
}
NUMBER = re.compile(
    r"\d[\d,.]*\d|\d|\b(?:" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + r")\b", re.IGNORECASE
)


def read_documents(folder: Path) -> dict[str, Document]:
    """The documents of a folder by id."""
    documents = {}
    for source in find(folder.resolve()):
        blocks = read(source.path, source.path.read_bytes())
        documents[source.entry.source_id] = assemble(source.entry.source_id, blocks, source.entry.catalogue).document
    return documents


def contents(document: Document) -> dict[str, Counter[str]]:
    """What each body section holds: its numbers, and its reference markers by the entries they mean."""
    held: dict[str, Counter[str]] = {}
    for section in document.sections:
        if section.kind != "body":
            continue
        text = document.text[section.start : section.end]
        found = held.setdefault(folded(section.path[-1]) if section.path else "", Counter())
        for marker in reversed(list(find_markers(text, document.marker_style, document.last_reference))):
            found.update(f"[{number}]" for number in marker.numbers)
            text = text[: marker.start] + " " + text[marker.end :]
        found.update(_number(match.group()) for match in NUMBER.finditer(text))
    return held


def _number(printed: str) -> str:
    return NUMBER_WORDS.get(printed.casefold(), printed.replace(",", "").rstrip("."))


def main(arguments: list[str]) -> int:
    """Compare the folders; returns the number of gaps, at most 1."""
    if not 1 <= len(arguments) <= 2:
        print(__doc__)
        return 2
    originals = read_documents(Path(arguments[0]))
    digests = read_documents(Path(arguments[1]) if len(arguments) == 2 else ROOT / "corpus")
    gaps = 0
    for source_id, original in sorted(originals.items()):
        if source_id not in digests:
            print(f"{source_id}: no digest")
            gaps += 1
            continue
        kept = contents(digests[source_id])
        for section, wanted in contents(original).items():
            missing = wanted - kept.get(section, Counter())
            for thing, times in sorted(missing.items()):
                print(f"{source_id}: {section}: {thing}" + (f" ({times} times)" if times > 1 else ""))
                gaps += 1
        lacking = len(original.references) - len(digests[source_id].references)
        if lacking:
            print(f"{source_id}: {lacking} reference entries")
            gaps += 1
        print(
            f"{source_id}: {sum(sum(c.values()) for c in contents(original).values())} numbers and markers compared",
            file=sys.stderr,
        )
    return 1 if gaps else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
