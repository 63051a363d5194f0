"""PDF → blocks. Pages are kept; columns are read one after the other, rows of tables stay rows.

The first reader is pypdfium2, which knows the place, size and ink of every letter; where it fails, or its text looks
broken, pypdf reads the file, whose text comes in the order in which the file draws it. Lines that repeat on most
pages (running headers, "Page 3 of 9") are dropped, hyphens at line ends undone where the joined word is known.
Headings are those of the outline, else told by letter size, else by their form. A scan is reported as one.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from ingest.blocks import Block, clean
from ingest.read.layout import Line, disorder, lines_of
from ingest.read.pdfium import Volume, open_volume
from ingest.read.plain import ITEM
from ingest.read.prose import Joiner
from ingest.structure import folded
from rag.errors import DocumentError

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:page\s)?[\divxlc]{1,6}(?:\s(?:of|/)\s\d+)?[-–—\s]*", re.IGNORECASE)
MIN_PAGES_FOR_RUNNING_LINES = 3
# What pypdf raises on a damaged file beside its own errors; NotImplementedError is a RuntimeError, and means DRM.
ON_DAMAGE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RuntimeError)
MIN_LETTERS = 13  # a page has on average, else the file is a scan
BROKEN = 0.2  # share of characters that the file maps to no letter
DISORDER = 0.35
LARGER = 1.12  # a heading's letters, measured by those of the text
MAX_HEADING_WORDS = 24
MAX_BOLD_WORDS = 14
MAX_HEADING_LINES = 3.5  # on average, of one letter size one after the other: more is text
FACTS = {"Title": "title", "Author": "authors", "CreationDate": "year"}


def read(data: bytes) -> list[Block]:
    """Blocks of a PDF with their page numbers; raises DocumentError for broken, locked or scanned files."""
    notes: list[Block] = []
    try:
        volume = open_volume(data)
        pages = [lines_of(sheet, number) for number, sheet in enumerate(volume.sheets, start=1)]
        broken = bool(pages) and max(sheet.unmapped for sheet in volume.sheets) > BROKEN
    except (ValueError, OSError):
        volume, pages, broken = None, [], True
    if broken:
        plain = _second(data, volume is None)
        if plain is not None and (volume is None or _letters(plain) > _letters(pages)):
            pages = plain
        elif volume is not None and _letters(pages) >= MIN_LETTERS * len(pages):
            notes.append(Block("warning", "some letters of the file mean nothing: parts of its text may be wrong"))
    if _letters(pages) < MIN_LETTERS * len(pages) or not pages:
        raise DocumentError(f"no text on {len(pages)} page(s): a scan?", "run text recognition (OCR) on the PDF first")
    notes += _notes(pages)
    if volume is not None:
        notes += _about(volume)
    lines = _without_running_lines(pages) or [line for page in pages for line in page]
    outline = volume.outline if volume is not None else []
    return [*notes, *blocks_of(lines, outline)]


def _second(data: bytes, must: bool) -> list[list[Line]] | None:
    """The pages as pypdf reads them; None when it fails too, unless it `must` be read."""
    from pypdf import PdfReader
    from pypdf.errors import DeprecationError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its notes on each slip of a file help nobody here
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError("the PDF asks for a password", "save a copy without one")
        return [
            [_unplaced(text, number, place) for place, text in enumerate(filter(None, map(clean, found.split("\n"))))]
            for number, found in enumerate((page.extract_text() or "" for page in reader.pages), start=1)
        ]
    except (PyPdfError, DeprecationError, RecursionError, *ON_DAMAGE) as error:
        if not must:
            return None
        raise DocumentError(
            f"the PDF cannot be read ({type(error).__name__}: {error})",
            "open it in a PDF viewer and save it again, or save its text as .txt",
        ) from error


def _unplaced(text: str, page: int, place: int) -> Line:
    return Line(text, (text,), 0.0, float(len(text)), -float(place), 0.0, False, 0.0, 0.0, 0.0, 0, page, place, place)


def _letters(pages: Iterable[Sequence[Line]]) -> int:
    return sum(character.isalnum() for page in pages for line in page for character in line.text)


def _notes(pages: Sequence[Sequence[Line]]) -> list[Block]:
    notes = []
    empty = [number for number, page in enumerate(pages, start=1) if not page]
    if empty:
        notes.append(
            Block("warning", f"no text on page(s) {_listed(empty)} of {len(pages)}: scanned, or pictures only?")
        )
    mixed = [number for number, page in enumerate(pages, start=1) if len(page) > 8 and disorder(page) > DISORDER]
    if mixed:
        notes.append(Block("warning", f"the reading order on page(s) {_listed(mixed)} is uncertain"))
    return notes


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:8])) + (", …" if len(numbers) > 8 else "")


def _about(volume: Volume) -> list[Block]:
    """Properties as facts, printed page numbers, and what nobody sees on each page."""
    found = []
    for key, name in FACTS.items():
        value = clean(volume.properties.get(key, ""))
        value = value.removeprefix("D:")[:4] if name == "year" else value
        if value:
            found.append(Block("fact", value, marker=name, origin="document properties"))
    for number, sheet in enumerate(volume.sheets, start=1):
        if sheet.label:
            found.append(Block("page", clean(sheet.label), page=number))
        for why, text in sheet.hidden.items():
            if sum(character.isalnum() for character in text) > 3:
                found.append(Block("hidden", clean(text)[:400], marker=why, page=number))
    return found


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line)


def _without_running_lines(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """All lines but those that repeat on most pages, and page numbers at the edge of a page."""
    running: set[str] = set()
    if len(pages) >= MIN_PAGES_FOR_RUNNING_LINES:
        seen = Counter(shape for page in pages for shape in {_shape(line.text) for line in page})
        running = {shape for shape, count in seen.items() if count > len(pages) * 0.6}
        edges = Counter(shape for page in pages for shape in {_shape(line.text) for line in _edges(page)})
        running |= {shape for shape, count in edges.items() if count >= max(3, len(pages) * 0.3)}
    kept = []
    for page in pages:
        edge = {id(line) for line in _edges(page)}
        numbers = len(pages) > 1
        kept += [
            line
            for line in page
            if _shape(line.text) not in running
            and not (numbers and id(line) in edge and _PAGE_NUMBER.fullmatch(line.text) and line.size)
        ]
    return kept


def _edges(page: Sequence[Line]) -> list[Line]:
    """The two uppermost and the two lowest lines."""
    ordered = sorted(page, key=lambda line: -line.y)
    return [*ordered[:2], *ordered[-2:]]


def blocks_of(lines: Sequence[Line], outline: Sequence[tuple[int, str]]) -> list[Block]:
    """Lines in reading order → blocks."""
    if not lines:
        return []
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    text_size = sizes.most_common(1)[0][0]
    known = {folded(title): level for level, title in outline if folded(title)}
    levels = _levels(lines, text_size)
    bold = Counter(line.bold for line in lines for _ in line.text)
    bold_tells = 0 < bold[True] < bold[False]  # else all is bold, or nothing
    marked = bool(levels) or bold_tells
    usual = sorted(len(line.text) for line in lines)[int(len(lines) * 0.8)]
    joiner = Joiner([line.text for line in lines], usual)
    before: Line | None = None
    heading_before: int | None = None
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        level: int | None = None
        if _is_row(line, before, after):
            joiner.row(line.cells, line.page)
        else:
            same = _same_look(line, before)
            level = _outlined(line, known, levels)
            if level is None and _can_be_heading(line):
                if same and heading_before is not None:
                    level = heading_before
                elif line.size in levels and (line.gap > 0.3 or line.gap < 0):
                    level = levels[line.size]
                elif bold_tells and line.bold and _stands_alone(line, before, after):
                    level = len(levels) + 1
            if level is not None:
                joiner.heading(line.text, level, line.page, goes_on=same)
            else:
                short = _is_short(line, usual)
                joiner.line(line.text, line.page, _begins(line, before), short=short, placed=marked and line.size > 0)
        before, heading_before = line, level
    blocks = joiner.done()
    return _with_title(blocks, levels) if levels else blocks


def _is_row(line: Line, before: Line | None, after: Line | None) -> bool:
    def beside(other: Line | None) -> bool:
        return other is not None and other.page == line.page and other.region == line.region and len(other.cells) > 1

    return len(line.cells) > 1 and (beside(before) or beside(after) or len(line.cells) > 2)


def _levels(lines: Sequence[Line], text_size: float) -> dict[float, int]:
    """Letter sizes of headings, largest first, with their level from 1; at most five."""
    if not text_size:
        return {}
    larger = Counter(line.size for line in lines if line.size >= text_size * LARGER and _can_be_heading(line))
    runs: dict[float, list[int]] = {}
    for size, run in groupby(lines, key=lambda line: line.size):
        runs.setdefault(size, []).append(len(list(run)))
    larger = Counter({size: n for size, n in larger.items() if sum(runs[size]) / len(runs[size]) <= MAX_HEADING_LINES})
    return {size: level for level, size in enumerate(sorted(larger, reverse=True)[:5], start=1)}


def _can_be_heading(line: Line) -> bool:
    words = line.text.split()
    return (
        len(words) <= MAX_HEADING_WORDS
        and sum(character.isalpha() for character in line.text) > 2
        and len(line.cells) == 1
        and not line.text.endswith((",", ";"))
        and not (ITEM.match(line.text) and not line.text[0].isdigit())
    )


def _outlined(line: Line, known: dict[str, int], levels: dict[float, int]) -> int | None:
    """The level that the file's outline gives to a line, below the title where there is one."""
    level = known.get(folded(line.text)) if len(line.cells) == 1 else None
    return None if level is None else level + 1 + bool(levels)


def _stands_alone(line: Line, before: Line | None, after: Line | None) -> bool:
    """A bold line of few words, by itself or above text that is not bold."""
    if len(line.text.split()) > MAX_BOLD_WORDS or line.text.endswith((".", ":", ",")):
        return False
    if line.gap > 0.45 or before is None or before.size > line.size * LARGER:
        return True
    return not before.bold and after is not None and not after.bold and after.region == line.region


def _same_look(line: Line, before: Line | None) -> bool:
    return (
        before is not None
        and line.size > 0
        and before.size == line.size
        and before.bold == line.bold
        and before.page == line.page
        and before.region == line.region
        and line.gap < 0.8
    )


def _begins(line: Line, before: Line | None) -> bool:
    """True where the place of a line says that a paragraph begins: white space above it, or an indent."""
    if not line.size or before is None:
        return False
    if line.region == before.region and line.page == before.page:
        indented = line.x0 - line.left > 0.9 * line.size and before.x0 - before.left < 0.4 * line.size
        return line.gap > 0.75 or (indented and line.x0 - line.left < 5 * line.size) or abs(line.size - before.size) > 1
    return abs(line.size - before.size) > 1


def _is_short(line: Line, usual: int) -> bool:
    if not line.size:
        return len(line.text) < usual * 0.72
    return line.x1 < line.left + 0.85 * (line.right - line.left)


def _with_title(blocks: list[Block], levels: dict[float, int]) -> list[Block]:
    """The first heading in the largest letters, on the first two pages, is the title."""
    for place, block in enumerate(blocks):
        if (block.page or 1) > 2:
            break
        if block.kind == "heading" and block.level == 1 and len(block.text.split()) > 1:
            return [*blocks[:place], replace(block, kind="title"), *blocks[place + 1 :]]
    return blocks
