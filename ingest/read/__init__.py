"""Files in, blocks out: one module a format, chosen by the file's ending.

To add a format: a module with `read(data: bytes) -> list[Block]`, and its endings in `READERS`.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from ingest.blocks import SPOKEN, Block
from rag.errors import DocumentError

# Readers are imported when they are needed: a library of Markdown files never loads a PDF library.
READERS = {
    ".md": "ingest.read.markdown",
    ".markdown": "ingest.read.markdown",
    ".txt": "ingest.read.plain",
    ".text": "ingest.read.plain",
    ".pdf": "ingest.read.pdf",
    ".html": "ingest.read.html",
    ".htm": "ingest.read.html",
    ".xhtml": "ingest.read.html",
}
SAVE_AS = "save it as PDF, HTML, Markdown (.md) or plain text (.txt)"
# What to do with files that people have and that have no reader.
ADVICE = {
    "open it in a word processor and save it as PDF or HTML": (".docx", ".doc", ".odt", ".rtf", ".pages", ".docm"),
    "save the slides as PDF": (".pptx", ".ppt", ".odp", ".key"),
    "save the sheet as PDF, or copy its table into a Markdown file": (".xlsx", ".xls", ".ods", ".csv", ".tsv"),
    "run text recognition (OCR) on it and save it as PDF": (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif", ".heic"),
    "convert it to HTML or PDF first": (".epub", ".mobi", ".azw3", ".xml", ".nxml", ".tex"),
    "save the page as HTML, complete or text only": (".mht", ".mhtml", ".webarchive"),
    "unpack it first": (".zip", ".gz", ".tar", ".7z", ".rar"),
}


def advice(name: str) -> str:
    """What to do with a file of this name; empty for one that is read."""
    ending = Path(name).suffix.lower()
    if ending in READERS:
        return ""
    return next((words for words, endings in ADVICE.items() if ending in endings), SAVE_AS)


def read(path: Path, data: bytes) -> list[Block]:
    """Read a file's content as blocks; `path` only tells the format.

    Raises DocumentError when the format is not known, or the file holds no text.
    """
    what_to_do = advice(path.name)
    if what_to_do:
        raise DocumentError(f"no reader for this kind of file: `{path.name}`", what_to_do)
    if not data:
        raise DocumentError(f"the file is empty: `{path.name}`", "copy it again from where it came")
    blocks: list[Block] = importlib.import_module(READERS[path.suffix.lower()]).read(data)
    if not any(block.text for block in blocks if block.kind in SPOKEN):
        raise DocumentError(f"no text found in `{path.name}`", "a scan? run text recognition (OCR) on it first")
    return blocks
