"""Damaged files for every reader: each is read exactly or refused with a reason, and nothing else happens.

In: how many, and folders of further files to begin with. The same number gives the same files.

    python tests/fuzz.py 10000 [FOLDER ...]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fakes import BRIEFS, assert_exact, count_tokens, make_pdf

from ingest.assemble import assemble
from ingest.passages import Measure, with_passages
from ingest.read import READERS, read
from rag.errors import DocumentError
from rag.schema import Catalogue

MAX_BYTES = 60_000  # of a file to begin with: larger ones are slow and no more telling
LONG = Measure(4000, count_tokens)
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Peers</title>
<meta name="citation_author" content="A Lee">
</head><body><nav><a href="#">Menu</a></nav><main><h1>How peers rest</h1><p>Peers rest<sup>1,2</sup> often [3].</p>
<ul><li>One<ol start="3"><li>Two</ul><table><tr><th>Town<td>Peers</table><p style="display:none">unseen words</p>
<h2>References</h2><ol><li>Lee A. Rest. Soil 2001;1:2.</ol></main></body></html>"""
MATTER = """---
title: Rest
authors: [A Lee, B Hall]
date: 2012-01-02
---

# Rest

Peers rest (Lee, 2001; Hall 2003a, b).
"""
TOKENS = (
    b"<", b">", b"</p>", b"<table><tr><td>", b"<li>", b"<sup>12</sup>", b"&#0;", b"&#x110000;", b"\x00", b"\xff\xfe",
    b"\xef\xbb\xbf", b"---\n", b"+++\n", b"# ", b"| a | b |\n|--|\n", b"[1-3]", b"(2;3)", b"[115]", b"(Lee, 2001)",
    b"\n\nReferences\n\n", b"1. 1. ", b"\xe2\x80\x8b" * 9, b"\xc2\xad", b"endobj", b"stream", b"/Length -1",
    b"/Kids [1 0 R]", b" 99999999999 ", b"(((((", b"]]]]", b"\xf3\xa0\x81\xa9" * 5, b"\r", b"\x0c", b"{% x %}",
    b"!!python/object:os.system", b"&a [*a]",
)  # fmt: skip


def seeds(folders: Sequence[Path] = ()) -> list[tuple[str, bytes]]:
    """Whole files, at least two a reader."""
    lines = ["How peers rest", "Peers are trained for two weeks before they begin to work, [1-3] and they", "rest (2)."]
    found = [(path.name, path.read_bytes()) for path in sorted(BRIEFS.iterdir()) if path.suffix in READERS]
    found += [("a.html", PAGE.encode()), ("b.htm", PAGE.encode("utf-16")), ("c.md", MATTER.encode())]
    found += [("d.pdf", make_pdf([lines, lines, lines])), ("e.pdf", make_pdf([lines], password=""))]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in READERS and 0 < path.stat().st_size <= MAX_BYTES:
                found.append((path.name, path.read_bytes()))
    return found


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The file with a few bytes changed, parts lost, doubled or moved, odd tokens put in."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(out) + 1)
        size = min(chance.choice((1, 2, 8, 64, 700)), len(out) - at)
        match chance.randrange(7):
            case 0 if at < len(out):
                out[at] = chance.randrange(256)
            case 1:
                del out[at : at + size]
            case 2:
                out[at:at] = out[at : at + size]
            case 3:
                out[at:at] = chance.choice(TOKENS)
            case 4:
                out[at:at] = chance.randbytes(chance.randint(1, 12))
            case 5 if chance.random() < 0.3:
                del out[at:]
            case _:
                to = chance.randrange(len(out) + 1)
                part = out[at : at + size]
                out[to:to] = part
    return bytes(out)


def run(count: int, folders: Sequence[Path] = ()) -> Iterator[tuple[str, str]]:
    """(reader, "read" or the reason of a refusal) for each file; AssertionError or any other error is a fault."""
    files = seeds(folders)
    for number in range(count):
        chance = random.Random(number)
        name, data = files[number % len(files)]
        changed = mutated(data, chance)
        try:
            blocks = read(Path(name), changed)
            assembled = assemble("a", blocks, Catalogue(title=""))
            assert_exact(with_passages(assembled, LONG))
        except DocumentError as error:
            if not (error.message and error.hint):
                raise AssertionError(f"file {number}, made of {name}: refused without a reason or a hint") from error
            yield Path(name).suffix, error.message.split("`")[0].split("(")[0].strip()
        except Exception as error:
            raise AssertionError(f"file {number}, made of {name}: {type(error).__name__}: {error}") from error
        else:
            yield Path(name).suffix, "read"


if __name__ == "__main__":
    told = Counter(run(int(sys.argv[1]), [Path(folder) for folder in sys.argv[2:]]))
    for (reader, result), times in sorted(told.items()):
        print(f"{reader:<6} {times:>6}  {result}")
    print(f"all    {sum(told.values()):>6}  no crash, no wrong offset")
