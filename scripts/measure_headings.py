"""How well headings are found in text that marks none: articles in Markdown with their `#` taken away.

Each article is read twice: as it is, for its headings, and with the marks of headings stripped, as plain text.
Nothing is written.

    python scripts/measure_headings.py BENCH/library [--show FAULTS]
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ingest.assemble import assemble
from ingest.read import read
from ingest.structure import folded, heading
from rag.schema import Catalogue

_MARK = re.compile(r"^#{1,6} +", re.MULTILINE)


def headings(name: str, text: str) -> list[str]:
    """Headings that reading finds, in order, the title included."""
    parts = assemble("a", read(Path(name), text.encode()), Catalogue(title="")).parts
    return [folded(heading(p.placed.block.text)) for p in parts if p.placed.block.kind in ("title", "heading")]


def main() -> int:
    """Print recall and precision."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="show N faults")
    args = parser.parse_args()
    right = wanted = found = 0
    left = args.show
    articles = sorted(args.folder.glob("*.md"))
    for path in articles:
        text = path.read_text(encoding="utf-8")
        gold = Counter(headings("a.md", text))
        ours = Counter(headings("a.txt", _MARK.sub("", text)))
        right += (gold & ours).total()
        wanted += gold.total()
        found += ours.total()
        for word, faults in (("missed", gold - ours), ("wrong", ours - gold)):
            for fault in list(faults)[: max(left, 0)]:
                print(f"{word:<7} {path.stem:<12} {fault[:110]}")
                left -= 1
    print(f"articles {len(articles)}, headings {wanted}, found {found}")
    print(f"recall    {right / max(1, wanted):.3f}")
    print(f"precision {right / max(1, found):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
