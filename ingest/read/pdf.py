"""PDF → blocks, with pypdf. Pages are kept; text comes in the order in which the file draws it.

Lines that repeat on most pages (running headers, "Page 3 of 9") are dropped. Headings are told by their
form, as in plain text. A scan has no text and is reported as such.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from dataclasses import replace

from ingest.blocks import Block, clean
from ingest.read.plain import ITEM, looks_like_heading
from rag.errors import DocumentError

_DIGITS = re.compile(r"\d+")
MIN_PAGES_FOR_RUNNING_LINES = 3
# What pypdf raises on a damaged file beside its own errors; NotImplementedError is a RuntimeError, and means DRM.
ON_DAMAGE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RuntimeError)
FULL_LINE = 0.72  # of the usual line length: a shorter line that ends a sentence ends a paragraph


def read(data: bytes) -> list[Block]:
    """Blocks of a PDF with their page numbers; raises DocumentError for broken, locked or scanned files."""
    from pypdf import PdfReader
    from pypdf.errors import DeprecationError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # its notes on each slip of a file help nobody here
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError("the PDF asks for a password", "save a copy without one")
        pages = [(page.extract_text() or "").split("\n") for page in reader.pages]
    except (PyPdfError, DeprecationError, *ON_DAMAGE) as error:
        raise DocumentError(
            f"the PDF cannot be read ({type(error).__name__}: {error})",
            "open it in a PDF viewer and save it again, or save its text as .txt",
        ) from error
    running = _running_lines(pages)
    lines = [
        (number, text)
        for number, page in enumerate(pages, start=1)
        for text in map(clean, page)
        if text and _shape(text) not in running
    ]
    if not lines or sum(len(text) for _, text in lines) < 20 * len(pages):
        raise DocumentError(f"no text on {len(pages)} page(s): a scan?", "run text recognition (OCR) on the PDF first")
    return _join(lines)


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line)


def _running_lines(pages: list[list[str]]) -> set[str]:
    if len(pages) < MIN_PAGES_FOR_RUNNING_LINES:
        return set()
    seen = Counter(shape for page in pages for shape in {_shape(clean(line)) for line in page} if shape)
    return {shape for shape, count in seen.items() if count > len(pages) * 0.6}


def _join(lines: list[tuple[int, str]]) -> list[Block]:
    """Printed lines → paragraphs: a line goes on until one that is short and ends a sentence."""
    usual = sorted(len(text) for _, text in lines)[int(len(lines) * 0.8)]
    blocks: list[Block] = []
    open_block = False
    for page, text in lines:
        item = ITEM.match(text)
        short = len(text) < usual * FULL_LINE
        if item and (not open_block or item["marker"] in "•◦▪‣●○■" or short):
            blocks.append(Block("item", item["text"], marker=_marker(item["marker"]), page=page))
            open_block = True
        elif open_block:
            last = blocks[-1]
            joined = _glue(last.text, text)
            turned = page != (last.turns[-1][1] if last.turns else last.page)
            turns = (*last.turns, (len(joined) - len(text), page)) if turned else last.turns
            blocks[-1] = replace(last, text=joined, turns=turns)
        elif short and looks_like_heading(text) and not text.endswith("."):
            blocks.append(Block("heading", text, page=page))
            continue
        else:
            blocks.append(Block("paragraph", text, page=page))
            open_block = True
        if short and text[-1] in ".?!:)]”":
            open_block = False
    return blocks


def _marker(printed: str) -> str:
    return printed.replace(")", ".") if printed[0].isdigit() else "•"


def _glue(first: str, second: str) -> str:
    """Join two printed lines. A hyphen at the end stays: whether the word has one cannot be told here."""
    return f"{first}{second}" if first.endswith("-") else f"{first} {second}"
